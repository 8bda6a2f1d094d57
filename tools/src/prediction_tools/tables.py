# SPDX-License-Identifier: Apache-2.0
"""Tables of training data and of predictions: CSV, Parquet or JSON Lines."""

from __future__ import annotations

import contextlib
import csv
import re
from typing import TYPE_CHECKING

import polars as pl

from .file_error import FileError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

# The fields of a CSV that pandas reads as missing by default (na_values of pandas.read_csv): training data was usually read by it.
MISSING = frozenset(
    [
        "",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    ]
)
JSON_LINES = (".jsonl", ".ndjson")
INVALID = re.compile(r"[^A-Za-z0-9_]+")
RESERVED = ("features", "true", "false")
LEADING_ZERO = r"^0[0-9]"
COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x9c", b"\x78\xda")  # gzip (RFC 1952), zstd (RFC 8878), zlib (RFC 1950)
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}  # of files that are not separated by commas
# Why polars cannot read a file, by a part of its message, and what to do.
REASONS = {
    "empty CSV": "the file is empty.",
    "utf-8": "it is not UTF-8. Save it in this encoding.",
    "found more fields": "a line has more fields than the header. Put texts that contain commas in quotes.",
}


class TableError(FileError):
    """A file is not a table."""


def typed(path: Path) -> pl.DataFrame:
    """Return a table with types; a column of a CSV is a number only if all of its rows are, or are missing. Raises TableError."""
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        if path.suffix in JSON_LINES:
            return pl.read_ndjson(path, infer_schema_length=None)
        _check_header(path)
        return pl.read_csv(path, infer_schema_length=None, null_values=sorted(MISSING))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TableError(path, _reason(error)) from None


def texts(path: Path) -> pl.DataFrame:
    """Return a table with every value as a text. Raises TableError."""
    try:
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path)
        elif path.suffix in JSON_LINES:
            frame = pl.read_ndjson(path)
        else:
            _check_header(path)
            frame = pl.read_csv(path, infer_schema=False)
        return frame.with_columns(pl.all().cast(pl.String))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TableError(path, _reason(error)) from None


def without_missing(frame: pl.DataFrame, values: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Return texts with null for those that mean a missing value, unless they are one of a column's ``values``."""
    return frame.with_columns(
        pl.when(pl.col(name).is_in(sorted(MISSING.difference(values.get(name, ()))))).then(None).otherwise(pl.col(name)).alias(name)
        for name in frame.columns
    )


def feature_name(column: str) -> str:
    """Return the name that a contract allows for a column: "amount €" becomes "amount"."""
    name = INVALID.sub("_", column).strip("_") or "feature"
    return f"_{name}" if name[0].isdigit() or name.lower() in RESERVED else name


def codes(path: Path, frame: pl.DataFrame) -> dict[str, pl.Series]:
    """Return the columns of a CSV that were read as whole numbers, and have leading zeros: as texts."""
    whole = [name for name, kind in frame.schema.items() if kind.is_integer()]
    if path.suffix == ".parquet" or path.suffix in JSON_LINES or not whole:
        return {}
    read = pl.read_csv(path, columns=whole, infer_schema=False, null_values=sorted(MISSING))
    return {series.name: series for series in read if series.str.contains(LEADING_ZERO).any()}


def _check_header(path: Path) -> None:
    """Raise TableError for a CSV with another separator, or with two columns of one name, which polars would rename.

    The header of a compressed file, which polars reads as well, is not checked.
    """
    with path.open("rb") as file:
        if file.read(4).startswith(COMPRESSED):
            return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file, contextlib.suppress(csv.Error):
        names = next(csv.reader(file), [])
        for separator, plural in SEPARATORS.items():
            if len(names) == 1 and separator in names[0]:
                raise TableError(path, f"its fields are separated by {plural}. Save it with commas, and with points in numbers.")
        if twice := [name for place, name in enumerate(names) if name and name in names[:place]]:
            raise TableError(path, f'the header names "{twice[0]}" more than once. Give each column a name of its own.')


def _reason(error: Exception) -> str:
    message = str(error).splitlines()[0]
    return next((reason for part, reason in REASONS.items() if part in message), f"cannot be read: {message}")
