"""Commands of the Makefile on a machine where something is missing, or in a folder that was copied."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIED = ["Makefile", "versions.tf", "checks", "requirements", "sandbox/pyproject.toml", "tools/pyproject.toml", "tools/hatch_build.py"]
# The programs, beside the shell, that the Makefile itself uses before anything is installed.
PROGRAMS = ["make", "sh", "sed", "awk", "grep", "touch", "rm"]
NEED_TERRAFORM = [
    "check",
    "compliance",
    "demo",
    "fmt",
    "lint",
    "localstack",
    "browser",
    "module",
    "plan",
    "setup",
    "terraform-fmt",
    "test",
    "unit",
]
NEED_PYTHON = [*NEED_TERRAFORM, "bench", "docs", "layer", "mypy", "requirements", "ruff", "up", "zip"]
PYTHON = "3.13 is required"
TERRAFORM = "Terraform 1.11 or newer is required"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what make reads before anything is installed."""
    folder = tmp_path / "clone"
    for name in COPIED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Make a PATH without Terraform and Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in PROGRAMS:
        (folder / name).symlink_to(shutil.which(name) or "")
    return folder


def put(tools: Path, name: str, answer: str) -> None:
    """Add a program that prints an answer."""
    program = tools / name
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)


def put_python(tools: Path) -> None:
    (tools / "python3").symlink_to(sys.executable)


def complaint(tree: Path, tools: Path, target: str) -> str:
    """Run make, which must fail before anything is installed or printed, and return its error messages."""
    done = subprocess.run(["make", target], cwd=tree, env={"PATH": str(tools)}, capture_output=True, text=True, check=False)
    assert done.returncode, done.stdout
    assert not (tree / ".venv").exists()
    return "".join(line for line in done.stderr.splitlines(keepends=True) if not line.startswith("make"))


@pytest.mark.parametrize("target", NEED_TERRAFORM)
def test_a_missing_terraform_is_reported_before_anything_is_installed(tree: Path, tools: Path, target: str) -> None:
    put_python(tools)
    assert complaint(tree, tools, target).startswith(f"{TERRAFORM}, and no terraform is on the PATH.\nInstall it (https://")


def test_a_terraform_that_is_too_old_is_reported_with_its_path(tree: Path, tools: Path) -> None:
    put_python(tools)
    put(tools, "terraform", '{"terraform_version": "1.10.5"}')
    assert complaint(tree, tools, "demo").startswith(f"{TERRAFORM}; {tools}/terraform is 1.10.5.\nInstall it (https://")


def test_a_terraform_that_fails_is_reported_in_its_own_words(tree: Path, tools: Path) -> None:
    put_python(tools)
    put(tools, "terraform", "no version is set; see .tool-versions")
    assert complaint(tree, tools, "demo").endswith("failed:\nno version is set; see .tool-versions\n")


@pytest.mark.parametrize("version", ["1.11.0", "1.11.4-dev", "1.20.1", "2.0.0"])
def test_a_newer_terraform_is_accepted(tree: Path, tools: Path, version: str) -> None:
    put(tools, "terraform", f'{{"terraform_version": "{version}"}}')
    assert TERRAFORM not in complaint(tree, tools, "demo")


@pytest.mark.parametrize("target", NEED_PYTHON)
def test_a_missing_python_is_reported_before_anything_is_installed(tree: Path, tools: Path, target: str) -> None:
    put(tools, "terraform", '{"terraform_version": "1.11.4"}')
    assert f"Python {PYTHON}, and there is no command python3.\nInstall Python 3.13, or" in complaint(tree, tools, target)


@pytest.mark.parametrize("version", ["3.12.9", "3.14.0", "3.1.0"])
def test_another_python_is_reported_with_its_version(tree: Path, tools: Path, version: str) -> None:
    put(tools, "terraform", '{"terraform_version": "1.11.4"}')
    put(tools, "python3", version)
    assert complaint(tree, tools, "demo").startswith(f"Python {PYTHON}; python3 is {version}.\n")


def test_everything_that_is_missing_is_reported_at_once(tree: Path, tools: Path) -> None:
    assert re.findall(r"^(\w+) [\d. a-z]*is required", complaint(tree, tools, "test"), re.MULTILINE) == ["Terraform", "Python", "Chromium"]


@pytest.fixture
def installed(tree: Path) -> Path:
    """Create the environment that the Makefile takes for complete."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tree / ".venv"], check=True)
    (tree / ".venv" / "sandbox.ok").touch()
    return tree


def installs(tree: Path) -> bool:
    """Whether `make up` would install the sandbox's packages first."""
    done = subprocess.run(["make", "--dry-run", "up"], cwd=tree, capture_output=True, text=True, check=True)
    return "install.py sandbox" in done.stdout


def test_an_environment_is_installed_once(installed: Path) -> None:
    assert not installs(installed)


def test_an_environment_behind_a_link_counts(installed: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    shutil.copytree(installed, link, ignore=shutil.ignore_patterns(".venv"))
    (link / ".venv").symlink_to(installed / ".venv")
    assert not installs(link)


def test_nothing_is_installed_through_a_link(installed: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    shutil.copytree(installed, link, ignore=shutil.ignore_patterns(".venv"))
    (link / ".venv").symlink_to(installed / ".venv")
    command = [sys.executable, "requirements/install.py", "sandbox"]
    done = subprocess.run(command, cwd=link, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"set-up: .venv is a link to {installed}/.venv, which is out of date. Run make setup there\n"


def test_an_environment_that_was_copied_with_its_folder_is_installed_again(installed: Path, tmp_path: Path) -> None:
    assert installs(shutil.copytree(installed, tmp_path / "copy", symlinks=True))


def test_an_environment_that_was_moved_with_its_folder_is_installed_again(installed: Path, tmp_path: Path) -> None:
    assert installs(installed.rename(tmp_path / "moved"))


def test_an_environment_whose_python_is_gone_is_installed_again(installed: Path) -> None:
    for python in (installed / ".venv" / "bin").glob("python*"):
        python.unlink()
    assert installs(installed)
