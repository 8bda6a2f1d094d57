"""Resources that Terraform replaces on their own: by ``-replace``, or because an interrupted apply tainted them."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from deployments import Deployment
from hosting import Hosting, archive, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

VALUE = 5.0
WIDTH = 150
# The contract exceeds the function's environment, so it has a bucket and an object.
MAIN = """
variable "artifact" { type = string }
variable "dependency" { default = "at first" }

resource "terraform_data" "dependency" {
  input = var.dependency
}

locals {
  names    = [for number in range(150) : "feature_number_${number}_${sha256(number)}"]
  contract = {
    features = [for name in local.names : { name = name, type = "number", example = "1" }]
    columns  = local.names
  }
}

module "queue" {
  source   = "../../"
  name     = "queue"
  model    = { artifact = var.artifact }
  contract = local.contract
  handler  = { timeout_in_seconds = 6, limits = { attempts_per_call = 1, attempt_timeout_in_milliseconds = 5000 } }
  capacity = {
    async = {
      s3_uri = "s3://queues/calls"
      autoscaling = {
        minimum              = 0
        maximum              = 2
        backlog_per_instance = 5
        schedules            = { morning = { schedule = "cron(0 6 * * ? *)", minimum = 1, maximum = 2 } }
      }
    }
  }

  depends_on = [terraform_data.dependency]
}

output "queue" {
  value     = module.queue
  sensitive = true
}
"""
REQUEST = {"instances": [{"features": [1] * WIDTH}]}
# One apply replaces the resources of one turn. A resource and those that AWS deletes with it, such as a stage and its settings, have
# different turns.
TURNS = 2


@pytest.fixture(scope="module")
def module(sandbox: Sandbox, terraform: Callable[..., RootModule], client: Callable[..., Any]) -> RootModule:
    client("s3").create_bucket(Bucket="queues")
    module = terraform("examples/replaced", {"main.tf": MAIN})
    booster = xgboost.train({"nthread": 1, "base_score": VALUE}, xgboost.DMatrix(np.zeros((1, WIDTH)), np.full(1, VALUE)), 1)
    artifact = archive(("xgboost-model", bytes(booster.save_raw("ubj"))))
    module.apply(artifact=Hosting(sandbox.url, account="000000000000").artifact(artifact))
    return module


def test_a_change_of_what_the_module_call_depends_on_changes_nothing_in_the_module(module: RootModule) -> None:
    before = module.output("queue")
    module.variables["dependency"] = "changed"
    applied = module.run("apply", "-input=false", "-auto-approve").stdout
    assert "Apply complete! Resources: 0 added, 1 changed, 0 destroyed." in applied, applied
    assert module.output("queue") == before


def taint(module: RootModule, turn: int) -> list[str]:
    """Taint the resources of one turn, as an apply does that is interrupted while it creates them; return their addresses."""
    file = module.folder / "terraform.tfstate"
    state = json.loads(file.read_text(encoding="utf-8"))
    resources = {
        f"{resource.get('module')}.{resource['type']}.{resource['name']}": resource
        for resource in state["resources"]
        if resource["mode"] == "managed"
    }

    def depth(address: str) -> int:
        needed = {each for instance in resources[address]["instances"] for each in instance.get("dependencies", [])}
        return 1 + max((depth(each) for each in needed & resources.keys()), default=-1)

    tainted = [address for address in resources if depth(address) % TURNS == turn]
    for address in tainted:
        for instance in resources[address]["instances"]:
            instance["status"] = "tainted"
    file.write_text(json.dumps(state), encoding="utf-8")
    return tainted


@pytest.mark.parametrize("turn", range(TURNS))
def test_every_resource_can_be_replaced_on_its_own(module: RootModule, sandbox: Sandbox, turn: int) -> None:
    assert taint(module, turn)
    module.run("apply", "-input=false", "-auto-approve")
    assert module.changes() == ""
    deployment = Deployment(module.output("queue"), sandbox)
    receipt = eventually(lambda: deployment.predict(REQUEST), lambda answer: answer.status == HTTPStatus.ACCEPTED)
    final = deployment.result(receipt)
    assert (final.status, final.document) == (200, {"predictions": [VALUE]})
