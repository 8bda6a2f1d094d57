"""The endpoint's answer to predictions: by its shape, whatever built-in algorithm or container gave it."""

from __future__ import annotations

import math
from math import isfinite
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .contract import Contract

    Step = Callable[[float], float]
    Finish = Callable[[list[Any]], list[Any]]

HEAD, BETWEEN, TAIL = b'{"predictions": [{"score": ', b'}, {"score": ', b"}]}"
WRONG = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError)


def decode(body: bytes, rows: int, kind: str) -> list[Any]:
    """Return one number, or one list of numbers, per row sent. Raises Problem if the answer is anything else."""
    if body.startswith(HEAD) and body.endswith(TAIL):
        items = _scores(body)
        if len(items) == rows and (isfinite(sum(items)) or all(map(isfinite, items))):
            return items
    from .shapes import read

    try:
        items = read(body, rows, kind)
    except WRONG:
        raise Problem("answer_invalid") from None
    if len(items) != rows:
        raise Problem("answer_count", notes={"rows": rows, "answers": len(items)})
    return items


def _scores(body: bytes) -> list[Any]:
    """Return the numbers of XGBoost's JSON without a dict for each; nothing if they are not plain numbers."""
    try:
        return list(map(float, body[len(HEAD) : -len(TAIL)].split(BETWEEN)))
    except ValueError:
        return []


def finisher(contract: Contract) -> Finish:
    """Return the function from decoded answers to predictions: the output's steps, then its labels.

    It raises one of ``WRONG`` if a step overflows, or there is no such class.
    """
    if contract.kind == "multiclass":
        from .shapes import classes

        return classes(contract)
    steps = [step(name, numbers) for name, numbers in contract.output_steps if name != "threshold"]
    limit = next((numbers[0] for name, numbers in contract.output_steps if name == "threshold"), None)
    labels = contract.labels

    def finish(values: list[Any]) -> list[Any]:
        for function in steps:
            values = list(map(function, values))
        if labels:
            least = 0.5 if limit is None else limit
            return [{"label": labels[value >= least], "probability": value} for value in values]
        return values if limit is None else [int(value >= limit) for value in values]

    return finish


def step(name: str, numbers: tuple[float, ...]) -> Step:
    """Return the function of an output's step on one number."""
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
