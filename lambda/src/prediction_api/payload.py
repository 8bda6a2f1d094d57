"""What is sent to the endpoint: columns of values to one body per call."""

from __future__ import annotations

import json
from math import copysign
from typing import TYPE_CHECKING

from .contract import csv_safe
from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from .contract import Column

    Matrix = Sequence[Sequence[Any]]
    Encode = Callable[[Matrix], bytes]

INTEGERS = 20_000  # distinct integers whose text is kept


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
    if content_type == "application/x-npy":
        from .npy import write

        return write
    others = {"text/libsvm": _libsvm, "application/json": _json, "application/jsonlines": _jsonlines}
    return others.get(content_type) or _csv(columns)


def _csv(columns: list[Column]) -> Encode:
    writers = [_writer(column, len(columns) == 1 == len(column.names)) for column in columns for _ in column.names]

    def encode(matrix: Matrix) -> bytes:
        texts = [write(values) for write, values in zip(writers or [_any] * len(matrix), matrix, strict=True)]
        return "\n".join(map(",".join, zip(*texts, strict=True))).encode()

    return encode


class _Integers(dict[int, str]):
    """The text of every integer that was asked for: a look-up is a quarter of ``repr``."""

    def __missing__(self, value: int) -> str:
        if len(self) > INTEGERS:
            self.clear()
        self[value] = text = repr(value)
        return text


_integer = _Integers().__getitem__


def _writer(column: Column, alone: bool) -> Callable[[Sequence[Any]], Sequence[str]]:
    """Return the function from a column's values to its CSV fields."""
    write: Callable[[Sequence[Any]], Sequence[str]] = _numbers
    if column.text:
        write = list
    elif (column.part and not column.steps) or (column.feature.type in ("integer", "boolean") and not column.steps):
        write = _whole_numbers
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


def _any(values: Sequence[Any]) -> list[str]:
    """Return the CSV fields of a column that an adapter made. Raises Problem for a text that is none."""
    if not all(map(csv_safe, [value for value in values if type(value) is str])):
        raise Problem("adapter_failed", notes={"adapter": "encode gave a text that cannot stand in a CSV field"})
    return ["" if value is None else value if type(value) is str else repr(value) for value in values]


def _whole_numbers(values: Sequence[int]) -> list[str]:
    return list(map(_integer, values))


def _numbers(values: Sequence[float]) -> list[str]:
    distinct = set(values)
    signed = 0 in distinct and any(value == 0 and copysign(1, value) < 0 for value in values)
    if 2 * len(distinct) > len(values) or signed:  # -0.0 equals 0.0, but is not written like it
        return list(map(repr, values))
    texts = {value: repr(value) for value in distinct}
    return list(map(texts.__getitem__, values))


def _libsvm(matrix: Matrix) -> bytes:
    """Write label 0 and the values by zero-based column; missing ones are left out."""
    lines = (
        " ".join(["0", *(f"{index}:{value!r}" for index, value in enumerate(row) if value is not None)])
        for row in zip(*matrix, strict=True)
    )
    return "\n".join(lines).encode()


def _json(matrix: Matrix) -> bytes:
    return json.dumps({"instances": [{"features": row} for row in zip(*matrix, strict=True)]}).encode()


def _jsonlines(matrix: Matrix) -> bytes:
    return "\n".join(json.dumps({"features": row}) for row in zip(*matrix, strict=True)).encode()
