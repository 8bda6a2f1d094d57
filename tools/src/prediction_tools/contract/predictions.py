# SPDX-License-Identifier: Apache-2.0
"""Predictions of the handler and the booster compared with expected ones, row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from prediction_tools.model.local_api import LocalApi, RejectedError
from prediction_tools.tables import feature_name, texts, without_missing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from prediction_tools.model.booster_file import BoosterFile

LISTED = 20  # differences that are listed one by one
# Relative differences below a limit, and where they come from. The handler computes in 64 bits with Python's math.
ROUNDING = (
    (1e-14, "NumPy's functions round the last digit differently from Python's math. --tolerance 1e-12 accepts it."),
    (
        1e-5,
        "the expected values were computed in 32 bits, as XGBoost returns them. --tolerance 1e-5 accepts it.",
    ),
)


@dataclass(frozen=True)
class Difference:
    """A row of a file that is rejected or not predicted as expected; its line, or None for the file as a whole."""

    file: Path
    line: int | None
    message: str


def compare(settings: Mapping[str, Any], model: BoosterFile, data: Path, expected: Path, tolerance: float = 0.0) -> list[Difference]:
    """Return the differences. ``tolerance`` is relative; 0 means to the last digit."""
    wanted = texts(expected)
    categories = {feature["name"]: [str(value) for value in feature.get("values") or ()] for feature in settings["features"]}
    instances = without_missing(_named(texts(data), categories), categories)
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
    unequal = [
        (line, field, row[field], expected_text)
        for line, row, values in zip(range(2, len(found) + 2), found, wanted.select(list(columns)).iter_rows(), strict=True)
        for field, expected_text in zip(columns.values(), values, strict=True)
        if not _same(row[field], expected_text, tolerance)
    ]
    differences = [
        Difference(expected, line, f"{field}: {expected_text} is expected, and {text} predicted.")
        for line, field, text, expected_text in unequal[:LISTED]
    ]
    rest = [f"{len(unequal) - LISTED} more differences."] if len(unequal) > LISTED else []
    rest += _rounding([(text, expected_text) for _, _, text, expected_text in unequal])
    return differences + [Difference(expected, None, message) for message in rest]


def _named(rows: pl.DataFrame, features: Collection[str]) -> pl.DataFrame:
    """Return rows with the contract's names for columns that ``contract infer`` renamed."""
    names = {column: feature_name(column) for column in rows.columns if column not in features}
    return rows.rename(
        {old: new for old, new in names.items() if new in features and new not in rows.columns and list(names.values()).count(new) == 1}
    )


def _rounding(unequal: Sequence[tuple[str, Any]]) -> list[str]:
    """Return a sentence if all differences are of rounding only."""
    try:
        largest = max((abs(float(text) - float(expected)) / abs(float(expected)) for text, expected in unequal), default=math.inf)
    except (TypeError, ValueError, ZeroDivisionError):
        return []
    cause = next((text for limit, text in ROUNDING if largest < limit), None)
    return [f"No difference is larger than {largest:.1g} of its value: {cause}"] if cause else []


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
