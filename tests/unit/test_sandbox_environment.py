"""The file that directs Terraform and boto3 to a sandbox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sagemaker_sandbox.host import environment, identity

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = [shell for shell in ("sh", "bash", "dash", "zsh", "ksh") if shutil.which(shell)]
DUMP = f"{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
FOREIGN = {
    "AWS_PROFILE": "mine",
    "AWS_SESSION_TOKEN": "mine",
    "AWS_ENDPOINT_URL_S3": "https://elsewhere.example",
    "AWS_ENDPOINT_URL_STEP_FUNCTIONS": "https://elsewhere.example",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a root folder with an awkward name that contains the file, on a machine with a mirror."""
    mirror = tmp_path / "mirror"
    for system in ("linux", "darwin"):
        for machine in ("amd64", "arm64"):
            folder = mirror / "registry.terraform.io/hashicorp/aws/5.100.0" / f"{system}_{machine}"
            folder.mkdir(parents=True)
            (folder / "terraform-provider-aws_v5.100.0_x5").touch()
    for name in ("TF_CLI_CONFIG_FILE", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERRAFORM_PROVIDER_MIRROR", str(mirror))
    folder = tmp_path / "it's a $folder"
    folder.mkdir()
    environment.write(folder, 4999)
    return folder


def sourced(root: Path, shell: str, *, times: int = 1, variables: dict[str, str] | None = None) -> dict[str, str]:
    """Source the file under `set -eu`; return the resulting environment."""
    script = "set -eu\n" + '. "$ROOT/env"\n' * times + DUMP
    given = dict(os.environ) | {"ROOT": str(root)} | (variables or {})
    done = subprocess.run([shell, "-c", script], env=given, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_the_endpoint_and_terraforms_configuration(root: Path, shell: str) -> None:
    found = sourced(root, shell)
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4999"
    assert found["TF_CLI_CONFIG_FILE"] == str(root / "terraform.rc")


@pytest.mark.parametrize("shell", SHELLS)
def test_settings_that_would_lead_elsewhere_are_unset(root: Path, shell: str) -> None:
    assert not FOREIGN.keys() & sourced(root, shell, variables=FOREIGN).keys()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_users_proxy_exclusions_are_kept_and_the_sandboxs_added_once(root: Path, shell: str) -> None:
    found = sourced(root, shell, times=2, variables={"NO_PROXY": "intern.example"})
    assert found["NO_PROXY"] == "intern.example,127.0.0.1,localhost"


def test_a_program_started_from_python_gets_what_a_shell_gets(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    applied = environment.applied(root, 4999)
    expected = sourced(root, "sh", variables=FOREIGN)
    names = {name for name in applied.keys() | expected.keys() if name.startswith(("AWS_", "TF_", "NO_PROXY"))}
    assert {name: applied.get(name) for name in names} == {name: expected.get(name) for name in names}


def test_a_missing_configuration_file_is_unset_if_there_is_no_mirror(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERRAFORM_PROVIDER_MIRROR")
    monkeypatch.setattr("sagemaker_sandbox.host.terraform_cli.find_mirror", lambda _: None)
    monkeypatch.setenv("HOME", str(root))
    environment.write(root, 4999)
    assert "TF_CLI_CONFIG_FILE" not in sourced(root, "sh", variables={"TF_CLI_CONFIG_FILE": str(root / "absent")})


def test_a_folder_keeps_its_access_key_and_no_other_has_it(tmp_path: Path) -> None:
    keys = {environment.variables(tmp_path / name, 4999)["AWS_ACCESS_KEY_ID"] for name in ("one", "other", "one")}
    assert len(keys) == 2
    assert all(len(key) == 20 and key.startswith("AKIASANDBOX") for key in keys)


def test_two_processes_that_start_together_agree_on_the_access_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(identity.access_key, [tmp_path] * 64))) == 1


def test_the_port_of_the_last_start_is_remembered(tmp_path: Path) -> None:
    assert identity.last_port(tmp_path) is None
    identity.remember_port(tmp_path, 4999)
    assert identity.last_port(tmp_path) == 4999
