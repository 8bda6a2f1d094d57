"""checkov on the plans of all examples: it fails exactly the checks that checkov.yaml lists, with the reason for each."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from planning import TREE

if TYPE_CHECKING:
    from planning import Planner

CHECKOV = TREE / ".venv-checkov/bin/checkov"
EXAMPLES = [*sorted(file.parent.name for file in TREE.glob("examples/*/main.tf")), "hardened/foundation"]
# Root modules with several Regions, each of which needs a process of the provider.
SEVERAL_REGIONS = {"hardened/foundation"}
EXCEPTIONS = yaml.safe_load(Path(__file__).with_name("checkov.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def failed(planner: Planner) -> dict[str, set[str]]:
    """Run checkov once on all plans; return the failed checks by example, each as its ID and the resource."""
    files = {str(planner.plan(f"examples/{example}", shared=example not in SEVERAL_REGIONS).file): example for example in EXAMPLES}
    arguments = [argument for file in files for argument in ("-f", file)]
    command = [str(CHECKOV), *arguments, "--framework", "terraform_plan", "--skip-download", "--output", "json", "--compact", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0, report["summary"]
    found: dict[str, set[str]] = {example: set() for example in EXAMPLES}
    for check in report["results"]["failed_checks"]:
        found[files[check["file_abs_path"]]].add(f"{check['check_id']}: {check['resource']}")
    return found


def ids(found: set[str]) -> set[str]:
    return {each.partition(":")[0] for each in found}


def test_the_hardened_example_fails_no_check(failed: dict[str, set[str]]) -> None:
    assert failed["hardened"] == set()


def test_the_foundation_of_the_hardened_example_fails_only_checks_with_a_reason(failed: dict[str, set[str]]) -> None:
    found = failed["hardened/foundation"]
    assert ids(found) == set(EXCEPTIONS["foundation"]), "\n".join(sorted(found))


def test_the_other_examples_fail_only_checks_with_a_reason(failed: dict[str, set[str]]) -> None:
    others = set().union(*(found for example, found in failed.items() if not example.startswith("hardened")))
    assert ids(others) == set(EXCEPTIONS["others"]), "\n".join(sorted(others))
