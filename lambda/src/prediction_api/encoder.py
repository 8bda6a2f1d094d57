"""Instances in, the model's columns out: a quick path over whole columns, and ``faults`` for whatever it doubts."""

from __future__ import annotations

import math
from datetime import date, datetime
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING

from .contract import INTEGER_LIMIT, TEXT_TYPES, csv_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from .contract import Column, Contract, Feature

    Values = Sequence[Any]
    Check = Callable[[Values], Values]
    Evaluate = Callable[[Values], list[Values]]

NUMBERS = {int, float}
BEFORE_MONTH = (0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
ZEROS = str.maketrans("123456789", "0" * 9)
DATE_SHAPE = "0000-00-00"
TIME_SHAPES = ("00:00", "00:00:00", *("00:00:00." + "0" * digits for digits in range(1, 7)))
SHAPES = {
    "date": {DATE_SHAPE},
    "datetime": {DATE_SHAPE + separator + time for separator in " T" for time in TIME_SHAPES},
}
STRINGS = {"category", "string", "date", "datetime"}


class Doubt(Exception):  # noqa: N818
    """The quick path cannot vouch for the instances; whether they are wrong is for ``faults`` to say."""


class Encoder:
    """The contract compiled into one check per feature and one function per column."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.names = [feature.name for feature in contract.features]
        self._known = frozenset(self.names)
        self._size = len(self.names)
        self._checks = [_check(feature, contract.content_type) for feature in contract.features]
        self._evaluate = [_evaluate(column) for column in contract.model_columns]
        self._strings = [index for index, feature in enumerate(contract.features) if feature.type in STRINGS]
        pick = itemgetter(*self.names)
        self._pick: Callable[[Any], tuple[Any, ...]] = pick if self._size > 1 else lambda row: (pick(row),)

    def accept(self, instances: list[Any], text: str = "", *, lines: bool = False) -> list[Values]:
        """Return one sequence of checked values per feature: defaults filled in, dates parsed, None where missing.

        ``text`` is what the instances were parsed from, a JSON document or JSON ``lines``: only it can show a key that
        is given twice. Raises ``Problem`` with every fault.
        """
        try:
            columns, keys = self._split(instances)
            checked = [check(column) for check, column in zip(self._checks, columns, strict=True)]
        except (Doubt, TypeError, ValueError, OverflowError, KeyError):
            return self._examine(instances, text, lines)
        if text:
            # without backslashes every quote bounds a string: a key that was given twice left more quotes than strings
            strings = sum(len(columns[index]) - columns[index].count(None) for index in self._strings)
            if "\\" in text or text.count('"') != 2 * (strings + keys + (not lines)):
                return self._examine(instances, text, lines)
        return checked

    def matrix(self, accepted: list[Values]) -> list[Values]:
        """Return the model's columns as numbers, texts and None. Raises ``Problem`` if a step has no finite result."""
        try:
            return [values for evaluate in self._evaluate for values in evaluate(accepted)]
        except (Doubt, ValueError, OverflowError):
            from .faults import uncomputable

            raise uncomputable(self, accepted) from None

    def check(self, index: int, value: Any) -> Any:
        """Return one value of the feature at ``index``, checked. Raises Doubt, TypeError, ValueError, OverflowError."""
        return self._checks[index]((value,))[0]

    def evaluate(self, index: int, accepted: Values) -> None:
        """Compute the column at ``index`` of one instance. Raises Doubt, ValueError or OverflowError."""
        self._evaluate[index]([(value,) for value in accepted])

    def _split(self, instances: list[Any]) -> tuple[list[Values], int]:
        """Return the values by feature, and how many keys the instances have."""
        kinds = set(map(type, instances))
        count = len(instances)
        keys = 0
        if kinds == {dict}:
            sizes = set(map(len, instances))
            if sizes == {1} and "features" in instances[0]:
                instances = list(map(itemgetter("features"), instances))
                kinds = set(map(type, instances))
                keys = count
            elif all(map(self._known.issuperset, instances)):
                if sizes == {self._size}:
                    return list(zip(*map(self._pick, instances), strict=True)), count * self._size
                return [[row.get(name) for row in instances] for name in self.names], sum(map(len, instances))
        if kinds != {list} or set(map(len, instances)) != {self._size}:
            raise Doubt
        return list(zip(*instances, strict=True)), keys

    def _examine(self, instances: list[Any], text: str, lines: bool) -> list[Values]:
        from .faults import examine

        return examine(self, instances, text, lines)


def _check(feature: Feature, content_type: str) -> Check:
    """Return a function that gives a feature's values back checked, or raises."""
    if feature.type in ("number", "integer"):
        check = _number_check(feature)
    elif feature.type == "boolean":
        check = _boolean_check
    elif feature.type in TEXT_TYPES:
        check = _text_check(feature, content_type)
    else:
        check = _date_check(feature.type)
    return _optional(feature, check) if feature.optional else check


def _number_check(feature: Feature) -> Check:
    integer = feature.type == "integer"
    allowed = set(feature.values) if feature.values else None
    low, high = feature.minimum, feature.maximum

    def check(values: Values) -> Values:
        kinds = set(map(type, values))
        if kinds == {int}:
            if min(values) < -INTEGER_LIMIT or max(values) > INTEGER_LIMIT:
                raise Doubt
        elif (
            integer
            or not kinds <= NUMBERS
            or not all(map(isfinite, values))
            or (int in kinds and any(type(value) is int and abs(value) > INTEGER_LIMIT for value in values))
        ):
            raise Doubt
        if allowed is not None and not set(values) <= allowed:
            raise Doubt
        if (low is not None and min(values) < low) or (high is not None and max(values) > high):
            raise Doubt
        return values

    return check


def _boolean_check(values: Values) -> Values:
    if set(map(type, values)) != {bool}:
        raise Doubt
    return list(map(int, values))


def _text_check(feature: Feature, content_type: str) -> Check:
    allowed = set(feature.values) if feature.values else None
    longest = feature.max_length
    for_csv = content_type == "text/csv"

    def check(values: Values) -> Values:
        if allowed is not None:
            if not set(values) <= allowed:
                raise Doubt
            return values
        if set(map(type, values)) != {str} or (longest is not None and max(map(len, values)) > longest):
            raise Doubt
        "".join(values).encode()  # a lone surrogate is a UnicodeEncodeError, which is a ValueError
        if for_csv and not all(map(csv_safe, values)):
            raise Doubt
        return values

    return check


def _date_check(kind: str) -> Check:
    shapes = SHAPES[kind]
    parse: Callable[[str], date] = date.fromisoformat if kind == "date" else datetime.fromisoformat

    def check(values: Values) -> Values:
        if not set("\n".join(values).translate(ZEROS).split("\n")) <= shapes:
            raise Doubt
        parsed = list(map(parse, values))
        # Python 3.14 reads hour 24 as the next day
        if kind == "datetime" and any(text[11:13] == "24" for text in values):
            raise Doubt
        return parsed

    return check


def _optional(feature: Feature, check: Check) -> Check:
    default = feature.default

    def fill(values: Values) -> Values:
        if None not in values:
            return check(values)
        if default is not None:
            return check([default if value is None else value for value in values])
        present = [value for value in values if value is not None]
        rest: Iterator[Any] = iter(check(present) if present else ())
        return [None if value is None else next(rest) for value in values]

    return fill


def _evaluate(column: Column) -> Evaluate:
    """Return a function that computes a column, or several for one-hot, from the accepted values by feature."""
    index, missing = column.index, column.feature.missing
    if column.steps and column.steps[0][0] == "onehot":
        known = column.feature.values or ()
        return lambda accepted: [[int(value == one) for value in accepted[index]] for one in known]
    functions = [_step(name, numbers, column) for name, numbers in column.steps]
    if column.part:
        functions.insert(0, _part(column.part))
    if not functions:
        return lambda accepted: [accepted[index]]
    checked = bool(column.steps)

    def evaluate(accepted: Values) -> list[Values]:
        values: Values = accepted[index]
        places = None
        if missing and None in values:
            places = values
            values = [value for value in values if value is not None]
        for function in functions:
            values = function(values)
        if checked and not all(map(isfinite, values)):
            raise Doubt
        if places is None:
            return [values]
        rest = iter(values)
        return [[None if value is None else next(rest) for value in places]]

    return evaluate


def _part(name: str) -> Callable[[Values], Values]:
    parts: dict[str, Callable[[Values], Values]] = {
        "year": lambda dates: [day.year for day in dates],
        "month": lambda dates: [day.month for day in dates],
        "day": lambda dates: [day.day for day in dates],
        "hour": lambda dates: [day.hour for day in dates],
        "minute": lambda dates: [day.minute for day in dates],
        "second": lambda dates: [day.second for day in dates],
        "dayofweek": lambda dates: [day.weekday() for day in dates],
        "dayofyear": lambda dates: list(map(_day_of_year, dates)),
        "quarter": lambda dates: [(day.month + 2) // 3 for day in dates],
        "weekofyear": lambda dates: [day.isocalendar()[1] for day in dates],
    }
    return parts[name]


def _day_of_year(day: date) -> int:
    year = day.year
    leap = day.month > 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return BEFORE_MONTH[day.month] + day.day + leap


def _step(name: str, numbers: tuple[float, ...], column: Column) -> Callable[[Values], Values]:
    if name == "ordinal":
        order = {value: position for position, value in enumerate(column.feature.values or ())}
        return lambda values: [order[value] for value in values]
    if name == "log1p":
        return lambda values: list(map(math.log1p, values))
    if name == "standardize":
        mean, scale = numbers
        return lambda values: [(value - mean) / scale for value in values]
    period = numbers[0]
    wave = math.sin if name == "sin" else math.cos
    return lambda values: [wave(math.tau * value / period) for value in values]
