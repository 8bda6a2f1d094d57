"""sagemaker-api contract diff: which clients break with a new contract."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from prediction_tools.cli import app
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Change = Callable[[dict[str, Any]], Any]

OLD: dict[str, Any] = {
    "features": [
        {"name": "x", "type": "integer", "minimum": 0, "maximum": 10},
        {"name": "c", "type": "category", "values": ["a", "b"]},
        {"name": "s", "type": "string", "max_length": 5, "nullable": True},
    ],
    "columns": ["x", "c | onehot"],
    "output": {"kind": "binary", "labels": ["no", "yes"], "steps": []},
}
# a change of the contract, its level, and a part of the sentence
CHANGES: dict[str, tuple[Change, str, str]] = {
    "a removed feature": (lambda new: new["features"].pop(2), "major", "s was removed"),
    "a new required feature": (lambda new: new["features"].append({"name": "n", "type": "number"}), "major", "new and required"),
    "a new optional feature": (
        lambda new: new["features"].append({"name": "n", "type": "number", "nullable": True}),
        "major",
        "Rows by position",
    ),
    "another order of the features": (lambda new: new["features"].reverse(), "major", "the order changed"),
    "a number in place of an integer": (lambda new: new["features"][0].update(type="number"), "minor", "integer became number"),
    "a string in place of a number": (
        lambda new: new["features"][0].update(type="string", minimum=None, maximum=None) or new["columns"].pop(0),
        "major",
        "integer became string",
    ),
    "a lower maximum": (lambda new: new["features"][0].update(maximum=9), "major", "maximum 10 became 9"),
    "a higher maximum": (lambda new: new["features"][0].update(maximum=11), "minor", "maximum 10 became 11"),
    "a higher minimum": (lambda new: new["features"][0].update(minimum=1), "major", "minimum 0 became 1"),
    "no minimum": (lambda new: new["features"][0].update(minimum=None), "minor", "minimum 0 became (none)"),
    "a lost value": (lambda new: new["features"][1].update(values=["a"]), "major", "values lost b"),
    "one more value": (lambda new: new["features"][1].update(values=["a", "b", "z"]), "minor", "more values"),
    "a shorter text": (lambda new: new["features"][2].update(max_length=4), "major", "max_length 5 became 4"),
    "a feature that must be sent": (lambda new: new["features"][2].update(nullable=False), "major", "required now"),
    "a feature that may be omitted": (lambda new: new["features"][0].update(nullable=True), "minor", "optional now"),
    "other columns": (lambda new: new["columns"].reverse(), "patch", "no client sees"),
    "another output name": (lambda new: new["output"].update(name="chance"), "major", "prediction became chance"),
    "other labels": (lambda new: new["output"].update(labels=["no", "maybe"]), "major", "output.labels"),
    "a rounded prediction": (lambda new: new["output"].update(steps=["round(2)"]), "minor", "within their unit"),
    "a decision in place of a probability": (lambda new: new["output"].update(steps=["threshold(0.5)"]), "major", "another unit or form"),
    "a description": (lambda new: new["features"][0].update(description="words"), "patch", "patch"),
}


def compared(folder: Path, new: dict[str, Any], *options: str) -> tuple[int, str]:
    paths = []
    for name, contract in (("old", OLD), ("new", new)):
        (folder / f"{name}.yaml").write_text(json.dumps(contract, indent=1))
        paths.append(str(folder / f"{name}.yaml"))
    done = CliRunner().invoke(app, ["contract", "diff", *paths, *options])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", CHANGES)
def test_the_level_of(name: str, tmp_path: Path) -> None:
    change, level, sentence = CHANGES[name]
    new = deepcopy(OLD)
    change(new)
    code, output = compared(tmp_path, new)
    assert output.splitlines()[-1] == level
    assert code == (1 if level == "major" else 0)
    assert sentence in output


def test_equal_contracts_differ_in_nothing(tmp_path: Path) -> None:
    assert compared(tmp_path, OLD) == (0, "patch\n")


def test_a_contract_with_problems_is_not_compared(tmp_path: Path) -> None:
    code, output = compared(tmp_path, OLD | {"columns": ["z"]})
    assert (code, 'columns[0] ("z"): no feature is named "z"' in output) == (2, True)


def test_json_holds_the_level_and_the_lines(tmp_path: Path) -> None:
    code, output = compared(tmp_path, OLD | {"output": {"kind": "binary", "labels": ["no", "perhaps"]}}, "--json")
    document = json.loads(output)
    assert (code, document["level"], [change["level"] for change in document["changes"]]) == (1, "major", ["major"])
    assert document["changes"][0]["line"] > 1
