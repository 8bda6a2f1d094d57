# SPDX-License-Identifier: Apache-2.0
"""Values of Terraform's language: None, bool, int, Decimal, str, list, dict, and Set.

An unknown value does not occur, because nothing is applied.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


class TerraformError(ValueError):
    """An expression has no value: what `try` and `can` catch."""


class Set:
    """A set of strings, in the order that Terraform iterates it."""

    def __init__(self, items: list[Any]) -> None:
        self.items = sorted(set(items))

    def __eq__(self, other: object) -> bool:
        """Whether another set has the same items."""
        return isinstance(other, Set) and self.items == other.items

    __hash__ = None  # type: ignore[assignment]


def is_number(value: Any) -> bool:
    """Whether a value is a number; a boolean is none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def equal(first: Any, second: Any) -> bool:
    """Whether two values are equal, as the operator == compares them: values of different types are not."""
    if is_number(first) and is_number(second):
        return bool(first == second)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(equal, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(equal(first[key], second[key]) for key in first)
    return type(first) is type(second) and bool(first == second)


def imported(value: Any) -> Any:
    """Return a value of Python as one of this language: floats as the numbers that they are written as, tuples as lists."""
    if isinstance(value, dict):
        return {key: imported(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [imported(item) for item in value]
    return exact(Decimal(repr(value))) if isinstance(value, float) else value


def elements(value: Any) -> list[Any]:
    """Return the elements of a list or a set, or a map's values in the order of its keys."""
    if isinstance(value, list):
        return value
    if isinstance(value, Set):
        return value.items
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    raise TerraformError(f"{type(value).__name__} has no elements")


def to_string(value: Any) -> str:
    """Return a primitive value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    raise TerraformError("a string is required")


def number_text(value: int | Decimal) -> str:
    """Return a number as Terraform writes it: without an exponent, and without trailing zeros."""
    if isinstance(value, int):
        return str(value)
    if not value.is_finite():
        raise TerraformError("an infinite number has no text")
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def to_number(value: Any) -> int | Decimal:
    """Return a number, perhaps written as text."""
    if is_number(value):
        return value  # type: ignore[no-any-return]
    if isinstance(value, str) and NUMBER.fullmatch(value):
        try:
            return exact(Decimal(value))
        except InvalidOperation:
            pass
    raise TerraformError("a number is required")


def exact(value: Decimal) -> int | Decimal:
    """Return a number as an int if it is whole and short enough to be one."""
    whole = value == value.to_integral_value() and abs(value.adjusted()) < 400  # noqa: PLR2004 - longer than any float
    return int(value) if whole else value


def to_bool(value: Any) -> bool:
    """Return a boolean, perhaps written as text."""
    if isinstance(value, bool):
        return value
    try:
        return {"true": True, "1": True, "false": False, "0": False}[value]
    except (KeyError, TypeError):
        raise TerraformError("a boolean is required") from None


def from_json(text: str) -> Any:
    """Return the value of a JSON document."""
    try:
        return json.loads(text, parse_float=lambda number: exact(Decimal(number)))
    except ValueError as error:
        raise TerraformError(str(error)) from None


def to_json(value: Any) -> str:
    """Return a value as `jsonencode` writes it: sorted keys, and no <, > and &."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{to_json(key)}:{to_json(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | Set):
        return "[" + ",".join(map(to_json, elements(value))) + "]"
    if is_number(value):
        return number_text(value)
    text = json.dumps(value, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
