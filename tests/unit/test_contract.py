"""A contract is read from YAML and from Terraform's settings alike, and rejected with every reason."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from prediction_api import training
from prediction_api.contract import ContractError, load
from prediction_api.problems import Problem

COLOR = {"name": "color", "type": "category", "values": ["red", "green"]}
SIZE = {"name": "size", "type": "number", "minimum": 0, "maximum": 10}


def contract(*features: dict[str, Any], columns: list[str], **rest: Any) -> dict[str, Any]:
    return {"features": list(features), "columns": columns, **rest}


def problems(document: dict[str, Any]) -> list[str]:
    with pytest.raises(ContractError) as caught:
        load(document)
    return caught.value.problems


def test_one_hot_columns_are_named_by_value() -> None:
    loaded = load(contract(COLOR, SIZE, columns=["size", "color|onehot", "size | log1p"]))
    assert loaded.column_names == ["size", "color=red", "color=green", "size | log1p"]


def test_training_gets_one_list_of_floats_per_column_with_nan_where_missing() -> None:
    loaded = load(contract({**COLOR, "nullable": True}, SIZE, columns=["size", "color | ordinal"]))
    columns = training.columns(loaded, [{"size": 1, "color": "green"}, {"size": 2.5}])
    assert (columns[0], columns[1][0], math.isnan(columns[1][1])) == ([1.0, 2.5], 1.0, True)


def test_training_data_outside_of_the_contract_is_rejected() -> None:
    with pytest.raises(Problem, match="size must be at most 10"):
        training.columns(load(contract(SIZE, columns=["size"])), [[11]])


@pytest.mark.parametrize(
    ("feature", "given", "expected"),
    [
        ({"name": "a", "type": "integer", "values": ["1", "2"]}, "values", [1, 2]),
        ({"name": "a", "type": "number", "minimum": "0.5"}, "minimum", 0.5),
        ({"name": "a", "type": "boolean", "default": "true"}, "default", True),
        ({"name": "a", "type": "category", "values": [1, 2]}, "values", ["1", "2"]),
        (
            {"name": "a", "type": "category", "values": [1.0, 0.5, 1e-7, 1e21]},
            "values",
            ["1", "0.5", "0.0000001", "1000000000000000000000"],
        ),
        ({"name": "a", "type": "date", "default": "2024-02-29"}, "default", "2024-02-29"),
    ],
)
def test_scalars_are_converted_to_the_type_of_their_feature(feature: dict[str, Any], given: str, expected: object) -> None:
    loaded = load(contract(feature, SIZE, columns=["size"]))
    assert getattr(loaded.features[0], given) == expected


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (contract(columns=[]), "features must not be empty"),
        (contract(SIZE, SIZE, columns=["size"]), "feature 'size' is declared more than once"),
        (contract({"name": "a", "type": "float"}, columns=[]), "feature 'a': type must be one of"),
        (contract({"name": "a", "type": "category"}, columns=["a"]), "feature 'a': a category needs values"),
        (contract({"name": "a", "type": "number", "minimum": "low"}, columns=["a"]), "'low' is not of type number"),
        (contract({"name": "a", "type": "integer", "default": 0.5}, columns=["a"]), "0.5 is not of type integer"),
        (
            contract({"name": "a", "type": "string", "values": [True]}, columns=["a"]),
            "feature 'a': values[0]: YAML reads y, yes, on and true as a",
        ),
        (
            contract({"name": "a", "type": "category", "values": ["red", None]}, columns=["a"]),
            "feature 'a': values[1]: null is not a value; put",
        ),
        (
            contract({"name": "a", "type": "date", "default": date(2024, 2, 29)}, columns=["a"]),
            "feature 'a': default: YAML reads an unquoted date",
        ),
        (
            contract({"name": "a", "type": "date", "example": date(2024, 2, 29)}, columns=["a"]),
            "feature 'a': example: YAML reads an unquoted date",
        ),
        (contract({"name": "a", "type": "category", "values": [["red"]]}, columns=["a"]), "feature 'a': values[0]: ['red'] is list"),
        (contract({"name": True, "type": "number"}, columns=["a"]), "features[0].name: YAML reads y, yes, on and true as a boolean; put"),
        (
            contract({"name": "a", "type": "number", "nulable": True}, columns=["a"]),
            "features[0]: 'nulable' is unknown; did you mean 'nullable'?",
        ),
        (
            contract({"name": "a", "type": "number", "minimun": 0}, columns=["a"]),
            "features[0]: 'minimun' is unknown; did you mean 'minimum'?",
        ),
        (contract({"name": "a", "type": "number", "color": 0}, columns=["a"]), "features[0]: 'color' is unknown; use one of name, type"),
        (contract(SIZE, columns=["size"], ouput={}), "contract: 'ouput' is unknown; did you mean 'output'?"),
        (contract(SIZE, columns=["size"], output={"label": ["a", "b"]}), "output: 'label' is unknown; did you mean 'labels'?"),
        (
            contract(SIZE, columns=["size"], payload={"content-type": "text/csv"}),
            "payload: 'content-type' is unknown; did you mean 'content_type'?",
        ),
        (contract(SIZE, columns=["size"], payload="text/csv"), "payload must be an object with the keys content_type"),
        (contract("size", columns=["size"]), "features[0] must be an object with the keys name"),  # type: ignore[arg-type]
        (contract(SIZE, columns="size"), "columns must be a list"),  # type: ignore[arg-type]
        (contract(COLOR, columns=["color"], payload={"content_type": "text/libsvm"}), "text/libsvm supports only numbers"),
        (contract(COLOR, columns=["color"], payload={"content_type": "application/x-npy"}), "application/x-npy supports only numbers"),
        (contract(SIZE, columns=["length"]), "column 'length': no feature provides 'length'"),
        (contract(SIZE, columns=["size.hour"]), "column 'size.hour': no feature provides 'size.hour'"),
        (contract({"name": "day", "type": "date"}, columns=["day"]), "column 'day': no feature provides 'day'"),
        (contract({"name": "day", "type": "date"}, columns=["day.hour"]), "no feature provides 'day.hour'"),
        (contract(SIZE, columns=["size | log"]), "'log' is not a step"),
        (contract(SIZE, columns=["size | sin"]), "'sin' is not a step"),
        (contract(SIZE, columns=["size | sin(x)"]), "'sin(x)' is not a step"),
        (contract(SIZE, columns=["size | onehot"]), "need a feature with values"),
        (contract(COLOR, columns=["color | onehot | log1p"]), "onehot allows no further step"),
        (contract(COLOR, columns=["color | log1p"]), "a category is not a number"),
        (contract(SIZE, columns=["size"], payload={"content_type": "text/tsv"}), "payload: content_type must be one of"),
        (contract(SIZE, columns=["size"], output={"steps": ["log"]}), "output: 'log' is not a step"),
        (contract(SIZE, columns=["size"], output={"labels": [False, True]}), "output.labels[0]: YAML reads n, no, off and false"),
        (contract(SIZE, columns=["size"], output={"labels": ["a", None]}), "output.labels[1]: null is not a value"),
    ],
)
def test_a_contract_that_cannot_be_served_is_rejected(document: dict[str, Any], problem: str) -> None:
    assert any(problem in found for found in problems(document))


def test_all_reasons_are_reported_at_once() -> None:
    assert len(problems(contract({"name": "a", "type": "category"}, columns=["b", "a | sqrt"]))) > 2


def test_training_needs_a_number_for_a_category() -> None:
    with pytest.raises(ContractError, match=r"column 'color': a category is text; add \| onehot or \| ordinal"):
        training.columns(load(contract(COLOR, SIZE, columns=["color", "size"])), [["red", 1]])
