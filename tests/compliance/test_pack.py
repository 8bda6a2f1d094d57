"""The compliance pack as users run it: the terraform-compliance command, on plans of the examples and the fixtures."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from planning import TREE, Json, Planner

if TYPE_CHECKING:
    from collections.abc import Sequence

PACK = TREE / "compliance"
FEATURES = sorted(PACK.glob("*.feature"))
FIXTURES = sorted(folder.name for folder in (PACK / "fixtures").glob("fail_*"))
EXAMPLES = sorted(file.parent.name for file in TREE.glob("examples/*/main.tf"))
STEPS = ("-b", str(PACK / "steps"))


class Report(NamedTuple):
    """The result of one run of terraform-compliance."""

    code: int
    output: str
    passed: set[str]
    failed: set[str]


def scenarios() -> dict[str, list[str]]:
    """Return the tags of each scenario by its name."""
    found: dict[str, list[str]] = {}
    for feature in FEATURES:
        tags: list[str] = []
        for line in map(str.strip, feature.read_text(encoding="utf-8").splitlines()):
            if line.startswith("Scenario:"):
                found[line.removeprefix("Scenario:").strip()] = tags
            tags = line.split() if line.startswith("@") else []
    return found


def scenario_of(fixture: str) -> str:
    """Return the scenario that a fixture is named after. A suffix after two underscores distinguishes variants."""
    return fixture.removeprefix("fail_").partition("__")[0].replace("_", " ").capitalize()


def run(plan: Path, arguments: Sequence[str] = STEPS) -> Report:
    """Run the pack on the JSON of a plan."""
    results = plan.with_suffix(".results")
    done = subprocess.run(
        [
            Path(sys.executable).with_name("terraform-compliance"),
            *("-f", PACK, *arguments, "-p", plan, f"--cucumber-json={results}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    features = json.loads(results.read_text(encoding="utf-8")) if results.exists() else []
    states = {
        scenario["name"]: {step["result"]["status"] for step in scenario["steps"]}
        for feature in features
        for scenario in feature["elements"]
    }
    return Report(
        code=done.returncode,
        output=done.stdout + done.stderr,
        passed={name for name, state in states.items() if state == {"passed"}},
        failed={name for name, state in states.items() if "failed" in state},
    )


@pytest.fixture(scope="session")
def fixtures(planner: Planner) -> Json:
    """Plan all fixtures at once, as modules of one root."""
    root = planner.tree / "compliance/every-fixture"
    root.mkdir()
    calls = (f'module "{name}" {{\n  source = "../fixtures/{name}"\n}}\n' for name in ["good", *FIXTURES])
    (root / "main.tf").write_text("\n".join(calls), encoding="utf-8")
    return planner.plan("compliance/every-fixture").document


def write_plan_of(name: str, fixtures: Json, folder: Path) -> Path:
    """Write the plan of a root module that calls only one fixture. Return its file."""
    root, configured = fixtures["planned_values"]["root_module"], fixtures["configuration"]
    called = [child for child in root["child_modules"] if child["address"] == f"module.{name}"]
    changes = [change for change in fixtures["resource_changes"] if change["address"].startswith(f"module.{name}.")]
    call = configured["root_module"]["module_calls"][name]
    plan = fixtures | {
        "planned_values": {"root_module": {"child_modules": called}},
        "resource_changes": changes,
        "configuration": configured | {"root_module": {"module_calls": {name: call}}},
    }
    file = folder / f"{name}.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    return file


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_scenario_passes_on_the_examples(example: str, planner: Planner) -> None:
    report = run(planner.plan(f"examples/{example}").file)
    assert (report.failed, report.passed, report.code) == (set(), set(scenarios()), 0), report.output


def test_there_is_an_example_to_check() -> None:
    assert EXAMPLES


def test_every_scenario_passes_on_the_service_that_the_fixtures_share(fixtures: Json, tmp_path: Path) -> None:
    report = run(write_plan_of("good", fixtures, tmp_path))
    assert (report.failed, report.passed, report.code) == (set(), set(scenarios()), 0), report.output


@pytest.mark.parametrize("fixture", FIXTURES)
def test_a_fixture_fails_exactly_its_own_scenario(fixture: str, fixtures: Json, tmp_path: Path) -> None:
    report = run(write_plan_of(fixture, fixtures, tmp_path))
    own = {scenario_of(fixture)}
    assert (report.failed, report.passed, report.code) == (own, set(scenarios()) - own, 1), report.output


def test_a_failing_scenario_names_the_resource(fixtures: Json, tmp_path: Path) -> None:
    report = run(write_plan_of("fail_every_log_group_expires", fixtures, tmp_path))
    assert "module.fail_every_log_group_expires.aws_cloudwatch_log_group.bad: never expires" in report.output


def test_every_scenario_has_a_fixture_and_every_fixture_a_scenario() -> None:
    assert {scenario_of(fixture) for fixture in FIXTURES} == set(scenarios())


@pytest.mark.parametrize(("scenario", "tags"), scenarios().items())
def test_a_scenario_without_a_matching_resource_fails(scenario: str, tags: list[str]) -> None:
    assert "@noskip" in tags, scenario


def test_a_plan_of_another_configuration_fails_every_scenario(fixtures: Json, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    bucket = {"address": "aws_s3_bucket.x", "mode": "managed", "type": "aws_s3_bucket", "name": "x", "values": {}}
    planned = {"planned_values": {"root_module": {"resources": [bucket]}}, "resource_changes": []}
    configured = {"configuration": {"root_module": {"resources": []}}}
    file.write_text(json.dumps(fixtures | planned | configured), encoding="utf-8")
    report = run(file)
    assert (report.failed, report.code) == (set(scenarios()), 1), report.output


def test_the_command_without_the_steps_fails_and_names_the_missing_step(fixtures: Json, tmp_path: Path) -> None:
    report = run(write_plan_of("good", fixtures, tmp_path), arguments=())
    assert report.code != 0
    assert re.search("Cannot find step definition for step", report.output)
