"""Bodies and answers of every form but the usual one. Loaded when one comes."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

from .problem import Problem
from .quick import parse

if TYPE_CHECKING:
    from typing import Any

    from .contract import Contract, Feature
    from .encoder import Encoder

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
LINES = ("application/jsonlines", "application/x-ndjson", "application/x-jsonlines", "application/json-lines")
BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def read(encoder: Encoder, body: str, content_type: str, limit: int) -> tuple[list[Any], str, bool]:
    """Return the instances of a body, and for JSON the text they came from and whether it is JSON lines.

    Raises Problem for whatever is wrong with the form of the body.
    """
    if not body:
        raise Problem("body_empty")
    kind = content_type.partition(";")[0].strip().lower() or "application/json"
    if kind == "application/json" or kind.endswith("+json"):
        try:
            document = parse(body)
        except (ValueError, RecursionError) as error:
            raise malformed("JSON", error) from None
        return instances_of(document, limit), body, False
    if kind in LINES:
        return sized(_lines(body), limit), body, True
    if kind == "text/csv":
        return _table(encoder, body, content_type, limit), "", False
    raise Problem("content_type_unsupported", f"Send application/json, {LINES[0]} or text/csv.")


def malformed(form: str, error: Exception) -> Problem:
    """Return the problem of a body that is not of its form: where, but not what."""
    where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    return Problem("body_malformed", f"The body is not {form}{where}.")


def instances_of(document: Any, limit: int) -> list[Any]:
    """Return the instances of a parsed body. Raises Problem if it has none, too many, or anything besides them."""
    if type(document) is not dict or "instances" not in document:
        raise Problem("instances_missing")
    if len(document) > 1:
        names = sorted(document.keys() - {"instances"})
        raise Problem("instances_missing", f"{len(names)} unknown member(s) beside instances in the body.")
    return sized(document["instances"], limit)


def sized(instances: Any, limit: int) -> list[Any]:
    """Return the instances if they are a list of at least one and at most ``limit``."""
    if type(instances) is not list:
        raise Problem("instances_missing", "instances must be an array.")
    if not instances:
        raise Problem("instances_empty")
    if len(instances) > limit:
        raise Problem("too_many_instances", f"{len(instances)} instances; at most {limit} fit in one request.")
    return instances


def _lines(body: str) -> list[Any]:
    instances = []
    for number, line in enumerate(body.split("\n"), 1):
        if line.strip():
            try:
                instances.append(parse(line))
            except (ValueError, RecursionError):
                raise Problem("body_malformed", f"Line {number} of the body is not JSON.") from None
    return instances


def _table(encoder: Encoder, body: str, content_type: str, limit: int) -> list[Any]:
    try:
        lines = io.StringIO(body.removeprefix("\ufeff"), newline="")
        rows = list(filter(None, csv.reader(lines, strict=True))) or [[]]
    except csv.Error as error:
        raise malformed("CSV", error) from None
    names = encoder.names
    header = "header=present" in content_type
    if not header and "header=absent" not in content_type:
        header = {name.strip() for name in rows[0]} <= set(names)
    if header:
        names = [name.strip() for name in rows.pop(0)]
        if len(set(names)) < len(names) or not set(map(len, rows)) <= {len(names)}:
            raise Problem("body_malformed", "The CSV header repeats a name, or a row has another number of fields.")
    features = {feature.name: feature for feature in encoder.contract.features}
    columns = [features.get(name) for name in names]
    instances: list[Any] = []
    for row in sized(rows, limit):
        values = list(map(_value, columns, row)) if len(row) == len(columns) else row
        instances.append(dict(zip(names, values, strict=True)) if header else values)
    return instances


def _value(feature: Feature | None, text: str) -> Any:
    """Return a field as JSON would carry it; text that is not of the feature's type stays text, and fails there."""
    if text == "":
        return None
    kind = feature.type if feature else ""
    if kind in ("number", "integer"):
        if INTEGER.fullmatch(text):
            return int(text)
        return float(text) if NUMBER.fullmatch(text) else text
    return BOOLEANS.get(text.lower(), text) if kind == "boolean" else text


def negotiate(accept: str) -> str:
    """Return the media type of the answer that an Accept header prefers. Raises Problem if it allows none of ours."""
    best, chosen = 0.0, ""
    for form, ranges in (
        ("application/json", ("application/json", "application/*", "*/*")),
        ("text/csv", ("text/csv", "text/*")),
    ):
        for part in accept.lower().split(","):
            media, *parameters = (piece.strip() for piece in part.split(";"))
            quality = next((_quality(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
            if media in ranges and quality > best:
                best, chosen = quality, form
    if not chosen:
        raise Problem("accept_unsupported")
    return chosen


def _quality(text: str) -> float:
    return float(text) if NUMBER.fullmatch(text) else 0.0


def csv_answer(contract: Contract, predictions: list[Any]) -> str:
    """Return predictions as CSV with a header, one line per instance."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    flat = [_flat(contract, prediction) for prediction in predictions]
    writer.writerow(flat[0])
    writer.writerows(one.values() for one in flat)
    return file.getvalue()


def _flat(contract: Contract, prediction: Any) -> dict[str, Any]:
    if not isinstance(prediction, dict):
        return {contract.output_name: prediction}
    rest = {contract.output_name if name == "label" else name: value for name, value in prediction.items()}
    probabilities = rest.pop("probabilities", [])
    names = contract.labels or range(len(probabilities))
    return rest | {f"probability_{name}": one for name, one in zip(names, probabilities, strict=False)}
