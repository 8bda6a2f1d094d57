# SPDX-License-Identifier: Apache-2.0
"""The rules for numbers in a request: the only place that decides on a value, a column and the error report."""

from __future__ import annotations

import json
from math import inf, isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

INTEGER_LIMIT = 2**53  # beyond it, a float (and so every model) cannot tell neighboring integers apart
LARGEST = 1.7976931348623157e308  # a float
LARGEST_SINGLE = 3.4028234663852886e38  # a float of 32 bits, which XGBoost computes with
INTEGERS = {int}
NUMBERS = {int, float}
LISTED = 20  # values that an error detail lists


def parse_number(value: Any, *, integer: bool) -> float | None:
    """Return a number that a contract declares, perhaps as text, or None if it is not a finite number of the type."""
    if "_" in str(value):  # a separator of digits only in Python
        return None
    try:
        number = float(value)
    except (ValueError, TypeError):
        return None
    if number.is_integer() and abs(number) <= INTEGER_LIMIT:
        return int(number)
    return None if integer or not isfinite(number) else number


class NumberRule:
    """The rule of one feature: its type, its bounds, its values, and the largest number that the model can read.

    ``accepts_all`` is fast and strict: what it rejects may still be valid (4.0 for an integer,
    1e300 for a number), and ``problem`` decides. Booleans are never numbers.
    """

    __slots__ = ("allowed", "high", "integer", "largest", "low", "maximum", "minimum", "values")

    def __init__(
        self, *, integer: bool, minimum: float | None, maximum: float | None, values: Sequence[float], largest: float = LARGEST
    ) -> None:
        self.largest = largest
        self.integer = integer
        self.minimum = minimum
        self.maximum = maximum
        self.values = values
        self.low = max(-inf if minimum is None else minimum, -INTEGER_LIMIT)
        self.high = min(inf if maximum is None else maximum, INTEGER_LIMIT)
        self.allowed = frozenset(value for value in values if self.low <= value <= self.high)

    def accepts_all(self, values: Sequence[Any]) -> bool:
        """Whether every value is certainly valid. Raises TypeError for values that cannot be compared."""
        kinds = set(map(type, values))
        if kinds != INTEGERS and (self.integer or not kinds <= NUMBERS or not isfinite(sum(values))):
            return False
        if self.values:
            return self.allowed.issuperset(values)
        return bool(self.low <= min(values) and max(values) <= self.high)

    def normalized(self, value: Any) -> Any:
        """Return a whole float as an integer where integers are due: JSON has one type of number, and 4.0 is 4."""
        return int(value) if self.integer and type(value) is float and value.is_integer() else value

    def problem(self, value: Any) -> tuple[str, str] | None:
        """Return the code and the detail of what is wrong with a normalized value, or None. Never repeats the value."""
        kind = type(value)
        if kind is float and not isfinite(value):
            return "not_finite", "must be a finite number"
        if kind is not int and (self.integer or kind is not float):
            return "type", f"must be {'an integer' if self.integer else 'a number'}"
        if kind is int and abs(value) > INTEGER_LIMIT:
            return "integer_range", "must be an integer between -2^53 and 2^53"
        if abs(value) > self.largest:
            return "float_range", "must be between -3.4e38 and 3.4e38, as the model computes with 32-bit floats"
        if self.values and value not in self.values:
            return "value", f"must be one of {listed(self.values)}"
        return self._range_problem(value)

    def _range_problem(self, value: float) -> tuple[str, str] | None:
        if self.minimum is not None and value < self.minimum:
            return "minimum", f"must be at least {self.minimum}"
        if self.maximum is not None and value > self.maximum:
            return "maximum", f"must be at most {self.maximum}"
        return None


def listed(values: Sequence[Any]) -> str:
    """Return the first values of a feature as JSON, for an error detail."""
    shown = [json.dumps(value) for value in values[:LISTED]]
    return ", ".join(shown) + (", ..." if len(values) > LISTED else "")
