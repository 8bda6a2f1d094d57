# SPDX-License-Identifier: Apache-2.0
"""Predictions of the handler and the booster compared with expected ones, row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from prediction_tools.model.local_api import LocalApi, RejectedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from prediction_tools.model.booster_file import BoosterFile

LISTED = 20  # differences that are listed one by one


@dataclass(frozen=True)
class Difference:
    """A row of a file that is rejected or not predicted as expected; its line, or None for the file as a whole."""

    file: Path
    line: int | None
    message: str


class TableError(ValueError):
    """A file is no table."""


def table(path: Path) -> pl.DataFrame:
    """Return a CSV, Parquet or JSON Lines file as texts. Raises TableError."""
    try:
        return _table(path).with_columns(pl.all().cast(pl.String))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TableError(f"{path.name} cannot be read: {str(error).splitlines()[0]}") from None


def _table(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    if path.suffix in (".jsonl", ".ndjson"):
        return pl.read_ndjson(path)
    return pl.read_csv(path, infer_schema=False)


def compare(settings: Mapping[str, Any], model: BoosterFile, data: Path, expected: Path, tolerance: float = 0.0) -> list[Difference]:
    """Return the differences. ``tolerance`` is relative; 0 means to the last digit."""
    instances, wanted = table(data), table(expected)
    names = [feature["name"] for feature in settings["features"] if feature["name"] in instances.columns]
    if len(instances) != len(wanted):
        return [Difference(expected, None, f"{len(wanted)} predictions are expected for {len(instances)} rows of {data.name}.")]
    try:
        rows = instances.select(pl.col(names).fill_null("")).rows()
        found = list(LocalApi(settings, model).predictions(names, rows))
    except RejectedError as error:
        return _rejected(error, data)
    if not found:
        return []
    columns = _columns(list(found[0]), wanted.columns)
    if not columns:
        return [Difference(expected, None, f"has no column {' or '.join(found[0])}.")]
    differences = [
        Difference(expected, line, f"{field}: {expected_text} is expected, and {row[field]} predicted.")
        for line, row, values in zip(range(2, len(found) + 2), found, wanted.select(list(columns)).iter_rows(), strict=True)
        for field, expected_text in zip(columns.values(), values, strict=True)
        if not _same(row[field], expected_text, tolerance)
    ]
    rest = [Difference(expected, None, f"{len(differences) - LISTED} more differences.")] if len(differences) > LISTED else []
    return differences[:LISTED] + rest


def _rejected(error: RejectedError, data: Path) -> list[Difference]:
    """Return one difference per error of the handler's problem document."""
    found = []
    for each in error.problem.get("errors", [])[:LISTED]:
        row = each["pointer"].split("/")[2:3]
        line = error.first + int(row[0]) + 2 if row else None
        found.append(Difference(data, line, f"the API rejects the row: {each['detail']}."))
    return found or [Difference(data, None, f"the API answers with {error.problem['code']}: {error.problem['detail']}")]


def _columns(answered: Sequence[str], expected: Sequence[str]) -> dict[str, str]:
    """Return the fields of the answer by the column of the file that holds their expected values."""
    common = {name: name for name in expected if name in answered}
    return common or ({expected[0]: answered[0]} if len(expected) == 1 else {})


def _same(found: str, expected: Any, tolerance: float) -> bool:
    try:
        return math.isclose(float(found), float(expected), rel_tol=tolerance, abs_tol=0.0)
    except (TypeError, ValueError):
        return found == str(expected)
