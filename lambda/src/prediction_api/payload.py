"""What is sent to the endpoint: columns of values to one body per call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from .contract import Column

    Matrix = Sequence[Sequence[Any]]
    Encode = Callable[[Matrix], bytes]

NUMBERS = 20_000  # distinct numbers whose text is kept
SAMPLE = 64  # values that show whether those of a column repeat


def calls(encode: Encode, matrix: Matrix, call_rows: int, call_bytes: int) -> Iterator[tuple[bytes, int]]:
    """Yield each call's body and number of rows, in order, made only when asked for.

    No body is above ``call_bytes``; raises Problem if one row alone is.
    """
    count = len(matrix[0])
    start = 0
    while start < count:
        rows = min(call_rows, count - start)
        body = encode(matrix if rows == count else [column[start : start + rows] for column in matrix])
        while len(body) > call_bytes:
            if rows == 1:
                detail = f"/instances/{start}: {len(body)} bytes in the model's format; at most {call_bytes} fit"
                raise Problem("instance_too_large", detail)
            # rows of like size: aim just below the limit
            rows = max(1, min(rows - 1, rows * call_bytes // len(body)))
            body = encode([column[start : start + rows] for column in matrix])
        yield body, rows
        start += rows


def encoder(content_type: str, columns: list[Column]) -> Encode:
    """Return the function that writes rows in a content type; without columns, whatever values they hold."""
    if content_type != "text/csv" or not columns:
        from .writers import WRITERS

        return WRITERS[content_type]
    writers = [_writer(column, len(columns) == 1 == len(column.names)) for column in columns for _ in column.names]

    def encode(matrix: Matrix) -> bytes:
        texts = [write(values) for write, values in zip(writers, matrix, strict=True)]
        return lines_of(texts)

    return encode


def lines_of(texts: Sequence[Sequence[str]]) -> bytes:
    """Return columns of CSV fields as lines."""
    return "\n".join(map(",".join, zip(*texts, strict=True))).encode()


class _Texts(dict[float, str]):
    """The text of every number that was asked for: a look-up is a quarter of ``repr``. Equal numbers share one."""

    def __missing__(self, value: float) -> str:
        if len(self) > NUMBERS:
            self.clear()
        self[value] = text = repr(value)
        return text


TEXT_OF = _Texts()
number_text = TEXT_OF.__getitem__


def _writer(column: Column, alone: bool) -> Callable[[Sequence[Any]], Sequence[str]]:
    """Return the function from a column's values to its CSV fields."""
    write: Callable[[Sequence[Any]], Sequence[str]] = list if column.text else numbers
    if not column.feature.missing:
        return write
    # an empty line is no row to the container, and a body of them no body: a column alone spells it out
    empty = "nan" if alone else ""

    def fill(values: Sequence[Any]) -> Sequence[str]:
        if None not in values:
            return write(values)
        rest = iter(write([value for value in values if value is not None]))
        return [empty if value is None else next(rest) for value in values]

    return fill


def repeat(values: Sequence[float]) -> bool:
    """Whether the values of a column repeat so often that their texts are better looked up than made."""
    sample = values[:SAMPLE]
    return len(set(sample)) <= len(sample) * 3 // 4


def numbers(values: Sequence[float]) -> list[str]:
    """Return the fields of a column of numbers."""
    return list(map(number_text if repeat(values) else repr, values))
