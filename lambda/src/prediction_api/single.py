"""The usual request, one instance for a CSV endpoint, without making columns of it."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from .contract import NUMBER_TYPES
from .encoder import DOUBTS, TEXTUAL, bounds, functions, onehot

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .encoder import Check, Convert, Encoder

    Single = Callable[[Any, str], bytes | None]


def single(encoder: Encoder) -> Single | None:
    """Return a function from one instance, and the document it came from, to the CSV body; None if it has a doubt.

    Returns None itself for a contract with texts, missing values or another payload.
    """
    contract = encoder.contract
    features, columns = contract.features, contract.model_columns
    special = any(column.text or column.feature.missing for column in columns)
    if contract.content_type != "text/csv" or special or len(contract.column_names) <= 1:
        return None
    size = len(features)
    numbers: list[tuple[int, bool, float, float]] = []
    others: list[tuple[int, Check]] = []
    for index, feature in enumerate(features):
        if feature.type in NUMBER_TYPES and not feature.optional and not feature.values:
            numbers.append((index, feature.type == "integer", *bounds(feature)))
        else:
            others.append((index, encoder.checks[index]))
    derived: list[tuple[int, Convert]] = []
    order: list[int] = []
    for column in columns:
        made = onehot(column) or functions(column)
        order += [size + len(derived) + place for place in range(len(made))] if made else [column.index]
        derived += [(column.index, function) for function in made]
    return _single(encoder, numbers, others, derived, itemgetter(*order))


def _single(
    encoder: Encoder,
    numbers: list[tuple[int, bool, float, float]],
    others: list[tuple[int, Check]],
    derived: list[tuple[int, Convert]],
    pick: Callable[[list[Any]], tuple[Any, ...]],
) -> Single:
    size = len(encoder.names)
    bare = 2 + 2 * sum(feature.type in TEXTUAL for feature in encoder.contract.features)

    def encode(instance: Any, text: str) -> bytes | None:
        quotes = bare
        if type(instance) is dict and len(instance) == 1:
            quotes += 2
            instance = instance.get("features")
        if type(instance) is not list or len(instance) != size:
            return None
        if text and (text.count('"') != quotes or "\\" in text):
            return None
        values = instance.copy()
        for index, whole, low, high in numbers:
            value = values[index]
            kind = type(value)
            if (kind is not int and (whole or kind is not float)) or not low <= value <= high:
                return None
        try:
            for index, check in others:
                values[index] = check((values[index],))[0]
            for index, function in derived:
                values.append(function(values[index]))
        except DOUBTS:
            return None
        return ",".join(map(repr, pick(values))).encode()

    return encode
