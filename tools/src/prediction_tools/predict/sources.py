# SPDX-License-Identifier: Apache-2.0
"""The input of a run, by the ending of its name."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from .csv_source import CsvSource
from .errors import PredictError
from .json_lines_source import JsonLinesSource
from .source import FORMATS, JSON_LINES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from .source import Source


def open_source(path: Path, missing: Collection[str] = ()) -> Source:
    """Return the source of a file, by its suffix. Raises PredictError if the file cannot be read.

    ``missing`` are the fields of a CSV that mean null.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            return CsvSource(path, missing)
        if suffix == ".parquet":
            from .parquet import ParquetSource  # polars, 0.25 s

            return ParquetSource(path)
        if suffix in JSON_LINES:
            return JsonLinesSource(path)
    except (OSError, csv.Error) as error:
        raise PredictError(f"{path} cannot be read: {error}") from None
    raise PredictError(f"{path}: unknown format. Use a name that ends in {' or '.join(FORMATS)}.")
