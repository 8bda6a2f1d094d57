"""The contract: which features a request has, which columns the model was trained on, what its answer means.

Serving and training share it::

    from prediction_api.contract import load

    contract = load(yaml.safe_load(open("contract.yaml")))
    contract.column_names            # ["season", "datetime.hour", "color=red", ...], one-hot columns expanded
    contract.columns(instances)      # one list of floats per column, NaN where a value is missing
"""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Steps = list[tuple[str, tuple[float, ...]]]

NUMBER_TYPES = ("number", "integer")
TEXT_TYPES = ("category", "string")
TYPES = (*NUMBER_TYPES, "boolean", *TEXT_TYPES, "date", "datetime")
DATE_PARTS = ("year", "month", "day", "dayofweek", "dayofyear", "quarter", "weekofyear")
PARTS = {"date": DATE_PARTS, "datetime": (*DATE_PARTS, "hour", "minute", "second")}
COLUMN_STEPS = {"log1p": 0, "standardize": 2, "sin": 1, "cos": 1, "onehot": 0, "ordinal": 0}
OUTPUT_STEPS = {"expm1": 0, "exp": 0, "sigmoid": 0, "softmax": 0, "clip": 2, "round": 1, "threshold": 1}
TEXT_PAYLOADS = ("text/csv", "application/json", "application/jsonlines")
CONTENT_TYPES = (*TEXT_PAYLOADS, "text/libsvm", "application/x-npy")
KINDS = ("regression", "binary", "multiclass")
INTEGER_LIMIT = 2**53  # beyond it a float, and so every model, merges neighbouring integers

# which keys a feature may have besides these, by type
COMMON_KEYS = {"name", "type", "nullable", "default", "description", "example"}
KEYS = {
    "number": {"minimum", "maximum", "values"},
    "integer": {"minimum", "maximum", "values"},
    "category": {"values"},
    "string": {"values", "max_length"},
}


class ContractError(ValueError):
    """The contract is not usable. ``faults`` holds every reason: the place, and what to write."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Feature:
    """One declared feature; ``values`` and ``default`` are of the feature's JSON type."""

    def __init__(self, name: str, kind: str, given: Mapping[str, Any]) -> None:
        self.name = name
        self.type = kind
        self.minimum: float | None = given.get("minimum")
        self.maximum: float | None = given.get("maximum")
        self.max_length: int | None = given.get("max_length")
        self.values: list[Any] | None = given.get("values")
        self.default: Any = given.get("default")
        nullable = given.get("nullable", False)
        self.optional: bool = nullable or self.default is not None  # may be left out of a request, or null
        self.missing: bool = nullable and self.default is None  # may be missing once the default is filled in


class Column:
    """One entry of ``columns``: the feature at ``index``, perhaps a part of its date, and steps on the value."""

    def __init__(self, spec: str, index: int, feature: Feature, part: str, steps: Steps) -> None:
        self.spec = spec
        self.index = index
        self.feature = feature
        self.part = part
        self.steps = steps
        names = {name for name, _ in steps}
        self.names = [f"{feature.name}={value}" for value in feature.values or ()] if "onehot" in names else [spec]
        self.text = feature.type in TEXT_TYPES and not names & {"onehot", "ordinal"}


class Contract:
    """A checked contract. Made by ``load``."""

    def __init__(self, features: list[Feature], columns: list[Column], payload: Any, output: Any, steps: Steps) -> None:
        self.features = features
        self.model_columns = columns
        self.content_type: str = payload.get("content_type") or "text/csv"
        self.accept: str = payload.get("accept") or "application/json"
        self.output_name: str = output.get("name") or "prediction"
        self.kind: str = output.get("kind") or "regression"
        self.labels: list[str] = [str(label) for label in output.get("labels") or ()]
        self.output_steps = steps

    @property
    def column_names(self) -> list[str]:
        """The names of the model's columns, in order; a one-hot column counts once per value: ``color=red``."""
        return [name for column in self.model_columns for name in column.names]

    def columns(self, instances: list[Any]) -> list[list[float]]:
        """Encode instances (positional or named, as in a request) exactly as the handler does.

        Returns one list per name in ``column_names``, each with one float per instance, NaN where missing.
        Raises ``prediction_api.problem.Problem`` if an instance does not fit the contract.
        """
        from .encoder import Encoder

        encoder = Encoder(self)
        matrix = encoder.matrix(encoder.accept(instances))
        return [[nan if value is None else float(value) for value in column] for column in matrix]


def load(document: Mapping[str, Any]) -> Contract:
    """Check a contract, from YAML, JSON or Terraform's compiled settings, and return it. Raises ContractError."""
    faults: list[str] = []
    _unknown("contract", document, {"features", "columns", "payload", "output"}, faults)
    payload, output = document.get("payload") or {}, document.get("output") or {}
    features = _features(document.get("features") or (), faults)
    steps = _steps(output.get("steps") or (), OUTPUT_STEPS, "output", faults)
    columns = [] if faults else _columns(document.get("columns") or (), features, faults)
    contract = Contract(list(features.values()), columns, payload, output, steps)
    _unknown("payload", payload, {"content_type", "accept"}, faults)
    _unknown("output", output, {"name", "kind", "steps", "labels", "description"}, faults)
    _payload(contract, faults)
    _output(contract, output, faults)
    if faults:
        raise ContractError(faults)
    return contract


def _unknown(where: str, given: Iterable[str], known: set[str], faults: list[str]) -> None:
    faults += [f"{where}: {key!r} does not belong here" for key in sorted(set(given) - known)]


def _features(entries: Iterable[Mapping[str, Any]], faults: list[str]) -> dict[str, Feature]:
    features: dict[str, Feature] = {}
    for entry in entries:
        name, kind = str(entry.get("name")), str(entry.get("type"))
        where = f"feature {name!r}"
        if not (name.isascii() and name.isidentifier()) or name in ("None", "features"):
            faults.append(f"{where}: a name is letters, digits and _, and not 'features'")
        if name in features:
            faults.append(f"{where} is declared twice")
        if kind not in TYPES:
            faults.append(f"{where}: type must be one of {', '.join(TYPES)}")
        given = {key: value for key, value in entry.items() if value is not None}
        _unknown(where, given, COMMON_KEYS | KEYS.get(kind, set()), faults)
        for key, value in given.items():
            if key in ("minimum", "maximum", "max_length", "default", "nullable"):
                types = {"nullable": "boolean", "default": kind, "max_length": "integer"}
                given[key] = _cast(types.get(key, "number"), value, f"{where}: {key}", faults)
            elif key == "values":
                given[key] = [_cast(kind, one, f"{where}: values", faults) for one in value]
        features[name] = Feature(name, kind, given)
        _check_feature(features[name], where, faults)
    if not features:
        faults.append("features is empty: declare at least one")
    return features


def _check_feature(feature: Feature, where: str, faults: list[str]) -> None:
    values, low, high = feature.values, feature.minimum, feature.maximum
    if feature.type == "category" and values is None:
        faults.append(f"{where}: a category needs values")
    if values is not None and (not values or len(set(values)) < len(values)):
        faults.append(f"{where}: values must be distinct, and at least one")
    if values and feature.default is not None and feature.default not in values:
        faults.append(f"{where}: default is not one of values")
    if low is not None and high is not None and low > high:
        faults.append(f"{where}: minimum is above maximum")


def _cast(kind: str, value: Any, where: str, faults: list[str]) -> Any:
    """Return the value as a feature's JSON type: Terraform hands every scalar over as a string."""
    try:
        if kind == "boolean":
            return {"true": True, "false": False}[str(value).lower()]
        if isinstance(value, bool):
            faults.append(f"{where}: {value} is a boolean; write it in quotes")
        if kind not in NUMBER_TYPES:
            return str(value)
        number = float(value)
        return int(value) if number.is_integer() and abs(number) <= INTEGER_LIMIT else _real(kind, number)
    except (ValueError, KeyError, TypeError):
        faults.append(f"{where}: {value!r} is not a {kind}")
        return value


def _real(kind: str, number: float) -> float:
    if kind == "integer" or not isfinite(number):
        raise ValueError(number)
    return number


def _steps(texts: Iterable[str], known: Mapping[str, int], where: str, faults: list[str]) -> Steps:
    """Parse each ``name`` or ``name(number, ...)``."""
    steps = []
    for text in texts:
        name, bracket, rest = text.strip().partition("(")
        try:
            numbers = tuple(map(float, rest.removesuffix(")").split(","))) if bracket else ()
        except ValueError:
            numbers = (nan,)
        if known.get(name) != len(numbers) or not all(map(isfinite, numbers)) or (bracket and rest[-1:] != ")"):
            usage = ", ".join(step + ("", "(a)", "(a, b)")[count] for step, count in known.items())
            faults.append(f"{where}: {text.strip()!r} is not one of {usage}")
            continue
        if (name == "standardize" and not numbers[1]) or (name in ("sin", "cos") and numbers[0] <= 0):
            faults.append(f"{where}: {text.strip()!r} divides by zero or less")
        if name == "clip" and numbers[0] > numbers[1]:
            faults.append(f"{where}: {text.strip()!r} has its lower bound above the upper")
        steps.append((name, numbers))
    return steps


def _columns(specs: Iterable[str], features: Mapping[str, Feature], faults: list[str]) -> list[Column]:
    columns: list[Column] = []
    order = {name: index for index, name in enumerate(features)}
    for text in specs:
        source, *steps = (part.strip() for part in text.split("|"))
        name, _, part = source.partition(".")
        spec = " | ".join([source, *steps])
        where = f"column {spec!r}"
        if name not in features:
            faults.append(f"{where}: no feature is called {name!r}")
            continue
        if spec in [column.spec for column in columns]:
            faults.append(f"{where} is listed twice")
        column = Column(spec, order[name], features[name], part, _steps(steps, COLUMN_STEPS, where, faults))
        _check_column(column, where, faults)
        columns.append(column)
    if not columns:
        faults.append("columns is empty: list what the model was trained on, in its order")
    return columns


def _check_column(column: Column, where: str, faults: list[str]) -> None:
    feature = column.feature
    parts = PARTS.get(feature.type, ("",))
    if column.part not in parts:
        has = f"take one of {', '.join(parts)}" if feature.type in PARTS else "it has no parts"
        faults.append(f"{where}: {feature.name!r} is a {feature.type}: {has}")
    for position, (name, _) in enumerate(column.steps):
        if name in ("onehot", "ordinal") and (not feature.values or position):
            faults.append(f"{where}: {name} comes first, on a feature with values")
        if name == "onehot" and len(column.steps) > 1:
            faults.append(f"{where}: onehot stands alone")
    if column.text and column.steps:
        faults.append(f"{where}: a {feature.type} needs | onehot or | ordinal before other steps")


def _payload(contract: Contract, faults: list[str]) -> None:
    form = contract.content_type
    if form not in CONTENT_TYPES:
        faults.append(f"payload: content_type must be one of {', '.join(CONTENT_TYPES)}")
    for column in contract.model_columns:
        if column.text and form not in TEXT_PAYLOADS:
            faults.append(f"column {column.spec!r}: {form} carries no text; add | onehot or | ordinal")
        if column.text and form == "text/csv" and not all(map(csv_safe, column.feature.values or ())):
            faults.append(f"column {column.spec!r}: a value would not come back from a CSV field as itself")


def csv_safe(text: str) -> bool:
    """Whether the text can stand unquoted in a CSV field, and come back as itself rather than as a missing value."""
    return text.isprintable() and text.strip() == text and text.lower() not in ("", "nan") and not set(text) & set(',"')


def _output(contract: Contract, output: Mapping[str, Any], faults: list[str]) -> None:
    kind, labels = contract.kind, output.get("labels") or ()
    names = [name for name, _ in contract.output_steps]
    if kind not in KINDS:
        faults.append(f"output: kind must be one of {', '.join(KINDS)}")
    if labels and kind == "regression":
        faults.append("output: labels are for binary and multiclass")
    if labels and kind == "binary" and len(labels) != len(("no", "yes")):
        faults.append("output: a binary has two labels, that of class 0 first")
    if any(isinstance(label, bool) for label in labels):
        faults.append("output: a label is a boolean; write it in quotes")
    if len(set(labels)) < len(labels):
        faults.append("output: a label is repeated")
    if "softmax" in names and (kind != "multiclass" or names.count("softmax") > 1):
        faults.append("output: softmax is for multiclass, and once")
    if "threshold" in names and (kind != "binary" or names.index("threshold") < len(names) - 1):
        faults.append("output: threshold is for binary, and the last step")
