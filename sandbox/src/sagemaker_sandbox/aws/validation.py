"""Validation of requests against botocore's service model, with the messages that AWS returns."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import ListShape, MapShape, Shape, StructureShape

type Violation = tuple[str, Any, str]
"""The path of a member, its value, and the constraint that the value violates."""


def violations(shape: StructureShape, request: Mapping[str, Any]) -> str | None:
    """Return AWS's message about every constraint that ``request`` violates; None if there is none."""
    found = list(_structure(shape, request, ""))
    if not found:
        return None
    count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: "
    return count + "; ".join(
        f"Value {_shown(value)} at '{where}' failed to satisfy constraint: Member must {constraint}" for where, value, constraint in found
    )


def _shown(value: object) -> str:
    return "null" if value is None else f"'{value}'"


def _violations(shape: Shape, value: Any, where: str) -> Iterator[Violation]:  # values are of any JSON type
    match shape.type_name:
        case "structure":
            yield from _structure(cast("StructureShape", shape), value, where)
        case "list":
            yield from _list(cast("ListShape", shape), value, where)
        case "map":
            yield from _map(cast("MapShape", shape), value, where)
        case "string":
            yield from _string(shape, value, where)
        case "integer" | "long" | "float" | "double":
            yield from _bounds(shape, value, value, where, "value")


def _structure(shape: StructureShape, value: Mapping[str, Any], where: str) -> Iterator[Violation]:
    for name, member in shape.members.items():
        path = f"{where}.{_lower(name)}" if where else _lower(name)
        if value.get(name) is not None:
            yield from _violations(member, value[name], path)
        elif name in shape.required_members:
            yield path, None, "not be null"


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _list(shape: ListShape, value: list[Any], where: str) -> Iterator[Violation]:
    yield from _bounds(shape, len(value), value, where, "length")
    for index, element in enumerate(value, start=1):
        yield from _violations(shape.member, element, f"{where}.{index}.member")


def _map(shape: MapShape, value: Mapping[str, Any], where: str) -> Iterator[Violation]:
    yield from _bounds(shape, len(value), value, where, "length")
    for key, element in value.items():
        yield from _violations(shape.key, key, where)
        yield from _violations(shape.value, element, f"{where}.{key}.member")


def _string(shape: Shape, value: str, where: str) -> Iterator[Violation]:
    yield from _bounds(shape, len(value), value, where, "length")
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield where, value, f"satisfy enum value set: [{', '.join(allowed)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and not _pattern(pattern).fullmatch(value):
        yield where, value, f"satisfy regular expression pattern: {pattern}"


def _bounds(shape: Shape, size: float, value: object, where: str, kind: str) -> Iterator[Violation]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield where, value, f"have {kind} greater than or equal to {least}"
    if most is not None and size > most:
        yield where, value, f"have {kind} less than or equal to {most}"


_JAVA_CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s"}


@functools.cache
def _pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a Java pattern; Python has no ``\p`` classes, and a pattern that it cannot express matches anything."""
    for java, python in _JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:
        return re.compile(".*", re.DOTALL)
