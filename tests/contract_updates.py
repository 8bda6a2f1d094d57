"""Updates of a contract and its model in one apply, under load: each request meets the contract and the model that belong together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest
import xgboost
from deployments import Deployment
from hosting import Hosting, archive
from load import Load

if TYPE_CHECKING:
    from collections.abc import Callable

    from load import Answered
    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

# The timeout bounds how long an update waits before it deletes the old endpoint.
MAIN = """
variable "name" { type = string }
variable "artifact" { type = string }
variable "columns" { type = list(string) }
variable "steps" { type = list(string) }

module "apart" {
  source  = "../../"
  name    = var.name
  model   = { artifact = var.artifact }
  handler = { timeout_in_seconds = 6, limits = { attempts_per_call = 1, attempt_timeout_in_milliseconds = 5000 } }
  contract = {
    features = [for name in ["a", "b", "c", "d"] : { name = name, type = "number", example = "1" }]
    columns  = var.columns
    output   = { steps = var.steps }
  }
}

output "apart" {
  value     = module.apart
  sensitive = true
}
"""
ROW = {"a": 0.5, "b": 2.0, "c": 3.5, "d": 5.0}
REQUEST = {"instances": [ROW]}


@dataclass(frozen=True)
class Pair:
    """A contract and the model that was trained for it; a broken artifact holds no model."""

    columns: str
    steps: tuple[str, ...]
    booster: xgboost.Booster
    broken: bool = False

    @property
    def prediction(self) -> float:
        """The prediction of the booster itself for ROW, through the contract."""
        margin = float(self.booster.predict(xgboost.DMatrix(np.array([[ROW[column] for column in self.columns]])))[0])
        return math.expm1(margin) if self.steps else margin

    def variables(self, hosting: Hosting) -> dict[str, Any]:
        model = b"not a booster" if self.broken else bytes(self.booster.save_raw("ubj"))
        return {"artifact": hosting.artifact(archive(("xgboost-model", model))), "columns": list(self.columns), "steps": list(self.steps)}


def trained(columns: str, *steps: str, seed: int) -> Pair:
    random = np.random.default_rng(seed)
    rows = random.uniform(0, 6, (200, len(columns)))
    labels = rows @ random.uniform(0.2, 1, len(columns))
    return Pair(columns, steps, xgboost.train({"nthread": 1, "max_depth": 3}, xgboost.DMatrix(rows, labels), 8))


@dataclass
class Seen:
    """Observations during one apply under load, and after it."""

    load: Load
    code: int
    said: str
    plan: str
    endpoint: str
    endpoints: list[str]
    configs: int
    alarms: set[str]

    @property
    def predictions(self) -> list[float]:
        """The predictions in the order in which they were requested."""
        return [each.answer["predictions"][0] for each in self.load.answered]

    def strange(self, *pairs: Pair) -> list[Answered]:
        """Return the requests whose response is not the prediction of one of these pairs."""
        expected = [pytest.approx([pair.prediction], rel=1e-6) for pair in pairs]
        return [each for each in self.load.answered if each.error or each.answer.get("predictions") not in expected]


class Updates:
    """One pair applied after another, under load that continues for another second to show the new state."""

    def __init__(self, terraform: Callable[..., RootModule], sandbox: Sandbox, rate: float, name: str, first: Pair) -> None:
        self._rate = rate
        self._module, self._sandbox, self._name = terraform(f"examples/{name}", {"main.tf": MAIN}), sandbox, name
        self._hosting = Hosting(sandbox.url, account="000000000000")
        self._module.apply(name=name, **first.variables(self._hosting))

    def apply(self, pair: Pair) -> Seen:
        deployment = Deployment(self._module.output("apart"), self._sandbox)
        self._module.variables |= pair.variables(self._hosting)
        with Load(lambda: deployment.predict(REQUEST).document, self._rate) as load:
            done = self._module.run("apply", "-input=false", "-auto-approve", check=False)
            load.keep_on(1)
        plan = "" if pair.broken else self._module.changes()
        return Seen(load, done.returncode, done.stdout + done.stderr, plan, self._module.output("apart")["endpoint_name"], *self._left())

    def _left(self) -> tuple[list[str], int, set[str]]:
        """Return the names of the endpoints, the number of configurations, and the endpoints that alarms watch."""
        sagemaker = self._hosting.sagemaker
        alarms = self._hosting.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{self._name}-")["MetricAlarms"]
        return (
            [each["EndpointName"] for each in sagemaker.list_endpoints(NameContains=self._name)["Endpoints"]],
            len(sagemaker.list_endpoint_configs(NameContains=self._name)["EndpointConfigs"]),
            {each["Value"] for alarm in alarms for each in alarm["Dimensions"] if each["Name"] == "EndpointName"},
        )


class ContractUpdate:
    """The tests of one update, for a class that names the deployment and the two pairs."""

    name: ClassVar[str]
    before: ClassVar[Pair]
    after: ClassVar[Pair]

    @pytest.fixture(scope="class")
    def seen(self, sandbox: Sandbox, terraform: Callable[..., RootModule], rate: float) -> Seen:
        return Updates(terraform, sandbox, rate, self.name, self.before).apply(self.after)

    def test_every_response_is_a_prediction_of_a_model_through_its_own_contract(self, seen: Seen) -> None:
        assert seen.strange(self.before, self.after) == []

    def test_the_last_responses_are_those_of_the_new_pair(self, seen: Seen) -> None:
        assert seen.predictions[-1] == pytest.approx(self.after.prediction, rel=1e-6)

    def test_apply_succeeds_and_the_next_plan_is_empty(self, seen: Seen) -> None:
        assert (seen.code, seen.plan) == (0, ""), seen.said

    def test_only_the_endpoint_of_the_output_is_left(self, seen: Seen) -> None:
        assert (seen.endpoints, seen.configs) == ([seen.endpoint], 1)

    def test_the_alarms_watch_the_new_endpoint(self, seen: Seen) -> None:
        assert seen.alarms == {seen.endpoint}
