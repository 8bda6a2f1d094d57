# SPDX-License-Identifier: Apache-2.0
"""The output of a contract, from a model's objective, its predictions, and the target."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from statistics import fmean, median, pstdev
from typing import TYPE_CHECKING, Any

import polars as pl

from .contract_draft import OutputDraft

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CLASSES = 20  # a target of more different values is a number
TWO = 2
TRANSFORMS: dict[tuple[str, ...], tuple[Callable[[float], float], Callable[[float], float]]] = {
    (): (float, float),
    ("expm1",): (math.log1p, math.expm1),
    ("exp",): (math.log, math.exp),
}
# Objectives for which a target is transformed. The others predict a count, a share or a rank itself.
TRANSFORMED = ("reg:squarederror", "reg:linear", "reg:absoluteerror", "reg:pseudohubererror", "reg:quantileerror")
CENTERS: dict[str, Callable[[Sequence[float]], float]] = {"reg:absoluteerror": median}  # training makes it zero; elsewhere the mean
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


@dataclass(frozen=True)
class Fit:
    """A model's predictions of the data after the steps of an output."""

    steps: list[str]
    bias: float
    """The distance between the scores and the transformed target, in deviations of the latter."""
    error: float
    """The mean distance between the predictions and the target."""


def fits(scores: Sequence[float], target: pl.Series, objective: str) -> list[Fit]:
    """Return the steps that may invert how the target of a regression was transformed, the most likely first.

    Training leaves no bias between the scores and the transformed target. The error decides nothing: predictions through a logarithm are
    too low on average, so that ``exp``, which adds one to ``expm1``, may happen to be nearer to the target.
    """
    wanted = target.cast(pl.Float64, strict=False).to_list()
    pairs = [(score, value) for score, value in zip(scores, wanted, strict=True) if value is not None and math.isfinite(value)]
    found = []
    for steps, (transform, inverse) in TRANSFORMS.items():
        if not steps or objective in TRANSFORMED:
            with contextlib.suppress(ValueError, OverflowError):  # the target has no logarithm, or the scores are none
                center = CENTERS.get(objective, fmean)
                trained = [transform(value) for _, value in pairs]
                bias = center([score - value for (score, _), value in zip(pairs, trained, strict=True)])
                error = fmean(abs(inverse(score) - value) for score, value in pairs)
                found.append(Fit(list(steps), abs(bias) / (pstdev(trained) or 1), error))
    return sorted(found, key=lambda fit: fit.bias)


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
