"""Measure the handler against the usual one, and against the least that any handler does.

Contenders, each in a process of its own, take turns on one processor. Figures are medians, and medians of the ratios of two turns
of the same round, which hold on a machine whose speed changes from second to second:

- ours: the handler, validation included
- plain: benchmarks/plain.py, the usual handler: boto3, dateutil per row, str and join, a split
- pandas: benchmarks/frame.py, if pandas is installed
- floor: json.loads of the request and json.dumps of the response
- metrics, for drift alone: ours, which writes its line of metrics for each request, as it does unless a test switches that off
- drift: the same, which also counts the values of 10 % of the requests for metrics of drift

The endpoint answers at once, from memory; metrics of ours are off, because the others have none. Times are processor times, so
that other processes disturb them less. A cold start is a fresh process with the packages of Lambda's runtime, from its
first line until it is ready. As in Lambda, the function's folder is read-only and holds what the archive ships: sources
and bytecode for ours, a source for the plain handler. Memory is what a body of 6 MB, itself included, adds to the peak.

Usage: python benchmarks/bench.py [--json] [--quick]
"""

from __future__ import annotations

import argparse
import base64
import gzip
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ROWS = (1, 10, 100, 500, 6493)
MEGABYTE = 1_000_000
BODY = 6 * MEGABYTE
# rows in one block of requests: some milliseconds, so that the caches are those of a process at work
BLOCK = 1_000
RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
COLD = {"ours": "prediction_api.handler", "plain": "plain", "bare client": "bare"}
LIMITS = {
    "rows_per_request": 200_000,
    "rows_per_call": 5_000,
    "bytes_per_call": 5_000_000,
    "concurrent_calls": 4,
    "attempt_timeout_in_milliseconds": 10_000,
    "attempts_per_call": 2,
}
# of contenders that are ours with another environment
VARIABLES = {
    "metrics": {"METRICS_NAMESPACE": "Bikes"},
    "drift": {"METRICS_NAMESPACE": "Bikes", "DRIFT": '{"sampling_percent": 10}'},
}
# rows of a request, and requests in a block: enough that 10 % of them are counted in each
COUNTED = {1: 2_000, 500: 60}
TARGETS = (
    ("ours against plain, 1 row", "times faster", 4, None),
    ("ours against plain, 500 rows", "times faster", 10, None),
    ("ours against plain, 6493 rows", "times faster", 10, None),
    ("ours against the floor, 6493 rows", "times the floor", None, 4),
    ("cold start against plain", "times plain", None, 0.85),
    ("cold start against the bare client", "times bare", None, 1.1),
    ("drift counting against metrics alone, 1 row", "times as long", None, 1.15),
    ("drift counting against metrics alone, 500 rows", "times as long", None, 1.15),
    ("memory for a body of 6 MB", "times the body", None, 12),
)


def environment(path: list[Path]) -> dict[str, str]:
    """Return the environment of a function that serves the bike rental example."""
    contract = yaml.safe_load((ROOT / "examples/bikeshare/contract.yaml").read_text(encoding="utf-8"))
    packed = base64.b64encode(gzip.compress(json.dumps(contract).encode()))
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "ENDPOINT_NAME": "bikes",
        "CONTRACT": packed.decode(),
        "LIMITS": json.dumps(LIMITS),
    }


class Worker:
    """A process of benchmarks/worker.py."""

    def __init__(self, name: str, path: list[Path]) -> None:
        command = [sys.executable, str(HERE / "worker.py"), name]
        pipe = subprocess.PIPE
        variables = environment(path) | VARIABLES.get(name, {})
        self.process = subprocess.Popen(command, env=variables, stdin=pipe, stdout=pipe, text=True)

    def ask(self, **what: int) -> Any:
        """Return what the worker measures."""
        print(json.dumps(what), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise SystemExit(f"a worker failed: {self.process.args!r}")
        return json.loads(line)

    def end(self) -> None:
        """End the process."""
        self.process.communicate()


@dataclass(frozen=True)
class Times:
    """Seconds by contender, one for each round."""

    rounds: dict[str, list[float]]

    def median(self, name: str) -> float:
        """Return the median of a contender."""
        return median(self.rounds[name])

    def ratio(self, name: str, other: str) -> float:
        """Return the median of what one contender takes of the other's time in the same round."""
        return median(one / two for one, two in zip(self.rounds[name], self.rounds[other], strict=True))

    def medians(self) -> dict[str, float]:
        """Return the medians by contender."""
        return {name: self.median(name) for name in self.rounds}


def warm(names: list[str], calls: dict[int, int], path: list[Path], rounds: int) -> dict[int, Times]:
    """Return the seconds of a request by its rows; ``calls`` has the requests in a block, by rows."""
    workers = {name: Worker(name, path) for name in names}
    figures = {}
    for rows, number in calls.items():
        times: dict[str, list[float]] = {name: [] for name in names}
        for turn in range(rounds + 1):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                block = workers[name].ask(rows=rows, calls=number)
                times[name] += [block] if turn else []  # the first turn warms up
        figures[rows] = Times(times)
    for worker in workers.values():
        worker.end()
    return figures


def together(runs: list[dict[int, Times]]) -> dict[int, Times]:
    """Return the rounds of several runs of `warm` as one: the ratio of two processes differs from pair to pair by up to 8 %."""
    return {
        rows: Times({name: [seconds for run in runs for seconds in run[rows].rounds[name]] for name in times.rounds})
        for rows, times in runs[0].items()
    }


def cold(path: list[Path], rounds: int) -> Times:
    """Return the seconds to readiness."""
    times: dict[str, list[float]] = {name: [] for name in COLD}
    for _ in range(rounds):
        for name, module in COLD.items():
            command = [sys.executable, "-S", str(HERE / "cold.py"), module]
            done = subprocess.run(command, env=environment(path), check=True, capture_output=True, text=True)
            times[name].append(float(done.stdout))
    return Times(times)


def memory(names: list[str], path: list[Path], rounds: int) -> dict[str, float]:
    """Return the median peak in bytes that one large body takes, by contender."""
    figures = {}
    for name in names:
        peaks = []
        for _ in range(rounds):
            worker = Worker(name, path)
            peaks.append(worker.ask(memory=BODY))
            worker.end()
        figures[name] = median(peaks)
    return figures


def runtime(folder: Path) -> list[Path]:
    """Make the folders that Lambda has on its path: the function's code, and the packages of the runtime alone."""
    task, packages = folder / "task", folder / "runtime"
    packages.mkdir()
    with zipfile.ZipFile(ROOT / "lambda/dist/handler.zip") as archive:
        archive.extractall(task)
    for name in ("plain.py", "frame.py"):
        shutil.copy(HERE / name, task)
    for path in [*task.rglob("*"), task]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for name in RUNTIME:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise SystemExit(f"{name} is not installed; run it in the project's virtual environment")
        origin = Path(found.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (packages / source.name).symlink_to(source)
    return [task, packages]


def on_one_processor() -> None:
    """Stay on one processor, with all contenders: two may differ in speed while others work on one of them."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def measure(quick: bool) -> dict[str, Any]:
    """Return all figures: seconds, bytes, and how they stand to the targets."""
    names = ["ours", "plain", "floor", *(["pandas"] if importlib.util.find_spec("pandas") else [])]
    on_one_processor()
    with tempfile.TemporaryDirectory() as folder:
        path = runtime(Path(folder))
        warm_figures = warm(names, {rows: max(1, BLOCK // rows) for rows in ROWS}, path, 3 if quick else 50)
        drift_figures = together([warm(list(VARIABLES), COUNTED, path, 3 if quick else 5) for _ in range(1 if quick else 5)])
        cold_figures = cold(path, 3 if quick else 25)
        memory_figures = memory(["ours", "plain"], path, 1 if quick else 3)
    values = (
        *(warm_figures[rows].ratio("plain", "ours") for rows in (1, 500, 6493)),
        warm_figures[6493].ratio("ours", "floor"),
        cold_figures.ratio("ours", "plain"),
        cold_figures.ratio("ours", "bare client"),
        *(times.ratio("drift", "metrics") for times in drift_figures.values()),
        memory_figures["ours"] / BODY,
    )
    return {
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "warm_seconds": {rows: times.medians() for rows, times in warm_figures.items()},
        "drift_seconds": {rows: times.medians() for rows, times in drift_figures.items()},
        "cold_seconds": cold_figures.medians(),
        "memory_bytes": memory_figures,
        "targets": [judged(value, *target) for value, target in zip(values, TARGETS, strict=True)],
    }


def judged(value: float, what: str, unit: str, least: float | None, most: float | None) -> dict[str, Any]:
    """Return a value beside its target."""
    met = (least is None or value >= least) and (most is None or value <= most)
    return {"what": what, "value": value, "unit": unit, "at_least": least, "at_most": most, "met": met}


def show(figures: dict[str, Any]) -> None:
    """Print the figures as tables."""
    print(f"Python {figures['python']}, {figures['machine']}\n")
    names = list(figures["warm_seconds"][1])
    print("microseconds per request" + "".join(f"{name:>12}" for name in names) + "  plain/ours  ours/floor")
    for rows, times in figures["warm_seconds"].items():
        ratios = f"{times['plain'] / times['ours']:12.1f}{times['ours'] / times['floor']:12.1f}"
        print(f"{rows:>19} rows" + "".join(f"{times[name] * 1e6:12.1f}" for name in names) + ratios)
    for title, key, scale in (
        ("cold start, ms", "cold_seconds", 1e3),
        ("peak for a 6 MB body, MB", "memory_bytes", 1e-6),
    ):
        print(f"\n{title}: " + ", ".join(f"{name} {value * scale:.1f}" for name, value in figures[key].items()))
    print()
    for target in figures["targets"]:
        bound = f"at least {target['at_least']}" if target["at_least"] else f"at most {target['at_most']}"
        word = "met   " if target["met"] else "MISSED"
        print(f"{word} {target['what']}: {target['value']:.2f} {target['unit']}, {bound}")


def main() -> int:
    """Measure and print. Returns 0, whatever the figures are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it runs")
    given = parser.parse_args()
    figures = measure(given.quick)
    if given.json:
        print(json.dumps(figures, indent=2))
    else:
        show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
