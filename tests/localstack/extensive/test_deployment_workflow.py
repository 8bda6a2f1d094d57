"""The workflow for GitHub, run step by step against the sandbox: every `run` step of it, with the variables that a runner sets."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import deployments
import numpy as np
import pytest
import xgboost
from hosting import Hosting, archive, constant, unique
from stacks import REPOSITORY
from workflows import Deployment, Ran, Runner, deploy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sagemaker_sandbox.host.control import Sandbox

MAIN = """terraform {
  backend "s3" {}
}

variable "artifact" {
  type = string
}

module "orders" {
  source   = "../../"
  name     = "orders"
  model    = { artifact = var.artifact }
  contract = yamldecode(file("${path.module}/contract.yaml"))
}

output "orders" {
  value     = module.orders
  sensitive = true
}
"""
CONTRACT = """features:
  - {name: a, type: number, example: "1"}
  - {name: b, type: number, example: "2"}
  - {name: c, type: number, example: "3"}
columns: [a, b, c]
"""
UNBOUNDED = """
resource "aws_cloudwatch_log_group" "extra" {
  name = "orders-extra"
}
"""
STACK = "examples/orders"
pytestmark = pytest.mark.timeout(900)  # a test runs up to six jobs, each of which initializes Terraform
FIRST, SECOND = 7.0, 8.0
BODY = {"instances": [{"features": [1, 2, 3]}]}


@dataclass
class Team:
    """A repository with a stack, and what its team has: a bucket for the state and the plans, a key, and the workflow."""

    repository: Path
    runs: Path
    sandbox: Sandbox
    settings: dict[str, Any]
    numbers: Any = field(default_factory=count)

    def commit(self, artifact: str, main: str = MAIN) -> str:
        """Commit another state of the stack; return the commit."""
        folder = self.repository / STACK
        folder.mkdir(exist_ok=True)
        for name, text in (("main.tf", main), ("contract.yaml", CONTRACT), ("model.auto.tfvars", f'artifact = "{artifact}"\n')):
            (folder / name).write_text(text, encoding="utf-8")
        self._git("add", "--all")
        self._git("-c", "user.name=team", "-c", "user.email=team@example.com", "commit", "--quiet", "--allow-empty", "-m", "Change")
        return self._git("rev-parse", "HEAD")

    def deploy(self, between: Callable[[str, Path], None] = lambda _step, _folder: None, **inputs: Any) -> Deployment:
        """Run deploy.yml on the newest commit."""
        folder = self.runs / str(next(self.numbers))
        folder.mkdir()

        def runner(job: str) -> Runner:
            return Runner(self.repository, folder / job.replace(" ", "-"), self.sandbox.environment, between)

        return deploy(runner, self.settings | inputs)

    def predictions(self) -> list[float]:
        """Return what the deployed API predicts."""
        answer = deployments.Deployment(self.outputs(), self.sandbox).predict(BODY)
        assert answer.status == 200, answer.text
        found: list[float] = answer.document["predictions"]
        return found

    def outputs(self) -> dict[str, Any]:
        """Return the module's outputs, from the state in the bucket."""
        found: dict[str, Any] = json.loads(self.s3.get_object(Bucket=self.bucket, Key="orders.tfstate")["Body"].read())
        return dict(found["outputs"]["orders"]["value"])

    @property
    def s3(self) -> Any:
        return Hosting(self.sandbox.url, account="000000000000").client("s3")

    @property
    def bucket(self) -> str:
        return str(self.settings["plans"]).split("/")[2]

    def _git(self, *arguments: str) -> str:
        return subprocess.run(["git", "-C", self.repository, *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def models(sandbox: Sandbox) -> dict[str, str]:
    """Return artifacts: two models of the contract's three columns, and one of two columns, which fails at each prediction."""
    hosting = Hosting(sandbox.url, account="000000000000")
    narrow = xgboost.train({"nthread": 1}, xgboost.DMatrix(np.eye(2), np.ones(2)), 1).save_raw("ubj")
    contents = {"first": constant(FIRST), "second": constant(SECOND), "broken": bytes(narrow)}
    return {name: hosting.artifact(archive(("xgboost-model", content))) for name, content in contents.items()}


@pytest.fixture(scope="module")
def team(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Copy the repository, with history of its own, and create the bucket and the key."""
    hosting, bucket = Hosting(sandbox.url, account="000000000000"), unique("team")
    hosting.client("s3").create_bucket(Bucket=bucket)
    key = hosting.client("kms").create_key()["KeyMetadata"]["Arn"]
    folder = tmp_path_factory.mktemp("team")
    shutil.copytree(REPOSITORY, folder / "repository", ignore=shutil.ignore_patterns(".*", "__pycache__", "*.tfstate*"))
    (folder / "repository/.gitignore").write_text(".terraform*\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder / "repository"], check=True)
    (folder / "runs").mkdir()
    settings = {
        "working-directory": STACK,
        "module": str(REPOSITORY),
        "role-arn": "arn:aws:iam::000000000000:role/deployer",
        "plan-role-arn": "arn:aws:iam::000000000000:role/deployer-plan",
        "region": "us-east-1",
        "environment": "production",
        "plans": f"s3://{bucket}/plans",
        "plans-kms-key": key,
        "backend-config": f'bucket = "{bucket}"\nkey = "orders.tfstate"\nregion = "us-east-1"\nuse_path_style = true\nuse_lockfile = true',
    }
    return Team(folder / "repository", folder / "runs", sandbox, settings)


def shown(found: Deployment) -> str:
    return "\n".join(f"== {name}\n{one.log}" for name, one in found.ran.items())


@pytest.fixture(scope="module")
def deployed(team: Team, models: dict[str, str]) -> tuple[Deployment, str]:
    """Deploy the first model; return what ran, and the commit."""
    commit = team.commit(models["first"])
    return team.deploy(), commit


def test_a_stack_is_checked_planned_applied_and_predicts(team: Team, deployed: tuple[Deployment, str]) -> None:
    found, _ = deployed
    assert found.order == ["plan (check): success", "plan: success", "apply: success"], shown(found)
    assert team.predictions() == [FIRST]


def test_the_state_complies_as_the_plan_did(team: Team, deployed: tuple[Deployment, str], tmp_path: Path) -> None:
    stack = team.runs / "0/apply/work" / STACK
    shown = subprocess.run(["terraform", "show", "-json"], cwd=stack, env=team.sandbox.environment, check=True, capture_output=True)
    state = tmp_path / "state.json"
    state.write_bytes(shown.stdout)
    assert json.loads(shown.stdout)["values"]["root_module"]["child_modules"], deployed[0].order
    done = subprocess.run([sys.executable, REPOSITORY / "compliance/check.py", state], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_cost_of_the_plan_is_in_the_summary(deployed: tuple[Deployment, str]) -> None:
    summary = deployed[0].ran["plan"].summary
    assert "| create | `module.orders.module.endpoint.aws_sagemaker_endpoint_configuration" in summary
    assert "$3.50 a million" in summary


def test_no_secret_of_the_stack_is_in_the_log(team: Team, deployed: tuple[Deployment, str]) -> None:
    assert team.outputs()["api_key"] not in shown(deployed[0])


@pytest.mark.usefixtures("deployed")
def test_without_changes_nothing_waits_for_an_approval(team: Team) -> None:
    assert team.deploy().order == ["plan (check): success", "plan: success"]


@pytest.mark.usefixtures("deployed")
def test_the_checks_find_the_files_that_are_prepared(team: Team) -> None:
    found = team.deploy(apply=False, prepare="cp contract.yaml prepared.yaml", contract="prepared.yaml")
    assert found.order == ["plan (check): success", "plan: success"], shown(found)


@pytest.mark.usefixtures("deployed")
def test_a_pull_request_plans_while_an_apply_holds_the_lock(team: Team, models: dict[str, str]) -> None:
    team.commit(models["second"])
    lock = {"Bucket": team.bucket, "Key": "orders.tfstate.tflock"}
    stored = team.s3.list_objects_v2(Bucket=team.bucket, Prefix="plans/")["KeyCount"]
    team.s3.put_object(**lock, Body=json.dumps({"ID": "another", "Operation": "OperationTypeApply"}))
    try:
        found = team.deploy(apply=False)
    finally:
        team.s3.delete_object(**lock)
    assert found.order == ["plan (check): success", "plan: success"], shown(found)
    assert found.ran["plan"].outputs["changes"] == "true"
    assert team.s3.list_objects_v2(Bucket=team.bucket, Prefix="plans/")["KeyCount"] == stored


def test_a_violation_of_the_rules_stops_before_the_apply(team: Team, deployed: tuple[Deployment, str], models: dict[str, str]) -> None:
    team.commit(models["second"], MAIN + UNBOUNDED)
    found = team.deploy(**{"rollback-ref": deployed[1]})
    assert found.order == ["plan (check): success", "plan: failure"], shown(found)
    assert found.ran["plan"].failed == "Check compliance"
    assert f"{STACK}/main.tf:21: aws_cloudwatch_log_group.extra: " in found.ran["plan"].log
    assert team.predictions() == [FIRST]


def test_a_plan_that_was_changed_is_neither_applied_nor_rolled_back(
    team: Team, deployed: tuple[Deployment, str], models: dict[str, str]
) -> None:
    def replace(step: str, _: Path) -> None:
        if step == "Store the plan":
            newest = max(team.s3.list_objects_v2(Bucket=team.bucket, Prefix="plans/")["Contents"], key=lambda one: one["LastModified"])
            team.s3.put_object(Bucket=team.bucket, Key=newest["Key"], Body=b"another plan")

    team.commit(models["second"])
    found = team.deploy(replace, **{"rollback-ref": deployed[1]})
    assert found.order == ["plan (check): success", "plan: success", "apply: failure"], shown(found)
    assert found.ran["apply"].failed == "Fetch the plan that was approved"
    assert "is not the plan that was checked: its digest is" in found.ran["apply"].log
    assert team.predictions() == [FIRST]


def test_a_stored_plan_is_encrypted_by_the_key(team: Team, deployed: tuple[Deployment, str]) -> None:
    digest = deployed[0].ran["plan"].outputs["digest"]
    found = team.s3.head_object(Bucket=team.bucket, Key=f"plans/{digest}.tfplan")
    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", team.settings["plans-kms-key"])


def test_a_model_that_cannot_predict_is_rolled_back(team: Team, deployed: tuple[Deployment, str], models: dict[str, str]) -> None:
    team.commit(models["broken"])
    found = team.deploy(**{"rollback-ref": deployed[1]})
    assert found.order == [
        "plan (check): success",
        "plan: success",
        "apply: failure",
        "rollback-plan (check): success",
        "rollback-plan: success",
        "rollback: success",
    ], shown(found)
    assert found.ran["apply"].failed == "Request a prediction"
    assert team.predictions() == [FIRST]


@pytest.mark.usefixtures("deployed")
def test_a_plan_of_an_older_state_is_rejected(team: Team, models: dict[str, str]) -> None:
    team.commit(models["second"])
    older: list[Ran] = []

    def apply_another(step: str, _: Path) -> None:
        if step == "Store the plan" and not older:
            older.append(Ran())
            team.commit(models["first"], MAIN.replace('name     = "orders"', 'name     = "orders"\n  tags     = { changed = "meanwhile" }'))
            assert team.deploy().order[-1] == "apply: success"

    found = team.deploy(apply_another)
    assert found.ran["apply"].failed == "Apply it"
    assert "Saved plan is stale" in found.ran["apply"].log
