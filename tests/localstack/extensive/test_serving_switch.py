"""Endpoints that are switched off and on: no cost while off, and an API that says so."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from deployments import Deployment
from hosting import Hosting, archive, constant, eventually
from load import Load

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployments import Answer
    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

VALUE = 7.0
MAIN = """
variable "artifact" { type = string }
variable "enabled" { type = bool }

locals {
  contract = {
    features = [for name in ["a", "b", "c"] : { name = name, type = "number", example = "1" }]
    columns  = ["a", "b", "c"]
  }
}

module "lamp" {
  source   = "../../"
  name     = "lamp"
  model    = { artifact = var.artifact }
  contract = local.contract
  handler  = { timeout_in_seconds = 6, limits = { attempts_per_call = 1, attempt_timeout_in_milliseconds = 5000 } }
  capacity = {
    enabled   = var.enabled
    instances = { autoscaling = { minimum = 1, maximum = 2, invocations_per_instance = 6000 } }
  }
}

module "lantern" {
  source   = "../../"
  name     = "lantern"
  model    = { artifact = var.artifact }
  contract = local.contract
  handler  = { timeout_in_seconds = 6, limits = { attempts_per_call = 1, attempt_timeout_in_milliseconds = 5000 } }
  capacity = {
    enabled = var.enabled
    async   = { s3_uri = "s3://lanterns/calls" }
  }
}

output "lamps" {
  value     = { lamp = module.lamp, lantern = module.lantern }
  sensitive = true
}
"""
REQUEST = {"instances": [{"features": [1, 2, 3]}]}
INVALID = {"instances": [{"features": ["hi there", 2, 3]}]}
STAGES = ["off at first", "on", "off again"]


@dataclass
class Seen:
    """Observations at one stage, and during the apply that led to it."""

    underway: set[tuple[int, str]]
    answer: Answer
    invalid: Answer
    receipt: Answer
    fetched: Answer | None
    plan: str
    model: str
    endpoints: list[str]
    configs: list[str]
    targets: list[str]
    alarms: list[str]


@pytest.fixture(scope="module")
def seen(sandbox: Sandbox, terraform: Callable[..., RootModule], client: Callable[..., Any]) -> dict[str, Seen]:
    """Apply one stage after another. Predictions requested while the lantern was on are fetched while it is off."""
    client("s3").create_bucket(Bucket="lanterns")
    module = terraform("examples/lamps", {"main.tf": MAIN})
    artifact = Hosting(sandbox.url, account="000000000000").artifact(archive(("xgboost-model", constant(VALUE))))
    stages: dict[str, Seen] = {}
    load: Load | None = None
    for stage in STAGES:
        with load or nullcontext():
            module.apply(artifact=artifact, enabled=stage == "on")
        lamp, lantern = (Deployment(outputs, sandbox) for outputs in module.output("lamps").values())
        receipt = lantern.predict(REQUEST)
        if receipt.status == 202:
            lantern.result(receipt)
        asked = stages["on"].receipt.document["location"] if "on" in stages else ""
        stages[stage] = Seen(
            {each.answer or (0, repr(each.error)) for each in load.answered} if load else set(),
            lamp.predict(REQUEST),
            lamp.predict(INVALID),
            receipt,
            lantern.send("GET", asked) if asked else None,
            module.changes(),
            lamp.outputs["model_name"],
            *left(client),
        )
        load = Load(partial(outcome, lamp), rate=8, threads=4)
    return stages


def outcome(deployment: Deployment) -> tuple[int, str]:
    answer = deployment.predict(REQUEST)
    return answer.status, answer.document.get("code", "")


def left(client: Callable[..., Any]) -> tuple[list[str], ...]:
    """List the lamp's endpoints, configurations, scalable targets and alarms. An endpoint's deletion takes a moment."""

    def endpoints() -> list[dict[str, Any]]:
        return list(client("sagemaker").list_endpoints(NameContains="lamp")["Endpoints"])

    stay = eventually(endpoints, lambda found: all(each["EndpointStatus"] == "InService" for each in found))
    configs = client("sagemaker").list_endpoint_configs(NameContains="lamp")["EndpointConfigs"]
    targets = client("application-autoscaling").describe_scalable_targets(ServiceNamespace="sagemaker")
    alarms = client("cloudwatch").describe_alarms(AlarmNamePrefix="lamp-")["MetricAlarms"]
    return (
        [each["EndpointName"] for each in stay],
        [each["EndpointConfigName"] for each in configs],
        [each["ResourceId"] for each in targets["ScalableTargets"] if "/lamp-" in each["ResourceId"]],
        [each["AlarmName"] for each in alarms],
    )


@pytest.mark.parametrize("stage", ["off at first", "off again"])
def test_an_endpoint_that_is_off_has_its_own_problem(seen: dict[str, Seen], stage: str) -> None:
    answer = seen[stage].answer
    assert (answer.status, answer.document["code"]) == (503, "endpoint_off")


@pytest.mark.parametrize("stage", ["off at first", "off again"])
def test_an_asynchronous_endpoint_that_is_off_accepts_no_request(seen: dict[str, Seen], stage: str) -> None:
    receipt = seen[stage].receipt
    assert (receipt.status, receipt.document["code"]) == (503, "endpoint_off")


def test_an_endpoint_that_is_being_switched_on_is_off_until_it_predicts(seen: dict[str, Seen]) -> None:
    assert seen["on"].underway <= {(503, "endpoint_off"), (200, "")}


def test_an_endpoint_that_is_being_switched_off_predicts_until_it_is_off(seen: dict[str, Seen]) -> None:
    assert seen["off again"].underway == {(503, "endpoint_off"), (200, "")}


def test_an_endpoint_that_is_on_predicts(seen: dict[str, Seen]) -> None:
    assert (seen["on"].answer.status, seen["on"].answer.document) == (200, {"predictions": [VALUE]})


@pytest.mark.parametrize("stage", STAGES)
def test_an_invalid_request_gets_its_problem_whether_the_endpoint_is_on_or_off(seen: dict[str, Seen], stage: str) -> None:
    invalid = seen[stage].invalid
    assert (invalid.status, invalid.document["errors"][0]["pointer"]) == (400, "/instances/0/features/0")


def test_finished_predictions_can_be_fetched_while_the_endpoint_is_off(seen: dict[str, Seen]) -> None:
    fetched = seen["off again"].fetched
    assert fetched
    assert (fetched.status, fetched.document) == (200, {"predictions": [VALUE]})


@pytest.mark.parametrize("stage", STAGES)
def test_the_next_plan_is_empty(seen: dict[str, Seen], stage: str) -> None:
    assert seen[stage].plan == ""


@pytest.mark.parametrize("stage", ["off at first", "off again"])
def test_no_resource_that_costs_is_left(seen: dict[str, Seen], stage: str) -> None:
    then = seen[stage]
    assert (then.endpoints, then.configs, then.targets, then.alarms) == ([], [], [], [])


def test_the_model_stays(seen: dict[str, Seen]) -> None:
    assert len({then.model for then in seen.values()}) == 1
