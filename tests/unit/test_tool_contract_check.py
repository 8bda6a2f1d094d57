"""sagemaker-api contract check: the plan's sentences, with line and column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import tables
from prediction_tools.cli import app
from prediction_tools.contract import rules
from typer.testing import CliRunner

TREE = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(TREE.glob("examples/*/contract.yaml"))

# A contract in which every rule below has its own line.
WRONG = """\
features:
  - name: x
    type: number
    minimum: 3
    maximum: 2
    example: seven
  - {name: color, type: category, values: [red, green, red]}
  - name: d
    type: date
    example: "2024-02-30"
  - {name: x, type: float}
columns:
  - x
  - x | sqrt
  - colr | onehot
payload: {content_type: text/xml}
output:
  kind: binary
  steps: [expm1, floor]
  labels: [a]
"""
PLACES = {
    "features[0] (x): minimum 3 exceeds maximum 2": (4, 14),
    'features[0] (x).example: "seven" is not a number': (6, 14),
    "features[1] (color): values lists red more than once": (7, 43),
    'features[2] (d).example: "2024-02-30" is not': (10, 14),
    "features[3] (x): features[0] has the same name": (11, 12),
    'features[3] (x): type "float" is unknown': (11, 21),
    'columns[1] ("x | sqrt"): unknown step': (14, 5),
    'columns[2] ("colr | onehot"): no feature is named': (15, 5),
    "payload.content_type:": (16, 25),
    'output.steps: "floor" is unknown': (19, 18),
    "output.labels: a binary model has two labels": (20, 11),
}


def checked(*arguments: str) -> tuple[int, str]:
    """Return the exit code of the command and what it printed."""
    done = CliRunner().invoke(app, ["contract", "check", *arguments])
    return done.exit_code, done.output


def serving(inputs: dict[str, Any]) -> rules.Serving:
    """Return the options that stand for the variables of modules/contract; its own default is a container of no known algorithm."""
    given = {"algorithm": None} | inputs.get("serving", {})
    return rules.Serving(adapter=inputs.get("adapter", False), drift=inputs.get("drift", False), **given)


@pytest.mark.parametrize("case", tables.read("contract"), ids=lambda case: case.name)
def test_the_command_finds_what_the_plan_finds_in(case: tables.Case) -> None:
    found = rules.check(json.dumps(case.inputs["contract"], indent=1), serving(case.inputs)).problems
    # the plan looks for unknown keys and misread values first
    written = rules.module("written_contract").outputs(["problems"], {"contract": case.inputs["contract"]})["problems"]
    assert sorted(problem.message for problem in found) == sorted(written or case.problems)
    assert [problem.message for problem in found if problem.place.line == 1 and not problem.message.startswith("model.")] == []


@pytest.mark.parametrize("case", tables.read("written_contract"), ids=lambda case: case.name)
def test_the_command_finds_unknown_keys_and_misread_values_as_the_plan_in(case: tables.Case) -> None:
    found = rules.module("written_contract").outputs(["problems"], case.inputs)["problems"]
    assert found == case.problems
    placed = rules.check(json.dumps(case.inputs["contract"], indent=1)).problems
    assert [problem.message for problem in placed if problem.place.line == 1 and not problem.message.startswith("contract: ")] == []


@pytest.mark.parametrize("start", PLACES)
def test_a_problem_is_reported_where_it_is_corrected(start: str) -> None:
    (found,) = [problem.place for problem in rules.check(WRONG).problems if problem.message.startswith(start)]
    assert (found.line, found.column) == PLACES[start]


def test_an_unknown_key_is_reported_at_the_key() -> None:
    (found,) = rules.check("features: [{name: x, type: number}]\ncolumns: [x]\noutput:\n  knd: binary\n").problems
    assert (found.message, found.place.line, found.place.column) == ('output: "knd" is unknown. Did you mean "kind"?', 4, 3)


def test_text_that_is_not_yaml_is_reported_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    path.write_text("features:\n  - name: x: y\n")
    assert checked(str(path)) == (1, f"{path}:2:12: not valid YAML: mapping values are not allowed here.\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("features:\n  - {name: a\0b}\n", "2:13: not valid YAML: U+0000 is not allowed. Remove it."),
        ("[" * 5000, "1:1: nested too deeply. Write a contract: docs/reference.md describes its keys."),
    ],
    ids=["a control character", "thousands of brackets"],
)
def test_text_that_no_contract_has_is_one_sentence(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    path.write_text(text)
    assert checked(str(path)) == (1, f"{path}:{message}\n")


def test_a_file_that_is_not_utf_8_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    path.write_bytes("features:\n  - name: Düne\n".encode("latin-1"))
    assert checked(str(path)) == (1, f"{path}:2:1: not text in UTF-8.\n")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_contract_of_every_example_has_no_problems(path: Path) -> None:
    adapter = ["--adapter"] if "adapter = " in (path.parent / "main.tf").read_text() else []
    assert checked(str(path), *adapter) == (0, f"{path}: no problems\n")


def test_json_and_junit_hold_the_same_problems(tmp_path: Path) -> None:
    path, report = tmp_path / "contract.yaml", tmp_path / "junit.xml"
    path.write_text(WRONG)
    code, output = checked(str(path), "--json", "--junit", str(report))
    assert code == 1
    problems = json.loads(output)["problems"]
    assert {problem["message"] for problem in problems} == {problem.message for problem in rules.check(WRONG).problems}
    failure = ET.parse(report).find("testcase/failure")  # noqa: S314 - our own
    assert failure is not None
    assert failure.text == "\n".join(f"{path}:{each['line']}:{each['column']}: {each['message']}" for each in problems)


def test_an_unknown_version_of_the_image_is_an_error_of_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    path.write_text(WRONG)
    code, output = checked(str(path), "--image", "xgboost:3")
    assert code == 2
    assert "xgboost:3.0-5" in output
