# SPDX-License-Identifier: Apache-2.0
"""The output of a contract, from a model's objective, its predictions, and the target."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from .contract_draft import OutputDraft

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CLASSES = 20  # a target of more different values is a number
TWO = 2
TRANSFORMS: dict[str, Callable[[float], float]] = {"expm1": math.expm1, "exp": math.exp}
MARGINS = ("binary:logitraw",)


def from_objective(name: str, objective: str, target: pl.Series) -> OutputDraft:
    """Return the output of a model of XGBoost."""
    output = OutputDraft(name)
    if objective.startswith("multi:"):
        output.kind, output.labels = "multiclass", _labels(target)
    elif objective.startswith("binary:"):
        output.kind, output.labels = "binary", _labels(target)
        output.steps = ["sigmoid"] if objective in MARGINS else []
    if output.labels:
        output.notes.append("the labels in the order of the classes; here they are sorted, as LabelEncoder does")
    return output


def from_target(name: str, target: pl.Series) -> OutputDraft:
    """Return the output that a target suggests, where no model is given."""
    output = OutputDraft(name)
    distinct = target.drop_nulls().n_unique()
    if not target.dtype.is_float() and distinct <= CLASSES:
        output.kind = "binary" if distinct == TWO else "multiclass"
        output.labels = _labels(target)
    if output.kind == "regression":
        output.notes.append("steps: [expm1] if the model was trained on log1p of the target, [exp] if on its logarithm")
    return output


def _labels(target: pl.Series) -> list[str] | None:
    """Return the sorted labels of a target of texts; None for classes that are numbers already."""
    values = target.drop_nulls().unique().sort()
    return values.cast(pl.String).to_list() if values.dtype in (pl.String, pl.Boolean, pl.Categorical) else None


def fitting_steps(scores: Sequence[float], target: pl.Series) -> tuple[list[str], float]:
    """Return the step, if any, after which a regression's scores are nearest to the target, and the mean error."""
    wanted = target.cast(pl.Float64, strict=False).to_list()
    errors: dict[tuple[str, ...], float] = {(): _error(scores, wanted)}
    for name, transform in TRANSFORMS.items():
        try:
            errors[(name,)] = _error([transform(score) for score in scores], wanted)
        except OverflowError:
            continue
    best = min(errors, key=lambda steps: errors[steps])
    return list(best), errors[best]


def _error(scores: Sequence[float], wanted: Sequence[float | None]) -> float:
    pairs = [(score, value) for score, value in zip(scores, wanted, strict=True) if value is not None and math.isfinite(value)]
    return sum(abs(score - value) for score, value in pairs) / max(len(pairs), 1)


def accuracy(scores: Sequence[Any], target: pl.Series, labels: Sequence[str] | None) -> float:
    """Return the share of rows whose class is the target's, from 0 to 1."""
    values = target.cast(pl.String).to_list()
    names = labels or sorted(set(filter(None, values)), key=float)
    found = [names[_class(score)] if _class(score) < len(names) else "" for score in scores]
    return sum(map(str.__eq__, found, [value or "" for value in values])) / max(len(values), 1)


def _class(score: Any) -> int:
    if isinstance(score, list):
        return score.index(max(score))
    return int(score) if score > 1 or score == int(score) else int(score > 1 / 2)
