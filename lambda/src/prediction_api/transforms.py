"""The output's steps and labels: decoded answers to predictions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .contract import Contract

    Step = Callable[[float], float]
    Transform = Callable[[list[Any]], list[Any]]


def transform_of(contract: Contract) -> Transform:
    """Return the function from decoded answers to predictions: the output's steps, then its labels.

    It raises OverflowError if a step overflows, and ValueError or IndexError if there is no such class.
    """
    if contract.kind == "multiclass":
        return _classes(contract)
    steps = [_step(name, numbers) for name, numbers in contract.output_steps if name != "threshold"]
    limit = next((numbers[0] for name, numbers in contract.output_steps if name == "threshold"), None)
    labels = contract.labels

    def transform(values: list[Any]) -> list[Any]:
        for function in steps:
            values = list(map(function, values))
        if labels:
            least = 0.5 if limit is None else limit
            return [{"label": labels[value >= least], "probability": value} for value in values]
        return values if limit is None else [int(value >= limit) for value in values]

    return transform


def _classes(contract: Contract) -> Transform:
    """Return the function from decoded answers to classes, and their probabilities if the answers are vectors."""
    labels = contract.labels
    steps: list[Transform] = [_softmax if name == "softmax" else _each(_step(name, numbers)) for name, numbers in contract.output_steps]

    def classify(value: Any) -> dict[str, Any]:
        if type(value) is not list:
            if value < 0 or value != int(value):
                raise ValueError
            return {"label": labels[int(value)] if labels else int(value)}
        if labels and len(value) != len(labels):
            raise ValueError
        for function in steps:
            value = function(value)
        best = value.index(max(value))
        return {"label": labels[best] if labels else best, "probabilities": value}

    return lambda values: list(map(classify, values))


def _each(step: Step) -> Transform:
    return lambda values: list(map(step, values))


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


def _softmax(values: list[float]) -> list[float]:
    highest = max(values)
    powers = [math.exp(value - highest) for value in values]
    total = sum(powers)
    return [power / total for power in powers]
