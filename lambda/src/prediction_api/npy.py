# SPDX-License-Identifier: Apache-2.0
"""The NPY format 1.0 without numpy: importing that takes longer than writing any request."""

from __future__ import annotations

from array import array
from math import nan
from sys import byteorder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MAGIC = b"\x93NUMPY\x01\x00"
CODES = {"<f8": "d", "<f4": "f", "<i8": "q", "<i4": "i"}


def write(matrix: Sequence[Sequence[Any]]) -> bytes:
    """Return the columns as an array of float64, one row after the other, NaN for None."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({len(matrix[0])}, {len(matrix)}), }}"
    header += " " * (-(len(MAGIC) + 2 + len(header) + 1) % 64) + "\n"
    values = array("d", [nan if value is None else value for row in zip(*matrix, strict=True) for value in row])
    return MAGIC + len(header).to_bytes(2, "little") + header.encode() + _little(values).tobytes()


def read(body: bytes) -> list[Any]:
    """Return an array of one or two dimensions as numbers or lists of them. Raises ValueError, KeyError, IndexError."""
    start = 10 + int.from_bytes(body[8:10], "little")
    header = body[10:start].decode("ascii")
    values = array(CODES[header.split("'descr': '")[1].split("'")[0]], body[start:])
    shape = [int(size) for size in header.split("(")[1].split(")")[0].split(",") if size.strip()]
    rows, width = shape if len(shape) > 1 else (*shape, 1)
    if len(values) != rows * width or "'fortran_order': False" not in header:
        raise ValueError(header)
    flat = _little(values).tolist()
    return flat if len(shape) == 1 else [flat[row * width : (row + 1) * width] for row in range(rows)]


def _little(values: array[Any]) -> array[Any]:
    if byteorder == "big":
        values.byteswap()
    return values
