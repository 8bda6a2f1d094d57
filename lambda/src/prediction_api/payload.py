"""What is sent to the endpoint: columns of values to one body per call."""

from __future__ import annotations

import json
from struct import pack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from .contract import Contract

    Matrix = Sequence[Sequence[Any]]
    Encode = Callable[[Matrix], bytes]


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
                from .problem import Problem

                detail = f"/instances/{start}: {len(body)} bytes in the model's format; at most {call_bytes} fit"
                raise Problem("instance_too_large", detail)
            # rows of like size: aim just below the limit
            rows = max(1, min(rows - 1, rows * call_bytes // len(body)))
            body = encode([column[start : start + rows] for column in matrix])
        yield body, rows
        start += rows


def encoder(contract: Contract) -> Encode:
    """Return the function that writes rows in the contract's content type."""
    if contract.content_type == "text/csv":
        return _csv([(column.text, column.feature.missing) for column in contract.model_columns for _ in column.names])
    return {
        "text/libsvm": _libsvm,
        "application/json": _json,
        "application/jsonlines": _jsonlines,
        "application/x-npy": _npy,
    }[contract.content_type]


def _csv(kinds: list[tuple[bool, bool]]) -> Encode:
    # an empty line is no row, and a body of empty lines no body: a lone column spells a missing value out
    empty = "" if len(kinds) > 1 else "nan"

    def texts(kind: tuple[bool, bool], values: Sequence[Any]) -> Sequence[str]:
        text, missing = kind
        if missing and None in values:
            return [empty if value is None else value if text else repr(value) for value in values]
        return values if text else list(map(repr, values))

    def encode(matrix: Matrix) -> bytes:
        return "\n".join(map(",".join, zip(*map(texts, kinds, matrix), strict=True))).encode()

    return encode


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


def _npy(matrix: Matrix) -> bytes:
    """Write a two-dimensional little-endian float64 array in the NPY format 1.0, row by row."""
    shape = (len(matrix[0]), len(matrix))
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    nan = float("nan")
    values = [nan if value is None else value for row in zip(*matrix, strict=True) for value in row]
    return b"\x93NUMPY\x01\x00" + pack("<H", len(header)) + header.encode() + pack(f"<{len(values)}d", *values)
