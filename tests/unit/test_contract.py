"""A contract is read from YAML and from Terraform's settings alike, and refused with every reason."""

from __future__ import annotations

import math
from typing import Any

import pytest
from prediction_api.contract import ContractError, load
from prediction_api.problem import Problem

COLOR = {"name": "color", "type": "category", "values": ["red", "green"]}
SIZE = {"name": "size", "type": "number", "minimum": 0, "maximum": 10}


def contract(*features: dict[str, Any], columns: list[str], **rest: Any) -> dict[str, Any]:
    return {"features": list(features), "columns": columns, **rest}


def faults(document: dict[str, Any]) -> list[str]:
    with pytest.raises(ContractError) as caught:
        load(document)
    return caught.value.faults


def test_one_hot_columns_are_named_by_value() -> None:
    loaded = load(contract(COLOR, SIZE, columns=["size", "color|onehot", "size | log1p"]))
    assert loaded.column_names == ["size", "color=red", "color=green", "size | log1p"]


def test_training_gets_one_list_of_floats_per_column_with_nan_where_missing() -> None:
    loaded = load(contract({**COLOR, "nullable": True}, SIZE, columns=["size", "color | ordinal"]))
    columns = loaded.columns([{"size": 1, "color": "green"}, {"size": 2.5}])
    assert (columns[0], columns[1][0], math.isnan(columns[1][1])) == ([1.0, 2.5], 1.0, True)


def test_training_data_outside_of_the_contract_is_refused() -> None:
    with pytest.raises(Problem, match="size must be at most 10"):
        load(contract(SIZE, columns=["size"])).columns([[11]])


@pytest.mark.parametrize(
    ("feature", "given", "expected"),
    [
        ({"name": "a", "type": "integer", "values": ["1", "2"]}, "values", [1, 2]),
        ({"name": "a", "type": "number", "minimum": "0.5"}, "minimum", 0.5),
        ({"name": "a", "type": "boolean", "default": "true"}, "default", True),
        ({"name": "a", "type": "category", "values": [1, 2]}, "values", ["1", "2"]),
        ({"name": "a", "type": "date", "default": "2024-02-29"}, "default", "2024-02-29"),
    ],
)
def test_scalars_become_of_the_type_of_their_feature(feature: dict[str, Any], given: str, expected: object) -> None:
    loaded = load(contract(feature, SIZE, columns=["size"]))
    assert getattr(loaded.features[0], given) == expected


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (contract(columns=[]), "features is empty"),
        (contract(SIZE, SIZE, columns=["size"]), "feature 'size' is declared twice"),
        (contract({"name": "a", "type": "float"}, columns=[]), "feature 'a': type is none of"),
        (contract({"name": "a", "type": "category"}, columns=["a"]), "feature 'a': a category needs values"),
        (contract({"name": "a", "type": "number", "minimum": "low"}, columns=["a"]), "'low' is not a number"),
        (contract({"name": "a", "type": "integer", "default": 0.5}, columns=["a"]), "0.5 is not a integer"),
        (contract({"name": "a", "type": "string", "values": [True]}, columns=["a"]), "True is not a string"),
        (contract(SIZE, columns=["length"]), "column 'length': no feature has 'length'"),
        (contract(SIZE, columns=["size.hour"]), "column 'size.hour': no feature has 'size.hour'"),
        (contract({"name": "day", "type": "date"}, columns=["day"]), "column 'day': no feature has 'day'"),
        (contract({"name": "day", "type": "date"}, columns=["day.hour"]), "no feature has 'day.hour'"),
        (contract(SIZE, columns=["size | log"]), "'log' is not a step"),
        (contract(SIZE, columns=["size | sin"]), "'sin' is not a step"),
        (contract(SIZE, columns=["size | sin(x)"]), "'sin(x)' is not a step"),
        (contract(SIZE, columns=["size | onehot"]), "on a feature with values"),
        (contract(COLOR, columns=["color | onehot | log1p"]), "onehot stands alone"),
        (contract(COLOR, columns=["color | log1p"]), "a category is no number"),
        (contract(SIZE, columns=["size"], payload={"content_type": "text/tsv"}), "payload: content_type is none of"),
        (contract(SIZE, columns=["size"], output={"steps": ["log"]}), "output: 'log' is not a step"),
        (contract(SIZE, columns=["size"], output={"labels": [False, True]}), "a label is a boolean"),
    ],
)
def test_a_contract_that_cannot_be_served_is_refused(document: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in faults(document))


def test_every_reason_is_told_at_once() -> None:
    assert len(faults(contract({"name": "a", "type": "category"}, columns=["b", "a | sqrt"]))) > 2
