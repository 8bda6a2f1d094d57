# SPDX-License-Identifier: Apache-2.0
"""The functions of Terraform's language that the modules call. Each fails with TerraformError where Terraform reports an error."""

from __future__ import annotations

import functools
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .values import Set, TerraformError, elements, equal, from_json, is_number, to_bool, to_json, to_number, to_string

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})")
JOINER = "\u200d"


@functools.cache
def pattern(text: str) -> re.Pattern[str]:
    """Return a regular expression of RE2: ASCII classes, and a $ that means the very end of the text."""
    ends = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|\$", lambda found: r"\Z" if found[0] == "$" else found[0], text)
    return re.compile(ends, re.ASCII)


def coalesce(*values: Any) -> Any:
    """Return the first value that is neither null nor an empty string."""
    found = next((value for value in values if value is not None and value != ""), None)
    if found is None:
        raise TerraformError("no value is set")
    return found


def concat(*lists: Any) -> list[Any]:
    """Return the elements of all lists."""
    return [item for each in lists for item in elements(each)]


def compact(values: Any) -> list[Any]:
    """Return a list of strings without those that are null or empty."""
    return [value for value in elements(values) if value not in (None, "")]


def contains(values: Any, value: Any) -> bool:
    """Whether a value is an element of a list or a set."""
    return any(equal(each, value) for each in elements(values))


def distinct(values: Any) -> list[Any]:
    """Return a list without repetitions."""
    found: list[Any] = []
    known: set[Any] = set()
    for value in elements(values):
        if isinstance(value, str):
            if value not in known:
                known.add(value)
                found.append(value)
        elif not contains(found, value):
            found.append(value)
    return found


def flatten(values: Any) -> list[Any]:
    """Return the elements of nested lists."""
    return [item for value in elements(values) for item in (flatten(value) if isinstance(value, list | Set) else [value])]


def formatdate(form: Any, moment: Any) -> str:
    """Return the year of a moment. ``formatdate("YYYY", ...)`` is how the modules ask whether a date is in the calendar."""
    if form != "YYYY" or not MOMENT.fullmatch(to_string(moment)):
        raise TerraformError("not a moment")
    try:
        datetime.fromisoformat(moment)
    except ValueError as error:
        raise TerraformError(str(error)) from None
    if moment[11:13] == "24":  # Python 3.14 accepts it as the next day
        raise TerraformError("no hour of a day")
    return str(moment[:4])


def index(values: Any, value: Any) -> int:
    """Return the position of a value in a list."""
    found = next((place for place, each in enumerate(elements(values)) if equal(each, value)), None)
    if found is None:
        raise TerraformError("not found")
    return found


def join(separator: Any, *lists: Any) -> str:
    """Return the elements of lists as one text."""
    return to_string(separator).join(to_string(value) for each in lists for value in elements(each))


def keys(value: Any) -> list[str]:
    """Return the keys of a map."""
    if not isinstance(value, dict):
        raise TerraformError("a map is required")
    return sorted(value)


def length(value: Any) -> int:
    """Return the number of elements, or of characters: a base with its accents and joined parts counts once."""
    if isinstance(value, dict):
        return len(value)
    return len(elements(value)) if isinstance(value, list | Set) else sum(1 for _ in _clusters(to_string(value)))


def _clusters(text: str) -> list[str]:
    found: list[str] = []
    for sign in unicodedata.normalize("NFC", text):
        joined = found and (found[-1].endswith(JOINER) or sign == JOINER or unicodedata.category(sign) in ("Mn", "Me"))
        if joined or (found and found[-1] == "\r" and sign == "\n"):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def lookup(mapping: Any, key: Any, default: Any) -> Any:
    """Return the value of a key, or the default."""
    return mapping.get(to_string(key), default) if isinstance(mapping, dict) else default


def merge(*maps: Any) -> dict[str, Any]:
    """Return the keys of all maps; later ones win."""
    return {key: value for each in maps for key, value in (each or {}).items()}


def regex(expression: Any, text: Any) -> Any:
    """Return the first match: the text, or the list of its groups."""
    found = pattern(to_string(expression)).search(to_string(text))
    if not found:
        raise TerraformError("the pattern does not match")
    return list(found.groups()) if found.re.groups else found[0]


def replace(text: Any, old: Any, new: Any) -> str:
    """Return a text with every match replaced; /a pattern/ is a regular expression."""
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return pattern(old[1:-1]).sub(new.replace("\\", r"\\"), to_string(text))
    return to_string(text).replace(old, new)


def span(*bounds: Any) -> list[Any]:
    """Return the numbers below a limit, from 0 or from the first bound."""
    return list(range(*map(int, bounds)))


def split(separator: Any, text: Any) -> list[str]:
    """Return the parts of a text."""
    return to_string(text).split(separator) if separator else list(to_string(text))


def substr(text: Any, offset: Any, size: Any) -> str:
    """Return a part of a text, in characters; a negative size means the rest."""
    return to_string(text)[offset:] if size < 0 else to_string(text)[offset : offset + size]


def part(values: Any, start: Any, end: Any) -> list[Any]:
    """Return the elements from a start to before an end."""
    found = elements(values)
    if not 0 <= start <= end <= len(found):
        raise TerraformError("no such elements")
    return found[start:end]


def setsubtract(first: Any, second: Any) -> Set:
    """Return the elements of the first set that the second one does not have."""
    return Set([value for value in elements(first) if value not in elements(second)])


def setintersection(first: Any, *others: Any) -> Set:
    """Return the elements that all sets have."""
    return Set([value for value in elements(first) if all(value in elements(other) for other in others)])


def toset(values: Any) -> Set:
    """Return a set of strings."""
    return Set(list(map(to_string, elements(values))))


def floor(value: Any) -> Any:
    """Return the largest whole number that is not above a number."""
    number = to_number(value)
    return number if isinstance(number, int) else int(number.to_integral_value(rounding="ROUND_FLOOR"))


def extreme(choose: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    """Return min or max as a function of numbers."""
    return lambda *values: choose(list(map(to_number, values)))


def nullable(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a conversion that leaves null as it is."""
    return lambda value: None if value is None else convert(value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda value: abs(to_number(value)),
    "alltrue": lambda values: all(map(to_bool, elements(values))),
    "anytrue": lambda values: any(map(to_bool, elements(values))),
    "coalesce": coalesce,
    "compact": compact,
    "concat": concat,
    "contains": contains,
    "distinct": distinct,
    "endswith": lambda text, end: to_string(text).endswith(end),
    "flatten": flatten,
    "floor": floor,
    "formatdate": formatdate,
    "index": index,
    "join": join,
    "jsondecode": lambda text: from_json(to_string(text)),
    "jsonencode": to_json,
    "keys": keys,
    "length": length,
    "lookup": lookup,
    "lower": lambda text: to_string(text).lower(),
    "max": extreme(max),
    "merge": merge,
    "min": extreme(min),
    "range": span,
    "regex": regex,
    "replace": replace,
    "setintersection": setintersection,
    "setsubtract": setsubtract,
    "slice": part,
    "sort": lambda values: sorted(map(to_string, elements(values))),
    "split": split,
    "startswith": lambda text, start: to_string(text).startswith(start),
    "substr": substr,
    "sum": lambda values: sum(map(to_number, elements(values))),
    "tobool": nullable(to_bool),
    "tolist": lambda values: list(elements(values)),
    "tonumber": nullable(to_number),
    "toset": toset,
    "tostring": nullable(to_string),
    "trimspace": lambda text: to_string(text).strip(),
    "upper": lambda text: to_string(text).upper(),
    "values": elements,
}


def call(name: str, arguments: list[Any]) -> Any:
    """Return a function's value. Raises TerraformError if it has none, and KeyError for a function that is not known here."""
    function = FUNCTIONS[name]
    try:
        return function(*arguments)
    except (TypeError, AttributeError, IndexError, ValueError) as error:
        raise TerraformError(f"{name}: {error}") from None


def truth(value: Any) -> bool:
    """Return a condition's value."""
    return to_bool(value)


def ordered(first: Any, second: Any) -> tuple[Any, Any]:
    """Return both operands of an arithmetic operator or a comparison as numbers."""
    return to_number(first), to_number(second)


__all__ = ["FUNCTIONS", "call", "is_number", "ordered", "pattern", "truth"]
