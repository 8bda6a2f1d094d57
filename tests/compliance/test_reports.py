"""check.py: reports for the systems that show findings beside the lines of a change."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from compliance_rules.sources import Sources
from planning import TREE

if TYPE_CHECKING:
    from pathlib import Path

CHECK = TREE / "compliance/check.py"
LOG = 'resource "aws_cloudwatch_log_group" "extra" {\n  name = "extra"\n}\n'


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Write a root module below a repository, and its plan: a log group that never expires."""
    folder = tmp_path / "repository/stacks/demand"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(f"\n{LOG}", encoding="utf-8")
    write(folder, {"address": "aws_cloudwatch_log_group.extra", "type": "aws_cloudwatch_log_group", "mode": "managed", "values": {}})
    return folder


def write(stack: Path, planned: dict[str, Any]) -> None:
    """Write the plan of a stack with one resource."""
    document = {"planned_values": {"root_module": {"resources": [planned]}}}
    (stack / "plan.json").write_text(json.dumps(document), encoding="utf-8")


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


@pytest.mark.parametrize("key", ["my log", "a, b", "a: b", "a.b", 'a"b', "a]b"])
def test_a_finding_is_reported_whatever_the_key_of_its_resource(key: str, stack: Path) -> None:
    address = f"aws_cloudwatch_log_group.extra[{json.dumps(key)}]"
    write(stack, {"address": address, "type": "aws_cloudwatch_log_group", "mode": "managed", "values": {}})
    assert check(stack, "--sarif=found.sarif").returncode == 1
    (result,) = json.loads((stack / "found.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == address
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 2


def test_a_finding_about_the_whole_plan_is_reported_at_the_first_line(stack: Path) -> None:
    place = Sources(stack, stack).place("")
    assert (place.file, place.line) == ("main.tf", 1)


CALLS = {
    "a resource of a module in the repository": ("module.own", "stacks/modules/own/main.tf", 1),
    "a resource of a downloaded module": ("module.bought", "stacks/demand/main.tf", 6),
    "a resource of a module within a downloaded module": ('module.bought["a: b"].module.inner', "stacks/demand/main.tf", 6),
    "a resource of a module that one in the repository downloads": ("module.own.module.bought", "stacks/modules/own/main.tf", 4),
    "a resource of a module outside of the repository": ("module.beside", "stacks/demand/main.tf", 7),
    "a resource of a module that is not installed": ("module.missing", "stacks/demand/main.tf", 8),
}


@pytest.mark.parametrize("case", CALLS)
def test_a_finding_is_placed_at_a_line_of_the_repository(case: str, stack: Path, tmp_path: Path) -> None:
    module, file, line = CALLS[case]
    called = [f'module "{name}" {{}}\n' for name in ("own", "bought", "beside", "missing")]
    (stack / "main.tf").write_text("\n\n\n\n" + "".join(called), encoding="utf-8")
    folders = {
        "own": "../modules/own",
        "own.bought": ".terraform/modules/own.bought",
        "bought": ".terraform/modules/bought",
        "bought.inner": ".terraform/modules/bought/inner",
        "beside": "../../../beside",
    }
    for folder in folders.values():
        (stack / folder).mkdir(parents=True, exist_ok=True)
        (stack / folder / "main.tf").write_text(f'{LOG}module "bought" {{}}\n', encoding="utf-8")
    manifest = {"Modules": [{"Key": "", "Source": "", "Dir": "."}, *({"Key": key, "Dir": folder} for key, folder in folders.items())]}
    (stack / ".terraform/modules/modules.json").write_text(json.dumps(manifest), encoding="utf-8")
    address = f"{module}.aws_cloudwatch_log_group.extra"
    write(stack, {"address": address, "type": "aws_cloudwatch_log_group", "mode": "managed", "values": {}})
    done = check(stack, "--within", str(tmp_path / "repository"))
    assert done.stdout.startswith(f"{file}:{line}: {address}: ")
