"""Seeded requests and direct events, valid and hostile."""

from __future__ import annotations

import base64
import csv
import io
import json
from typing import TYPE_CHECKING, Any

from generated_contracts import row

if TYPE_CHECKING:
    import random

    from generated_contracts import Row
    from generated_stacks import Stack

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
    else:  # an empty line is not a row
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
