"""Decodes a request's body into XGBoost's matrix."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

import numpy as np
import xgboost
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # scipy ships no types

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sagemaker_sandbox.containers.base import Request
    from sagemaker_sandbox.containers.xgboost.release import Release

    type Rows = NDArray[np.float64] | csr_matrix

CSV: Final = "csv"
LIBSVM: Final = "libsvm"
RECORDIO: Final = "recordio-protobuf"

_CONTENT_TYPES: Final = {
    "csv": CSV,
    "libsvm": LIBSVM,
    "parquet": "parquet",
    "recordio-protobuf": RECORDIO,
    "text/csv": CSV,
    "text/libsvm": LIBSVM,
    "text/x-libsvm": LIBSVM,
    "application/x-parquet": "parquet",
    "application/x-recordio-protobuf": RECORDIO,
}
_SNIFFED: Final = 512


class UnsupportedMediaError(Exception):
    """The container cannot read the request; the message is the container's."""


def decode(request: Request, release: Release) -> tuple[str, xgboost.DMatrix]:
    """Return the request's format and rows. Raises UnsupportedMediaError for an unknown type or invalid content."""
    kind = _kind(request.content_type)
    if kind not in _DECODERS:
        message = f"Content-type {request.content_type} is not supported."
        raise UnsupportedMediaError(message)
    try:
        return kind, xgboost.DMatrix(_DECODERS[kind](request.body.strip().decode(), release), nthread=1)
    except Exception as error:
        message = (
            f"Loading {kind} data failed with Exception, please ensure data is in {kind} format:\n"
            f" {type(error)}\n {_in_words_of(release, str(error))}"
        )
        raise UnsupportedMediaError(message) from error


def media_type(header: str) -> str:
    """Return a header's value without its parameters."""
    return header.partition(";")[0].strip()


def _kind(header: str | None) -> str:
    if header is None:
        return LIBSVM
    kind = _CONTENT_TYPES.get(media_type(header.lower()))
    if kind is None:
        message = f"{header} is not an accepted ContentType: {', '.join(_CONTENT_TYPES)}."
        raise UnsupportedMediaError(message)
    if kind == CSV and _label_size(header.lower()) not in {None, "1"}:
        message = f"{header} is not an accepted csv ContentType. Optional parameter label_size must be equal to 1"
        raise UnsupportedMediaError(message)
    return kind


def _label_size(header: str) -> str | None:
    for parameter in header.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip() == "label_size":
            return value.strip().strip('"')
    return None


def _rows_of_csv(text: str, _release: Release) -> Rows:
    lines = text.split("\n")
    sniffed = csv.Sniffer().sniff(lines[0][:_SNIFFED]).delimiter
    delimiter = "," if sniffed.isalnum() else sniffed
    table = [[field or "nan" for field in line.split(delimiter)] for line in lines]
    try:
        return np.array([list(map(float, row)) for row in table])
    except ValueError:
        return np.array(table).astype(float)  # slower, but numpy reports the error as the container does


def _rows_of_libsvm(text: str, release: Release) -> Rows:
    """Parse each line's ``index:value`` items; absent columns are missing values, and a last line without items is dropped."""
    cells: list[tuple[int, list[str]]] = [
        (row, item.split(":")) for row, line in enumerate(text.split("\n")) for item in line.split(" ") if ":" in item
    ]
    rows = np.array([cell[0] for cell in cells])
    columns = _columns([cell[1][0] for cell in cells], release)
    values = np.array([cell[1][1] for cell in cells]).astype(float)
    return csr_matrix((values, (rows, columns)))


def _columns(indices: list[str], release: Release) -> NDArray[np.int64]:
    if not release.shifts_libsvm:
        return np.array(indices).astype(int)
    columns = np.array([int(index) for index in indices]).astype(int)
    return columns - 1 if columns.size and columns.min() >= 1 else columns


_DECODERS: Final[dict[str, Callable[[str, Release], Rows]]] = {CSV: _rows_of_csv, LIBSVM: _rows_of_libsvm}


def _in_words_of(release: Release, message: str) -> str:
    """Rewrite a message of the installed numpy into the wording of the release's numpy."""
    if release.numpy < (2, 0):
        message = re.sub(r"np\.str_\((.*)\)$", r"\1", message, flags=re.DOTALL)
    if release.numpy < (1, 24):
        message = re.sub(r"^(setting an array element with a sequence\.) .*", r"\1", message)
    return message
