"""Instances in, the model's columns out: a quick path over whole columns, and ``faults`` for whatever it doubts."""

from __future__ import annotations

from datetime import date, datetime
from math import isfinite
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from .contract import INTEGER_LIMIT, NUMBER_TYPES, TEXT_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .contract import Column, Contract, Feature

    Values = Sequence[Any]
    Check = Callable[[Values], Values]
    Convert = Callable[[Any], Any]
    Evaluate = Callable[[Sequence[Values]], list[Values]]

TEXTUAL = {*TEXT_TYPES, "date", "datetime"}
INTEGERS = {int}
NUMBERS = {int, float}
ZEROS = str.maketrans("123456789", "0" * 9)
SHAPES = {
    "0000-00-00" + sep + "00:00" + rest
    for sep in " T"
    for rest in ("", ":00", *(":00." + "0" * n for n in range(1, 7)))
}
PARTS: dict[str, Convert] = {
    **{name: attrgetter(name) for name in ("year", "month", "day", "hour", "minute", "second")},
    "dayofweek": date.weekday,
    "dayofyear": lambda day: day.toordinal() - date(day.year, 1, 1).toordinal() + 1,
    "quarter": lambda day: (day.month + 2) // 3,
    "weekofyear": lambda day: day.isocalendar()[1],
}
DOUBTS = (TypeError, ValueError, OverflowError, KeyError, AttributeError)
MOMENTS = 20_000  # distinct datetimes that are kept


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


def _check(feature: Feature, in_csv: bool) -> Check:
    """Return a function that gives a feature's values back checked, or raises one of DOUBTS."""
    if feature.type in NUMBER_TYPES and not feature.optional:
        return number_check(feature)
    if feature.type == "datetime" and not feature.optional:
        return datetime_check
    from .kinds import check_of

    return check_of(feature, in_csv)


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


def number_check(feature: Feature) -> Check:
    """Return the check of a number or integer."""
    integer = feature.type == "integer"
    allowed = frozenset(feature.values)
    low, high = bounds(feature) or (-INTEGER_LIMIT, INTEGER_LIMIT)

    def check(values: Values) -> Values:
        kinds = set(map(type, values))
        if kinds != INTEGERS and (integer or not kinds <= NUMBERS or not isfinite(sum(values))):
            raise Doubt
        if not (allowed.issuperset(values) if allowed else low <= min(values) and max(values) <= high):
            raise Doubt
        return values

    return check


def datetime_check(values: Values) -> Values:
    """Return the values of a datetime feature. Raises one of DOUBTS."""
    shape = values[0].translate(ZEROS)
    text = "".join(values)
    if text.translate(ZEROS) != shape * len(values):
        text = "\n".join(values)
        if not SHAPES.issuperset(text.translate(ZEROS).split("\n")):
            raise Doubt
    # Python 3.14 takes hour 24 for the next day
    if shape not in SHAPES or " 24:" in text or "T24:" in text:
        raise Doubt
    return list(map(datetime.fromisoformat, values))


class _Moments(dict[str, datetime]):
    """The datetimes that were asked for before: those of single requests tend to be the same."""

    def __missing__(self, value: str) -> datetime:
        if len(self) > MOMENTS:
            self.clear()
        (self[value],) = datetime_check((value,))
        return self[value]


moment = _Moments().__getitem__


def _evaluate(column: Column) -> Evaluate:
    """Return a function that computes a column, or several for one-hot, from the accepted values by feature."""
    index = column.index
    made = functions(column)
    if not made:
        return lambda accepted: [accepted[index]]
    if column.feature.missing and not column.onehot:
        from .kinds import present

        return lambda accepted: [present(lambda values: list(map(made[0], values)), accepted[index])]
    return lambda accepted: [list(map(function, accepted[index])) for function in made]


def functions(column: Column) -> list[Convert]:
    """Return the function that computes a column's value, or several for one-hot; none if it is the feature's own."""
    if column.steps:
        from .kinds import functions_of

        return functions_of(column)
    return [PARTS[column.part]] if column.part else []
