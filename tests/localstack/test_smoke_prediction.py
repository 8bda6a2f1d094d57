"""A prediction of the contract's sample request by the function's new version, before the API calls that version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from deployments import Deployment
from hosting import Hosting, archive, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

MAIN = """
variable "artifact" { type = string }
variable "expected" { type = number }
variable "minimum" { type = number }

module "canary" {
  source  = "../../"
  name    = "canary"
  model   = { artifact = var.artifact }
  handler = { smoke_prediction = { expected = var.expected } }
  contract = {
    features = [for name in ["a", "b", "c"] : { name = name, type = "number", example = "1", minimum = var.minimum }]
    columns  = ["a", "b", "c"]
  }
}

output "canary" {
  value     = module.canary
  sensitive = true
}
"""
FIRST, SECOND = 7.0, 8.0
REQUEST = {"instances": [{"features": [1, 2, 3]}]}


@dataclass
class Applied:
    """One apply: Terraform's errors, the version that the API calls afterwards, and what the API predicts."""

    errors: str
    version: str
    predictions: list[float]


@pytest.fixture(scope="module")
def applied(sandbox: Sandbox, terraform: Callable[..., RootModule], client: Callable[..., Any]) -> dict[str, Applied]:
    """Apply a model with its contract, then a new contract with a model that does not predict what is expected, then the right value."""
    module = terraform("examples/canary", {"main.tf": MAIN})
    hosting = Hosting(sandbox.url, account="000000000000")
    first, second = (hosting.artifact(archive(("xgboost-model", constant(value)))) for value in (FIRST, SECOND))
    steps: dict[str, dict[str, Any]] = {
        "right": {"artifact": first, "expected": FIRST, "minimum": 0},
        "wrong": {"artifact": second, "expected": FIRST, "minimum": -1},
        "corrected": {"artifact": second, "expected": SECOND, "minimum": -1},
    }
    found: dict[str, Applied] = {}
    for step, variables in steps.items():
        module.variables |= variables
        done = module.run("apply", "-input=false", "-auto-approve", check=False)
        assert step == "wrong" or done.returncode == 0, done.stderr
        version = client("lambda").get_alias(FunctionName="canary", Name="live")["FunctionVersion"]
        answer = Deployment(module.output("canary"), sandbox).predict(REQUEST)
        found[step] = Applied(" ".join(done.stderr.replace("│", " ").split()), version, answer.document["predictions"])
    assert module.changes() == ""
    return found


def test_an_update_that_predicts_what_is_expected_succeeds(applied: dict[str, Applied]) -> None:
    assert [(applied[step].errors, applied[step].predictions) for step in ("right", "corrected")] == [("", [FIRST]), ("", [SECOND])]


def test_an_update_that_predicts_something_else_fails_and_shows_it(applied: dict[str, Applied]) -> None:
    assert "did not predict 7 for the contract's sample request, and the API was not moved to it" in applied["wrong"].errors
    assert '"predictions": [8.0]' in applied["wrong"].errors


def test_the_api_calls_the_old_version_until_the_prediction_is_right(applied: dict[str, Applied]) -> None:
    assert applied["wrong"].version == applied["right"].version
    assert applied["corrected"].version != applied["wrong"].version
