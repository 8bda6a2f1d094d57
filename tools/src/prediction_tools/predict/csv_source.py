# SPDX-License-Identifier: Apache-2.0
"""Rows of CSV, a few at a time. A row that cannot be read is a record with a problem."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from .errors import PredictError
from .records import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any, BinaryIO


class CsvSource:
    """Text fields under a header. They are sent as they are written, so the API decides what each of them means.

    A field that is one of ``missing`` is sent as an empty one, which the API reads as null.
    """

    types: Mapping[str, Any] = {}
    tabular = True

    def __init__(self, path: Path, missing: Collection[str] = ()) -> None:
        self._path = path
        self._missing = frozenset(missing)
        self.size = path.stat().st_size
        with path.open("rb") as raw:
            self.columns: list[str] = [name.strip() for name in next(_reader(raw), [])]
        if not self.columns:
            raise PredictError(f"{path} is empty: the first line must name the columns")
        if not all(map(_is_text, self.columns)):
            raise PredictError(f"{path}: the first line is not valid UTF-8")
        if twice := sorted({name for name in self.columns if self.columns.count(name) > 1}):
            raise PredictError(f"{path} has more than one column named {', '.join(twice)}")

    def records(self) -> Iterator[Record]:
        """Read the rows after the header; empty lines count as lines only."""
        with self._path.open("rb") as raw:
            rows = _reader(raw)
            next(rows)
            line = rows.line_num + 1
            try:
                for fields in rows:
                    if fields:
                        yield Record(line, self._named(fields), raw.tell(), self._problem(fields))
                    line = rows.line_num + 1
            except csv.Error as error:
                raise PredictError(f"{self._path}, line {line}: not valid CSV: {error}") from None

    def _named(self, fields: list[str]) -> dict[str, str]:
        extra = (f"field {number}" for number in range(len(self.columns) + 1, len(fields) + 1))
        return dict(zip([*self.columns, *extra], fields, strict=False))

    def _sent(self, field: str) -> str:
        return "" if field in self._missing else field

    def _problem(self, fields: list[str]) -> str:
        if len(fields) != len(self.columns):
            return f"{len(fields)} fields instead of {len(self.columns)}"
        return "" if all(map(_is_text, fields)) else "not valid UTF-8"

    def content(self, rows: Sequence[Record], names: Sequence[str] | None) -> tuple[str, bytes]:
        """Return the rows as CSV with a header."""
        sent = self.columns if names is None else names
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(sent)
        writer.writerows([self._sent(row.values[name]) for name in sent] for row in rows)
        return "text/csv; header=present", text.getvalue().encode()


def _reader(raw: BinaryIO) -> Any:
    # A byte that is not UTF-8 makes its row invalid, not the file.
    text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")
    return csv.reader(text, strict=True, skipinitialspace=True)


def _is_text(field: str) -> bool:
    return field.isascii() or not any("\udc80" <= character <= "\udcff" for character in field)
