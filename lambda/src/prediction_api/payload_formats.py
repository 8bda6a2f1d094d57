# SPDX-License-Identifier: Apache-2.0
"""The formats in which rows are sent to the endpoint, apart from the CSV of declared columns (``payload``)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .contract import csv_safe
from .npy import write
from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Matrix = Sequence[Sequence[Any]]  # one sequence of values per column
    Write = Callable[[Matrix], bytes]


def _csv(matrix: Matrix) -> bytes:
    return "\n".join(map(",".join, zip(*map(_fields, matrix), strict=True))).encode()


def _fields(values: Sequence[Any]) -> list[str]:
    """Return the CSV fields of a column that an adapter made. Raises Problem for a text that would need quotes."""
    if not all(map(csv_safe, [value for value in values if type(value) is str])):
        raise Problem("adapter_failed", notes={"adapter": "encode returned a text that a CSV field cannot hold"})
    return ["" if value is None else value if type(value) is str else repr(value) for value in values]


def _libsvm(matrix: Matrix) -> bytes:
    """Write label 0 and the values by zero-based column; leave missing values out, except that of the first column.

    XGBoost's container 3.2-0 and scikit-learn take indices that begin at 1 in every row for one-based, and the container
    drops rows without any. Both read nan as missing.
    """
    lines = (
        " ".join([f"0 0:{'nan' if first is None else repr(first)}", *(f"{index}:{value!r}" for index, value in rest if value is not None)])
        for first, rest in ((row[0], enumerate(row[1:], 1)) for row in zip(*matrix, strict=True))
    )
    return "\n".join(lines).encode()


def _json(matrix: Matrix) -> bytes:
    return json.dumps({"instances": [{"features": row} for row in zip(*matrix, strict=True)]}).encode()


def _jsonlines(matrix: Matrix) -> bytes:
    return "\n".join(json.dumps({"features": row}) for row in zip(*matrix, strict=True)).encode()


WRITERS: dict[str, Write] = {
    "text/csv": _csv,
    "text/libsvm": _libsvm,
    "application/json": _json,
    "application/jsonlines": _jsonlines,
    "application/x-npy": write,
}
