"""The endpoint's answer to predictions: by its shape, whatever built-in algorithm or container gave it."""

from __future__ import annotations

import json
import math
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .contract import Contract

    Step = Callable[[Any], Any]

LISTS = ("predictions", "scores", "projections")
VECTORS = ("probabilities", "score", "scores", "projection", "raw_scores")
NUMBERS = ("score", "predicted_score", "probability", "predicted_label", "closest_cluster", "raw_score")


def decode(body: bytes, rows: int, kind: str) -> list[Any]:
    """Return one number, or one list of numbers, per row sent. Raises Problem if the answer is anything else."""
    try:
        items = _items(body, rows)
        if len(items) != rows:
            raise Problem("answer_count", notes={"rows": rows, "answers": len(items)})
        kinds = set(map(type, items))
        if kinds == {dict}:
            items = _members(items, kind)
            kinds = set(map(type, items))
        if list in kinds:
            return _vectors(items, kind)
        if not kinds <= {int, float} or not all(map(isfinite, items)):
            raise ValueError
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise Problem("answer_invalid") from None
    return items


def _items(body: bytes, rows: int) -> list[Any]:
    if body[:6] == b"\x93NUMPY":
        return _npy(body)
    text = body.decode().strip()
    if text[:1] not in ("{", "["):
        return _csv(text, rows)
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        if text[0] == "[" and "\n" not in text:
            return list(json.loads(f"[{text}]"))  # container 1.0-1 joins the vectors of rows by commas
        return [json.loads(line) for line in text.splitlines()]
    if isinstance(document, list):
        return [document] if rows == 1 and _is_vector(document) else document
    for name in LISTS:
        if isinstance(document.get(name), list):
            return list(document[name])
    return [document]


def _is_vector(document: list[Any]) -> bool:
    return len(document) > 1 and not isinstance(document[0], list | dict)


def _csv(text: str, rows: int) -> list[Any]:
    if "," not in text:
        return list(map(float, text.split()))
    lines = [list(map(float, line.split(","))) for line in text.splitlines()]
    # container 1.0-1 and multi-model endpoints answer one line with a comma between rows
    return list(lines[0]) if len(lines) == 1 and len(lines[0]) == rows else lines


def _npy(body: bytes) -> list[Any]:
    """Read an NPY array of one or two dimensions, of little-endian floats or integers."""
    from array import array

    start = 10 + int.from_bytes(body[8:10], "little")
    if body[6] > 1:
        start = 12 + int.from_bytes(body[8:12], "little")
    header = body[:start].decode("latin-1")
    code = {"<f8": "d", "<f4": "f", "<i8": "q", "<i4": "i"}[header.split("'descr':")[1].split("'")[1]]
    if "'fortran_order': False" not in header:
        raise ValueError(header)
    shape = [int(size) for size in header.split("(")[1].split(")")[0].split(",") if size.strip()]
    values = array(code)
    values.frombytes(body[start:])
    flat = values.tolist()
    if math.prod(shape) != len(flat):
        raise ValueError(header)
    if len(shape) == 1:
        return flat
    rows, width = shape
    return [flat[row * width : (row + 1) * width] for row in range(rows)]


def _members(items: list[dict[str, Any]], kind: str) -> list[Any]:
    """Return the one member of each object that is the prediction."""
    first = items[0]
    order = (*VECTORS, *NUMBERS) if kind == "multiclass" else (*NUMBERS, *VECTORS)
    name = next(name for name in order if name in first) if any(name in first for name in order) else ""
    if not name and len(first) == 1:
        name = next(iter(first))
    return list(map(itemgetter(name), items))


def _vectors(items: list[Any], kind: str) -> list[Any]:
    """Return vectors for multiclass; else the number in each vector of one, or of class 1 in a binary's two."""
    widths = set(map(len, items))
    for vector in items:
        if not set(map(type, vector)) <= {int, float} or not all(map(isfinite, vector)):
            raise ValueError
    if kind == "multiclass" and len(widths) == 1 and widths != {0}:
        return items
    if widths == {1} or (kind == "binary" and widths == {2}):
        return [vector[-1] for vector in items]
    raise ValueError


def finisher(contract: Contract) -> Callable[[list[Any]], list[Any]]:
    """Return the function from decoded answers to predictions: the output's steps, then its labels."""
    steps = [_step(name, numbers) for name, numbers in contract.output_steps if name not in ("threshold", "softmax")]
    names = [name for name, _ in contract.output_steps]
    if contract.kind == "multiclass":
        softmax_at = names.index("softmax") if "softmax" in names else None
        return lambda values: [_class(value, steps, softmax_at, contract.labels) for value in values]
    limit = next((numbers[0] for name, numbers in contract.output_steps if name == "threshold"), None)

    def finish(values: list[Any]) -> list[Any]:
        for step in steps:
            values = _finite(step, values)
        if contract.labels:
            no, yes = contract.labels
            half = 0.5 if limit is None else limit
            return [{"label": yes if value >= half else no, "probability": value} for value in values]
        return values if limit is None else [int(value >= limit) for value in values]

    return finish


def _finite(step: Step, values: Sequence[Any]) -> list[Any]:
    try:
        values = list(map(step, values))
    except OverflowError:
        raise Problem("answer_invalid", "A step on the model's answer overflows.") from None
    return values


def _class(value: Any, steps: list[Step], softmax_at: int | None, labels: list[str]) -> dict[str, Any]:
    if not isinstance(value, list):
        if value < 0 or value != int(value) or (labels and value >= len(labels)):
            raise Problem("answer_invalid", "The model's answer is not one of the classes.")
        return {"label": labels[int(value)] if labels else int(value)}
    if labels and len(value) != len(labels):
        raise Problem("answer_invalid", "The model's answer has another number of classes than the contract.")
    for position in range(len(steps) + 1):
        if position == softmax_at:
            value = _softmax(value)
        if position < len(steps):
            value = _finite(steps[position], value)
    best = max(range(len(value)), key=value.__getitem__)
    return {"label": labels[best] if labels else best, "probabilities": value}


def _softmax(values: list[float]) -> list[float]:
    highest = max(values)
    powers = [math.exp(value - highest) for value in values]
    total = sum(powers)
    return [power / total for power in powers]


def _step(name: str, numbers: tuple[float, ...]) -> Step:
    if name == "clip":
        low, high = numbers
        return lambda value: min(max(value, low), high)
    if name == "round":
        digits = int(numbers[0])
        return lambda value: round(value, digits)
    return {"expm1": math.expm1, "exp": math.exp, "sigmoid": _sigmoid}[name]


def _sigmoid(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    power = math.exp(value)
    return power / (1 + power)
