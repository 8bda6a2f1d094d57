# SPDX-License-Identifier: Apache-2.0
"""The contract: the features of a request, the columns that the model was trained on, and the meaning of its output.

Serving and training share it::

    from prediction_api import training
    from prediction_tools import contract_file

    contract = contract_file.read(Path("contract.yaml"))
    contract.column_names            # ["season", "datetime.hour", "color=red", ...], one-hot columns expanded
    training.columns(contract, instances)      # one list of floats per column, NaN where a value is missing
"""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

from .contract_values import CONTRACT_KEYS, FEATURE_KEYS, OUTPUT_KEYS, PAYLOAD_KEYS, cast, items, members, summary_of, text
from .number_rules import LARGEST, LARGEST_SINGLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Steps = list[tuple[str, tuple[float, ...]]]

NUMBER_TYPES = ("number", "integer")
TEXT_TYPES = ("category", "string")
DATE_PARTS = ("year", "month", "day", "dayofweek", "dayofyear", "quarter", "weekofyear")
# the parts of a feature that a column can be; "" is the feature itself
PARTS = {
    **dict.fromkeys((*NUMBER_TYPES, *TEXT_TYPES, "boolean"), ("",)),
    "date": DATE_PARTS,
    "datetime": (*DATE_PARTS, "hour", "minute", "second"),
}
COLUMN_STEPS = {"log1p": 0, "standardize": 2, "sin": 1, "cos": 1, "onehot": 0, "ordinal": 0}
OUTPUT_STEPS = {"expm1": 0, "exp": 0, "sigmoid": 0, "softmax": 0, "clip": 2, "round": 1, "threshold": 1}
CONTENT_TYPES = ("text/csv", "text/libsvm", "application/json", "application/jsonlines", "application/x-npy")
TEXT_PAYLOADS = ("text/csv", "application/json", "application/jsonlines")  # that can carry text
XGBOOST_TYPES = ("text/csv", "text/libsvm")  # that its container reads: it rejects numbers beyond 32-bit floats with 415


class ContractError(ValueError):
    """The contract cannot be served. ``problems`` lists every reason, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Feature:
    """One declared feature; ``values`` and ``default`` are of the feature's JSON type."""

    def __init__(self, name: str, kind: str, given: Mapping[str, Any]) -> None:
        self.name = name
        self.type = kind
        self.minimum: float | None = given.get("minimum")
        self.maximum: float | None = given.get("maximum")
        self.max_length: int | None = given.get("max_length")
        self.values: list[Any] = given.get("values", [])
        self.default: Any = given.get("default")
        self.summary: Mapping[str, Any] = given.get("summary", {})  # of the training data
        self.optional: bool = given.get("nullable", False) or self.default is not None  # may be null or left out
        self.missing: bool = self.optional and self.default is None  # may still be missing after defaults are filled in


class Column:
    """One entry of ``columns``: the feature at ``index``, optionally a part of its date, and steps on the value."""

    def __init__(self, spec: str, index: int, feature: Feature, part: str, steps: Steps) -> None:
        self.spec = spec
        self.index = index
        self.feature = feature
        self.part = part
        self.steps = steps
        self.onehot = any(name == "onehot" for name, _ in steps)
        self.names = [f"{feature.name}={value}" for value in feature.values] if self.onehot else [spec]
        self.text = feature.type in TEXT_TYPES and not steps


class Contract:
    """A contract that can be served. Made by ``load``."""

    def __init__(self, features: list[Feature], columns: list[Column], payload: Any, output: Any, output_steps: Steps) -> None:
        self.features = features
        self.model_columns = columns
        self.content_type: str = payload.get("content_type") or CONTENT_TYPES[0]
        # the largest number that the model can read
        self.largest = LARGEST_SINGLE if self.content_type in XGBOOST_TYPES else LARGEST
        self.accept: str = payload.get("accept") or "application/json"
        self.targets: list[str] = payload.get("targets") or []
        self.output_name: str = output.get("name") or "prediction"
        self.kind: str = output.get("kind") or "regression"
        self.labels: list[str] = output.get("labels") or []
        self.output_summary: Mapping[str, Any] = output.get("summary") or {}  # of the predictions for the training data
        self.output_steps = output_steps

    @property
    def column_names(self) -> list[str]:
        """The names of the model's columns, in order; a one-hot column counts once per value: ``color=red``."""
        return [name for column in self.model_columns for name in column.names]


def load(document: Mapping[str, Any]) -> Contract:
    """Return the contract that a parsed YAML or JSON document, or Terraform's compiled settings, describes.

    Raises ContractError if it cannot be served. Contradictions that can be served are reported by ``terraform plan``.
    """
    problems: list[str] = []
    document = members(document, CONTRACT_KEYS, "contract", problems)
    payload = members(document.get("payload"), PAYLOAD_KEYS, "payload", problems)
    output = members(document.get("output"), OUTPUT_KEYS, "output", problems)
    features = _features(items(document.get("features"), "features", problems), problems)
    contract = Contract(
        list(features.values()),
        _columns(_texts(document, "columns", "", problems), features, problems),
        {**payload, "targets": _texts(payload, "targets", "payload.", problems)},
        {**output, "labels": _texts(output, "labels", "output.", problems), "summary": _output_summary(output, problems)},
        _steps(_texts(output, "steps", "output.", problems), OUTPUT_STEPS, "output", problems),
    )
    if contract.content_type not in CONTENT_TYPES:
        problems.append(f"payload: content_type must be one of {', '.join(CONTENT_TYPES)}")
    if contract.content_type not in TEXT_PAYLOADS:
        texts = [column.spec for column in contract.model_columns if column.text]
        problems += [f"column {spec!r}: {contract.content_type} supports only numbers; start with onehot or ordinal" for spec in texts]
    if problems:
        raise ContractError(problems)
    return contract


def _output_summary(output: Mapping[str, Any], problems: list[str]) -> Mapping[str, Any]:
    if output.get("summary") is None:
        return {}
    kind = "string" if output.get("labels") else "integer" if output.get("kind") == "multiclass" else "number"
    return summary_of(output["summary"], kind, "output.summary", problems)


def _texts(owner: Mapping[str, Any], key: str, path: str, problems: list[str]) -> list[str]:
    return [text(value, f"{path}{key}[{place}]", problems) for place, value in enumerate(items(owner.get(key), f"{path}{key}", problems))]


def _features(entries: list[Any], problems: list[str]) -> dict[str, Feature]:
    features: dict[str, Feature] = {}
    for place, entry in enumerate(entries):
        feature = _feature(members(entry, FEATURE_KEYS, f"features[{place}]", problems), f"features[{place}]", problems)
        if feature.name in features:
            problems.append(f"feature {feature.name!r} is declared more than once")
        features[feature.name] = feature
    if not features:
        problems.append("features must not be empty")
    return features


def _feature(entry: Mapping[str, Any], place: str, problems: list[str]) -> Feature:
    name = text(entry.get("name"), f"{place}.name", problems)
    kind = text(entry.get("type"), f"{place}.type", problems)
    where = f"feature {name!r}"
    types = {"minimum": "number", "maximum": "number", "max_length": "integer", "default": kind, "nullable": "boolean", "example": kind}
    given = {
        key: cast(types[key], value, f"{where}: {key}", problems) for key, value in entry.items() if key in types and value is not None
    }
    values = items(entry.get("values"), f"{where}: values", problems)
    given["values"] = [cast(kind, value, f"{where}: values[{index}]", problems) for index, value in enumerate(values)]
    if entry.get("summary") is not None:
        given["summary"] = summary_of(entry["summary"], kind, f"{where}: summary", problems)
    if kind not in PARTS:
        problems.append(f"{where}: type must be one of {', '.join(PARTS)}")
    if kind == "category" and not values:
        problems.append(f"{where}: a category needs values")
    return Feature(name, kind, given)


def _steps(texts: Iterable[str], known: Mapping[str, int], where: str, problems: list[str]) -> Steps:
    """Parse each ``name`` or ``name(number, ...)``."""
    steps = []
    for step in texts:
        name, bracket, rest = step.strip().partition("(")
        try:
            numbers = tuple(map(float, rest.removesuffix(")").split(","))) if bracket else ()
        except ValueError:
            numbers = (nan,)
        if known.get(name) != len(numbers) or not all(map(isfinite, numbers)):
            problems.append(f"{where}: {step!r} is not a step; use one of {', '.join(known)}, with its numbers in parentheses")
        steps.append((name, numbers))
    return steps


def _columns(specs: Iterable[str], features: Mapping[str, Feature], problems: list[str]) -> list[Column]:
    columns = []
    order = {name: index for index, name in enumerate(features)}
    for written in specs:
        source, *rest = (part.strip() for part in written.split("|"))
        name, _, part = source.partition(".")
        spec = " | ".join([source, *rest])
        where = f"column {spec!r}"
        feature = features.get(name)
        if feature is None or part not in PARTS.get(feature.type, ""):
            problems.append(f"{where}: no feature provides {source!r}")
            continue
        steps = _steps(rest, COLUMN_STEPS, where, problems)
        names = [step for step, _ in steps]
        by_value = [step for step in names if step in ("onehot", "ordinal")]
        if (by_value and not feature.values) or by_value != names[: len(by_value)] or ("onehot" in names and names[1:]):
            problems.append(f"{where}: onehot and ordinal must come first and need a feature with values; onehot allows no further step")
        if feature.type in TEXT_TYPES and names and not by_value:
            problems.append(f"{where}: a {feature.type} is not a number; start with onehot or ordinal")
        columns.append(Column(spec, order[name], feature, part, steps))
    return columns


def csv_safe(text: str) -> bool:
    """Whether a text needs no quotes in a CSV field and is read back as itself, not as a missing value."""
    return text.isprintable() and text.strip() == text and text.lower() not in ("", "nan") and not set(text) & set(',"')
