# SPDX-License-Identifier: Apache-2.0
"""One run of ``contract infer``: files in, the text of a contract out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prediction_tools import tables
from prediction_tools.file_error import FileError
from prediction_tools.model import booster, checks
from prediction_tools.model.archive import write_artifact

from . import pipeline, yaml_text
from .contract_draft import ColumnDraft, Draft
from .infer import InferenceError, Source, fit_output, infer
from .model_output import from_objective

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .contract_draft import FeatureDraft


class DraftRun:
    """The training data of a draft."""

    def __init__(self, data: Path, target: str, moments: Sequence[str], ignored: Sequence[str]) -> None:
        self._path = data
        self._target = target
        self._moments = moments
        self._ignored = ignored

    def from_model(self, model: Path | None) -> str:
        """Return a draft from the data and a model, if there is one. Raises ValueError with the reason if none can be made."""
        found = None
        if model:
            artifact = checks.artifact(model, None)
            if not artifact.model:
                raise FileError(model, "; ".join(artifact.problems))
            found = artifact.model
        draft = infer(self._source(), found)
        return self._text(draft, f" and {model.name}" if model else "")

    def from_pipeline(self, path: Path, artifact: Path | None) -> str:
        """Return a draft from the data and a pipeline, and write its booster as an artifact. Raises ValueError."""
        frame = tables.typed(self._path)
        fitted = pipeline.load(path)
        found = pipeline.parts(fitted, [name for name in frame.columns if name != self._target])
        needed = {column.source for column in found.columns}
        draft = infer(Source(frame, self._target, set(frame.columns) - needed - {self._target}, self._moments, needed))
        features = {feature.column: feature for feature in draft.features}
        if missing := needed - set(features):
            raise InferenceError(f"the pipeline reads {', '.join(sorted(missing))}, which cannot be a feature.")
        draft.columns = [_column(column, features[column.source]) for column in found.columns]
        draft.notes = []
        draft.output = from_objective(self._target, booster.objective(found.booster), frame[self._target])
        fit_output(draft, Source(frame, self._target), found.booster)
        draft.output.steps = found.output_steps or draft.output.steps
        if artifact:
            write_artifact(found.booster, artifact)
        return self._text(draft, f" and {path.name}")

    def _source(self) -> Source:
        frame = tables.typed(self._path)
        return Source(frame, self._target, self._ignored, self._moments, codes=tables.codes(self._path, frame))

    def _text(self, draft: Draft, more: str) -> str:
        return yaml_text.text(draft, f"{self._path.name}{more}")


def _column(column: pipeline.PipelineColumn, feature: FeatureDraft) -> ColumnDraft:
    """Return a column, and set on its feature what the pipeline says of it."""
    if column.values is not None:
        _set_values(feature, column.values)
    if column.default is not None:
        feature.nullable = False
        feature.default = _whole(column.default) if isinstance(column.default, float) else column.default
        if feature.type == "integer" and isinstance(feature.default, float):  # a mean
            feature.type = "number"
    return ColumnDraft(" | ".join([feature.name, *column.steps]))


def _set_values(feature: FeatureDraft, values: list[Any]) -> None:
    feature.values = values
    if feature.type not in ("category", "string"):
        feature.minimum = feature.maximum = None
        feature.type = "integer" if all(float(value).is_integer() for value in values) else "number"
        feature.values = [int(value) for value in values] if feature.type == "integer" else values
    feature.notes = []


def _whole(number: float) -> float:
    return int(number) if number.is_integer() else number
