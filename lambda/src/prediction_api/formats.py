"""Bodies other than one JSON document: JSON lines and CSV. Loaded when one comes."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from .problem import Problem
from .request import malformed, parse, sized

if TYPE_CHECKING:
    from typing import Any

    from .contract import Feature
    from .encoder import Encoder, Values

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def json_lines(encoder: Encoder, body: str, limit: int) -> list[Values]:
    """Return the checked values of a body with one instance per line. Blank lines do not count."""
    instances = []
    for number, line in enumerate(body.split("\n"), 1):
        if line.strip():
            try:
                instances.append(parse(line))
            except (ValueError, RecursionError):
                raise Problem("body_malformed", f"Line {number} of the body is not JSON.") from None
    return encoder.accept(sized(instances, limit), body, lines=True)


def csv_table(encoder: Encoder, body: str, content_type: str, limit: int) -> list[Values]:
    """Return the checked values of a CSV body: with a header in any order, or without one in the contract's order."""
    try:
        rows = [row for row in csv.reader(io.StringIO(body, newline=""), strict=True) if row]
    except csv.Error as error:
        raise malformed("CSV", error) from None
    names = encoder.names
    header = "header=present" in content_type or ("header=absent" not in content_type and _is_header(rows, names))
    if header and rows:
        first = [name.strip() for name in rows.pop(0)]
        if len(set(first)) < len(first):
            raise Problem("body_malformed", "The CSV header names a column twice.")
        names = first
    features = {feature.name: feature for feature in encoder.contract.features}
    instances: list[Any] = []
    for row in sized(rows, limit):
        values = [_value(features.get(name), text) for name, text in zip(names, row, strict=False)]
        values += row[len(names) :] if len(row) > len(names) else []
        instances.append(dict(zip(names, values, strict=True)) if header and len(values) == len(names) else values)
    return encoder.accept(instances)


def _is_header(rows: list[list[str]], names: list[str]) -> bool:
    return bool(rows) and {name.strip() for name in rows[0]} <= set(names)


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
