# SPDX-License-Identifier: Apache-2.0
"""Rows of JSON Lines, a few at a time. A row that cannot be read is a record with a problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .records import Record
from .source import json_content

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any


class JsonLinesSource:
    """One JSON object per line: values by name, or the positional form of the API, ``{"features": [...]}``."""

    types: Mapping[str, Any] = {}
    tabular = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size
        self.columns = next((list(record.values) for record in self.records() if not record.problem), [])

    def records(self) -> Iterator[Record]:
        """Read the lines that are not blank."""
        position = 0
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                position += len(line)
                if not line.isspace():
                    yield _json_record(number, line, position)

    def content(self, rows: Sequence[Record], names: Sequence[str] | None) -> tuple[str, bytes]:
        """Return the rows as instances in JSON."""
        return json_content([_named(row.values, names, self.columns) for row in rows])


def _json_record(number: int, line: bytes, position: int) -> Record:
    try:
        values = json.loads(line, object_pairs_hook=_unique, parse_constant=_reject)
    except (ValueError, RecursionError) as error:
        return Record(number, {"text": line.decode(errors="replace").rstrip("\n")}, position, f"not valid JSON: {error}")
    if not isinstance(values, dict):
        return Record(number, {"value": values}, position, "not a JSON object")
    return Record(number, values, position)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key is given more than once")
    return values


def _reject(token: str) -> None:
    raise ValueError(f"{token} is not JSON")


def _named(values: Any, names: Sequence[str] | None, columns: Sequence[str]) -> dict[str, Any]:
    """Return a row as an instance: without the columns that are not sent, but with names that no earlier row had."""
    if names is None:
        return dict(values)
    if isinstance(values.get("features"), list) and "features" not in names:
        return {"features": values["features"]}
    left_out = set(columns) - set(names)
    return {name: value for name, value in values.items() if name not in left_out}
