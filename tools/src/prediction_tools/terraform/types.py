# SPDX-License-Identifier: Apache-2.0
"""Types of variables, and the conversion of values to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .expressions import Call, Expression, Name, Object
from .values import Set, TerraformError, elements, to_bool, to_number, to_string

if TYPE_CHECKING:
    from collections.abc import Callable

PRIMITIVES: dict[str, Callable[[Any], Any]] = {"string": to_string, "number": to_number, "bool": to_bool}


def convert(value: Any, kind: Expression) -> Any:
    """Return a value as a type's: attributes that it does not declare are left out. Raises TerraformError if it cannot be converted."""
    if value is None or kind == Name("any"):
        return value
    if isinstance(kind, Name):
        return PRIMITIVES[kind.name](value)
    if not isinstance(kind, Call):
        raise TypeError(kind)
    (inner,) = kind.arguments
    if isinstance(inner, Object):
        return _object(value, inner)
    if kind.name == "map":
        return {key: convert(item, inner) for key, item in _members(value).items()}
    items = [convert(item, inner) for item in elements(value)]
    return Set(items) if kind.name == "set" else items


def _members(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TerraformError("an object is required")
    return value


def _object(value: Any, attributes: Object) -> dict[str, Any]:
    given = _members(value)
    converted = {}
    for key, kind in attributes.items:
        name = key.evaluate({})
        optional = isinstance(kind, Call) and kind.name == "optional"
        if name not in given and not optional:
            raise TerraformError(f"attribute {name} is required")
        converted[name] = _optional(given.get(name), kind) if isinstance(kind, Call) and optional else convert(given[name], kind)
    return converted


def _optional(value: Any, kind: Call) -> Any:
    """Return an optional attribute: its default if it is null or absent."""
    inner, *default = kind.arguments
    if value is None and default:
        value = default[0].evaluate({})
    return convert(value, inner)
