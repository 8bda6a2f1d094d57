"""Errors that stop the demo before it changes anything, and their messages."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what the demo needs to begin."""
    for folder in ("checks", "examples", "lambda/src", "tools/src"):
        ignored = shutil.ignore_patterns(".*", "__pycache__", "*.tfstate*")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "versions.tf", tmp_path)
    return tmp_path


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Make a PATH of its own, without Terraform."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def put_terraform(tools: Path, answer: str) -> None:
    program = tools / "terraform"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)


def complaint(tree: Path, tools: Path) -> str:
    """Run the demo, which must fail, and return what it said on stderr; nothing may have been started."""
    done = subprocess.run(
        [sys.executable, "examples/bikeshare/demo.py"],
        cwd=tree,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert not (tree / ".sandbox").exists()
    return done.stderr.strip()


def test_the_demo_says_that_terraform_is_missing(tree: Path, tools: Path) -> None:
    assert complaint(tree, tools).startswith("demo: Terraform 1.11 or newer is required, and no terraform is on the PATH.\n")


def test_the_demo_says_that_terraform_is_too_old(tree: Path, tools: Path) -> None:
    put_terraform(tools, '{"terraform_version": "1.10.5"}')
    assert complaint(tree, tools).startswith(f"demo: Terraform 1.11 or newer is required; {tools}/terraform is 1.10.5.\n")


def test_the_demo_repeats_what_a_broken_terraform_says(tree: Path, tools: Path) -> None:
    put_terraform(tools, "cannot execute binary")
    assert complaint(tree, tools).endswith("failed:\ncannot execute binary")
