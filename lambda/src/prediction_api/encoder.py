"""Instances in, the model's columns out: a quick path over whole columns, and ``faults`` for whatever it doubts."""

from __future__ import annotations

import math
from datetime import date, datetime
from math import isfinite
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from .contract import INTEGER_LIMIT, NUMBER_TYPES, TEXT_TYPES, csv_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from .contract import Column, Contract, Feature

    Values = Sequence[Any]
    Check = Callable[[Values], Values]
    Convert = Callable[[Any], Any]
    Evaluate = Callable[[Sequence[Values]], list[Values]]

TEXTUAL = {*TEXT_TYPES, "date", "datetime"}
INTEGERS = {int}
NUMBERS = {int, float}
FEBRUARY = 2
BEFORE_MONTH = (0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
ZEROS = str.maketrans("123456789", "0" * 9)
SHAPES = {
    "0000-00-00" + sep + "00:00" + rest
    for sep in " T"
    for rest in ("", ":00", *(":00." + "0" * n for n in range(1, 7)))
}
PARTS: dict[str, Convert] = {
    **{name: attrgetter(name) for name in ("year", "month", "day", "hour", "minute", "second")},
    "dayofweek": date.weekday,
    "dayofyear": lambda day: BEFORE_MONTH[day.month] + day.day + (day.month > FEBRUARY and _leap(day.year)),
    "quarter": lambda day: (day.month + 2) // 3,
    "weekofyear": lambda day: day.isocalendar()[1],
}
DOUBTS = (TypeError, ValueError, OverflowError, KeyError)


class Doubt(ValueError):  # noqa: N818
    """The quick path cannot vouch for the instances; whether they are wrong is for ``faults`` to say."""


class Encoder:
    """The contract compiled into one check per feature and one function per column."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.names = [feature.name for feature in contract.features]
        in_csv = {
            column.index for column in contract.model_columns if column.text and contract.content_type == "text/csv"
        }
        self.checks = [_check(feature, index in in_csv) for index, feature in enumerate(contract.features)]
        self.evaluates = [_evaluate(column) for column in contract.model_columns]
        self._known = frozenset(self.names)
        self._texts = [index for index, feature in enumerate(contract.features) if feature.type in TEXTUAL]

    def accept(self, instances: list[Any], text: str = "", *, lines: bool = False) -> list[Values]:
        """Return one sequence of checked values per feature: defaults filled in, dates parsed, None where missing.

        ``text`` is what the instances were parsed from, a JSON document or JSON ``lines``: only it can show a key that
        is given twice. Raises ``Problem`` with every fault.
        """
        try:
            columns, quotes = self._split(instances)
            checked = self.check(columns)
            # without backslashes every quote bounds a string: what was not parsed is a key that is given twice
            quotes += 0 if lines else 2
            for index in self._texts:
                quotes += 2 * (len(instances) - columns[index].count(None))
            if text and (text.count('"') != quotes or "\\" in text):
                from .faults import repeats

                if repeats(text, lines=lines):
                    raise Doubt
        except DOUBTS:
            from .faults import examine

            return examine(self, instances, text, lines=lines)
        return checked

    def check(self, columns: Sequence[Values]) -> list[Values]:
        """Return the values by feature checked, defaults filled in, dates parsed. Raises one of DOUBTS."""
        return [check(column) for check, column in zip(self.checks, columns, strict=True)]

    def matrix(self, accepted: list[Values], instances: Callable[[], list[Any]]) -> list[Values]:
        """Return the model's columns as numbers, texts and None. Raises ``Problem`` if a step has no finite result.

        ``instances`` gives those that were accepted.
        """
        try:
            return [values for evaluate in self.evaluates for values in evaluate(accepted)]
        except DOUBTS:
            from .faults import uncomputable

            raise uncomputable(self, accepted, instances()) from None

    def _split(self, instances: list[Any]) -> tuple[Sequence[Values], int]:
        """Return the values by feature, and how many quotes the keys of the instances have."""
        kinds = set(map(type, instances))
        rows, quotes = instances, 0
        if kinds == {dict}:
            if "features" in instances[0]:
                quotes = 2 * sum(map(len, instances))
                rows = list(map(itemgetter("features"), instances))
                kinds = set(map(type, rows))
                if quotes != 2 * len(rows):
                    raise Doubt
            elif all(map(self._known.issuperset, instances)):
                return [[row.get(name) for row in instances] for name in self.names], 2 * sum(map(len, instances))
        if kinds != {list} or set(map(len, rows)) != {len(self.names)}:
            raise Doubt
        return list(zip(*rows, strict=True)), quotes


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _check(feature: Feature, in_csv: bool) -> Check:
    """Return a function that gives a feature's values back checked, or raises one of DOUBTS."""
    if feature.type in NUMBER_TYPES:
        check = _number_check(feature)
    elif feature.type == "boolean":
        check = _boolean_check
    elif feature.type in TEXT_TYPES:
        check = _text_check(feature, in_csv)
    else:
        check = _date_check if feature.type == "date" else _datetime_check
    return _optional(feature.default, check) if feature.optional else check


def bounds(feature: Feature) -> tuple[float, float] | None:
    """Return bounds within which no value is doubtful; None if the feature's values leave gaps.

    A float beyond 2^53 is right, but an integer is not, so that is a bound for both.
    """
    low = -INTEGER_LIMIT if feature.minimum is None else max(feature.minimum, -INTEGER_LIMIT)
    high = INTEGER_LIMIT if feature.maximum is None else min(feature.maximum, INTEGER_LIMIT)
    if not feature.values:
        return low, high
    first, last = min(feature.values), max(feature.values)
    gapless = feature.type == "integer" and last - first == len(feature.values) - 1
    return (max(low, first), min(high, last)) if gapless else None


def _number_check(feature: Feature) -> Check:
    integer = feature.type == "integer"
    allowed = frozenset(feature.values)
    low, high = bounds(feature) or (-INTEGER_LIMIT, INTEGER_LIMIT)

    def check(values: Values) -> Values:
        kinds = set(map(type, values))
        if kinds != INTEGERS and (integer or not kinds <= NUMBERS or not isfinite(sum(values))):
            raise Doubt
        if allowed:
            if not allowed.issuperset(values):
                raise Doubt
        elif not (low <= min(values) and max(values) <= high):
            raise Doubt
        return values

    return check


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


def _datetime_check(values: Values) -> Values:
    text = "\n".join(values)
    # Python 3.14 takes hour 24 for the next day
    if not SHAPES.issuperset(text.translate(ZEROS).split("\n")) or " 24:" in text or "T24:" in text:
        raise Doubt
    return list(map(datetime.fromisoformat, values))


def moment(value: Any) -> datetime:
    """Return one value of a datetime feature. Raises one of DOUBTS."""
    if type(value) is not str or value.translate(ZEROS) not in SHAPES or value[11:13] == "24":
        raise Doubt
    return datetime.fromisoformat(value)


def _optional(default: Any, check: Check) -> Check:
    def fill(values: Values) -> Values:
        if None not in values:
            return check(values)
        if default is not None:
            return check([default if value is None else value for value in values])
        return _present(check, values)

    return fill


def _present(function: Check, values: Values) -> Values:
    """Return the function's result on what is present, with None where it is not."""
    present = [value for value in values if value is not None]
    rest: Iterator[Any] = iter(function(present) if present else ())
    return [None if value is None else next(rest) for value in values]


def _evaluate(column: Column) -> Evaluate:
    """Return a function that computes a column, or several for one-hot, from the accepted values by feature."""
    index = column.index
    flags = onehot(column)
    if flags:
        return lambda accepted: [list(map(flag, accepted[index])) for flag in flags]
    chain = functions(column)
    if not chain:
        return lambda accepted: [accepted[index]]
    function = chain[0]

    def compute(values: Values) -> Values:
        return list(map(function, values))

    if column.feature.missing:
        return lambda accepted: [_present(compute, accepted[index])]
    return lambda accepted: [compute(accepted[index])]


def onehot(column: Column) -> list[Convert]:
    """Return one function per value of a one-hot column, and none for another column."""
    values = column.feature.values if column.onehot else ()
    return [lambda value, one=one: int(value == one) for one in values]  # type: ignore[misc]


def functions(column: Column) -> list[Convert]:
    """Return the one function that computes a column's value, or none where the feature's value stands as it is."""
    steps = [PARTS[column.part]] if column.part else []
    steps += [_step(name, numbers, column.feature.values) for name, numbers in column.steps]
    if not column.steps:
        return steps

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
