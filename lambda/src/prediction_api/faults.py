"""The precise path: which value of which instance is wrong, why, and where (JSON pointer). Loaded when in doubt."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING

from .contract import INTEGER_LIMIT, NUMBER_TYPES
from .encoder import DOUBTS
from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .contract import Feature
    from .encoder import Encoder

PAGE = 20  # faults in one answer; the rest is counted
REQUIRED = ("required", "is needed, and may not be null")
OTHERS = {
    "date": ("date", "must be a date that exists, as YYYY-MM-DD"),
    "datetime": ("datetime", "must be a time that exists, as YYYY-MM-DD HH:MM:SS, without a zone"),
    "string": ("text", "must be printable, without comma and quote, not empty or nan, not led or followed by blanks"),
}
LONGEST_NAME = 100  # characters of a caller's own key that a pointer repeats


class Page:
    """The first faults of a request, and how many there are."""

    def __init__(self) -> None:
        self.count = 0
        self.faults: list[dict[str, str]] = []

    def add(self, code: str, pointer: str, detail: str) -> None:
        """Note one fault."""
        self.count += 1
        if self.count <= PAGE:
            self.faults.append({"code": code, "pointer": pointer, "detail": detail})

    def problem(self) -> Problem:
        """Return the problem that says it all."""
        first = self.faults[0]
        more = f" (and {self.count - 1} more)" if self.count > 1 else ""
        detail = f"{first['pointer']}: {first['detail']}{more}"
        return Problem("instances_invalid", detail, errors=self.faults, error_count=self.count)


class Twice(dict):  # type: ignore[type-arg]
    """A JSON object that remembers the keys it was given more than once."""

    def __init__(self, plain: dict[str, Any]) -> None:
        super().__init__(plain)
        self.twice: set[str] = set()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    marked, seen = Twice(plain), set()
    for name, _ in pairs:
        if name in seen:
            marked.twice.add(name)
        seen.add(name)
    return marked


def examine(encoder: Encoder, instances: list[Any], text: str, *, lines: bool) -> list[Any]:
    """Return the accepted values by feature, or raise the Problem with every fault."""
    page = Page()
    if text:
        instances, document = _parse(text, lines, _pairs)
        _duplicates(document, "", page)
    accepted = [
        _instance(encoder, instance, f"/instances/{position}", page) for position, instance in enumerate(instances)
    ]
    if page.count:
        raise page.problem()
    return [list(values) for values in zip(*accepted, strict=True)]


def repeats(text: str, *, lines: bool) -> bool:
    """Whether a key is given twice anywhere in a text."""
    found = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        if len(plain) < len(pairs):
            found.append(plain)
        return plain

    _parse(text, lines, look)
    return bool(found)


def _parse(text: str, lines: bool, hook: Callable[[list[tuple[str, Any]]], Any]) -> tuple[list[Any], Any]:
    """Return the instances of a JSON text, and the document that holds them."""
    decode = json.JSONDecoder(object_pairs_hook=hook).decode
    if lines:
        return [decode(line) for line in text.split("\n") if line.strip()], None
    document = decode(text)
    return document["instances"], document


def uncomputable(encoder: Encoder, accepted: list[Any], instances: list[Any]) -> Problem:
    """Return the Problem naming each value from which a column cannot be computed."""
    page = Page()
    for position, values in enumerate(zip(*accepted, strict=True)):
        for column, evaluate in zip(encoder.contract.model_columns, encoder.evaluates, strict=True):
            try:
                evaluate([(value,) for value in values])
            except DOUBTS:
                form = instances[position]
                inner = "/features" if "features" in form else ""
                key = column.index if inner or isinstance(form, list) else column.feature.name
                detail = f"the model's column {column.spec!r} has no finite value for this"
                page.add("domain", f"/instances/{position}{inner}/{key}", detail)
    return page.problem()


def _duplicates(node: Any, pointer: str, page: Page) -> None:
    for name in sorted(getattr(node, "twice", ())):
        page.add("duplicate_key", _join(pointer, name), "this key is given more than once")


def _join(pointer: str, name: str) -> str:
    if len(name) > LONGEST_NAME or not name.isprintable():
        return pointer
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _instance(encoder: Encoder, instance: Any, pointer: str, page: Page) -> list[Any]:
    if isinstance(instance, dict):
        _duplicates(instance, pointer, page)
        if "features" not in instance:
            return _named(encoder, instance, pointer, page)
        for name in instance.keys() - {"features"}:
            page.add("unknown_field", _join(pointer, name), "positional features stand alone in their instance")
        instance, pointer = instance["features"], pointer + "/features"
        if not isinstance(instance, list):
            page.add("type", pointer, "must be an array of values; named values stand in the instance itself")
            return []
    if not isinstance(instance, list):
        page.add("type", pointer, 'must be an array of values, {"features": [...]} or an object of named values')
        return []
    names = encoder.names
    if len(instance) != len(names):
        listed = ", ".join(names[:PAGE]) + (", ..." if len(names) > PAGE else "")
        page.add("feature_count", pointer, f"{len(instance)} values instead of {len(names)}: {listed}")
        return []
    return [_value(encoder, index, value, f"{pointer}/{index}", page) for index, value in enumerate(instance)]


def _named(encoder: Encoder, instance: dict[str, Any], pointer: str, page: Page) -> list[Any]:
    for name in sorted(instance.keys() - set(encoder.names)):
        page.add("unknown_field", _join(pointer, name), "no feature has this name")
    return [
        _value(encoder, index, instance.get(name), f"{pointer}/{name}", page)
        for index, name in enumerate(encoder.names)
    ]


def _value(encoder: Encoder, index: int, value: Any, pointer: str, page: Page) -> Any:
    feature = encoder.contract.features[index]
    if value is None and feature.default is not None:
        return encoder.checks[index]((value,))[0]
    if value is None and feature.optional:
        return None
    if feature.type in NUMBER_TYPES:
        if feature.type == "integer" and isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON has one kind of number: 4.0 is 4
        reason = _number_reason(feature, value)
        if reason is None:
            return value
    else:
        try:
            return encoder.checks[index]((value,))[0]
        except DOUBTS:
            reason = _other_reason(feature, value)
    page.add(reason[0], pointer, f"{feature.name} {reason[1]}")
    return None


def _number_reason(feature: Feature, value: Any) -> tuple[str, str] | None:
    """Return the code and the detail of what is wrong with a number, if anything is. Never repeats the value."""
    whole = feature.type == "integer"
    if value is None:
        return REQUIRED
    if type(value) is float and not isfinite(value):
        return "not_finite", "must be a finite number"
    if type(value) is not int and (whole or type(value) is not float):
        return "type", f"must be {'an integer' if whole else 'a number'}"
    if type(value) is int and abs(value) > INTEGER_LIMIT:
        return "integer_range", "must be an integer between -2^53 and 2^53"
    if feature.values and value not in feature.values:
        return "value", f"must be one of {_some(feature.values)}"
    return _range_reason(feature.minimum, feature.maximum, value)


def _range_reason(low: float | None, high: float | None, value: float) -> tuple[str, str] | None:
    if low is not None and value < low:
        return "minimum", f"must be at least {low}"
    if high is not None and value > high:
        return "maximum", f"must be at most {high}"
    return None


def _other_reason(feature: Feature, value: Any) -> tuple[str, str]:
    """Return the code and the detail of what is wrong with a boolean, text or date."""
    if value is None:
        return REQUIRED
    if not isinstance(value, str) or feature.type == "boolean":
        return "type", "must be true or false" if feature.type == "boolean" else "must be a string"
    if feature.values:
        return "value", f"must be one of {_some(feature.values)}"
    if feature.max_length is not None and len(value) > feature.max_length:
        return "too_long", f"must have at most {feature.max_length} characters"
    return OTHERS[feature.type]


def _some(values: list[Any]) -> str:
    shown = [json.dumps(value) for value in values[:PAGE]]
    return ", ".join(shown) + (", ..." if len(values) > PAGE else "")
