"""Answers to generated requests and direct events, checked against the boosters."""

from __future__ import annotations

import base64
import csv
import io
import json
import random
from collections import Counter
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

from generated_requests import direct, http
from generated_stacks import stacks
from serving import Context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generated_contracts import Row
    from generated_stacks import Stack


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
