"""Applies of a deployment with a smoke prediction, and what its API does after each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deployments import Deployment
from hosting import Hosting, archive, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

MAIN = """
variable "name" { type = string }
variable "artifact" { type = string }
variable "expected" { type = number }
variable "minimum" { type = number }

module "canary" {
  source  = "../../"
  name    = var.name
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
REQUEST = {"instances": [{"features": [1, 2, 3]}]}


@dataclass
class Applied:
    """One apply: Terraform's exit code and errors, the version that the API calls afterwards, and what the API predicts."""

    code: int
    errors: str
    version: str
    predictions: list[float]


class Canary:
    """The module, under a name of its own in the tests' sandbox."""

    def __init__(self, terraform: Callable[..., RootModule], sandbox: Sandbox, name: str) -> None:
        self.module = terraform(f"examples/{name}", {"main.tf": MAIN})
        self._sandbox, self._hosting = sandbox, Hosting(sandbox.url, account="000000000000")
        self._name = name

    def apply(self, value: float, expected: float, minimum: float) -> Applied:
        """Apply a model that predicts one value, with what is expected of it and a minimum of the contract's features."""
        artifact = self._hosting.artifact(archive(("xgboost-model", constant(value))))
        self.module.variables |= {"name": self._name, "artifact": artifact, "expected": expected, "minimum": minimum}
        done = self.module.run("apply", "-input=false", "-auto-approve", check=False)
        version = self._hosting.client("lambda").get_alias(FunctionName=self._name, Name="live")["FunctionVersion"]
        answer = Deployment(self.module.output("canary"), self._sandbox).predict(REQUEST)
        return Applied(done.returncode, " ".join(done.stderr.replace("│", " ").split()), version, answer.document["predictions"])
