"""Updates of a deployment under load, through the complete API: no request fails, and a broken model never serves."""

from __future__ import annotations

import pickle
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from deployments import Deployment
from hosting import Hosting, archive, constant
from load import Load

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

NAME = "updated"
OLD, NEW = 1.0, 2.0
MAIN = """
variable "artifact" { type = string }
variable "instances" { type = number }
variable "type" { type = string }
variable "names" { type = list(string) }

module "updated" {
  source = "../../"

  name  = "updated"
  model = { artifact = var.artifact }
  capacity = {
    instances = {
      count       = var.instances
      type        = var.type
      autoscaling = { minimum = 1, maximum = 4, invocations_per_instance = 6000 } # more than the load
    }
  }
  contract = {
    features = [for name in var.names : { name = name, type = "number", example = "1" }]
    columns  = slice(var.names, 0, 3)
  }
}

output "updated" {
  value     = module.updated
  sensitive = true
}
"""
STEADY = 0.8  # of the rate that is asked for
REQUEST = {"instances": [{"features": [1, 2, 3]}]}


@dataclass
class Update:
    """Observations during one apply under load, and after it."""

    load: Load
    applied: Any
    rate: float
    plan: str
    models: list[str]
    configs: list[str]
    types: list[str]
    scaled: list[str]
    description: dict[str, Any]

    @property
    def failed(self) -> list[Any]:
        """The requests that did not return a prediction."""
        return [each for each in self.load.answered if each.error or each.answer[0] != 200]

    @property
    def predictions(self) -> list[float]:
        """The predictions of the other requests, in the order in which they were sent."""
        return [each.answer[1][0] for each in self.load.answered if each not in self.failed]


@dataclass
class Stack:
    """The applied module."""

    module: RootModule
    sandbox: Sandbox
    hosting: Hosting
    rate: float

    @property
    def name(self) -> str:
        """The endpoint's name, which no update here changes."""
        listed = self.hosting.sagemaker.list_endpoints(NameContains=NAME)["Endpoints"]
        (name,) = (each["EndpointName"] for each in listed)
        return str(name)

    def artifact(self, booster: bytes) -> str:
        return self.hosting.artifact(archive(("xgboost-model", booster)))

    def update(self, **variables: Any) -> Update:
        """Apply a change under load, which continues for another second to show the new state."""
        deployment = Deployment(self.module.output(NAME), self.sandbox)

        def send() -> tuple[int, Any]:
            answer = deployment.predict(REQUEST)
            return answer.status, answer.document.get("predictions", answer.document)

        self.module.variables |= variables
        with Load(send, self.rate) as load:
            began = load.now()
            applied = self.module.run("apply", "-input=false", "-auto-approve", check=False)
            ended = load.now()
            while load.answered[-1].sent < ended + 1:
                time.sleep(0.05)
        plan = self.module.changes() if applied.returncode == 0 else ""
        return Update(load, applied, load.count(began, ended) / (ended - began), plan, *self.left())

    def left(self) -> tuple[list[str], list[str], list[str], list[str], dict[str, Any]]:
        """Return the existing models, configurations, instance types in use and scalable targets, and the endpoint."""
        sagemaker = self.hosting.sagemaker
        description = sagemaker.describe_endpoint(EndpointName=self.name)
        used = sagemaker.describe_endpoint_config(EndpointConfigName=description["EndpointConfigName"])
        configs = sagemaker.list_endpoint_configs(NameContains=NAME)["EndpointConfigs"]
        scaling = self.hosting.client("application-autoscaling")
        targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
        return (
            [each["ModelName"] for each in sagemaker.list_models(NameContains=NAME)["Models"]],
            [each["EndpointConfigName"] for each in configs],
            [each["InstanceType"] for each in used["ProductionVariants"]],
            [each["ResourceId"] for each in targets if f"/{NAME}-" in each["ResourceId"]],
            description,
        )


@pytest.fixture(scope="module")
def stack(sandbox: Sandbox, terraform: Callable[..., RootModule], rate: float) -> Stack:
    module = terraform("examples/updated", {"main.tf": MAIN})
    stack = Stack(module, sandbox, Hosting(sandbox.url, account="000000000000"), rate)
    module.apply(artifact=stack.artifact(constant(OLD)), instances=1, type="ml.m5.large", names=["a", "b", "c"])
    return stack


def of_width(columns: int) -> xgboost.Booster:
    """Train a booster on ``columns`` columns; the container checks their number if the booster is pickled."""
    return xgboost.train({"nthread": 1}, xgboost.DMatrix(np.eye(columns), np.ones(columns)), 1)


CHANGES: dict[str, dict[str, Any]] = {
    "artifact": {"artifact": constant(NEW)},
    "instances": {"instances": 2, "type": "ml.c5.xlarge"},
    # this model has a contract with four features: requests with three would be rejected
    "broken": {"artifact": b"not a booster", "names": ["a", "b", "c", "d"]},
    "misfit": {"artifact": pickle.dumps(of_width(5)), "names": ["a", "b", "c"]},
    # the URI of the model that still serves: what an operator applies first
    "returned": {"artifact": "artifact"},
}
GOOD = ["artifact", "instances", "returned"]


class Updates(dict[str, Update]):
    """The updates in sequence; each starts from the state of the previous one, when it is first accessed."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._uris: dict[str, str] = {}

    def __missing__(self, name: str) -> Update:
        for earlier in list(CHANGES)[: list(CHANGES).index(name)][-1:]:
            self[earlier]
        variables = CHANGES[name] | {key: self._uri(name, value) for key, value in CHANGES[name].items() if key == "artifact"}
        return self.setdefault(name, self._stack.update(**variables))

    def _uri(self, name: str, artifact: bytes | str) -> str:
        """Return the URI of a new artifact, or of an earlier update's artifact by the name of that update."""
        if isinstance(artifact, bytes):
            self._uris[name] = self._stack.artifact(artifact)
        return self._uris[name if isinstance(artifact, bytes) else artifact]


@pytest.fixture(scope="module")
def updates(stack: Stack) -> Updates:
    return Updates(stack)


@pytest.mark.parametrize("name", ["artifact", "instances", "broken", "returned"])
def test_no_request_fails(updates: Updates, name: str) -> None:
    assert updates[name].failed == []


@pytest.mark.parametrize("name", CHANGES)
def test_the_load_is_steady(updates: Updates, name: str, rate: float) -> None:
    assert updates[name].rate >= STEADY * rate


@pytest.mark.parametrize("name", GOOD)
def test_apply_succeeds(updates: Updates, name: str) -> None:
    applied = updates[name].applied
    assert applied.returncode == 0, applied.stderr


@pytest.mark.parametrize("name", GOOD)
def test_the_next_plan_is_empty(updates: Updates, name: str) -> None:
    assert updates[name].plan == ""


@pytest.mark.parametrize("name", GOOD)
def test_the_old_configuration_and_model_are_deleted(updates: Updates, name: str) -> None:
    update = updates[name]
    assert (update.configs, len(update.models)) == ([update.description["EndpointConfigName"]], 1)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("artifact", OLD, NEW),
        ("instances", NEW, NEW),
        ("broken", NEW, NEW),
        ("misfit", NEW, NEW),
        ("returned", NEW, NEW),
    ],
)
def test_predictions_change_from_the_old_models_to_the_new_ones(updates: Updates, name: str, old: float, new: float) -> None:
    predictions = updates[name].predictions
    assert (predictions[0], predictions[-1], set(predictions)) == (old, new, {old, new})


def test_the_new_count_and_type_are_in_service(updates: Updates) -> None:
    described = updates["instances"].description
    (variant,) = described["ProductionVariants"]
    assert (described["EndpointStatus"], variant["CurrentInstanceCount"], updates["instances"].types) == (
        "InService",
        2,
        ["ml.c5.xlarge"],
    )


@pytest.mark.parametrize("name", CHANGES)
def test_the_endpoint_is_still_scaled_after_the_update(stack: Stack, updates: Updates, name: str) -> None:
    assert updates[name].scaled == [f"endpoint/{stack.name}/variant/primary"]


@pytest.mark.parametrize("name", ["broken", "misfit"])
def test_apply_of_a_bad_model_fails_and_says_why(updates: Updates, name: str) -> None:
    applied = updates[name].applied
    assert applied.returncode != 0
    assert re.search(r"SageMaker rolled the endpoint updated-\w{8} back to the configuration", " ".join(applied.stderr.split()))


def test_the_log_that_the_failure_names_contains_the_containers_message(stack: Stack, updates: Updates) -> None:
    group = f"/aws/sagemaker/Endpoints/{stack.name}"
    assert group in "".join(updates["broken"].applied.stderr.split())
    events = stack.hosting.client("logs").filter_log_events(logGroupName=group)["events"]
    assert any("Model /opt/ml/model/xgboost-model cannot be loaded" in event["message"] for event in events)


def test_an_alarm_rolls_a_model_back_that_fails_on_requests(updates: Updates) -> None:
    assert re.search(r"the alarm updated-endpoint-\w+-client-errors ", updates["misfit"].description["FailureReason"])


def test_sagemaker_says_why_the_broken_model_was_rolled_back(updates: Updates) -> None:
    described = updates["broken"].description
    assert "did not pass the ping health check" in described["FailureReason"]
    assert described["EndpointStatus"] == "InService"
