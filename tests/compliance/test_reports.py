"""check.py: reports for the systems that show findings beside the lines of a change."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from planning import TREE

if TYPE_CHECKING:
    from pathlib import Path

CHECK = TREE / "compliance/check.py"
LOG = 'resource "aws_cloudwatch_log_group" "extra" {\n  name = "extra"\n}\n'


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Write a root module below a repository, and its plan: a log group that never expires."""
    folder = tmp_path / "stacks/demand"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(f"\n{LOG}", encoding="utf-8")
    planned = {"address": "aws_cloudwatch_log_group.extra", "type": "aws_cloudwatch_log_group", "mode": "managed", "values": {}}
    document = {"planned_values": {"root_module": {"resources": [planned]}}}
    (folder / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def check(stack: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", CHECK, "plan.json", *options]
    return subprocess.run(command, cwd=stack, capture_output=True, text=True, check=False)


def code_quality(stack: Path) -> list[dict[str, Any]]:
    check(stack, "--within", str(stack.parents[1]), "--code-quality=found.json")
    found: list[dict[str, Any]] = json.loads((stack / "found.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(("options", "path"), [((), "main.tf"), (("--within=../..",), "stacks/demand/main.tf")])
def test_paths_are_relative_to_the_folder_that_they_are_reported_within(options: tuple[str, ...], path: str, stack: Path) -> None:
    done = check(stack, *options)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{path}:2: aws_cloudwatch_log_group.extra: ")


def test_a_finding_of_code_quality_has_a_line_and_the_fields_that_gitlab_requires(stack: Path) -> None:
    (finding,) = code_quality(stack)
    assert finding["location"] == {"path": "stacks/demand/main.tf", "lines": {"begin": 2}}
    assert finding["check_name"] == "every-log-group-expires"
    assert finding["severity"] in {"info", "minor", "major", "critical", "blocker"}
    assert finding["description"]


def test_the_fingerprint_of_a_finding_does_not_depend_on_its_line(stack: Path) -> None:
    (before,) = code_quality(stack)
    (stack / "main.tf").write_text(f"\n\n\n{LOG}", encoding="utf-8")
    (after,) = code_quality(stack)
    assert (before["fingerprint"], before["location"]["lines"]) != (after["fingerprint"], after["location"]["lines"])
    assert before["fingerprint"] == after["fingerprint"]
