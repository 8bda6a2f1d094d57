# SPDX-License-Identifier: Apache-2.0
"""Columns of values to the bodies of calls to the endpoint."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from .memo import Memo
from .missing import apply_to_present
from .payload_formats import WRITERS
from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from .calls import Payload, Payloads
    from .contract import Column
    from .payload_formats import Matrix, Write
    from .settings import Limits

NUMBERS_KEPT = 20_000  # distinct numbers whose text is kept
SAMPLE = 64  # values that show whether those of a column repeat
NEGATIVE_ZERO = array("d", [-0.0]).tobytes()


def split(write: Write, matrix: Matrix, limits: Limits) -> Payloads:
    """Return the body and the number of rows of each call, in order.

    No call has more rows or bytes than ``limits`` allow. Raises Problem if a single row has too many bytes.
    """
    rows = len(matrix[0])
    if rows <= limits.rows_per_call:
        body = write(matrix)
        if len(body) <= limits.bytes_per_call:
            return [(body, rows)]
    return _several(write, matrix, limits)


def _several(write: Write, matrix: Matrix, limits: Limits) -> Iterator[Payload]:
    most = limits.bytes_per_call
    count = len(matrix[0])
    start = 0
    while start < count:
        rows = min(limits.rows_per_call, count - start)
        body = write(matrix if rows == count else [column[start : start + rows] for column in matrix])
        while len(body) > most:
            if rows == 1:
                detail = f"/instances/{start}: {len(body)} bytes in the model's format; at most {most} are allowed"
                raise Problem("instance_too_large", detail)
            # rows have similar sizes: aim just below the limit
            rows = max(1, min(rows - 1, rows * most // len(body)))
            body = write([column[start : start + rows] for column in matrix])
        yield body, rows
        start += rows


def writer(content_type: str, columns: list[Column]) -> Write:
    """Return the function that writes rows in a content type. Without columns, it writes values of any type."""
    if content_type != "text/csv" or not columns:
        return WRITERS[content_type]
    alone = sum(len(column.names) for column in columns) == 1
    fields = [_field_writer(column, alone) for column in columns for _ in column.names]

    def write(matrix: Matrix) -> bytes:
        return csv_lines([to_fields(values) for to_fields, values in zip(fields, matrix, strict=True)])

    return write


def csv_lines(columns: Sequence[Sequence[str]]) -> bytes:
    """Return columns of CSV fields as lines."""
    return "\n".join(map(",".join, zip(*columns, strict=True))).encode()


NUMBER_TEXTS: Memo[float, str] = Memo(repr, NUMBERS_KEPT)
number_text = NUMBER_TEXTS.__getitem__


def number_fields(values: Sequence[float]) -> list[str]:
    """Return the CSV fields of a column of numbers."""
    # equal numbers share a text, but 4 and 4.0 must not, nor 0.0 and -0.0: a field would depend on earlier requests
    kept = set(map(type, values)) == {float} and is_repetitive(values) and not _may_have_negative_zero(values)
    return list(map(number_text if kept else repr, values))


def _may_have_negative_zero(values: Sequence[float]) -> bool:
    """Whether one of the floats may be -0.0. False is certain. Faster than checking the sign of each zero."""
    return 0.0 in values and NEGATIVE_ZERO in array("d", values).tobytes()


def is_repetitive(values: Sequence[float] | Sequence[str]) -> bool:
    """Whether the values of a column repeat so often that looking up their texts is faster than making them."""
    sample = values[:SAMPLE]
    return len(set(sample)) <= len(sample) * 3 // 4


def _field_writer(column: Column, alone: bool) -> Callable[[Sequence[Any]], Sequence[str]]:
    """Return the function from a column's values to its CSV fields."""
    write: Callable[[Sequence[Any]], Sequence[str]] = list if column.text else number_fields
    if not column.feature.missing:
        return write
    # to the container, an empty line is not a row: a column alone writes nan instead of nothing
    empty = "nan" if alone else ""
    return lambda values: apply_to_present(write, values, empty)
