"""Short cuts for the usual request: positional instances, as JSON libraries write them, for a CSV endpoint."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING

from .contract import NUMBER_TYPES
from .encoder import DOUBTS, bounds, functions, moment
from .payload import number_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from .contract import Feature
    from .encoder import Check, Convert, Encoder

    Single = Callable[[list[Any]], str | None]

# what stands before, between and behind the rows: Python's spacing and JavaScript's, wrapped rows and bare ones
FORMS = (
    ('{"instances": [{"features": [', ']}, {"features": [', "]}]}"),
    ('{"instances":[{"features":[', ']},{"features":[', "]}]}"),
    ('{"instances": [[', "], [", "]]}"),
    ('{"instances":[[', "],[", "]]}"),
)


def _refuse(token: str) -> NoReturn:
    raise ValueError(token)


_decoder = json.JSONDecoder(parse_constant=_refuse)  # NaN and Infinity are not JSON


def parse(text: str) -> Any:
    """Return a JSON document. Raises ValueError or RecursionError."""
    if text[0] in "{[":  # no blanks to skip, most likely
        document, end = _decoder.raw_decode(text)
        if end == len(text):
            return document
    return _decoder.decode(text)


def flat(text: str, size: int) -> list[Any] | None:
    """Return the values of all rows of ``size`` values, one row after the other, or None if there is any doubt.

    That spares a list and a dict for each row. It is exact: every row has as many commas as it needs, and if one of
    them, or what stands between two rows, were part of a string or of a nested value, there would be too few values.
    """
    for head, between, tail in FORMS:
        if text.startswith(head) and text.endswith(tail):
            inner, count = text[len(head) : -len(tail)], 1
            if between in inner:
                rows = inner.split(between)
                count = len(rows)
                if "\\" in inner or {row.count(",") for row in rows} != {size - 1}:
                    return None
                inner = ",".join(rows)
            try:
                values = parse(f"[{inner}]")
            except (ValueError, RecursionError):
                return None
            return values if len(values) == size * count else None
    return None


def single(encoder: Encoder) -> Single | None:
    """Return a function from one instance's values to its line of CSV, or to None if it has a doubt.

    Returns None itself for a contract with texts, missing values or another payload.
    """
    contract = encoder.contract
    columns = contract.model_columns
    special = any(column.text or column.feature.missing for column in columns)
    if contract.content_type != "text/csv" or special or len(contract.column_names) <= 1:
        return None
    numbers: list[tuple[int, bool, float, float]] = []
    others: list[tuple[int, Convert]] = []
    for index, feature in enumerate(contract.features):
        within = bounds(feature)
        if feature.type in NUMBER_TYPES and not feature.optional and within is not None:
            numbers.append((index, feature.type == "integer", *within))
        else:
            others.append((index, _lone(feature, encoder.checks[index])))
    derived: list[tuple[int, Convert]] = []
    order: list[int] = []
    for column in columns:
        made = functions(column)
        start = len(encoder.names) + len(derived)
        order += range(start, start + len(made)) if made else [column.index]
        derived += [(column.index, function) for function in made]
    return _single(numbers, others, derived, itemgetter(*order))


def _lone(feature: Feature, check: Check) -> Convert:
    """Return the check of one value."""
    if feature.type == "datetime" and not feature.optional:
        return moment
    return lambda value: check((value,))[0]


def _single(
    numbers: list[tuple[int, bool, float, float]],
    others: list[tuple[int, Convert]],
    derived: list[tuple[int, Convert]],
    pick: Callable[[list[Any]], tuple[Any, ...]],
) -> Single:
    def encode(values: list[Any]) -> str | None:
        for index, whole, low, high in numbers:
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
        return ",".join(map(number_text, pick(values)))

    return encode
