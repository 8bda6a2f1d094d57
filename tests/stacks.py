"""Fixtures of every tier with a sandbox: one sandbox per worker, Terraform in it, and the deployment of examples/penguins.

A plugin of all tiers (conftest.py), so that tests of several tiers share them on one worker. Imports that
only a sandbox needs are in the fixtures: a tier without one does not wait for them.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from provider import Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deployments import Deployment
    from issuing import Issuer
    from sagemaker_sandbox.host.control import Sandbox

# boto3 creates its clients' classes at run time, and JSON can be anything
type Client = Any
type Json = Any

REPOSITORY = Path(__file__).parents[1]


def free_port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Start a sandbox for the tests; a running ``.sandbox`` is not affected."""
    from sagemaker_sandbox.host import control  # 50 ms

    running = control.up(tmp_path_factory.mktemp("sandbox"), free_port())
    yield running
    running.down()


@pytest.fixture(scope="session")
def rate(pytestconfig: pytest.Config) -> float:
    """Return the number of requests a second that are sent while a deployment is updated."""
    return float(pytestconfig.getoption("--rate"))


@pytest.fixture(scope="module")
def sourced(sandbox: Sandbox) -> Iterator[None]:
    """Run the tests in the sandbox's environment, regardless of the user's profile, proxy or endpoint."""
    environment = sandbox.environment
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - environment.keys():
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def client(sandbox: Sandbox) -> Callable[..., Client]:
    """Return a function that creates boto3 clients of the sandbox: ``client("lambda")``; keywords go to botocore's Config."""
    import clients  # 0.4 s, with botocore
    from botocore.config import Config

    @cache
    def make(service: Json, **config: Json) -> Client:
        environment = sandbox.environment
        settings: dict[str, Json] = {"retries": {"total_max_attempts": 1}} | config
        return clients.create(
            service,
            endpoint_url=sandbox.url,
            region_name=environment["AWS_REGION"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            config=Config(**settings),
        )

    return make


@dataclass
class RootModule:
    """A Terraform root module in its own folder, with the sandbox's environment. Without ``provider``, Terraform starts its own."""

    folder: Path
    environment: dict[str, str]
    provider: Provider | None
    variables: dict[str, Json] = field(default_factory=dict)

    def run(self, command: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a Terraform command; a failure shows Terraform's output."""
        variables = {f"TF_VAR_{name}": _argument(value) for name, value in self.variables.items()}
        done = subprocess.run(
            ["terraform", f"-chdir={self.folder}", command, "-no-color", *arguments],
            env=self.environment | (self.provider.variables(self.folder) if self.provider else {}) | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            pytest.fail(f"terraform {command} {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done

    def init(self) -> None:
        """Install providers and modules."""
        self.run("init", "-input=false")

    def apply(self, **variables: Json) -> None:
        """Apply; the variables stay set for later commands."""
        self.variables |= variables
        self.run("apply", "-input=false", "-auto-approve")

    def changes(self) -> str:
        """Plan; return the planned changes as Terraform prints them, or an empty string if there are none."""
        done = self.run("plan", "-input=false", "-detailed-exitcode", check=False)
        if done.returncode not in {0, 2}:
            pytest.fail(f"terraform plan\n{done.stdout}\n{done.stderr}")
        return done.stdout if done.returncode else ""

    def output(self, name: str) -> Json:
        """Return one output."""
        return json.loads(self.run("output", "-json", name).stdout)

    def outputs(self) -> dict[str, Json]:
        """Return all outputs."""
        return {name: output["value"] for name, output in json.loads(self.run("output", "-json").stdout).items()}

    def resources(self) -> list[str]:
        """Return the addresses in the state."""
        return self.run("state", "list").stdout.split()

    def destroy(self) -> None:
        """Destroy everything."""
        self.run("destroy", "-input=false", "-auto-approve")


def _argument(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.fixture(scope="session")
def provider(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """Return the AWS provider that Terraform uses in all root modules of the tests."""
    made = Provider(tmp_path_factory.mktemp("provider") / "root", sandbox.environment)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def terraform(sandbox: Sandbox, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., RootModule]:
    """Return a function that copies the repository and initializes a root module: ``terraform("examples/bikeshare")``.

    ``files`` maps names to texts that are written to the root module first, as in
    ``terraform("examples/mine", {"main.tf": ...})``. Resources that a test leaves end with the sandbox. The provider of
    the tests has one configuration at a time: a module for several Regions is not ``shared``.
    """

    def copy(folder: str, files: dict[str, str] | None = None, *, shared: bool = True) -> RootModule:
        copied = tmp_path_factory.mktemp("terraform") / "repository"
        return initialized(copied, folder, sandbox, provider if shared else None, files or {})

    return copy


def initialized(target: Path, folder: str, sandbox: Sandbox, provider: Provider | None, files: dict[str, str]) -> RootModule:
    """Copy the repository to a new folder, write files to a root module of the copy, and initialize it."""
    shutil.copytree(REPOSITORY, target, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.tfstate*"))
    root = target / folder
    root.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    module = RootModule(root, sandbox.environment | {"TF_IN_AUTOMATION": "1"}, provider)
    module.init()
    return module


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    """Serve the documents of an issuer of tokens."""
    from issuing import issuing  # 0.25 s

    with issuing() as made:
        yield made


@pytest.fixture(scope="session")
def shared_deployments(
    sandbox: Sandbox, terraform: Callable[..., RootModule], client: Callable[..., Client], request: pytest.FixtureRequest
) -> dict[str, Deployment]:
    """Train and apply examples/penguins and, if a test needs them, the sensors beside it: one run of Terraform costs less than two."""
    import sensor_stack  # 1 s, with deployments
    from deployments import Deployment

    needed = any("sensors" in {*item.fixturenames, item.name.partition("[")[2].removesuffix("]")} for item in request.session.items)
    module = terraform("examples/penguins", sensor_stack.FILES if needed else None)
    subprocess.run([sys.executable, module.folder / "train.py"], check=True, capture_output=True)
    if needed:
        client("s3").create_bucket(Bucket="sensors-models")
        client("s3").put_object(Bucket="sensors-models", Key="model.tar.gz", Body=sensor_stack.artifact())
        module.variables = {"sensors_artifact": "s3://sensors-models/model.tar.gz", "sensors_issuer": request.getfixturevalue("issuer").url}
    module.apply()
    return {name: Deployment(outputs, sandbox) for name, outputs in module.outputs().items()}


@pytest.fixture(scope="session")
def penguins(shared_deployments: dict[str, Deployment]) -> Deployment:
    """Return the deployment of examples/penguins: classes, categories, missing values."""
    return shared_deployments["penguins"]


@pytest.fixture(scope="session")
def sensors(shared_deployments: dict[str, Deployment]) -> Deployment:
    """Return the deployment of the model of 60 features."""
    return shared_deployments["sensors"]
