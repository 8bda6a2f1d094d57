"""One contender in a process of its own: runs blocks of requests as standard input asks, and times each request.

Usage: python worker.py ours|metrics|drift|plain|pandas|floor. A line {"rows": n, "calls": k} is answered by the seconds per request,
{"memory": bytes} by the peak of memory in bytes that a body of that size takes.
"""

import csv
import gc
import importlib
import json
import math
import sys
from itertools import cycle, islice
from pathlib import Path
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "examples/bikeshare/data/train_synthetic.csv"
VARIETY = 5_000  # rows in all the bodies of one size: none comes twice before the others came
COLUMNS = ("season", "holiday", "workingday", "weather", "temp", "atemp", "humidity", "windspeed")


class Client:
    """Answers at once, as XGBoost does, with numbers that were made before."""

    def __init__(self) -> None:
        """Create each answer on the first request for it."""
        self.made: dict[tuple[int, str], bytes] = {}

    def invoke_endpoint(self, *, Body: bytes, Accept: str = "text/csv", **_: str) -> dict[str, Any]:  # noqa: N803
        """Return one score per line of the body, in the form that Accept asks for."""
        key = Body.count(b"\n") + 1, Accept
        if key not in self.made:
            self.made[key] = answer(*key)
        return {"Body": Content(self.made[key])}


class Content:
    """The response body as boto3 returns it."""

    def __init__(self, content: bytes) -> None:
        """Keep the content for `read`."""
        self.content = content

    def read(self) -> bytes:
        """Return the content."""
        return self.content


class Context:
    """Lambda's context."""

    aws_request_id = "8f5d7a1e-0000-0000-0000-000000000000"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:bikeshare:live"

    def get_remaining_time_in_millis(self) -> int:
        """Return plenty."""
        return 29_000


def answer(rows: int, accept: str) -> bytes:
    """Return XGBoost's answer for so many rows."""
    scores = [3 + 2 * math.sin(row) for row in range(rows)]
    if accept == "application/json":
        return json.dumps({"predictions": [{"score": score} for score in scores]}).encode()
    return "".join(f"{score}\n" for score in scores).encode()


def features() -> list[list[Any]]:
    """Return the example's observations as a client sends them."""
    with DATA.open(encoding="utf-8") as file:
        return [[row["datetime"], *(json.loads(row[name]) for name in COLUMNS)] for row in csv.DictReader(file)]


def events(rows: int) -> list[dict[str, Any]]:
    """Return REST proxy events of so many observations each, all different."""
    event = json.loads((ROOT / "tests/events/rest_api.json").read_text(encoding="utf-8"))
    data = cycle(features())
    batches = (list(islice(data, rows)) for _ in range(max(2, VARIETY // rows)))
    bodies = (json.dumps({"instances": [{"features": one} for one in batch]}) for batch in batches)
    return [event | {"body": body} for body in bodies]


def contender(name: str) -> Any:
    """Return the handler, with a client that answers at once."""
    if name == "floor":
        return floor
    module: Any = importlib.import_module({"plain": "plain", "pandas": "frame"}.get(name, "prediction_api.handler"))
    if hasattr(module, "SERVICE"):
        module.SERVICE = module.Service(module.SETTINGS, lambda *_: Client())
    else:
        module.client = Client()
    return module.handler


def floor(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Parse the request and write the answer, which no handler can leave out."""
    rows = len(json.loads(event["body"])["instances"])
    if rows not in SCORES:
        SCORES[rows] = {"predictions": [math.expm1(3 + 2 * math.sin(row)) for row in range(rows)]}
    return {"body": json.dumps(SCORES[rows])}


SCORES: dict[int, dict[str, list[float]]] = {}


def block(handler: Any, made: list[dict[str, Any]], calls: int) -> float:
    """Return the seconds of processor time that each of so many requests takes on average."""
    context = Context()
    start = process_time()
    for event in islice(cycle(made), calls):
        handler(event, context)
    return (process_time() - start) / calls


def peak(handler: Any, size: int) -> int:
    """Return by how many bytes one request of this size, its event included, raises the peak of the process."""
    handler(events(1)[0], Context())
    row = json.dumps({"features": features()[0]})
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = status("VmRSS")
    body = '{"instances": [' + ", ".join([row] * (size // (len(row) + 2))) + "]}"
    handler(events(1)[0] | {"body": body}, Context())
    return status("VmHWM") - before


def status(name: str) -> int:
    """Return a figure of this process in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def main() -> None:
    """Serve standard input."""
    handler = contender(sys.argv[1])
    said, sys.stdout = sys.stdout, Path("/dev/null").open("w", buffering=1, encoding="utf-8")  # noqa: SIM115
    made: dict[int, list[dict[str, Any]]] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "memory" in asked:
            told: Any = peak(handler, asked["memory"])
        else:
            rows = asked["rows"]
            made[rows] = made.get(rows) or events(rows)
            told = block(handler, made[rows], asked["calls"])
        print(json.dumps(told), file=said, flush=True)


if __name__ == "__main__":
    main()
