"""What a contract may do without: optional features, those of some types, and steps. Loaded if it has any."""

from __future__ import annotations

import math
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

from .contract import NUMBER_TYPES, TEXT_TYPES, csv_safe
from .encoder import PARTS, ZEROS, Doubt, datetime_check, number_check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .contract import Column, Feature
    from .encoder import Check, Convert, Values


def check_of(feature: Feature, in_csv: bool) -> Check:
    """Return a function that gives a feature's values back checked, or raises one of DOUBTS."""
    if feature.type in NUMBER_TYPES:
        check = number_check(feature)
    elif feature.type in TEXT_TYPES:
        check = _text_check(feature, in_csv)
    else:
        check = {"boolean": _boolean_check, "date": _date_check, "datetime": datetime_check}[feature.type]
    return _optional(feature.default, check) if feature.optional else check


def _boolean_check(values: Values) -> Values:
    if set(map(type, values)) != {bool}:
        raise Doubt
    return list(map(int, values))


def _text_check(feature: Feature, in_csv: bool) -> Check:
    allowed = frozenset(feature.values)
    longest = math.inf if feature.max_length is None else feature.max_length

    def check(values: Values) -> Values:
        if allowed:
            if not allowed.issuperset(values):
                raise Doubt
        elif max(map(len, values)) > longest or (in_csv and not all(map(csv_safe, values))):
            raise Doubt
        else:
            "".join(values).encode()  # a lone surrogate is a UnicodeEncodeError, which is a ValueError
        return values

    return check


def _date_check(values: Values) -> Values:
    if set(map(len, values)) != {10} or "".join(values).translate(ZEROS) != "0000-00-00" * len(values):
        raise Doubt
    return list(map(date.fromisoformat, values))


def _optional(default: Any, check: Check) -> Check:
    def fill(values: Values) -> Values:
        if None not in values:
            return check(values)
        if default is not None:
            return check([default if value is None else value for value in values])
        return present(check, values)

    return fill


def present(function: Check, values: Values) -> Values:
    """Return the function's result on what is present, with None where it is not."""
    present = [value for value in values if value is not None]
    rest: Iterator[Any] = iter(function(present) if present else ())
    return [None if value is None else next(rest) for value in values]


def functions_of(column: Column) -> list[Convert]:
    """Return the function that computes a column's value by its steps, or one function per value for one-hot."""
    known = column.feature.values
    if column.onehot:
        return [lambda value, one=one: int(value == one) for one in known]  # type: ignore[misc]
    steps = [PARTS[column.part]] if column.part else []
    steps += [_step(name, numbers, known) for name, numbers in column.steps]

    def compute(value: Any) -> Any:
        for function in steps:
            value = function(value)
        if not isfinite(value):
            raise Doubt
        return value

    return [compute]


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
