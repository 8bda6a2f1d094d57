# SPDX-License-Identifier: Apache-2.0
"""Parquet: read its rows, and write it from JSON lines. The only module that imports polars."""

from __future__ import annotations

import datetime as dt
import math
import os
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from .errors import PredictError
from .records import Record
from .source import json_content

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

ROWS = 20_000  # read at once


class ParquetSource:
    """Typed columns. A row's line is its number, from 1; positions count rows."""

    tabular = True

    def __init__(self, path: Path) -> None:
        try:
            self._frame = pl.scan_parquet(path)
            self.types: Mapping[str, Any] = dict(self._frame.collect_schema())
            self.size = int(self._frame.select(pl.len()).collect().item())
        except pl.exceptions.PolarsError as error:
            raise PredictError(f"{path} cannot be read: {error}") from None
        self.columns = list(self.types)

    def records(self) -> Iterator[Record]:
        """Read the rows."""
        for first in range(0, self.size, ROWS):
            rows = self._frame.slice(first, ROWS).collect().iter_rows(named=True)
            for number, row in enumerate(rows, first + 1):
                try:
                    yield Record(number, {name: _plain(value) for name, value in row.items()}, number)
                except ValueError as error:
                    yield Record(number, {name: str(value) for name, value in row.items()}, number, str(error))

    def content(self, rows: Sequence[Record], names: Sequence[str] | None) -> tuple[str, bytes]:
        """Return the rows as instances in JSON."""
        sent = self.columns if names is None else names
        return json_content([{name: row.values[name] for name in sent} for row in rows])


def _type(kinds: set[type]) -> pl.DataType:
    if kinds == {bool}:
        return pl.Boolean()
    if kinds == {int}:
        return pl.Int64()
    if kinds and kinds <= {int, float}:
        return pl.Float64()
    return pl.String()


def convert(part: Path, columns: Mapping[str, set[type]], types: Mapping[str, Any]) -> None:
    """Replace the JSON lines of a file by Parquet, without reading all of them into memory.

    ``columns`` gives the types of the values, ``types`` the types of columns where they are known. Raises PredictError.
    """
    target = {name: types[name] if name in types else _type(kinds - {type(None)}) for name, kinds in columns.items()}
    stored = {name: kind if kind.is_numeric() or kind == pl.Boolean else pl.String() for name, kind in target.items()}
    converted = part.with_name(f"{part.name}.parquet")
    try:
        lines = pl.scan_ndjson(part, schema=stored)
        lines.select(_converted(name, kind) for name, kind in target.items()).sink_parquet(converted)
        with converted.open("rb") as file:
            os.fsync(file.fileno())
        converted.replace(part)
    except pl.exceptions.PolarsError as error:
        raise PredictError(f"The predictions cannot be written as Parquet: {error}") from None
    finally:
        converted.unlink(missing_ok=True)


def _converted(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Date:
        return column.str.to_date()
    if isinstance(kind, pl.Datetime):
        return column.str.to_datetime(time_unit=kind.time_unit, time_zone=kind.time_zone)
    return column if kind == pl.String else column.cast(kind)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: NaN is null, and dates are written as the API reads them. Raises ValueError if it has no such form."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if math.isinf(value):
            raise ValueError("an infinite number")
        return None if math.isnan(value) else value
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise ValueError(f"a value of type {type(value).__name__}")
