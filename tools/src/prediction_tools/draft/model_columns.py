# SPDX-License-Identifier: Apache-2.0
"""The columns of a contract: those that a model names, or those that its features suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prediction_tools.model.names import flat, spellings

from .contract_draft import ColumnDraft, FeatureDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARTS = {
    "date": ("year", "month", "day", "dayofweek"),
    "datetime": ("year", "month", "day", "dayofweek", "hour"),
}
ALL_PARTS = ("year", "month", "day", "dayofweek", "dayofyear", "quarter", "weekofyear", "hour", "minute", "second")
PERIODS = {"month": 12, "dayofweek": 7, "hour": 24, "dayofyear": 365, "minute": 60, "quarter": 4}
ONEHOT = 10  # categories of more values become ordinal


def suggested(features: Sequence[FeatureDraft]) -> list[ColumnDraft]:
    """Return columns for a model that has no names: the features in their order, then the parts of dates."""
    plain = [_column(feature) for feature in features if feature.type not in PARTS]
    parts = [ColumnDraft(f"{feature.name}.{part}") for feature in features if feature.type in PARTS for part in PARTS[feature.type]]
    return plain + parts


def _column(feature: FeatureDraft) -> ColumnDraft:
    if feature.type != "category":
        return ColumnDraft(feature.name)
    step = "onehot" if len(feature.values or []) <= ONEHOT else "ordinal"
    return ColumnDraft(f"{feature.name} | {step}", "as in training?")


def named(names: Sequence[str], features: Sequence[FeatureDraft]) -> tuple[list[ColumnDraft], list[str]]:
    """Return the column of each name of a model, and the names that no feature explains. Sets the order of one-hot values."""
    known: dict[str, tuple[str, str, str | None]] = {}
    for form, text, value in (entry for feature in features for entry in _forms(feature)):
        known.setdefault(form, (text.partition(" ")[0], text, value))
    columns: list[ColumnDraft] = []
    unknown = []
    orders: dict[str, list[str]] = {}
    for name in names:
        found = _written(name, features) or known.get(flat(name)) or known.get(flat(name.rpartition("__")[2]))
        if not found:
            unknown.append(name)
            columns.append(ColumnDraft(name, "no feature of this name"))
            continue
        feature, text, value = found
        if value is not None:
            orders.setdefault(feature, []).append(value)
        if value is None or not columns or columns[-1].text != text:
            columns.append(ColumnDraft(text, "as in training?" if text.endswith("| ordinal") else ""))
    for one in features:
        if one.name in orders and set(orders[one.name]) == {str(value) for value in one.values or []}:
            places = {value: place for place, value in enumerate(orders[one.name])}
            one.values = sorted(one.values or [], key=lambda value: places[str(value)])
    return columns, unknown


def _written(name: str, features: Sequence[FeatureDraft]) -> tuple[str, str, str | None] | None:
    """Return the column that `encode` named, if it did: the text in a contract."""
    feature = ColumnDraft(name).feature
    return (feature, name, None) if ("|" in name or "." in name) and any(one.name == feature for one in features) else None


def _forms(feature: FeatureDraft) -> Iterator[tuple[str, str, str | None]]:
    """Return the names that a model may have for a feature, each with its column, and its value in a one-hot."""
    for text in _possible(feature):
        for form in spellings(text):
            yield form, text, None
    for value in feature.values or []:
        yield flat(f"{feature.name}{value}"), f"{feature.name} | onehot", str(value)


def _possible(feature: FeatureDraft) -> Iterator[str]:
    """Return the columns that a feature can be, the most likely first."""
    if feature.type in PARTS:
        parts = ALL_PARTS if feature.type == "datetime" else ALL_PARTS[:-3]
        yield from (f"{feature.name}.{part}" for part in parts)
        for part in parts:
            if part in PERIODS:
                yield from (f"{feature.name}.{part} | {wave}({PERIODS[part]})" for wave in ("sin", "cos"))
    elif feature.type == "category":
        yield f"{feature.name} | ordinal"
    else:
        yield feature.name
        if feature.type in ("number", "integer"):
            yield f"{feature.name} | log1p"
