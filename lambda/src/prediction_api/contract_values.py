# SPDX-License-Identifier: Apache-2.0
"""Checks of a parsed contract: known keys, and scalars of their feature's type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from .number_rules import parse_number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

CONTRACT_KEYS = ("features", "columns", "payload", "output")
FEATURE_KEYS = (
    *("name", "type", "description", "minimum", "maximum", "unit", "values"),
    *("max_length", "nullable", "default", "example", "summary"),
)
PAYLOAD_KEYS = ("content_type", "accept", "targets")
SUMMARY_KEYS = ("mean", "deviation", "quantiles", "shares", "missing")
OUTPUT_KEYS = ("name", "description", "unit", "kind", "steps", "labels", "summary")
MIDNIGHT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00Z")  # Terraform's form of an unquoted date
TIME = re.compile("[0-9-]{10}T[0-9:.]+Z")
QUOTE = 'put text that looks like another type in "quotes"'


def members(value: Any, known: Iterable[str], where: str, problems: list[str]) -> Mapping[str, Any]:
    """Return an object of a contract, or an empty one; report a value that is not an object, and every unknown key."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        problems.append(f"{where} must be an object with the keys {', '.join(known)}")
        return {}
    problems += [f"{where}: {key!r} is unknown; {_advice(str(key), known)}" for key in value if key not in known]
    return value


def _advice(key: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # 3 ms, and only needed for an error

    near = get_close_matches(key, known, 1, 0.5)
    return f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(known)}"


def items(value: Any, where: str, problems: list[str]) -> list[Any]:
    """Return a list of a contract, empty if there is none; report anything else."""
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        problems.append(f"{where} must be a list")
        return []
    return list(value)


def text(value: Any, where: str, problems: list[str]) -> str:
    """Return a text, or a number as Terraform converts it to text; report what YAML reads as another type."""
    if value is None or isinstance(value, bool | date) or not isinstance(value, str | int | float):
        problems.append(f"{where}: {_read_as(value)}; {QUOTE}")
        return ""
    if isinstance(value, str):
        if MIDNIGHT.fullmatch(value):
            problems.append(f"{where}: {_read_as(date.fromisoformat(value[:10]))}; {QUOTE}")
        return value
    return number_text(value)


def number_text(value: float) -> str:
    """Return a number as Terraform converts it to text."""
    if isinstance(value, float):
        from decimal import Decimal  # 2 ms, and only needed for a number that a contract in YAML leaves unquoted

        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    return str(value)


def cast(kind: str, value: Any, where: str, problems: list[str]) -> Any:
    """Return a value as a feature's JSON type: Terraform passes scalars of mixed types as strings. Report any other."""
    if kind in ("date", "datetime") and isinstance(value, str) and TIME.fullmatch(value) and not MIDNIGHT.fullmatch(value):
        problems.append(f"{where}: YAML reads an unquoted date as a time with an offset; write it without an offset, in quotes")
        return ""
    if kind not in ("number", "integer", "boolean"):
        return text(value, where, problems)
    if kind == "boolean":
        result: Any = {"true": True, "false": False}.get(str(value).lower())
    else:
        result = None if isinstance(value, bool) else parse_number(value, integer=kind == "integer")
    if result is None:
        surprising = value is None or isinstance(value, bool | date)
        reason = _read_as(value) if surprising else f"{value!r} is not of type {kind}"
        problems.append(f"{where}: {reason}; {QUOTE}")
    return result


def summary_of(given: Any, kind: str, where: str, problems: list[str]) -> Mapping[str, Any]:
    """Return a summary of training data with numbers, and shares by value of a JSON type; report values of another type."""
    summary = members(given, SUMMARY_KEYS, where, problems)
    found: dict[str, Any] = {
        key: cast("number", summary[key], f"{where}.{key}", problems)
        for key in ("mean", "deviation", "missing")
        if summary.get(key) is not None
    }
    quantiles, shares = items(summary.get("quantiles"), f"{where}.quantiles", problems), summary.get("shares") or {}
    if quantiles:
        found["quantiles"] = [cast("number", value, f"{where}.quantiles[{place}]", problems) for place, value in enumerate(quantiles)]
    if not isinstance(shares, Mapping):
        problems.append(f"{where}.shares must be an object")
    elif shares:
        found["shares"] = {
            cast(kind, value, f"{where}.shares", problems): cast("number", share, f"{where}.shares: {value!r}", problems)
            for value, share in shares.items()
        }
    return found


def _read_as(value: Any) -> str:
    """Return how YAML reads a scalar, if not as text."""
    if isinstance(value, bool):
        return f"YAML reads {'y, yes, on and true' if value else 'n, no, off and false'} as a boolean"
    if isinstance(value, date):
        return "YAML reads an unquoted date as a time"
    return "null is not a value" if value is None else f"{value!r} is {type(value).__name__}"
