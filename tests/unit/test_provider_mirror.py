"""The copy of hashicorp/aws that Terraform is directed to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sagemaker_sandbox.host import terraform_cli

if TYPE_CHECKING:
    from collections.abc import Callable

PLATFORM = str(json.loads(subprocess.check_output(["terraform", "version", "-json"]))["platform"])
INSTALLATION = "provider_installation {\n  direct {}\n}\n"


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set up a machine without any provider or setting; return the folder that stands for /opt and the like."""
    for name in ("TF_CLI_CONFIG_FILE", "TERRAFORM_PROVIDER_MIRROR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    home, system = tmp_path / "home", tmp_path / "system"
    home.mkdir()
    system.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_DIRS", str(home / "data"))
    monkeypatch.setattr(terraform_cli, "PREFIXES", (str(system),))
    return system


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


def unpacked(mirror: Path, version: str = "5.100.0", platform: str = PLATFORM) -> Path:
    folder = mirror / "registry.terraform.io/hashicorp/aws" / version / platform
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-aws_v{version}_x5").touch()
    return mirror


def packed(mirror: Path, version: str = "5.100.0", platform: str = PLATFORM) -> Path:
    folder = mirror / "registry.terraform.io/hashicorp/aws"
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-aws_{version}_{platform}.zip").touch()
    return mirror


@pytest.mark.parametrize("lay_out", [unpacked, packed])
def test_a_mirror_of_either_layout_is_found(machine: Path, lay_out: Callable[[Path], Path]) -> None:
    mirror = lay_out(machine / "some/where")
    assert terraform_cli.find_mirror((str(machine),)) == mirror


@pytest.mark.parametrize("lay_out", [unpacked, packed])
@pytest.mark.parametrize(
    ("version", "platform", "fits"),
    [
        ("5.99.1", PLATFORM, False),
        ("5.100.0", PLATFORM, True),
        ("6.37.0", PLATFORM, True),
        ("7.0.0", PLATFORM, False),
        ("5.100.0", "plan9_sparc", False),
    ],
)
def test_a_mirror_counts_by_version_and_machine(
    tmp_path: Path, lay_out: Callable[[Path, str, str], Path], version: str, platform: str, fits: bool
) -> None:
    assert terraform_cli.holds_provider(lay_out(tmp_path / "mirror", version, platform)) is fits


def test_a_version_folder_without_the_provider_in_it_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "registry.terraform.io/hashicorp/aws/5.100.0" / PLATFORM).mkdir(parents=True)
    assert not terraform_cli.holds_provider(tmp_path)


def test_a_circular_link_does_not_trap_the_search(machine: Path) -> None:
    (machine / "loop").symlink_to(machine)
    assert terraform_cli.find_mirror((str(machine),)) is None


def test_a_linked_mirror_is_found(machine: Path, tmp_path: Path) -> None:
    unpacked(tmp_path / "elsewhere")
    (machine / "link").symlink_to(tmp_path / "elsewhere")
    assert terraform_cli.find_mirror((str(machine),)) == machine / "link"


def test_the_search_ends_at_its_depth(machine: Path) -> None:
    unpacked(machine / "1/2/3/4/5")
    assert terraform_cli.find_mirror((str(machine),)) is None


def test_the_configuration_file_names_the_mirror_that_was_found(machine: Path, root: Path) -> None:
    mirror = unpacked(machine / 'a "mirror"')
    made = terraform_cli.configuration(root)
    assert made == root / "terraform.rc"
    assert f"path    = {json.dumps(str(mirror))}" in made.read_text(encoding="utf-8")


def test_without_a_mirror_terraform_uses_the_registry(root: Path) -> None:
    assert terraform_cli.configuration(root) is None


def test_the_users_configuration_file_stays_in_effect(machine: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked(machine)
    own = root.parent / "own.rc"
    own.write_text(INSTALLATION, encoding="utf-8")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))
    assert terraform_cli.configuration(root) == own


def test_a_missing_configuration_file_counts_as_unset(machine: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked(machine)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(root / "absent.rc"))
    assert terraform_cli.configuration(root) == root / "terraform.rc"


def test_the_file_of_another_sandbox_is_not_a_user_setting(machine: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked(machine)
    other = terraform_cli.configuration(root.parent / "other")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(other))
    assert terraform_cli.configuration(root) == root / "terraform.rc"


@pytest.mark.parametrize("name", [".terraformrc", ".terraform.d/installation.tfrc"])
def test_the_users_own_installation_rules_stay_in_effect(machine: Path, root: Path, name: str) -> None:
    unpacked(machine)
    file = Path.home() / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(INSTALLATION, encoding="utf-8")
    assert terraform_cli.configuration(root) is None


def test_the_users_file_without_installation_rules_does_not_hide_a_mirror(machine: Path, root: Path) -> None:
    unpacked(machine)
    (Path.home() / ".terraformrc").write_text("disable_checkpoint = true\n", encoding="utf-8")
    assert terraform_cli.configuration(root) == root / "terraform.rc"


@pytest.mark.parametrize("folder", [".terraform.d/plugins", "data/terraform/plugins"])
def test_a_mirror_in_a_default_folder_needs_no_file(machine: Path, root: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr(terraform_cli, "_platform", lambda: PLATFORM)
    unpacked(machine)
    unpacked(Path.home() / folder)
    assert terraform_cli.configuration(root) is None


def test_a_named_mirror_takes_precedence(machine: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked(machine)
    named = unpacked(root.parent / "named")
    (Path.home() / ".terraformrc").write_text(INSTALLATION, encoding="utf-8")
    monkeypatch.setenv("TERRAFORM_PROVIDER_MIRROR", str(named))
    assert terraform_cli.configuration(root) == root / "terraform.rc"
    assert str(named) in (root / "terraform.rc").read_text(encoding="utf-8")


def test_a_named_mirror_without_the_provider_is_an_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRAFORM_PROVIDER_MIRROR", str(root))
    with pytest.raises(terraform_cli.MirrorError, match=r"holds no registry.terraform.io/hashicorp/aws"):
        terraform_cli.configuration(root)


def test_terraform_installs_the_provider_from_the_mirror_that_was_found(machine: Path, root: Path) -> None:
    unpacked(machine, "6.99.0")
    folder = root / "module"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(
        'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "6.99.0" }\n  }\n}\n',
        encoding="utf-8",
    )
    made = terraform_cli.configuration(root)
    done = subprocess.run(
        ["terraform", f"-chdir={folder}", "init"],
        env={"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": str(made), "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Installing hashicorp/aws v6.99.0" in done.stdout


def test_the_command_prints_the_path_of_the_file(root: Path, tmp_path: Path) -> None:
    mirror = unpacked(tmp_path / "named")
    done = subprocess.run(
        [sys.executable, "-m", "sagemaker_sandbox", "terraform-rc", "--root", str(root)],
        env={"TERRAFORM_PROVIDER_MIRROR": str(mirror)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{root / 'terraform.rc'}\n"
