# SPDX-License-Identifier: Apache-2.0
"""Features from the columns of a table: type, bounds, values, missing values, and the summary that drift is measured against."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from prediction_tools import tables
from prediction_tools.encoding import DAY, MOMENT

from .contract_draft import FeatureDraft

if TYPE_CHECKING:
    from collections.abc import Collection

CODES = 12  # whole numbers of at most so many different values are codes, such as seasons
CATEGORIES = 100  # texts of more different values are not a category
QUANTILES = 10
DIGITS = 6  # significant ones, of a summary
MARGIN = 0.1  # of the range of the data, on both sides
IDENTIFIER = re.compile(r"(?:^|_)(?:id|index|key|uuid|unnamed.*)$|^rowid$|^$", re.IGNORECASE)
# Dates and times with another order or an offset. Three short numbers alone may be a version.
OTHER_MOMENT = r"^([0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4})([T ][0-9]{1,2}:.*)?$"
REVIEW_CODES = "other values are rejected"


@dataclass(frozen=True)
class LeftOut:
    """A column of the data that is not a feature."""

    reason: str


def feature_name(column: str, used: Collection[str]) -> str:
    """Return a name that a contract allows, and that is not used yet."""
    name = tables.feature_name(column)
    while name in used:
        name += "_"
    return name


def profile(series: pl.Series, name: str, *, needed: bool = False) -> FeatureDraft | LeftOut:
    """Return the feature of a column, or why it is none. ``needed``: a model or a pipeline uses it, whatever it contains."""
    present = series.drop_nulls()
    if present.dtype.is_float():
        present = present.drop_nans()
    values = present.filter(present.is_finite()) if present.dtype.is_float() else present
    missing = len(series) - len(present)
    distinct = values.n_unique()
    if not needed and (reason := _reason_to_leave_out(series, values, distinct, missing)):
        return LeftOut(reason)
    found = _typed(values, FeatureDraft(name, series.name, ""), distinct)
    if isinstance(found, FeatureDraft):
        found.nullable = missing > 0
        if missing:
            found.summary["missing"] = _rounded(missing / len(series))
        if series.name != name:
            found.notes.append(f'the data calls it "{series.name}"')
        if len(values) < len(present):
            found.notes.append("the data has infinite values, which the API rejects")
    return found


def _reason_to_leave_out(series: pl.Series, values: pl.Series, distinct: int, missing: int) -> str:
    if distinct == 0:
        return "it has no values"
    if _all(values, OTHER_MOMENT) and not _is_moment(values):
        return "it looks like dates or times, which the API reads as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS; write them so in the data"
    if distinct == 1 and not missing:
        return f"it has the same value in all rows: {values[0]}"
    named = IDENTIFIER.search(series.name) or series.dtype == pl.String
    if distinct == len(series) and len(series) > CODES and named and not _is_moment(values):
        return "it identifies the row"
    return ""


def _typed(values: pl.Series, draft: FeatureDraft, distinct: int) -> FeatureDraft | LeftOut:
    kind = values.dtype
    if kind == pl.Boolean or (kind == pl.String and set(values.unique().str.to_lowercase()) <= {"true", "false"}):
        return _boolean(values, draft)
    if kind.is_numeric():
        return _number(values, draft, distinct)
    if kind == pl.Date or _all(values, DAY):
        return _moments(values, draft, "date")
    if isinstance(kind, pl.Datetime) or _all(values, MOMENT):
        return _moments(values, draft, "datetime")
    if kind in (pl.String, pl.Categorical, pl.Enum):
        return _category(values.cast(pl.String), draft, distinct)
    return LeftOut(f"a contract has no type for {kind}")


def _number(values: pl.Series, draft: FeatureDraft, distinct: int) -> FeatureDraft:
    if not values.dtype.is_integer():
        return _numbers(values.cast(pl.Float64), draft, "number")
    return _codes(values, draft) if distinct <= CODES else _numbers(values, draft, "integer")


def _is_moment(values: pl.Series) -> bool:
    return values.dtype.is_temporal() or _all(values, DAY) or _all(values, MOMENT)


def _all(values: pl.Series, pattern: str) -> bool:
    return values.dtype == pl.String and len(values) > 0 and bool(values.str.contains(pattern).all())


def _boolean(values: pl.Series, draft: FeatureDraft) -> FeatureDraft:
    draft.type = "boolean"
    texts = values.cast(pl.String).str.to_lowercase()
    draft.example = texts.mode().sort()[0] == "true"
    draft.summary["shares"] = shares(texts)
    return draft


def _codes(values: pl.Series, draft: FeatureDraft) -> FeatureDraft:
    draft.type = "integer"
    draft.values = values.unique().sort().to_list()
    draft.example = values.mode().sort()[0]
    draft.summary["shares"] = shares(values.cast(pl.String))
    draft.notes.append(REVIEW_CODES)
    return draft


def _category(values: pl.Series, draft: FeatureDraft, distinct: int) -> FeatureDraft | LeftOut:
    if distinct > max(CODES, min(CATEGORIES, len(values) // 2)):
        return LeftOut(f"it is text of {distinct} different values, too many for a category")
    draft.type = "category"
    draft.values = values.unique().sort().to_list()
    draft.example = values.mode().sort()[0]
    draft.summary["shares"] = shares(values)
    draft.notes.append(REVIEW_CODES)
    return draft


def _moments(values: pl.Series, draft: FeatureDraft, kind: str) -> FeatureDraft:
    draft.type = kind
    form = "%Y-%m-%d" if kind == "date" else "%Y-%m-%d %H:%M:%S"
    draft.example = values[0] if values.dtype == pl.String else values.dt.strftime(form)[0]
    return draft


def _numbers(values: pl.Series, draft: FeatureDraft, kind: str) -> FeatureDraft:
    draft.type = kind
    lowest, highest = float(values.min() or 0), float(values.max() or 0)  # type: ignore[arg-type] # of numbers
    draft.minimum, draft.maximum = bounds(lowest, highest, whole=kind == "integer")
    quantile = values.quantile(0.5, "nearest")
    draft.example = int(quantile or 0) if kind == "integer" else quantile
    draft.summary = number_summary(values)
    draft.notes.append(f"the data has {lowest:g} to {highest:g}")
    return draft


def number_summary(values: pl.Series) -> dict[str, Any]:
    """Return the summary of numbers."""
    return {
        "mean": _rounded(values.mean()),
        "deviation": _rounded(values.std() or 0.0),
        "quantiles": [_rounded(values.quantile(step / QUANTILES, "linear")) for step in range(QUANTILES + 1)],
    }


def shares(values: pl.Series) -> dict[str, float]:
    """Return the share of each text."""
    counts = values.alias("value").value_counts().sort("value")
    return {value: _rounded(count / len(values)) for value, count in counts.iter_rows()}


def bounds(lowest: float, highest: float, *, whole: bool) -> tuple[float, float]:
    """Return the range of the data with a margin, rounded outwards; a range that begins at 0 or above stays there."""
    span = highest - lowest or max(abs(highest), 1.0)
    digits = 1 - math.floor(math.log10(span))
    step = 10.0**-digits
    low = math.floor((lowest - MARGIN * span) / step) * step
    high = math.ceil((highest + MARGIN * span) / step) * step
    low = 0.0 if lowest >= 0 > low else low
    if whole:
        return math.floor(low), math.ceil(high)
    return _plain(round(low, max(digits, 0))), _plain(round(high, max(digits, 0)))


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _rounded(number: Any) -> float:
    return _plain(float(f"{number:.{DIGITS}g}"))
