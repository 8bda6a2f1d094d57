"""The tool and the plan on generated contracts with mistakes: the same sentences, in the same order."""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import tables
from prediction_tools.contract import rules

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

import generated_wrong_contracts

NUMBERS = range(len(generated_wrong_contracts.MISTAKES))
CONTRACTS = {f"mistake {number}": generated_wrong_contracts.contract(random.Random(number), number) for number in NUMBERS}  # noqa: S311
INFINITE = "features:\n- {name: x, type: number, maximum: -.inf}\ncolumns: [x]\n"  # JSON cannot hold it
ROOT = """
variable "contract" {
  type = any
}

module "written" {
  source   = "./written_contract"
  contract = try(yamldecode(var.contract), var.contract)
}

module "contract" {
  source   = "./contract"
  contract = module.written.contract
  serving  = { variants = true, multi_model = false, algorithm = "xgboost" }
}

output "problems" {
  value = length(module.written.problems) > 0 ? tolist(module.written.problems) : tolist(module.contract.problems)
}
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the plan's problems of every contract, from one plan."""
    folder = tmp_path_factory.mktemp("contracts")
    for name in ("written_contract", "contract"):
        shutil.copytree(tables.TREE / "modules" / name, folder / "both" / name)
    (folder / "both" / "main.tf").write_text(ROOT)
    cases = [tables.Case("contracts", name, {"contract": made}) for name, made in {**CONTRACTS, "infinite": INFINITE}.items()]
    return tables.evaluate(folder / "both", cases, folder / "root")


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_tool_reports_what_the_plan_reports_of(name: str, planned: dict[str, Any]) -> None:
    expected = planned[f"contracts: {name}"]["problems"]
    assert rules.messages(CONTRACTS[name], rules.Serving()) == expected
    assert expected
    placed = rules.check(json.dumps(CONTRACTS[name], indent=1)).problems
    assert sorted(problem.message for problem in placed) == sorted(expected)
    assert [problem for problem in placed if problem.place.line == 1 and not problem.message.startswith("contract: ")] == []


def test_the_tool_reports_what_the_plan_reports_of_an_infinite_number(planned: dict[str, Any]) -> None:
    (placed,) = rules.check(INFINITE).problems
    assert [placed.message] == planned["contracts: infinite"]["problems"]
    assert (placed.place.line, placed.place.column) == (2, 36)
