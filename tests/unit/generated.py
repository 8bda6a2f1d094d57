"""Seeded requests and direct events, valid and hostile, and the check of their answers against the boosters.

Everything between the event and the model is real: the handler as Lambda loads it, botocore over HTTP, and the sandbox's
XGBoost container.
"""

from __future__ import annotations

import base64
import csv
import importlib
import io
import json
import math
import os
import random
import sys
import threading
from collections import Counter
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

import numpy as np
import reference
import xgboost
from prediction_api import contract_file
from sagemaker_sandbox.containers.base import Request
from sagemaker_sandbox.containers.xgboost.ensemble import Ensemble
from sagemaker_sandbox.containers.xgboost.release import RELEASES
from sagemaker_sandbox.containers.xgboost.server import XGBoostContainer
from serving import LIMITS, ROOT, Call, Context, Endpoint, Handler, Reply, Server, error, pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Contract = dict[str, Any]
    Row = dict[str, Any]

KINDS = ("number", "integer", "boolean", "category", "date", "datetime")
TEXTS = ("red", "green", "a b", "Düne", "日本", "0", "x;y")
HOSTILE: tuple[Any, ...] = (
    *(None, True, False, "", " ", "nan", "text", "1", "\ud800", "\u2028", "x" * 5000, "=1+1", "' OR 1=1", "../..", "\x00"),
    *(0, -0.0, -1, 2**53, 2**53 + 1, 10**30, 1e38, 3.5e38, 1e300, -1e300, 5e-324, 1e-45, 0.1),
    *([], {}, [[]], [1], {"features": []}, {"a": {"b": 1}}),
    *("2024-02-30", "2023-02-29", "0000-01-01", "2024-02-29", "9999-12-31", "2024-02-29 24:00:00", "2024-02-29T00:00:00Z"),
)
TOKENS = (
    "",
    "null",
    "NaN",
    "-Infinity",
    "1e999",
    "9" * 400,
    '"',
    "\\",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\ud800",
    "\ufeff",
    "\n",
    "\t",
    "-",
    "é",
)
MEDIA = (
    "application/json",
    "text/csv",
    "application/jsonlines",
    "text/plain",
    "",
    "text/csv; header=present",
    "application/json; charset=latin1",
)
ACCEPTS = ("", "*/*", "application/json", "text/csv", "text/csv;q=0.1, application/json", "text/html", "é", "\ud800", ",;q=")
HEADERS = ("X-Amzn-SageMaker-Inference-Id", "x-amzn-sagemaker-target-variant", "X-Amzn-SageMaker-Target-Model", "accept", "X-Other")


# ---- contracts and values


def contract(rng: random.Random) -> Contract:
    """Return a contract of any features whose columns are numbers."""
    features = [feature(rng, f"f{index}") for index in range(rng.randint(1, 6))]
    columns = [column for one in features for column in rng.sample(columns_of(one), min(2, len(columns_of(one))))]
    rng.shuffle(columns)
    kind = rng.choice(["regression", "binary", "multiclass"])
    output: dict[str, Any] = {"kind": kind, "steps": []}
    if kind != "regression" and rng.random() < 0.7:
        output["labels"] = ["no", "yes", "perhaps"][: 2 if kind == "binary" else 3]
    if kind == "binary" and rng.random() < 0.5:
        output["steps"].append("threshold(0.6)")
    return {
        "features": features,
        "columns": columns,
        "payload": {"content_type": rng.choice(["text/csv", "text/libsvm"])},
        "output": output,
    }


def feature(rng: random.Random, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "type": rng.choice(KINDS)}
    if made["type"] == "category":
        made["values"] = rng.sample(TEXTS, rng.randint(1, len(TEXTS)))
    if made["type"] in ("number", "integer") and rng.random() < 0.5:
        made |= {"minimum": rng.randint(0, 5), "maximum": rng.randint(6, 1000)}
    option = rng.choice(["required", "nullable", "default"])
    return made | {"required": {}, "nullable": {"nullable": True}, "default": {"default": value(rng, made)}}[option]


def columns_of(one: dict[str, Any]) -> list[str]:
    name = one["name"]
    if one["type"] in ("date", "datetime"):
        return [f"{name}.{part}" for part in reference.DATE_PARTS] + [f"{name}.month | sin(12)"]
    if one["type"] == "category":
        return [f"{name} | onehot", f"{name} | ordinal"]
    return [name, f"{name} | standardize(3, 2.5)"] + [f"{name} | log1p"] * (one.get("minimum", -1) >= 0)


def value(rng: random.Random, one: dict[str, Any]) -> Any:
    """Return a value that a feature allows."""
    kind = one["type"]
    if one.get("values"):
        return rng.choice(one["values"])
    if kind == "boolean":
        return rng.random() < 0.5
    low, high = one.get("minimum", -1000), one.get("maximum", 1000)
    if kind == "integer":
        edges = [low, high] if "minimum" in one else [2**53, -(2**53)]
        return rng.choice([*edges, rng.randint(math.ceil(low), math.floor(high)), rng.randint(math.ceil(low), math.floor(high))])
    if kind == "number":
        edges = [low, high] if "minimum" in one else [1e30, -1e-30, -0.0]
        return rng.choice([*edges, rng.randint(math.ceil(low), math.floor(high)), rng.uniform(low, high), round(rng.uniform(low, high), 2)])
    year = rng.choice([1, 1900, 2000, 2023, 2024, 9999])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    day = rng.choice(
        [f"{year:04}-02-{28 + leap}", f"{year:04}-12-31", f"{year:04}-01-01", f"{year:04}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"]
    )
    if kind == "date":
        return day
    clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}" + rng.choice(["", ":59", ":00.5", ":07.123456"])
    return day + rng.choice([" ", "T"]) + clock


def row(rng: random.Random, made: Contract) -> Row:
    """Return a valid instance; optional values may be None."""

    def one(given: dict[str, Any]) -> Any:
        optional = given.get("nullable") or "default" in given
        return None if optional and rng.random() < 0.3 else value(rng, given)

    return {given["name"]: one(given) for given in made["features"]}


# ---- the stacks


class Stack:
    """The handler of a contract, its booster and its container."""

    def __init__(self, name: str, made: Contract, rng: random.Random, folder: Path) -> None:
        self.name = name
        self.contract = made | {"output": {"kind": "regression", "steps": []} | made["output"]}
        self.names = [one["name"] for one in made["features"]]
        rows = [reference.row(self.contract, row(rng, made)) for _ in range(150)]
        kind = self.contract["output"]["kind"]
        objective = {"regression": "reg:squarederror", "binary": "binary:logistic", "multiclass": "multi:softprob"}[kind]
        labels = [rng.randrange({"binary": 2}.get(kind, 3)) for _ in rows]
        settings = {"objective": objective, "nthread": 1, "max_depth": 4} | ({"num_class": 3} if kind == "multiclass" else {})
        self.booster = xgboost.train(settings, matrix(rows, labels), 8)
        (folder / name).mkdir()
        (folder / name / "xgboost-model").write_bytes(self.booster.save_raw("ubj"))
        release = RELEASES["3.2-0"]
        self.container = XGBoostContainer(release, Ensemble.load(folder / name, release, averages=True), {})
        os.environ |= {"ENDPOINT_NAME": name, "CONTRACT": pack(made), "LIMITS": json.dumps(LIMITS | {"rows_per_call": 20})}
        sys.modules.pop("prediction_api.handler", None)
        self.handler = importlib.import_module("prediction_api.handler").handler

    def predictions(self, rows: list[Row]) -> list[Any]:
        """Return what the contract says of the booster's own numbers."""
        numbers = self.booster.predict(matrix([reference.row(self.contract, one) for one in rows]), validate_features=False).tolist()
        return [reference.prediction(self.contract["output"], number) for number in numbers]


def matrix(rows: list[list[Any]], labels: list[int] | None = None) -> xgboost.DMatrix:
    values = np.array([[math.nan if cell is None else float(cell) for cell in cells] for cells in rows])
    return xgboost.DMatrix(values, labels, nthread=1)


@contextmanager
def stacks(seed: int, folder: Path) -> Iterator[list[Stack]]:
    """Serve two contracts of the examples and six generated ones."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    before = dict(os.environ)
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        server.endpoint = Endpoint()
        os.environ |= {
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": f"http://127.0.0.1:{server.server_address[1]}",
        }
        try:
            made = {name: contract_file.parse((ROOT / f"examples/{name}/contract.yaml").read_text()) for name in ("bikeshare", "penguins")}
            made |= {f"generated-{index}": contract(rng) for index in range(6)}
            served = {name: Stack(name, one, rng, folder) for name, one in made.items()}
            server.endpoint.reply = lambda call: invoke(served[call.path.split("/")[2]], call)
            yield list(served.values())
        finally:
            server.shutdown()
            os.environ.clear()
            os.environ |= before


def invoke(stack: Stack, call: Call) -> Reply:
    answer = stack.container.invoke(Request(call.body, call.content_type, call.accept))
    if answer.status != 200:
        return error(424, "ModelError", OriginalStatusCode=int(answer.status), OriginalMessage="")
    return Reply(answer.body)


# ---- requests and events


def document(rng: random.Random, stack: Stack, rows: list[Row]) -> dict[str, Any]:
    """Return rows in any of the forms of instances."""

    def form(one: Row) -> Any:
        values = [one[name] for name in stack.names]
        kind = rng.choice(["bare", "features", "named", "present"])
        if kind == "bare":
            return values
        if kind == "features":
            return {"features": values}
        names = rng.sample(stack.names, len(stack.names))
        return {name: one[name] for name in names if kind == "named" or one[name] is not None}

    shape = rng.choice(["mixed", "bare", "features"])
    if shape == "mixed":
        return {"instances": list(map(form, rows))}
    return {"instances": [list(one.values()) if shape == "bare" else {"features": list(one.values())} for one in rows]}


def damage(rng: random.Random, given: dict[str, Any]) -> None:
    """Change something in a document."""
    instances = given["instances"]
    place = rng.randrange(len(instances))
    one = instances[place]
    inner = one["features"] if isinstance(one, dict) and "features" in one else one
    change = rng.choice(["value", "value", "value", "drop", "add", "instance", "member"])
    if change == "value" and inner:
        inner[rng.choice(list(inner)) if isinstance(inner, dict) else rng.randrange(len(inner))] = rng.choice(HOSTILE)
    elif change == "drop" and inner:
        del inner[rng.choice(list(inner)) if isinstance(inner, dict) else rng.randrange(len(inner))]
    elif change == "add":
        inner.update({rng.choice(["x", "", "features", "é\ud800", "a/b"]): rng.choice(HOSTILE)}) if isinstance(
            inner, dict
        ) else inner.append(1)
    elif change == "instance":
        instances[place] = rng.choice(HOSTILE)
    else:
        given[rng.choice(["instances", "parameters", "\ud800"])] = rng.choice(HOSTILE)


def table(rng: random.Random, stack: Stack, rows: list[Row]) -> tuple[str, str]:
    """Return rows as CSV, and its content type."""
    header = rng.random() < 0.5
    order = rng.sample(stack.names, len(stack.names)) if header else stack.names
    nan = rng.choice(["", "nan", "NaN"])
    file = io.StringIO()
    writer = csv.writer(file, quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), lineterminator=rng.choice(["\n", "\r\n"]))
    lines = [[nan if one[name] is None else str(one[name]) for name in order] for one in rows]
    if rng.random() < 0.3:
        lines = [[f"{field}{rng.choice(['', ' '])}" for field in line] for line in lines]
    if all(any(line) for line in lines):
        writer.writerows([order, *lines] if header else lines)
    else:  # an empty line is no row
        lines = [[field or "nan" for field in line] for line in lines]
        writer.writerows([order, *lines] if header else lines)
    text = file.getvalue()
    return text, rng.choice(["text/csv; header=present", "text/csv"]) if header else "text/csv; header=absent"


def body(rng: random.Random, stack: Stack, *, valid: bool) -> tuple[str, str]:
    """Return a body and its content type."""
    rows = [row(rng, stack.contract) for _ in range(rng.choice([1, 1, 1, 2, 5, 30]))]
    form = rng.choice(["json", "json", "lines", "csv"])
    if form == "csv":
        text, kind = table(rng, stack, rows)
    else:
        given = document(rng, stack, rows)
        if not valid and rng.random() < 0.6:
            damage(rng, given)
        ascii_only = rng.random() < 0.5
        if form == "lines" and isinstance(given["instances"], list):
            text, kind = "\n".join(json.dumps(one, ensure_ascii=ascii_only) for one in given["instances"]), "application/jsonlines"
        else:
            text = json.dumps(given, ensure_ascii=ascii_only, separators=rng.choice([None, (",", ":"), (" , ", " : ")]))
            kind = rng.choice(["application/json", "", "application/json; charset=utf-8", "application/vnd.api+json"])
    if not valid and rng.random() < 0.4:
        start = rng.randint(0, len(text))
        text = text[:start] + rng.choice(TOKENS) + text[start + rng.choice([0, 0, 1, 2, 20]) :]
    if not valid and rng.random() < 0.1:
        kind = rng.choice(MEDIA)
    return rng.choice(["", "", "", "\ufeff"]) + text, kind


def http(rng: random.Random, stack: Stack, *, valid: bool) -> dict[str, Any]:
    """Return an event of API Gateway or of a function URL."""
    text, kind = body(rng, stack, valid=valid)
    headers: dict[str, Any] = {rng.choice(["Content-Type", "content-type", "CONTENT-TYPE"]): kind, "Accept": rng.choice(ACCEPTS[:5])}
    if not valid and rng.random() < 0.2:
        headers[rng.choice(HEADERS)] = rng.choice(ACCEPTS)
    encoded = rng.random() < 0.2
    sent = base64.b64encode(text.encode(errors="surrogatepass")).decode() if encoded else text
    event: dict[str, Any] = {
        "headers": headers,
        "body": sent,
        "isBase64Encoded": encoded,
        "requestContext": {"requestId": f"r{rng.random()}"},
    }
    if rng.random() < 0.5:
        event |= {"httpMethod": "POST", "path": "/predictions"}
    else:
        event["requestContext"]["http"] = {"method": "POST"}
    return event


def direct(rng: random.Random, stack: Stack) -> Any:
    """Return a direct event, or an event with members of unexpected types."""
    form = rng.choice(["valid", "damaged", "damaged", "http", "junk"])
    if form == "http":
        event = http(rng, stack, valid=True)
        owner = rng.choice([event, event, event["requestContext"], event["headers"]])
        names = [*owner, "requestTimeEpoch", "timeEpoch", "multiValueHeaders", "queryStringParameters"]
        owner[rng.choice(names)] = rng.choice([*HOSTILE, "x", 10**400, float("nan")])
        return event
    if form == "junk":
        return rng.choice(
            [*HOSTILE, {"instances": rng.choice(HOSTILE)}, {"id": rng.choice(HOSTILE)}, {"requestContext": rng.choice(HOSTILE)}]
        )
    event = document(rng, stack, [row(rng, stack.contract) for _ in range(rng.randint(1, 5))])
    if rng.random() < 0.3:
        event[rng.choice(["inference_id", "target_variant", "target_model"])] = rng.choice(["a", 7, *HOSTILE])
    if form == "damaged":
        damage(rng, event)
    return event


# ---- what an answer must be


def instances(stack: Stack, event: Any) -> list[Row]:
    """Read the instances of an event that was answered with predictions."""
    if not isinstance(event.get("requestContext"), dict):
        return [named(stack, one) for one in event["instances"]]
    text = base64.b64decode(event["body"]).decode() if event.get("isBase64Encoded") else event["body"]
    text = text[1:] if text[0] == "\ufeff" else text
    given = (
        {name.lower(): value for name, value in event["headers"].items()}.get("content-type") if isinstance(event["headers"], dict) else ""
    )
    kind = given.lower() if isinstance(given, str) else ""
    if kind.startswith("text/csv"):
        return list(csv_rows(stack, text))
    documents = (
        [json.loads(line) for line in text.split("\n") if line.strip()]
        if "lines" in kind or "ndjson" in kind
        else json.loads(text)["instances"]
    )
    return [named(stack, one) for one in documents]


def named(stack: Stack, one: Any) -> Row:
    values = one["features"] if isinstance(one, dict) and "features" in one else one
    if isinstance(values, list):
        return dict(zip(stack.names, values, strict=True))
    return {name: values.get(name) for name in stack.names}


def csv_rows(stack: Stack, text: str) -> Iterator[Row]:
    lines = [line for line in csv.reader(io.StringIO(text, newline=""), skipinitialspace=True) if line]
    names = stack.names
    if {field.strip() for field in lines[0]} <= set(names):
        names = [field.strip() for field in lines.pop(0)]
    kinds = {one["name"]: one for one in stack.contract["features"]}
    for line in lines:
        fields = dict(zip(names, line, strict=True))
        yield {name: field(kinds[name], fields.get(name, "")) for name in stack.names}


def field(one: dict[str, Any], text: str) -> Any:
    if text in one.get("values", ()):
        return text
    text = text.strip()
    if text.lower() in ("", "nan"):
        return None
    if one["type"] in ("number", "integer"):
        return float(text)
    return text.lower() in ("true", "1") if one["type"] == "boolean" else text


def answered(answer: Any) -> list[Any] | str:
    """Return the predictions of an answer, or its CSV."""
    if "predictions" in answer:
        return list(answer["predictions"])
    return list(json.loads(answer["body"])["predictions"]) if "json" in answer["headers"]["content-type"] else str(answer["body"])


def as_csv(predictions: list[Any]) -> str:
    """Write predictions as CSV, as the OpenAPI document shows it, without the header."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    for one in predictions:
        writer.writerow(
            [one["label"], *one.get("probabilities", [one["probability"]] if "probability" in one else [])]
            if isinstance(one, dict)
            else [one]
        )
    return file.getvalue()


class Result:
    """The statuses of the answers, and what was wrong with any."""

    def __init__(self) -> None:
        self.requests: Counter[int] = Counter()
        self.events: Counter[int] = Counter()
        self.wrong: list[str] = []

    def __str__(self) -> str:
        """Return a line for each kind."""
        counts = {"requests": self.requests, "direct events": self.events}
        lines = [
            f"{sum(all_.values()):,} {name}: " + ", ".join(f"{count} x {status}" for status, count in sorted(all_.items()))
            for name, all_ in counts.items()
        ]
        verdict = f"{len(self.wrong)} wrong" if self.wrong else "no 5xx, no FunctionError, every 200 equal to the booster"
        return "\n".join([*lines, verdict, *self.wrong[:20]])


def run(requests: int, events: int, seed: int, folder: Path) -> Result:
    """Send generated requests and events, and return what came of them."""
    result = Result()
    with stacks(seed, folder) as served, redirect_stdout(io.StringIO()):
        rng = random.Random(seed)  # noqa: S311 - not for secrets
        for _ in range(requests):
            stack, valid = rng.choice(served), rng.random() < 0.4
            event = http(rng, stack, valid=valid)
            status = check(stack, event, result)
            result.requests[status] += 1
            if valid and status != 200:
                result.wrong.append(f"{stack.name}: a valid request is answered with {status}: {event!r:.600}")
        for _ in range(events):
            stack = rng.choice(served)
            result.events[check(stack, direct(rng, stack), result)] += 1
    return result


def check(stack: Stack, event: Any, result: Result) -> int:
    """Return the status of an event's answer; note what is wrong with it."""
    try:
        answer = json.loads(json.dumps(stack.handler(event, Context()), ensure_ascii=False).encode())
    except Exception as failure:  # Lambda would report it as a FunctionError
        result.wrong.append(f"{stack.name}: FunctionError {failure!r}: {event!r:.600}")
        return 0
    status = answer.get("statusCode") or answer.get("status") or 200
    if status >= 500:
        result.wrong.append(f"{stack.name}: {status} {answer!r:.300}: {event!r:.600}")
    if status == 200:
        expected = stack.predictions(instances(stack, event))
        got = answered(answer)
        if isinstance(got, str):
            expected, got = as_csv(expected), got.partition("\n")[2]  # type: ignore[assignment]
        if got != expected:
            result.wrong.append(f"{stack.name}: {got!r:.200} instead of {expected!r:.200}: {event!r:.600}")
    return int(status)
