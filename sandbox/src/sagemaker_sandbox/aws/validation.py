"""Validation of requests against botocore's service model, with the messages that AWS returns."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from botocore.model import ListShape, MapShape, Shape, StructureShape

type Violation = tuple[str, str, str]
"""The path of a member, its value as the message shows it, and the constraint that the value violates."""


type IsApplied = Callable[[Shape, str], bool]
"""Whether a constraint of a shape applies, by its kind: enum, pattern or bounds."""


def violations(shape: StructureShape, request: Mapping[str, Any], is_applied: IsApplied = lambda _shape, _kind: True) -> str | None:
    """Return AWS's message about every constraint that ``request`` violates; None if there is none."""
    found = list(_Rules(is_applied).structure(shape, request, ""))
    if not found:
        return None
    count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: "
    return count + "; ".join(
        f"Value{value} at '{where}' failed to satisfy constraint: Member must {constraint}" for where, value, constraint in found
    )


def _shown(shape: Shape, value: object) -> str:
    """Return a value with a space before it, or nothing for a value that must not be logged."""
    if value is None:
        return " null"
    return "" if shape.metadata.get("sensitive") else f" '{value}'"


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


@dataclass(frozen=True)
class _Rules:
    is_applied: IsApplied

    def of(self, shape: Shape, value: Any, where: str) -> Iterator[Violation]:  # values are of any JSON type
        match shape.type_name:
            case "structure":
                yield from self.structure(cast("StructureShape", shape), value, where)
            case "list":
                yield from self._list(cast("ListShape", shape), value, where)
            case "map":
                yield from self._map(cast("MapShape", shape), value, where)
            case "string":
                yield from self._string(shape, value, where)
            case "blob" if isinstance(value, bytes):  # a stream is not read
                yield from self._bounds(shape, len(value), value, where, "length")
            case "integer" | "long" | "float" | "double":
                yield from self._bounds(shape, value, value, where, "value")

    def structure(self, shape: StructureShape, value: Mapping[str, Any], where: str) -> Iterator[Violation]:
        for name, member in shape.members.items():
            path = f"{where}.{_lower(name)}" if where else _lower(name)
            if value.get(name) is not None:
                yield from self.of(member, value[name], path)
            elif name in shape.required_members and not member.metadata.get("idempotencyToken"):
                yield path, _shown(member, None), "not be null"

    def _list(self, shape: ListShape, value: list[Any], where: str) -> Iterator[Violation]:
        yield from self._bounds(shape, len(value), value, where, "length")
        for index, element in enumerate(value, start=1):
            yield from self.of(shape.member, element, f"{where}.{index}.member")

    def _map(self, shape: MapShape, value: Mapping[str, Any], where: str) -> Iterator[Violation]:
        yield from self._bounds(shape, len(value), value, where, "length")
        for key, element in value.items():
            yield from self.of(shape.key, key, where)
            yield from self.of(shape.value, element, f"{where}.{key}.member")

    def _string(self, shape: Shape, value: str, where: str) -> Iterator[Violation]:
        yield from self._bounds(shape, len(value), value, where, "length")
        allowed = shape.metadata.get("enum")
        if allowed and value not in allowed and self.is_applied(shape, "enum"):
            yield where, _shown(shape, value), f"satisfy enum value set: [{', '.join(allowed)}]"
        pattern = shape.metadata.get("pattern")
        if pattern and self.is_applied(shape, "pattern") and not _pattern(pattern).fullmatch(value):
            yield where, _shown(shape, value), f"satisfy regular expression pattern: {pattern}"

    def _bounds(self, shape: Shape, size: float, value: object, where: str, kind: str) -> Iterator[Violation]:
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        if least is not None and size < least and self.is_applied(shape, "bounds"):
            yield where, _shown(shape, value), f"have {kind} greater than or equal to {least}"
        if most is not None and size > most and self.is_applied(shape, "bounds"):
            yield where, _shown(shape, value), f"have {kind} less than or equal to {most}"


_JAVA_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": r"\s",
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",  # Java writes characters of other planes as two
}


@functools.cache
def _pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a Java pattern; Python has no ``\p`` classes, and a pattern that it cannot express matches anything.

    Java's ``\w``, ``\d`` and ``\s`` match ASCII only, which Python needs a flag for.
    """
    flags = re.NOFLAG if r"\p" in pattern else re.ASCII
    for java, python in _JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern, flags)
    except re.error:
        return re.compile(".*", re.DOTALL)
