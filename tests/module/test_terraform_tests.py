"""The module tier: every run block of tests/*.tftest.hcl, by `terraform test` on mocked AWS, offline."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from provider import attached
from sagemaker_sandbox.host import terraform_cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parents[2]
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").glob("*.tftest.hcl"))
RUN_BLOCK = re.compile(r'^run "([^"]+)"', re.MULTILINE)
RUNS = [(file, run) for file in FILES for run in RUN_BLOCK.findall((ROOT / file).read_text())]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Terraform's environment, with the provider that the project finds by itself. Each run would start it several times."""
    folder = tmp_path_factory.mktemp("provider")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    if configuration := terraform_cli.configuration(folder):
        variables["TF_CLI_CONFIG_FILE"] = str(configuration)
    with attached(folder / "root", variables) as environment:
        yield environment


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Callable[[Path], dict[str, tuple[str, str]]]:
    """Return a function that runs a file in an initialized copy of the module, so that the checkout stays as it is."""
    copy = tmp_path_factory.mktemp("module") / "module"
    copy.mkdir()
    for path in [*ROOT.glob("*.tf"), ROOT / "modules", ROOT / "lambda" / "dist"]:
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if path.is_dir() else shutil.copy)(path, target)
    for path in [*FILES, Path("tests/mocks")]:
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / path).is_dir() else shutil.copy)(ROOT / path, target)
    _terraform(copy, environment, "init", "-backend=false", "-input=false").check_returncode()
    return functools.cache(functools.partial(_results, copy, environment))


def _terraform(tree: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["terraform", *arguments], cwd=tree, env=environment, capture_output=True, text=True, check=False)


def _results(tree: Path, environment: Mapping[str, str], file: Path) -> dict[str, tuple[str, str]]:
    """Each run of a file: its status and what Terraform said of it."""
    result = _terraform(tree, environment, "test", "-json", f"-filter={file}")
    messages = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    said: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        if message.get("type") == "diagnostic":
            diagnostic = message["diagnostic"]
            said[message.get("@testrun", "")].append(f"{diagnostic['summary']}: {diagnostic['detail']}")
    finished = [message["test_run"] for message in messages if message.get("type") == "test_run"]
    return {run["run"]: (run["status"], "\n".join(said[run["run"]] + said[""])) for run in finished if "status" in run}


def test_there_are_runs() -> None:
    assert RUNS


@pytest.mark.parametrize(("file", "run"), RUNS, ids=[f"{file.stem.removesuffix('.tftest')}-{run}" for file, run in RUNS])
def test_the_run_passes(results: Callable[[Path], dict[str, tuple[str, str]]], file: Path, run: str) -> None:
    status, said = results(file).get(run, ("not run", "the file stopped before it"))
    assert status == "pass", said
