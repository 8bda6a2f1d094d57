"""Updates of a model and its capacity in place, under load, through the complete API: no request fails, and a broken model never serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from deployments import Deployment
from hosting import Hosting, archive
from load import Load

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

MAIN = """
variable "name" { type = string }
variable "artifact" { type = string }
variable "instances" { type = number }
variable "type" { type = string }
variable "names" { type = list(string) }

module "updated" {
  source = "../../"

  name  = var.name
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
    """The applied module, which has a name of its own in the tests' sandbox."""

    deployment: str
    module: RootModule
    sandbox: Sandbox
    hosting: Hosting
    rate: float

    @classmethod
    def of(cls, terraform: Callable[..., RootModule], sandbox: Sandbox, rate: float, name: str, booster: bytes) -> Self:
        """Apply the module with one model."""
        module = terraform(f"examples/{name}", {"main.tf": MAIN})
        stack = cls(name, module, sandbox, Hosting(sandbox.url, account="000000000000"), rate)
        module.apply(name=name, artifact=stack.artifact(booster), instances=1, type="ml.m5.large", names=["a", "b", "c"])
        return stack

    @property
    def name(self) -> str:
        """The endpoint's name, which no update here changes."""
        listed = self.hosting.sagemaker.list_endpoints(NameContains=self.deployment)["Endpoints"]
        (name,) = (each["EndpointName"] for each in listed)
        return str(name)

    def artifact(self, booster: bytes) -> str:
        return self.hosting.artifact(archive(("xgboost-model", booster)))

    def update(self, **variables: Any) -> Update:
        """Apply a change under load, which continues for another second to show the new state."""
        deployment = Deployment(self.module.output("updated"), self.sandbox)

        def send() -> tuple[int, Any]:
            answer = deployment.predict(REQUEST)
            return answer.status, answer.document.get("predictions", answer.document)

        self.module.variables |= variables
        with Load(send, self.rate) as load:
            began = load.now()
            applied = self.module.run("apply", "-input=false", "-auto-approve", check=False)
            ended = load.now()
            load.keep_on(1)
        plan = self.module.changes() if applied.returncode == 0 else ""
        return Update(load, applied, load.count(began, ended) / (ended - began), plan, *self.left())

    def left(self) -> tuple[list[str], list[str], list[str], list[str], dict[str, Any]]:
        """Return the existing models, configurations, instance types in use and scalable targets, and the endpoint."""
        sagemaker = self.hosting.sagemaker
        description = sagemaker.describe_endpoint(EndpointName=self.name)
        used = sagemaker.describe_endpoint_config(EndpointConfigName=description["EndpointConfigName"])
        configs = sagemaker.list_endpoint_configs(NameContains=self.deployment)["EndpointConfigs"]
        scaling = self.hosting.client("application-autoscaling")
        targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
        return (
            [each["ModelName"] for each in sagemaker.list_models(NameContains=self.deployment)["Models"]],
            [each["EndpointConfigName"] for each in configs],
            [each["InstanceType"] for each in used["ProductionVariants"]],
            [each["ResourceId"] for each in targets if f"/{self.deployment}-" in each["ResourceId"]],
            description,
        )


class EndpointUpdate:
    """The tests of one update, for a class that names the predictions before and after it, and has the fixture ``update``."""

    old: ClassVar[float]
    new: ClassVar[float]

    def test_the_load_is_steady(self, update: Update, rate: float) -> None:
        assert update.rate >= STEADY * rate

    def test_predictions_change_from_the_old_models_to_the_new_ones(self, update: Update) -> None:
        predictions = update.predictions
        assert (predictions[0], predictions[-1], set(predictions)) == (self.old, self.new, {self.old, self.new})

    def test_the_endpoint_is_still_scaled_after_the_update(self, stack: Stack, update: Update) -> None:
        assert update.scaled == [f"endpoint/{stack.name}/variant/primary"]


class AppliedUpdate(EndpointUpdate):
    """The tests of an update that succeeds."""

    def test_no_request_fails(self, update: Update) -> None:
        assert update.failed == []

    def test_apply_succeeds(self, update: Update) -> None:
        assert update.applied.returncode == 0, update.applied.stderr

    def test_the_next_plan_is_empty(self, update: Update) -> None:
        assert update.plan == ""

    def test_the_old_configuration_and_model_are_deleted(self, update: Update) -> None:
        assert (update.configs, len(update.models)) == ([update.description["EndpointConfigName"]], 1)


class RolledBackUpdate(EndpointUpdate):
    """The tests of an update whose model is bad."""

    def test_apply_fails_and_says_why(self, stack: Stack, update: Update) -> None:
        assert update.applied.returncode != 0
        assert f"SageMaker rolled the endpoint {stack.name} back to the configuration" in " ".join(update.applied.stderr.split())
