"""checkov on the plans of all examples: each fails exactly the checks that checkov.yaml lists for it, with the reason."""

from __future__ import annotations

import json
import shutil
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
def failed(planner: Planner, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Run checkov once on all plans; return the failed checks by example, each as its ID and the resource."""
    # checkov searches the path of a plan for secrets as well: 40 letters or slashes look like a key of AWS. Hyphens end such a run.
    folder = tmp_path_factory.mktemp("plans")
    files = {str(folder / f"-{example.replace('/', '-')}-.json"): example for example in EXAMPLES}
    for file, example in files.items():
        shutil.copy(planner.plan(f"examples/{example}", shared=example not in SEVERAL_REGIONS).file, file)
    arguments = [argument for file in files for argument in ("-f", file)]
    command = [str(CHECKOV), *arguments, "--framework", "terraform_plan", "--skip-download", "--output", "json", "--compact", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0, report["summary"]
    found: dict[str, set[str]] = {example: set() for example in EXAMPLES}
    for check in report["results"]["failed_checks"]:
        found[files[check["file_abs_path"]]].add(f"{check['check_id']}: {check['resource']}")
    return found


def allowed(example: str) -> set[str]:
    """Return the checks that an example may fail, because the list has a reason for it."""
    return {check for check, entries in EXCEPTIONS.items() for entry in entries if example in entry["examples"]}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_fails_exactly_the_checks_that_the_list_has_a_reason_for(example: str, failed: dict[str, set[str]]) -> None:
    found = {each.partition(":")[0] for each in failed[example]}
    assert found == allowed(example), "\n".join(sorted(failed[example]))


def test_the_hardened_example_has_no_exception() -> None:
    assert allowed("hardened") == set()


def test_every_exception_has_a_reason_and_is_for_examples_that_exist() -> None:
    for check, entries in EXCEPTIONS.items():
        named = [example for entry in entries for example in entry["examples"]]
        assert all(entry["reason"] for entry in entries), check
        assert sorted(named) == sorted(set(named) & set(EXAMPLES)), check
