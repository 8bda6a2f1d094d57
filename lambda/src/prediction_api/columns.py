# SPDX-License-Identifier: Apache-2.0
"""The model's columns, computed from checked values: parts of dates, and steps such as log1p or onehot."""

from __future__ import annotations

import math
from datetime import date
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from .missing import apply_to_present
from .problems import UNCONFIRMED, Unconfirmed
from .validation_report import uncomputable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .contract import Column, Contract

    Values = Sequence[Any]
    Convert = Callable[[Any], Any]
    Evaluate = Callable[[Sequence[Values]], list[Values]]

PARTS: dict[str, Convert] = {
    **{name: attrgetter(name) for name in ("year", "month", "day", "hour", "minute", "second")},
    "dayofweek": date.weekday,
    "dayofyear": lambda day: day.toordinal() - date(day.year, 1, 1).toordinal() + 1,
    "quarter": lambda day: (day.month + 2) // 3,
    "weekofyear": lambda day: day.isocalendar()[1],
}


class Columns:
    """The functions that compute the columns of a contract, one for each entry of ``columns``."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.evaluates = [_evaluate(column, contract.largest) for column in contract.model_columns]

    def matrix(self, accepted: list[Values], instances: Callable[[], list[Any]]) -> list[Values]:
        """Return one sequence per column, of numbers, texts and None. Raises Problem if a step has no finite result.

        ``accepted`` holds the checked values by feature; ``instances`` returns what they were sent as.
        """
        try:
            return [values for evaluate in self.evaluates for values in evaluate(accepted)]
        except UNCONFIRMED:
            raise uncomputable(self._contract, self.evaluates, accepted, instances()) from None


def functions(column: Column, largest: float) -> list[Convert]:
    """Return the function that computes a column's value, one per value for one-hot, none for the feature itself.

    It raises Unconfirmed for a result beyond ``largest``.
    """
    if not column.steps:
        return [PARTS[column.part]] if column.part else []
    values = column.feature.values
    if column.onehot:
        return [partial(_equals, value) for value in values]
    part = [PARTS[column.part]] if column.part else []
    return [partial(_apply, largest, [*part, *(_step(name, numbers, values) for name, numbers in column.steps)])]


def _evaluate(column: Column, largest: float) -> Evaluate:
    """Return a function that computes a column, or several for one-hot, from the checked values by feature."""
    index = column.index
    made = functions(column, largest)
    if not made:
        return lambda accepted: [accepted[index]]
    if column.feature.missing and not column.onehot:
        return lambda accepted: [apply_to_present(lambda values: list(map(made[0], values)), accepted[index])]
    return lambda accepted: [list(map(function, accepted[index])) for function in made]


def _equals(known: Any, value: Any) -> int:
    return int(value == known)


def _apply(largest: float, steps: list[Convert], value: Any) -> Any:
    for step in steps:
        value = step(value)
    if not abs(value) <= largest:  # NaN is not
        raise Unconfirmed
    return value


def _step(name: str, numbers: tuple[float, ...], known: Values) -> Convert:
    if name == "ordinal":
        return {value: position for position, value in enumerate(known)}.__getitem__
    if name == "log1p":
        return math.log1p
    if name == "standardize":
        mean, scale = numbers
        return lambda value: (value - mean) / scale
    wave, period = math.sin if name == "sin" else math.cos, numbers[0]
    return lambda value: wave(math.tau * value / period)
