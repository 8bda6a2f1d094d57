"""The JSON Schema of a contract, beside the rules and the loader."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import generated_contracts
import generated_wrong_contracts
import jsonschema
import pytest
import tables
import yaml
from prediction_api.contract import ContractError, load
from prediction_tools import contract_file
from prediction_tools.cli import app
from prediction_tools.contract import rules
from prediction_tools.contract.schema import schema
from typer.testing import CliRunner

TREE = Path(__file__).resolve().parents[2]
COMMITTED = TREE / "tools" / "contract.schema.json"
SCHEMA = jsonschema.Draft7Validator(schema())
ACCEPTED = [case for folder in ("contract", "written_contract") for case in tables.read(folder) if not case.problems]


def test_the_committed_schema_is_the_command_s() -> None:
    done = CliRunner().invoke(app, ["contract", "schema"])
    assert COMMITTED.read_text() == done.output, "run: make docs"


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("path", sorted(TREE.glob("examples/*/contract.yaml")), ids=lambda path: path.parent.name)
def test_the_contract_of_an_example_names_the_schema_and_matches_it(path: Path) -> None:
    comment = path.read_text().splitlines()[0]
    assert (path.parent / comment.removeprefix("# yaml-language-server: $schema=")).resolve() == COMMITTED
    assert list(SCHEMA.iter_errors(contract_file.parse(path.read_text()))) == []


@pytest.mark.parametrize("case", [case for case in ACCEPTED if "contract" in case.inputs], ids=lambda case: case.name)
def test_the_schema_accepts_what_the_rules_accept_in(case: tables.Case) -> None:
    contract = case.inputs["contract"]
    if not rules.messages(contract, rules.Serving(algorithm=None, adapter=case.inputs.get("adapter", False))):
        assert [error.message for error in SCHEMA.iter_errors(contract)] == []


GENERATED: list[dict[str, Any]] = [generated_contracts.contract(random.Random(seed)) for seed in range(40)]  # noqa: S311
WRONG = [generated_wrong_contracts.contract(random.Random(seed), seed) for seed in range(3 * len(generated_wrong_contracts.MISTAKES))]  # noqa: S311


def loads(contract: dict[str, Any]) -> bool:
    try:
        load(contract)
    except ContractError:
        return False
    return True


def test_rules_schema_and_loader_agree_on_generated_contracts() -> None:
    judged = [(not rules.messages(made, rules.Serving()), SCHEMA.is_valid(made), loads(made)) for made in GENERATED]
    assert judged == [(True, True, True)] * len(GENERATED)


def test_the_rules_reject_whatever_the_schema_or_the_loader_rejects() -> None:
    unjust = [made for made in WRONG if not rules.messages(made, rules.Serving()) and not (SCHEMA.is_valid(made) and loads(made))]
    assert unjust == []


def test_the_schema_finds_most_mistakes_while_typing() -> None:
    found = sum(not SCHEMA.is_valid(made) for made in WRONG)
    assert found / len(WRONG) > 0.8


def test_a_contract_of_an_example_with_a_misspelled_key_does_not_match() -> None:
    contract = yaml.safe_load((TREE / "examples/penguins/contract.yaml").read_text())
    contract["features"][0]["nulable"] = True
    (error,) = SCHEMA.iter_errors(contract)
    assert "nulable" in error.message


def test_the_schema_can_be_written_to_a_file(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["contract", "schema", "-o", str(tmp_path / "schema.json")])
    assert (done.exit_code, json.loads((tmp_path / "schema.json").read_text())) == (0, schema())
