"""Answers in every format that built-in algorithms and containers use, told apart by their content."""

from __future__ import annotations

import json
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING

from . import npy

if TYPE_CHECKING:
    from typing import Any

INVALID = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError)
LISTS = ("predictions", "scores", "projections")
SCALARS = ("score", "predicted_score", "probability", "predicted_label", "closest_cluster", "raw_score")
VECTORS = ("probabilities", "score", "scores", "projection", "raw_scores")


def read(body: bytes, rows: int, kind: str) -> list[Any]:
    """Return one number or one list of numbers per item of an answer. Raises one of INVALID for anything else.

    If there are not as many items as rows, they are returned as they are.
    """
    items = _items(body, rows)
    if len(items) != rows:
        return items
    if type(items[0]) is dict:
        items = list(map(itemgetter(_member(items[0], kind)), items))
    kinds = set(map(type, items))
    if list in kinds:
        return _vectors(items, kind)
    if not kinds <= {int, float} or not all(map(isfinite, items)):
        raise ValueError
    return items


def _member(item: dict[str, Any], kind: str) -> str:
    """Return which member of an item is the prediction: a known one, or else the only one."""
    names = (*VECTORS, *SCALARS) if kind == "multiclass" else (*SCALARS, *VECTORS)
    known = [name for name in names if name in item]
    (name,) = known[:1] or item
    return name


def _items(body: bytes, rows: int) -> list[Any]:
    if body.startswith(b"\x93NUMPY"):
        return npy.read(body)
    text = body.decode().strip()
    if text[:1] not in ("{", "["):
        return _csv(text, rows)
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        if text[0] == "[" and "\n" not in text:
            return list(json.loads(f"[{text}]"))  # container 1.0-1 separates the vectors of rows by commas
        return [json.loads(line) for line in text.splitlines()]
    if type(document) is list:
        lone = rows == 1 and len(document) > 1 and type(document[0]) not in (list, dict)
        return [document] if lone else document
    return next((document[name] for name in LISTS if type(document.get(name)) is list), [document])


def _csv(text: str, rows: int) -> list[Any]:
    if "," not in text:
        return list(map(float, text.split()))
    lines: list[Any] = [list(map(float, line.split(","))) for line in text.splitlines()]
    # container 1.0-1 and multi-model endpoints answer with one line, with a comma between rows
    return lines[0] if len(lines) == 1 and len(lines[0]) == rows else lines


def _vectors(items: list[Any], kind: str) -> list[Any]:
    """Return the vectors for multiclass; otherwise the number in each vector of one, or of class 1 in a binary's two."""
    widths = set(map(len, items))
    for vector in items:
        if not set(map(type, vector)) <= {int, float} or not all(map(isfinite, vector)):
            raise ValueError
    if kind == "multiclass" and len(widths) == 1 and widths != {0}:
        return items
    if widths == {1} or (kind == "binary" and widths == {2}):
        return [vector[-1] for vector in items]
    raise ValueError
