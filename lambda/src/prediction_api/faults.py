"""The precise path: which value of which instance is wrong, why, and where (JSON pointer). Loaded when in doubt."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING

from .contract import INTEGER_LIMIT
from .encoder import Doubt
from .problem import Problem

if TYPE_CHECKING:
    from typing import Any

    from .contract import Feature
    from .encoder import Encoder

PAGE = 20  # faults in one answer; the rest is counted
LONGEST_NAME = 100  # characters of a caller's own key that a pointer repeats
FAULTS = (Doubt, TypeError, ValueError, OverflowError)


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

    twice: tuple[str, ...] = ()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    marked = Twice(plain)
    names = [name for name, _ in pairs]
    marked.twice = tuple(name for name in plain if names.count(name) > 1)
    return marked


def examine(encoder: Encoder, instances: list[Any], text: str, lines: bool) -> list[Any]:
    """Return the accepted values by feature, or raise the Problem with every fault."""
    page = Page()
    if text:
        decode = json.JSONDecoder(object_pairs_hook=_pairs).decode
        if lines:
            instances = [decode(line) for line in text.split("\n") if line.strip()]
        else:
            document = decode(text)
            _duplicates(document, "", page)
            instances = document["instances"]
    accepted = [
        _instance(encoder, instance, f"/instances/{position}", page) for position, instance in enumerate(instances)
    ]
    if page.count:
        raise page.problem()
    return [list(values) for values in zip(*accepted, strict=True)]


def uncomputable(encoder: Encoder, accepted: list[Any]) -> Problem:
    """Return the Problem naming each instance whose values a column's step cannot take."""
    page = Page()
    columns = encoder.contract.model_columns
    for position, values in enumerate(zip(*accepted, strict=True)):
        for index, column in enumerate(columns):
            try:
                encoder.evaluate(index, values)
            except FAULTS:
                pointer = f"/instances/{position}/{column.feature.name}"
                page.add("domain", pointer, f"the model's column {column.spec!r} has no finite value for this value")
    return page.problem()


def _duplicates(node: Any, pointer: str, page: Page) -> None:
    for name in getattr(node, "twice", ()):
        page.add("duplicate_key", _join(pointer, name), "this key is given more than once")


def _join(pointer: str, name: str) -> str:
    if len(name) > LONGEST_NAME:
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
    features = encoder.contract.features
    if len(instance) != len(features):
        names = ", ".join(encoder.names[:PAGE]) + (", ..." if len(features) > PAGE else "")
        page.add("feature_count", pointer, f"{len(instance)} values instead of {len(features)}: {names}")
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
    if feature.type == "integer" and isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON has one kind of number: 4.0 is 4
    try:
        return encoder.check(index, value)
    except FAULTS:
        code, detail = _reason(feature, value)
        page.add(code, pointer, f"{feature.name} {detail}")
        return None


def _reason(feature: Feature, value: Any) -> tuple[str, str]:
    """Return the code and the detail of what is wrong with a value. Never repeats the value."""
    kind = feature.type
    if value is None:
        return "required", "is needed, and may not be null"
    if kind == "boolean":
        return "type", "must be true or false"
    if kind not in ("number", "integer"):
        return _text_reason(feature, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "type", f"must be {'an' if kind == 'integer' else 'a'} {kind}"
    if isinstance(value, float) and not isfinite(value):
        return "not_finite", "must be a finite number"
    if isinstance(value, int) and abs(value) > INTEGER_LIMIT:
        return "integer_range", "must be an integer between -2^53 and 2^53"
    if kind == "integer" and isinstance(value, float):
        return "type", "must be an integer"
    if feature.values:
        return "value", f"must be one of {_some(feature.values)}"
    if feature.minimum is not None and value < feature.minimum:
        return "minimum", f"must be at least {feature.minimum}"
    return "maximum", f"must be at most {feature.maximum}"


def _text_reason(feature: Feature, value: Any) -> tuple[str, str]:
    if not isinstance(value, str):
        return "type", "must be a string"
    if feature.values:
        return "value", f"must be one of {_some(feature.values)}"
    if feature.type == "date":
        return "date", "must be a date that exists, as YYYY-MM-DD"
    if feature.type == "datetime":
        return "datetime", "must be a time that exists, as YYYY-MM-DD HH:MM:SS without a zone"
    if feature.max_length is not None and len(value) > feature.max_length:
        return "too_long", f"must have at most {feature.max_length} characters"
    return "text", "must be printable text without comma, quote or line break, not empty or 'nan', not led by blanks"


def _some(values: list[Any]) -> str:
    shown = [json.dumps(value) for value in values[:PAGE]]
    return ", ".join(shown) + (", ..." if len(values) > PAGE else "")
