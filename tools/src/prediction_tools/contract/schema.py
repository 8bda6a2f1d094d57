# SPDX-License-Identifier: Apache-2.0
"""A JSON Schema of contract.yaml for editors, derived from the types and the words in the Terraform modules.

It accepts every contract that the rules accept. It has no rule that compares values with each other, such as a column with its feature:
an editor shows the schema while typing, and ``contract check`` has the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prediction_tools.terraform.expressions import Call, Name, Object

from .rules import module

if TYPE_CHECKING:
    from prediction_tools.terraform.expressions import Expression

DRAFT = "http://json-schema.org/draft-07/schema#"
NUMERIC = ["number", "integer"]
SPACE = "[ \\t]*"
SCALARS: dict[str, dict[str, Any]] = {
    # Terraform converts numbers to text and text to numbers
    "string": {"type": ["string", "number"]},
    "number": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?$"}]},
    "bool": {"enum": [True, False, "true", "false"]},
}
DESCRIPTIONS = {
    "features": "The values that a client sends, in the order of positional rows.",
    "features.name": "The key in a request. Letters, digits and underscores.",
    "features.type": "number, integer, boolean, category, string, date or datetime.",
    "features.description": "Shown in the API's documentation.",
    "features.minimum": "The lowest number that is accepted.",
    "features.maximum": "The highest number that is accepted.",
    "features.unit": "Shown in the API's documentation.",
    "features.values": "The allowed values; of a category in the order of training.",
    "features.max_length": "The longest text that is accepted, in characters.",
    "features.nullable": "Whether the value may be null or absent; the model gets it as missing.",
    "features.default": "The value that replaces null or an absent one.",
    "features.example": "Shown in the API's documentation, and part of the sample request.",
    "features.summary": "The training data, for the detection of drift. `sagemaker-api contract infer` writes it.",
    "features.summary.mean": "The mean of a number.",
    "features.summary.deviation": "The standard deviation of a number.",
    "features.summary.quantiles": "From the minimum to the maximum, at equal steps.",
    "features.summary.shares": "The share of each value, from 0 to 1.",
    "features.summary.missing": "The share of rows without a value, from 0 to 1.",
    "columns": "The columns that the model was trained on, in order: a feature or a part of a date, followed by steps.",
    "payload": "How the container is called.",
    "payload.content_type": "The content type that the container accepts.",
    "payload.accept": "The content type that the container responds with.",
    "payload.targets": "The targets that a request may choose by header: variant, model or both.",
    "output": "The meaning of the model's output.",
    "output.name": "The name of a prediction.",
    "output.description": "Shown in the API's documentation.",
    "output.unit": "Shown in the API's documentation.",
    "output.kind": "regression, binary or multiclass.",
    "output.steps": "Applied to the model's output, in order.",
    "output.labels": "The labels of the classes, in their order.",
    "output.summary": "The model's predictions for the training data, for the detection of drift.",
    "output.summary.mean": "The mean of a number.",
    "output.summary.deviation": "The standard deviation of a number.",
    "output.summary.quantiles": "From the minimum to the maximum, at equal steps.",
    "output.summary.shares": "The share of each class, from 0 to 1.",
    "output.summary.missing": "Not used: a prediction is never missing.",
}


def schema() -> dict[str, Any]:
    """Return the schema."""
    found = _schema(module("contract").type_of("contract"), "")
    features = found["properties"]["features"]["items"]
    features["allOf"] = _feature_rules()
    words = _words()
    for path, rule in words.items():
        _at(found, path).update(rule)
    return {"$schema": DRAFT, "title": "Contract of a prediction API", **found}


def _schema(kind: Expression, path: str) -> dict[str, Any]:
    described = {"description": DESCRIPTIONS[path]} if path in DESCRIPTIONS else {}
    if isinstance(kind, Name):
        return described | SCALARS[kind.name]
    if not isinstance(kind, Call):
        raise TypeError(kind)
    inner = kind.arguments[0]
    if kind.name == "optional":
        return _or_null(_schema(inner, path))
    if isinstance(inner, Object):
        return described | _object(inner, path)
    if kind.name == "map":
        return described | {"type": "object", "additionalProperties": _schema(inner, "")}
    items = _object(inner.arguments[0], path) if isinstance(inner, Call) and isinstance(inner.arguments[0], Object) else _schema(inner, "")
    return described | {"type": "array", "items": items}


def _object(attributes: Object, path: str) -> dict[str, Any]:
    members = {key.evaluate({}): kind for key, kind in attributes.items}
    required = [name for name, kind in members.items() if not (isinstance(kind, Call) and kind.name == "optional")]
    properties = {name: _schema(kind, f"{path}.{name}".lstrip(".")) for name, kind in members.items()}
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _or_null(found: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that also accepts null, which Terraform reads as absent."""
    described = {key: value for key, value in found.items() if key == "description"}
    rest = {key: value for key, value in found.items() if key != "description"}
    if "enum" in rest:
        return described | {"enum": [*rest["enum"], None]}
    if "anyOf" in rest:
        return described | {"anyOf": [*rest["anyOf"], {"type": "null"}]}
    kinds = rest["type"] if isinstance(rest["type"], list) else [rest["type"]]
    return described | rest | {"type": [*kinds, "null"]}


def _at(found: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the schema of a value, or of the items of a list where the path ends with []."""
    for name in path.removesuffix("[]").split("."):
        found = found["properties"][name] if "properties" in found else found["items"]["properties"][name]
    return found["items"] if path.endswith("[]") else found


def _words() -> dict[str, dict[str, Any]]:
    """Return what the modules say of single values: the words of an enumeration, or the form of a text."""
    rules = module("contract")
    bare = rules.local("number_pattern")  # the rules remove white space before they compare
    number = f"{SPACE}{bare}{SPACE}"
    parts = [*rules.local("date_parts"), *rules.local("time_parts")]
    steps = [pattern.replace(bare, number) for pattern in rules.local("step_patterns")]
    source = f"[A-Za-z_][A-Za-z0-9_]*(?:\\.(?:{'|'.join(parts)}))?"
    outputs = rules.local("output_step_pattern").strip("^$").replace(bare, number).replace("([0-9]+\\)", f"({SPACE}[0-9]+{SPACE}\\)")
    name = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
    return {
        "features.name": name | {"not": {"enum": ["features", "true", "false"]}},
        # true and false are values of a boolean feature
        "features.default": {"type": ["string", "number", "boolean", "null"]},
        "features.example": {"type": ["string", "number", "boolean", "null"]},
        "features.type": {"type": "string", "enum": rules.local("feature_types")},
        "features": {"minItems": 1},
        "columns[]": {"type": "string", "pattern": f"^{SPACE}{source}{SPACE}(?:\\|{SPACE}(?:{'|'.join(steps)}){SPACE})*$"},
        "payload.content_type": {"type": ["string", "null"], "enum": [*rules.local("content_types"), None]},
        "payload.targets[]": {"type": "string", "enum": rules.local("target_kinds")},
        "output.name": name | {"type": ["string", "null"]},
        "output.kind": {"type": ["string", "null"], "enum": ["regression", "binary", "multiclass", None]},
        "output.steps[]": {"type": "string", "pattern": f"^{SPACE}{outputs}{SPACE}$"},
    }


def _feature_rules() -> list[dict[str, Any]]:
    """Return the rules within one feature."""
    absent = {"enum": [None]}

    def only_for(types: list[str], *keys: str) -> dict[str, Any]:
        of_type = {"properties": {"type": {"enum": types}}, "required": ["type"]}
        return {"if": {"not": of_type}, "then": {"properties": dict.fromkeys(keys, absent)}}

    return [
        only_for(NUMERIC, "minimum", "maximum"),
        only_for(["category", "string", *NUMERIC], "values"),
        only_for(["string"], "max_length"),
        {
            "if": {"properties": {"type": {"const": "category"}}, "required": ["type"]},
            "then": {"required": ["values"], "properties": {"values": {"type": "array", "minItems": 1}}},
        },
        {
            "if": {"properties": {"nullable": {"enum": [True, "true"]}}, "required": ["nullable"]},
            "then": {"properties": {"default": absent}},
        },
    ]
