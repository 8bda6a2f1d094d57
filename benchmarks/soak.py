"""Send requests to an API in a sandbox of its own for a long time, and print how much memory the sandbox uses.

The exit code is 1 if the sandbox uses more memory at the end than after the warm-up, by more than ``--budget`` MB, or if a
request failed.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sagemaker_sandbox.host import control

REPOSITORY = Path(__file__).parents[1]
BODY = json.dumps({"instances": [{"features": ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]}]})
MEGABYTE = 1024 * 1024


@dataclass
class Api:
    """The prediction API of examples/bikeshare."""

    port: int
    path: str
    key: str

    def status(self, connection: http.client.HTTPConnection) -> int:
        """Send one request and return the status of its response."""
        connection.request("POST", self.path, BODY, {"Content-Type": "application/json", "x-api-key": self.key})
        response = connection.getresponse()
        response.read()
        return response.status


@dataclass
class Load:
    """Requests at a steady rate; 0 is as fast as the threads can."""

    api: Api
    rate: float
    statuses: Counter[int] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _numbers: Any = field(default_factory=itertools.count)

    def start(self, threads: int) -> None:
        """Start sending."""
        self._begun = time.monotonic()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop, and wait for the last responses."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.api.port, timeout=60)
        while not self._stop.is_set():
            due = next(self._numbers) / self.rate if self.rate else 0.0
            if self._stop.wait(max(self._begun + due - time.monotonic(), 0)):
                return
            try:
                status = self.api.status(connection)
            except (OSError, http.client.HTTPException):
                connection.close()
                status = 0
            self.statuses[status] += 1


def main() -> int:
    """Deploy, send requests, and report."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    sandbox = control.up(folder / "sandbox", say=print)
    try:
        return _soak(sandbox, _deploy(sandbox, folder / "repository"), options)
    finally:
        sandbox.down()
        shutil.rmtree(folder, ignore_errors=True)


def _deploy(sandbox: control.Sandbox, tree: Path) -> Api:
    """Train and apply examples/bikeshare in a copy of the repository."""
    shutil.copytree(REPOSITORY, tree, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.tfstate*"))
    example = tree / "examples" / "bikeshare"
    subprocess.run([sys.executable, example / "train.py"], check=True, stdout=subprocess.DEVNULL)
    for command in (["init", "-input=false"], ["apply", "-input=false", "-auto-approve"]):
        subprocess.run(["terraform", *command], cwd=example, env=sandbox.environment, check=True, stdout=subprocess.DEVNULL)
    shown = subprocess.run(["terraform", "output", "-json"], cwd=example, env=sandbox.environment, check=True, stdout=subprocess.PIPE)
    outputs = {name: output["value"] for name, output in json.loads(shown.stdout).items()}
    path = f"/_aws/execute-api/{outputs['rest_api_id']}/{outputs['stage_name']}/predictions"
    return Api(sandbox.port, path, outputs["api_key"])


def _soak(sandbox: control.Sandbox, api: Api, options: argparse.Namespace) -> int:
    process = psutil.Process(sandbox.pid)
    load = Load(api, options.rate)
    begun, warm, shown = time.monotonic(), 0.0, 0.0
    load.start(options.threads)
    while (minutes := (time.monotonic() - begun) / 60) < options.minutes:
        used = process.memory_info().rss / MEGABYTE
        if not warm and minutes >= options.warm_up:
            warm = used
        if minutes >= shown:
            print(f"{minutes:5.1f} min: {used:6.1f} MB, {load.statuses.total()} requests", flush=True)
            shown += options.every
        time.sleep(0.5)
    load.stop()
    end = process.memory_info().rss / MEGABYTE
    failed = load.statuses.total() - load.statuses[200]
    print(f"{options.minutes:5.1f} min: {end:6.1f} MB, {load.statuses.total()} requests, {failed} failed: {dict(load.statuses)}")
    print(f"growth since minute {options.warm_up:g}: {end - warm:.1f} MB (budget {options.budget:g} MB)")
    return int(failed > 0 or end - warm > options.budget)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default, text in (
        ("minutes", 60.0, "how long to send requests"),
        ("warm-up", 10.0, "minutes until memory is first compared"),
        ("rate", 15.0, "requests per second; 0 is as fast as possible"),
        ("budget", 50.0, "MB that memory may grow by"),
        ("every", 1.0, "minutes between two printed lines"),
    ):
        parser.add_argument(f"--{name}", type=float, default=default, help=f"{text} (default %(default)g)")
    parser.add_argument("--threads", type=int, default=4, help="connections (default %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
