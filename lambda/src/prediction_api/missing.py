# SPDX-License-Identifier: Apache-2.0
"""Columns in which values may be missing (None)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any


def apply_to_present(function: Callable[[Sequence[Any]], Sequence[Any]], values: Sequence[Any], missing: Any = None) -> Sequence[Any]:
    """Return the function's result for the values that are present, with ``missing`` in the place of None."""
    if None not in values:
        return function(values)
    present = [value for value in values if value is not None]
    results: Iterator[Any] = iter(function(present) if present else ())
    return [missing if value is None else next(results) for value in values]
