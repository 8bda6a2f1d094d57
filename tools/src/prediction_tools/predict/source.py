# SPDX-License-Identifier: Apache-2.0
"""The rows of an input, whatever its format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from .records import Record

JSON_LINES = (".jsonl", ".ndjson")
FORMATS = (".csv", ".parquet", *JSON_LINES)


class Source(Protocol):
    """The rows of a file.

    ``size`` is its length in the unit of a record's position. ``columns`` are the names it is known to have, and ``types`` their types of
    polars, if the format has any. ``tabular``: whether each row has all columns.
    """

    tabular: bool
    size: int
    columns: list[str]
    types: Mapping[str, Any]

    def records(self) -> Iterator[Record]:
        """Read the rows in order, from the first. Raises PredictError if the rest of the file cannot be read."""

    def content(self, rows: Sequence[Record], names: Sequence[str] | None) -> tuple[str, bytes]:
        """Return the content type and the body of a request for some rows. Without ``names``, all values are sent."""


def json_content(instances: list[Any]) -> tuple[str, bytes]:
    """Return the content type and the body of a request for instances."""
    return "application/json", json.dumps({"instances": instances}, allow_nan=False, ensure_ascii=False).encode()
