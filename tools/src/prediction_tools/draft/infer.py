# SPDX-License-Identifier: Apache-2.0
"""The draft of a contract from training data, and a model or a pipeline if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import polars as pl
from prediction_api.contract import load
from prediction_api.transforms import transform_of

from prediction_tools.encoding import DataError, encode
from prediction_tools.model import booster
from prediction_tools.model.names import are_given, flat
from prediction_tools.tables import LEADING_ZERO

from .contract_draft import Draft
from .model_columns import named, suggested
from .model_output import TWO, accuracy, fits, from_objective, from_target
from .profile import LeftOut, feature_name, number_summary, profile, shares

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from prediction_api.contract import Contract

    from prediction_tools.model.booster_file import BoosterFile

    from .contract_draft import FeatureDraft, OutputDraft
    from .model_output import Fit

LISTED = 20  # columns in a message
ROWS = 20_000  # on which a model's predictions are compared with the target
SIMILAR = 3  # times the bias of the most likely steps, ...
UNBIASED = 0.1  # ... and at most a tenth of the target's deviation: other steps that are worth a look


@dataclass(frozen=True)
class Source:
    """The training data."""

    frame: pl.DataFrame
    target: str
    ignored: Collection[str] = ()
    moments: Collection[str] = ()
    """Columns that are dates or times, whatever they look like."""
    needed: Collection[str] = field(default_factory=tuple)
    """Columns that a pipeline reads."""
    codes: Mapping[str, pl.Series] = field(default_factory=dict)
    """Whole numbers that are written with leading zeros, as texts."""


class InferenceError(ValueError):
    """No contract can be drafted from the data."""


def infer(source: Source, model: BoosterFile | None = None) -> Draft:
    """Return the draft of a contract. Raises InferenceError."""
    target = _target(source)
    names = model.feature_names if model and are_given(model.feature_names) else ()
    source = _with_codes(source, names)
    features, left_out = _features(source, _wanted(names, source))
    notes = []
    if names:
        columns, unknown = named(names, features)
        if unknown:
            notes.append(f"the model has columns that the data does not explain: {', '.join(unknown)}")
    else:
        columns = suggested(features)
        notes += _count_notes(model, len(_width(features, columns)))
    features, unused = _used(features, {column.feature for column in columns})
    left_out += unused
    output = from_objective(source.target, model.objective, target) if model and model.objective else from_target(source.target, target)
    draft = Draft(features, columns, output, left_out, notes)
    if model:
        fit_output(draft, source, booster.load(model))
    return draft


def _target(source: Source) -> pl.Series:
    """Return the column that the model predicts. Raises InferenceError if there is none, or nothing to predict."""
    names = source.frame.columns
    if source.target not in names:
        more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
        raise InferenceError(f"the data has no column {source.target}; it has {', '.join(names[:LISTED])}{more}.")
    target = source.frame[source.target]
    if target.is_empty():
        raise InferenceError("the data has no rows.")
    values = target.drop_nulls()
    if values.n_unique() < TWO:
        found = f"has one value only: {values[0]}" if len(values) else "has no values"
        raise InferenceError(f"{source.target} {found}. Set the column that the model predicts as --target.")
    return target


def _with_codes(source: Source, names: Sequence[str]) -> Source:
    """Return the source with leading zeros where the model's one-hot columns have them: code_01 was trained on the text."""
    known = {flat(name) for name in names}
    texts = [series for series in source.codes.values() if known & {flat(f"{series.name}{value}") for value in _zeros(series)}]
    return replace(source, frame=source.frame.with_columns(texts)) if texts else source


def _zeros(series: pl.Series) -> list[str]:
    unique = series.unique()
    return unique.filter(unique.str.contains(LEADING_ZERO)).to_list()


def _wanted(names: Sequence[str], source: Source) -> set[str]:
    """Return the columns of the data that a model names."""
    return {name for name in source.frame.columns if name in names} | set(source.needed)


def _features(source: Source, needed: set[str]) -> tuple[list[FeatureDraft], list[tuple[str, str]]]:
    features: list[FeatureDraft] = []
    left_out = []
    leaks = _leaks(source) - needed
    for column in source.frame.columns:
        if column == source.target or column in source.ignored:
            continue
        if column in leaks:
            left_out.append((column, f"it is a part of {source.target}"))
            continue
        series = _moment(source.frame[column]) if column in source.moments else source.frame[column]
        found = profile(series, feature_name(column, [feature.name for feature in features]), needed=column in needed)
        if isinstance(found, LeftOut):
            left_out.append((column, found.reason))
        else:
            features.append(found)
    if not features:
        raise InferenceError("no column of the data can be a feature.")
    return features, left_out


def _moment(series: pl.Series) -> pl.Series:
    """Return a column as times. Raises InferenceError for text that polars cannot read as one."""
    if series.dtype != pl.String:
        return series
    try:
        return series.str.to_datetime(time_unit="us")
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise InferenceError(
            f"{series.name}: not read as dates or times ({reason}). Write them as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS."
        ) from None


def _leaks(source: Source) -> set[str]:
    """Return the columns that are the target, or that add up to it: they are not known when a prediction is asked for."""
    target = source.frame[source.target]
    if not target.dtype.is_numeric():
        return set()
    numbers = [name for name, kind in source.frame.schema.items() if kind.is_numeric() and name != source.target]
    for size in (1, 2):
        for names in combinations(numbers, size):
            total = sum((source.frame[name] for name in names), start=pl.Series([0]))
            if target.n_unique() > len(names) + 1 and bool((total == target).all()):
                return set(names)
    return set()


def _used(features: Sequence[FeatureDraft], names: set[str]) -> tuple[list[FeatureDraft], list[tuple[str, str]]]:
    left_out = [(feature.column, "the model does not use it") for feature in features if feature.name not in names]
    return [feature for feature in features if feature.name in names], left_out


def _width(features: Sequence[FeatureDraft], columns: Sequence[Any]) -> list[str]:
    values = {feature.name: feature.values or [] for feature in features}
    return [name for column in columns for name in (values[column.feature] if column.text.endswith("onehot") else [column.text])]


def _count_notes(model: BoosterFile | None, width: int) -> list[str]:
    if model is None or model.features is None:
        return ["the columns and their order: list those that the model was trained on"]
    if model.features == width:
        return ["the order of the columns: the model was trained without names"]
    return [f"the model has {model.features} columns, and this draft {width}: list those that it was trained on, in order"]


def fit_output(draft: Draft, source: Source, loaded: Any) -> None:
    """Set the output's steps by the model's predictions of the data, and note how near they are."""
    frame = source.frame.drop_nulls(source.target)
    frame = frame.sample(ROWS, seed=1) if len(frame) > ROWS else frame
    try:
        contract = load(draft.document())
        matrix = encode(contract, renamed(draft, frame)).to_numpy()
    except (DataError, ValueError) as error:
        draft.notes.append(f"the data cannot be encoded with this draft: {error}")
        return
    if matrix.shape[1] != loaded.num_features():
        return
    scores = booster.scores(loaded, matrix)
    if draft.output.kind == "regression" and any(isinstance(score, list) for score in scores[:1]):
        raise InferenceError(f"the model predicts {len(scores[0])} numbers for each row, and a contract has one. Train one model for each.")
    _fit(draft.output, scores, frame[source.target], booster.objective(loaded))
    draft.output.summary = _predicted(load(draft.document()), scores)


def _fit(output: OutputDraft, scores: Sequence[Any], target: pl.Series, objective: str) -> None:
    if output.kind == "regression" and target.dtype.is_numeric():
        _choose(output, fits(scores, target, objective))
    elif output.kind != "regression":
        margins = output.steps == ["sigmoid"]
        share = accuracy([score > 0 for score in scores] if margins else scores, target, output.labels)
        output.notes.append(f"the model predicts {share:.1%} of the data's classes")


def _choose(output: OutputDraft, found: Sequence[Fit]) -> None:
    if not found:  # the data has no finite target
        return
    best, *others = found
    output.steps = best.steps
    output.notes.append(f"with these steps, the model's predictions of the data are {best.error:.4g} from {output.name} on average")
    for other in others:
        if other.bias < SIMILAR * best.bias and other.bias < UNBIASED:
            output.notes.append(f"steps: [{', '.join(other.steps)}] fits the data about as well: which target was the model trained on?")


def _predicted(contract: Contract, scores: Sequence[Any]) -> dict[str, Any]:
    """Return the summary of the predictions that the API would return; none if the contract does not fit the model's scores."""
    try:
        predictions = transform_of(contract)(list(scores))
    except (ValueError, OverflowError, IndexError):
        return {}
    if isinstance(predictions[0], dict):
        return {"shares": shares(pl.Series([str(prediction["label"]) for prediction in predictions]))}
    return number_summary(pl.Series(predictions, dtype=pl.Float64))


def renamed(draft: Draft, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the data with the names of the contract, and times as it reads them."""
    return frame.rename({feature.column: feature.name for feature in draft.features if feature.column in frame.columns})
