"""Short cuts for the usual request: positional instances, as JSON libraries write them, for a CSV endpoint."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING

from .contract import NUMBER_TYPES
from .encoder import DOUBTS, bounds, functions, moment
from .payload import NUMBERS, TEXT_OF, numbers, repeat

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from .contract import Feature
    from .encoder import Check, Convert, Encoder

    Batch = Callable[[list[list[Any]]], list[list[str]]]
    Single = Callable[[list[Any]], str | None]

# what stands before, between and behind the rows: Python's spacing and JavaScript's, wrapped rows and bare ones
FORMS = (
    ('{"instances": [{"features": [', ']}, {"features": [', "]}]}"),
    ('{"instances":[{"features":[', ']},{"features":[', "]}]}"),
    ('{"instances": [[', "], [", "]]}"),
    ('{"instances":[[', "],[", "]]}"),
)
TEXTS = tuple(map(str, range(60)))
# the parts of dates that most contracts have, from dates to fields in one step
FIELDS: dict[str, Callable[[list[Any]], list[str]]] = {
    "month": lambda days: [TEXTS[day.month] for day in days],
    "day": lambda days: [TEXTS[day.day] for day in days],
    "hour": lambda times: [TEXTS[time.hour] for time in times],
    "minute": lambda times: [TEXTS[time.minute] for time in times],
}


def _refuse(token: str) -> NoReturn:
    raise ValueError(token)


_decoder = json.JSONDecoder(parse_constant=_refuse)  # NaN and Infinity are not JSON
_scan = _decoder.scan_once  # type: ignore[attr-defined]


def parse(text: str) -> Any:
    """Return a JSON document. Raises ValueError or RecursionError."""
    if text[0] in "{[":  # no blanks to skip, most likely
        document, end = _decoder.raw_decode(text)
        if end == len(text):
            return document
    return _decoder.decode(text)


def flat(text: str, size: int) -> list[Any] | None:
    """Return the values of all rows of ``size`` values, one row after the other, or None if there is any doubt.

    There are no booleans among them.

    That spares a list and a dict for each row. It is exact: every row has as many commas as it needs, and if one of
    them, or what stands between two rows, were part of a string or of a nested value, there would be too few values.
    """
    for head, between, tail in FORMS:
        if text.startswith(head) and text.endswith(tail):
            inner, count = text[len(head) : -len(tail)], 1
            if "true" in inner or "false" in inner:
                return None
            if between in inner:
                rows = inner.split(between)
                count = len(rows)
                if "\\" in inner or {row.count(",") for row in rows} != {size - 1}:
                    return None
                inner = ",".join(rows)
            try:
                values, end = _scan(f"[{inner}]", 0)
            except (ValueError, RecursionError, StopIteration):
                return None
            return values if len(values) == size * count and end == len(inner) + 2 else None
    return None


def _ordinary(encoder: Encoder) -> bool:
    """Whether a contract is for CSV, and all of its columns are numbers that are always there."""
    contract = encoder.contract
    special = any(column.text or column.feature.missing for column in contract.model_columns)
    return contract.content_type == "text/csv" and not special and len(contract.column_names) > 1


class _Known(dict[float, str]):
    """The texts of a feature's numbers that were found right before: one look-up checks and writes."""

    def __init__(self, check: Check, most: int) -> None:
        super().__init__()
        self.check = check
        self.most = most

    def __missing__(self, value: float) -> str:
        self.check((value,))
        if len(self) > self.most:
            self.clear()
        self[value] = text = repr(value)
        return text


def batch(encoder: Encoder) -> Batch | None:
    """Return a function from values by feature, without booleans, to the fields of CSV by column.

    It raises one of DOUBTS. Returns None itself for a contract with texts, missing values or another payload.
    """
    if not _ordinary(encoder):
        return None
    features, columns = encoder.contract.features, encoder.contract.model_columns
    raw = {column.index for column in columns if not column.part and not column.steps}
    known = {
        index: _Known(encoder.checks[index], NUMBERS // len(features))
        for index, feature in enumerate(features)
        if index in raw and feature.type in NUMBER_TYPES and not feature.optional
    }

    def write(values: list[list[Any]]) -> list[list[str]]:
        accepted: list[Any] = []
        texts: dict[int, list[str]] = {}
        for index, column in enumerate(values):
            if index in known and (features[index].values or repeat(column)):
                texts[index] = list(map(known[index].__getitem__, column))
                accepted.append(column)
            else:
                accepted.append(encoder.checks[index](column))
        fields: list[list[str]] = []
        for spec, evaluate in zip(columns, encoder.evaluates, strict=True):
            if spec.index in texts and not spec.steps:
                fields.append(texts[spec.index])
            elif spec.part in FIELDS and not spec.steps:
                fields.append(FIELDS[spec.part](accepted[spec.index]))
            else:
                fields += map(numbers, evaluate(accepted))
        return fields

    return write


def single(encoder: Encoder) -> Single | None:
    """Return a function from one instance's values to its line of CSV, or to None if it has a doubt.

    Returns None itself for a contract with texts, missing values or another payload.
    """
    contract = encoder.contract
    if not _ordinary(encoder):
        return None
    bounded: list[tuple[int, bool, float, float]] = []
    others: list[tuple[int, Convert]] = []
    for index, feature in enumerate(contract.features):
        within = bounds(feature)
        if feature.type in NUMBER_TYPES and not feature.optional and within is not None:
            bounded.append((index, feature.type == "integer", *within))
        else:
            others.append((index, _lone(feature, encoder.checks[index])))
    derived: list[tuple[int, Convert]] = []
    order: list[int] = []
    for column in contract.model_columns:
        made = functions(column)
        start = len(encoder.names) + len(derived)
        order += range(start, start + len(made)) if made else [column.index]
        derived += [(column.index, function) for function in made]
    return _single(bounded, others, derived, itemgetter(*order))


def _lone(feature: Feature, check: Check) -> Convert:
    """Return the check of one value."""
    if feature.type == "datetime" and not feature.optional:
        return moment
    return lambda value: check((value,))[0]


def _single(
    bounded: list[tuple[int, bool, float, float]],
    others: list[tuple[int, Convert]],
    derived: list[tuple[int, Convert]],
    pick: Callable[[list[Any]], tuple[Any, ...]],
) -> Single:
    def encode(values: list[Any]) -> str | None:
        for index, whole, low, high in bounded:
            value = values[index]
            kind = type(value)
            if (kind is not int and (whole or kind is not float)) or not low <= value <= high:
                return None
        try:
            for index, check in others:
                values[index] = check(values[index])
            values += [function(values[index]) for index, function in derived]
        except DOUBTS:
            return None
        return ",".join(itemgetter(*pick(values))(TEXT_OF))

    return encode
