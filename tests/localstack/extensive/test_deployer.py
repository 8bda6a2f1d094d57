"""A pipeline's role: the policies of modules/deployer alone apply, update and destroy examples, and none of their statements can be missed.

`make extensive` runs it. `make deployer-calls` writes the permissions that the calls needed to tests/deployer/recorded.json, which
tests/plan/test_deployer.py compares with the policies in every run of the tests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hosting import archive, constant
from pipelines import (
    BACKEND,
    EXAMPLES,
    PHASES,
    RECORDED,
    REGION,
    SANDBOX_ACCOUNT,
    STATES,
    Policy,
    changed,
    deployer,
    normalized,
    recorded,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagemaker_sandbox.host.control import Sandbox

# an apply of the asynchronous example alone waits 55 seconds for its bucket's lifecycle
pytestmark = pytest.mark.timeout(2400)

REPOSITORY = Path(__file__).resolve().parents[3]
ROOT = f"arn:aws:iam::{SANDBOX_ACCOUNT}:root"
TRUST = f'  principal_arns = ["{ROOT}"]'
OUTPUT = """
output "{0}" {{
  value = {{ role_arn = module.{0}.role_arn, policies = module.{0}.policies }}
}}
"""
DENIED = ("is not authorized to perform", "AccessDenied", "api error Forbidden")  # the last one of HEAD, whose answers have no body

type Client = Any


@dataclass
class Pipeline:
    """A copy of an example with a state in S3, and a session of its deployer's role."""

    example: str
    folder: Path
    environment: dict[str, str]
    role: str
    tags: dict[str, str] = field(default_factory=lambda: {"TF_AWS_DEFAULT_TAGS_Team": "one"})

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a Terraform command with the role's credentials."""
        return subprocess.run(
            ["terraform", f"-chdir={self.folder}", command, "-no-color", "-input=false", *arguments],
            env=self.environment | self.tags | {"TF_IN_AUTOMATION": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    def phase(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run one of the phases; those that change something change the configuration first."""
        if name == "plan":
            return self.run("plan")
        if name == "update":
            self.tags = {"TF_AWS_DEFAULT_TAGS_Stage": "two"}
            with zipfile.ZipFile(self.folder.parents[1] / "lambda/dist/handler.zip", "a") as package:
                package.writestr("another", "version of the package")
        main = self.folder / "main.tf"
        main.write_text(changed(main.read_text(encoding="utf-8"), name), encoding="utf-8")
        return self.run("destroy" if name == "destroy" else "apply", "-auto-approve")


@dataclass
class Calls:
    """The sandbox's record of calls."""

    url: str

    def start(self) -> None:
        """Record from now on."""
        assert requests.put(f"{self.url}/_sandbox/calls", timeout=10).status_code == HTTPStatus.NO_CONTENT

    def taken(self) -> list[dict[str, Any]]:
        """Return the calls since the start, and start again."""
        answer = requests.get(f"{self.url}/_sandbox/calls", timeout=60).json()
        self.start()
        assert answer["recording"]
        return list(answer["calls"])


@pytest.fixture(scope="module")
def calls(sandbox: Sandbox) -> Iterator[Calls]:
    made = Calls(sandbox.url)
    made.start()
    yield made
    requests.delete(f"{sandbox.url}/_sandbox/calls", timeout=10)


@dataclass(frozen=True)
class Deployer:
    """The outputs of modules/deployer."""

    role: str
    policies: dict[str, str]


@pytest.fixture(scope="module")
def deployers(terraform: Callable[..., Any], client: Callable[[str], Client]) -> dict[str, Deployer]:
    """Create the roles of all pipelines, and the bucket for their states, as an administrator."""
    client("s3").create_bucket(Bucket=STATES)
    text = "".join(deployer(pipeline, SANDBOX_ACCOUNT, TRUST) + OUTPUT.format(pipeline) for pipeline in EXAMPLES)
    module = terraform("deployers", {"main.tf": text})
    module.apply()
    assert module.changes() == ""
    return {name: Deployer(output["role_arn"].rpartition("/")[2], output["policies"]) for name, output in module.outputs().items()}


@pytest.fixture
def pipeline(
    sandbox: Sandbox, client: Callable[[str], Client], deployers: dict[str, Deployer], tmp_path: Path
) -> Callable[[str], Pipeline]:
    """Return a function that copies an example, and initializes it with a session of its deployer's role."""

    def make(example: str) -> Pipeline:
        role = deployers[example].role
        keys = client("sts").assume_role(RoleArn=f"arn:aws:iam::{SANDBOX_ACCOUNT}:role/{role}", RoleSessionName="pipeline")["Credentials"]
        session = {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }
        tree = tmp_path / example
        shutil.copytree(REPOSITORY, tree, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.tfstate*", "tests", "docs", "sandbox"))
        folder = tree / "examples" / example
        (tree / "examples/bikeshare/.build").mkdir()
        (tree / "examples/bikeshare/.build/model.tar.gz").write_bytes(archive(("xgboost-model", constant(1))))
        backend = BACKEND.format(bucket=STATES, name=EXAMPLES[example].name, region=REGION)
        (folder / "backend.tf").write_text(backend, encoding="utf-8")
        made = Pipeline(example, folder, sandbox.environment | session, role)
        done = made.run("init")
        assert done.returncode == 0, done.stdout + done.stderr
        return made

    return make


# ---- the work of the roles


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_deployers_role_alone_applies_updates_and_destroys(
    example: str, pipeline: Callable[[str], Pipeline], calls: Calls, client: Callable[[str], Client]
) -> None:
    made = pipeline(example)
    needed = {}
    calls.start()
    for phase in PHASES:
        if phase == "destroy":
            fill(client("s3"), example)  # as the deployment's users do
            calls.start()
        done = made.phase(phase)
        assert done.returncode == 0, f"{phase}:\n{done.stdout}\n{done.stderr}"
        found = calls.taken()
        assert [call["denied"] for call in found if call["denied"] and made.role in call["caller"]] == []
        needed[phase] = normalized(found, made.role)
    if os.environ.get("RECORD"):
        write(example, needed)
    known = json.loads(RECORDED.read_text(encoding="utf-8"))["permissions"][example]
    assert needed == known, "the calls need other permissions than before: review them, and run make deployer-calls"


def fill(s3: Client, example: str) -> None:
    """Put an object into each bucket, which its deletion must delete as well."""
    for name in EXAMPLES[example].buckets:
        s3.put_object(Bucket=f"{name}-{SANDBOX_ACCOUNT}-{REGION}", Key="left/behind", Body=b"1")


def write(example: str, needed: dict[str, Any]) -> None:
    """Write the permissions of one example into the committed file."""
    document = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {"permissions": {}}
    document |= {
        "source": "the role's calls in the sandbox, by tests/localstack/extensive/test_deployer.py",
        "command": "make deployer-calls",
        "date": datetime.now(tz=UTC).date().isoformat(),
        "permissions": dict(sorted((document["permissions"] | {example: needed}).items())),
    }
    RECORDED.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


# ---- each statement is needed

# The policies of an example whose statements are removed. Those that examples share are removed in one of them.
REMOVED = [("bikeshare", each) for each in ("read", "read-storage", "api", "function", "logs", "model", "storage")]
REMOVED += [("serverless", "read"), ("serverless", "model")]
# Needed as long as there is no state: S3 says that an object does not exist only to those who may list its bucket,
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
WITHOUT_STATE = {"FindTheState"}


@contextmanager
def without(iam: Client, deployed: Deployer, policy: str, sid: str) -> Iterator[None]:
    """Take a statement out of a role's policy, and put it back."""
    arn = next(
        each["PolicyArn"]
        for each in iam.list_attached_role_policies(RoleName=deployed.role)["AttachedPolicies"]
        if each["PolicyName"] == f"{deployed.role}-{policy}"
    )
    rest = Policy.of(deployed.policies[policy]).without(sid)
    if not rest.statements:
        iam.detach_role_policy(RoleName=deployed.role, PolicyArn=arn)
        yield
        iam.attach_role_policy(RoleName=deployed.role, PolicyArn=arn)
        return
    document = json.dumps({"Version": "2012-10-17", "Statement": rest.statements})
    version = iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)["PolicyVersion"]["VersionId"]
    yield
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy_version(PolicyArn=arn, VersionId=version)


def first_phase(whole: Policy, sid: str, example: str) -> str:
    """Return the first phase whose recorded calls are denied without a statement; a plan is enough if it needs the statement."""
    phases = recorded(SANDBOX_ACCOUNT)[example]
    rest = whole.without(sid)
    order = PHASES if sid in WITHOUT_STATE else ("plan", *PHASES)
    return next(phase for phase in order if rest.denied(phases[phase]))


@pytest.mark.parametrize(("example", "policy"), REMOVED)
def test_each_statement_removed_denies_an_apply_or_a_plan(
    example: str, policy: str, pipeline: Callable[[str], Pipeline], client: Callable[[str], Client], deployers: dict[str, Deployer]
) -> None:
    made, deployed = pipeline(example), deployers[example]
    whole, common = (Policy.of(*deployers[each].policies.values()) for each in (example, "bikeshare"))
    sids = [sid for sid in Policy.of(deployed.policies[policy]).sids if example == "bikeshare" or sid not in common.sids]
    phases = {sid: first_phase(whole, sid, example) for sid in sids}
    results = {}
    for sid in sorted(sids, key=lambda sid: phases[sid] == "plan"):
        if phases[sid] == "plan" and "plan" not in {phases[done] for done in results}:
            assert made.phase("apply").returncode == 0
        if sid in WITHOUT_STATE:
            client("s3").delete_object(Bucket=STATES, Key=f"{EXAMPLES[example].name}/terraform.tfstate")
        with without(client("iam"), deployed, policy, sid):
            results[sid] = result(made.phase(phases[sid]))
        client("s3").delete_object(Bucket=STATES, Key=f"{EXAMPLES[example].name}/terraform.tfstate.tflock")
        if phases[sid] != "plan":
            made.phase("destroy")
    made.phase("destroy")
    print(f"{example}, {policy}: {len(results)} statements removed in turn: {phases}")
    assert sids
    assert results == dict.fromkeys(sids, "denied")


def result(done: subprocess.CompletedProcess[str]) -> str:
    """Return whether Terraform failed, and because of IAM."""
    said = " ".join((done.stdout + done.stderr).split())
    print(sorted(set(re.findall(r"not authorized to perform: (\S+)", said))))
    if done.returncode == 0:
        return "applied"
    return "denied" if any(text in said for text in DENIED) else said
