# SPDX-License-Identifier: Apache-2.0
"""The output's steps and labels: decoded answers to predictions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .problems import UnusableAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .contract import Contract

    Step = Callable[[float], float]
    Transform = Callable[[list[Any]], list[Any]]

MARGIN_HINT = "a probability is below 0 or above 1: if the model returns margins (binary:logitraw), add the output step sigmoid"
SCORES_HINT = "the probabilities of a row are not shares of 1: if the model returns scores of classes, add the output step softmax"
SUM_SLACK = 0.05  # ten classes, rounded to two decimals by the container


def transform_of(contract: Contract) -> Transform:
    """Return the function from decoded answers to predictions: the output's steps, then its labels.

    It raises OverflowError if a step overflows, ValueError or IndexError if there is no such class, and
    UnusableAnswerError for numbers that are not probabilities.
    """
    if contract.kind == "multiclass":
        return _classes(contract)
    steps = [_step(name, numbers) for name, numbers in contract.output_steps if name != "threshold"]
    limit = next((numbers[0] for name, numbers in contract.output_steps if name == "threshold"), None)
    least = 0.5 if limit is None else limit
    labels = contract.labels
    # a margin may be compared with a limit that is not a probability, if only the decision is shown
    bounded = contract.kind == "binary" and (bool(labels) or 0 < least < 1)
    other = _complement(contract)

    def stepped(values: list[Any]) -> list[Any]:
        for function in steps:
            values = [function(value) for value in values]  # of one value, in half the time of map
        return values

    def transform(values: list[Any]) -> list[Any]:
        values = stepped(values)
        if bounded and (min(values) < 0 or max(values) > 1):
            raise UnusableAnswerError(MARGIN_HINT)
        if labels:
            return [
                {"label": labels[1], "probability": value} if value >= least else {"label": labels[0], "probability": other(value)}
                for value in values
            ]
        return values if limit is None else [int(value >= limit) for value in values]

    return transform if bounded or labels or limit is not None else stepped


def _complement(contract: Contract) -> Step:
    """Return the function from the probability of class 1 to that of class 0, rounded alike."""
    digits = next((int(numbers[0]) for name, numbers in reversed(contract.output_steps) if name == "round"), None)
    return lambda value: 1 - value if digits is None else round(1 - value, digits)


def _classes(contract: Contract) -> Transform:
    """Return the function from decoded answers to classes, and their probabilities if the answers are vectors."""
    labels = contract.labels
    names = [name for name, _ in contract.output_steps]
    steps: list[Transform] = [_softmax if name == "softmax" else _each(_step(name, numbers)) for name, numbers in contract.output_steps]
    # rounded or clipped probabilities need not add up to 1, and those of independent classes never do
    exact = next((count for count in range(len(names), 0, -1) if names[count - 1] not in ("clip", "round")), 0)
    slack = None if "sigmoid" in names else SUM_SLACK

    def classify(value: Any) -> dict[str, Any]:
        if type(value) is not list:
            if value < 0 or value != int(value):
                raise ValueError
            return {"label": labels[int(value)] if labels else int(value)}
        if labels and len(value) != len(labels):
            raise ValueError
        for function in steps[:exact]:
            value = function(value)
        if min(value) < 0 or max(value) > 1 or (slack is not None and abs(sum(value) - 1) > slack):
            raise UnusableAnswerError(SCORES_HINT)
        for function in steps[exact:]:
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
