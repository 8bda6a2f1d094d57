"""A contract and its model that change in one apply, under load: each request meets the contract and the model that belong together."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from deployments import Deployment
from hosting import Hosting, archive
from load import Load

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

# The timeout bounds how long an update waits before it deletes the old endpoint.
MAIN = """
variable "artifact" { type = string }
variable "columns" { type = list(string) }
variable "steps" { type = list(string) }

module "apart" {
  source  = "../../"
  name    = "apart"
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
RATE = 20


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


PAIRS = {
    "at first": trained("abc", seed=1),
    "a column added": trained("abcd", seed=2),
    "a column removed": trained("bcd", seed=3),
    "an output step changed": trained("bcd", "expm1", seed=4),
    "a model that does not start": replace(trained("ab", "expm1", seed=5), broken=True),
    "a model that starts again": trained("ab", "expm1", seed=5),
}
CHANGES = list(PAIRS)[1:]
GOOD = [change for change in CHANGES if not PAIRS[change].broken]


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


class Updates:
    """One pair applied after another, under load that continues for another second to show the new state."""

    def __init__(self, module: RootModule, sandbox: Sandbox) -> None:
        self._module, self._sandbox = module, sandbox
        self._hosting = Hosting(sandbox.url, account="000000000000")
        module.apply(**PAIRS["at first"].variables(self._hosting))

    def apply(self, pair: Pair) -> Seen:
        deployment = Deployment(self._module.output("apart"), self._sandbox)
        self._module.variables |= pair.variables(self._hosting)
        with Load(lambda: deployment.predict(REQUEST).document, rate=RATE) as load:
            done = self._module.run("apply", "-input=false", "-auto-approve", check=False)
            ended = load.now()
            while load.answered[-1].sent < ended + 1:
                time.sleep(0.05)
        plan = "" if pair.broken else self._module.changes()
        return Seen(load, done.returncode, done.stdout + done.stderr, plan, self._module.output("apart")["endpoint_name"], *self._left())

    def _left(self) -> tuple[list[str], int, set[str]]:
        """Return the names of the endpoints, the number of configurations, and the endpoints that alarms watch."""
        sagemaker = self._hosting.sagemaker
        alarms = self._hosting.client("cloudwatch").describe_alarms(AlarmNamePrefix="apart-")["MetricAlarms"]
        return (
            [each["EndpointName"] for each in sagemaker.list_endpoints(NameContains="apart")["Endpoints"]],
            len(sagemaker.list_endpoint_configs(NameContains="apart")["EndpointConfigs"]),
            {each["Value"] for alarm in alarms for each in alarm["Dimensions"] if each["Name"] == "EndpointName"},
        )


@pytest.fixture(scope="module")
def seen(sandbox: Sandbox, terraform: Callable[..., RootModule]) -> dict[str, Seen]:
    updates = Updates(terraform("examples/apart", {"main.tf": MAIN}), sandbox)
    return {change: updates.apply(PAIRS[change]) for change in CHANGES}


def serving(change: str) -> Pair:
    """Return the pair that serves after a change: a model that does not start never does."""
    return next(PAIRS[each] for each in reversed(list(PAIRS)[: list(PAIRS).index(change) + 1]) if not PAIRS[each].broken)


@pytest.mark.parametrize("change", CHANGES)
def test_every_response_is_a_prediction_of_a_model_through_its_own_contract(seen: dict[str, Seen], change: str) -> None:
    pairs = {serving(list(PAIRS)[CHANGES.index(change)]), serving(change)}
    expected = [pytest.approx(pair.prediction, rel=1e-6) for pair in pairs]
    failed = [each for each in seen[change].load.answered if each.error or "predictions" not in each.answer]
    assert failed == []
    assert [each for each in seen[change].predictions if each not in expected] == []


@pytest.mark.parametrize("change", CHANGES)
def test_the_last_responses_are_those_of_the_pair_that_serves(seen: dict[str, Seen], change: str) -> None:
    assert seen[change].predictions[-1] == pytest.approx(serving(change).prediction, rel=1e-6)


@pytest.mark.parametrize("change", GOOD)
def test_apply_succeeds_and_the_next_plan_is_empty(seen: dict[str, Seen], change: str) -> None:
    assert (seen[change].code, seen[change].plan) == (0, ""), seen[change].said


@pytest.mark.parametrize("change", GOOD)
def test_only_the_endpoint_of_the_output_is_left(seen: dict[str, Seen], change: str) -> None:
    assert (seen[change].endpoints, seen[change].configs) == ([seen[change].endpoint], 1)


@pytest.mark.parametrize("change", ["a column added", "a column removed", "an output step changed"])
def test_the_alarms_watch_the_new_endpoint(seen: dict[str, Seen], change: str) -> None:
    assert seen[change].alarms == {seen[change].endpoint}


def test_apply_of_a_model_that_does_not_start_fails_before_the_api_moves(seen: dict[str, Seen]) -> None:
    broken, before = seen["a model that does not start"], seen["an output step changed"]
    assert (broken.code, broken.endpoint) == (1, before.endpoint)


def test_apply_says_that_an_endpoint_was_created_again_without_its_log_group(seen: dict[str, Seen]) -> None:
    said = " ".join(seen["a model that starts again"].said.replace("│", "").split())
    assert "terraform apply -replace='module.apart.module.endpoint.aws_cloudwatch_log_group.this[0]'" in said
