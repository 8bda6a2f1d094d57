"""The compliance pack as users run it: terraform-compliance and check.py, on plans of the examples, the fixtures and another stack."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from compliance_rules.table import TABLE
from planning import TREE, Json, Planner

if TYPE_CHECKING:
    from collections.abc import Sequence

PACK = TREE / "compliance"
FEATURES = sorted(PACK.glob("*.feature"))
FIXTURES = sorted(folder.name for folder in (PACK / "fixtures").glob("fail_*"))
EXAMPLES = sorted(file.parent.name for file in TREE.glob("examples/*/main.tf"))
PROFILES = ("baseline", "production", "hardened")
# The profile that an example claims, unless it is baseline; and those that terraform-compliance itself checks as well.
CLAIMS = {"hardened": "hardened"}
BY_TERRAFORM_COMPLIANCE = [example for example in EXAMPLES if example in {"bikeshare", *CLAIMS}]
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


def claimed(example: str) -> set[str]:
    """Return the scenarios of the profile that an example claims, and of those that it includes."""
    included = {f"@{profile}" for profile in PROFILES[: PROFILES.index(CLAIMS.get(example, "baseline")) + 1]}
    return {name for name, tags in scenarios().items() if included & set(tags)}


def scenario_of(fixture: str) -> str:
    """Return the scenario that a fixture is named after. A suffix after two underscores distinguishes variants."""
    name = fixture.removeprefix("fail_").partition("__")[0].replace("_", " ")
    return next((scenario for scenario in scenarios() if scenario.lower() == name), name)


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


class Check(NamedTuple):
    """The result of one run of check.py: what it printed, and the scenarios with findings in its JUnit report."""

    code: int
    output: str
    failed: set[str]
    sarif: Json


def check(plan: Path, *arguments: str) -> Check:
    """Run check.py on the JSON of a plan."""
    junit, sarif = plan.with_suffix(".xml"), plan.with_suffix(".sarif")
    command = [sys.executable, "-I", PACK / "check.py", plan, *arguments, f"--junit={junit}", f"--sarif={sarif}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not junit.exists():
        return Check(done.returncode, done.stdout + done.stderr, set(), {})
    cases = ET.parse(junit).getroot()  # noqa: S314  of our own program
    failed = {str(case.get("name")) for case in cases if case.find("failure") is not None}
    return Check(done.returncode, done.stdout + done.stderr, failed, json.loads(sarif.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def fixtures(planner: Planner) -> Json:
    """Plan all fixtures at once, as modules of one root."""
    root = planner.tree / "compliance/every-fixture"
    root.mkdir()
    calls = (f'module "{name}" {{\n  source = "../fixtures/{name}"\n}}\n' for name in ["good", "other_stack", *FIXTURES])
    tagged = 'provider "aws" {\n  default_tags {\n    tags = { Environment = "test", Owner = "team" }\n  }\n}\n'
    (root / "main.tf").write_text("\n".join([tagged, *calls]), encoding="utf-8")
    return planner.plan("compliance/every-fixture", shared=False).document


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
def test_an_example_passes_every_scenario_of_its_profile(example: str, planner: Planner) -> None:
    report = check(planner.plan(f"examples/{example}").file, f"--profile={CLAIMS.get(example, 'baseline')}")
    assert (report.failed, report.code) == (set(), 0), report.output


@pytest.mark.parametrize("example", BY_TERRAFORM_COMPLIANCE)
def test_terraform_compliance_passes_every_scenario_of_a_profile(example: str, planner: Planner) -> None:
    included = PROFILES[: PROFILES.index(CLAIMS.get(example, "baseline")) + 1]
    report = run(planner.plan(f"examples/{example}").file, (*STEPS, f"--tags={' or '.join(included)}"))
    assert (report.failed, report.passed, report.code) == (set(), claimed(example), 0), report.output


def test_there_is_an_example_to_check() -> None:
    assert EXAMPLES


def test_every_scenario_passes_on_the_service_that_the_fixtures_share(fixtures: Json, tmp_path: Path) -> None:
    report = run(write_plan_of("good", fixtures, tmp_path))
    assert (report.failed, report.passed, report.code) == (set(), set(scenarios()), 0), report.output


@pytest.mark.parametrize("fixture", FIXTURES)
def test_a_fixture_fails_exactly_its_own_scenario(fixture: str, fixtures: Json, tmp_path: Path) -> None:
    report = check(write_plan_of(fixture, fixtures, tmp_path), "--profile=hardened")
    assert (report.failed, report.code) == ({scenario_of(fixture)}, 1), report.output


@pytest.fixture(scope="module")
def all_fixtures(fixtures: Json, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Run terraform-compliance on all fixtures together."""
    file = tmp_path_factory.mktemp("all") / "all.json"
    file.write_text(json.dumps(fixtures), encoding="utf-8")
    return run(file)


def test_terraform_compliance_fails_every_scenario_on_all_fixtures_together(all_fixtures: Report) -> None:
    assert (all_fixtures.failed, all_fixtures.passed, all_fixtures.code) == (set(scenarios()), set(), 1), all_fixtures.output


def test_a_failing_scenario_names_the_resource(all_fixtures: Report) -> None:
    assert "module.fail_every_log_group_expires.aws_cloudwatch_log_group.bad: never expires" in all_fixtures.output


BROKEN = {
    "Every action is spelled out": 'aws_iam_policy.access["scorer"], statement Everything: allows s3:*',
    "Every operation needs a credential": "module.gateway.aws_api_gateway_method.score: requires neither a key nor IAM",
    "Every stage has an access log": 'module.gateway.aws_api_gateway_stage.this["live"]: has no access log',
    "No data is traced": 'module.gateway.aws_api_gateway_method_settings.this["live"]: writes requests and responses',
    "Every log group expires": 'aws_cloudwatch_log_group.this["scorer"]: never expires',
    "Every runtime is supported": 'aws_lambda_function.this["scorer"]: has the runtime python3.8',
    "Timeouts are ordered": 'aws_lambda_function.this["scorer"]: may take 120 s',
    "Alarms roll updates back": "aws_sagemaker_endpoint.scores: no alarm rolls updates back",
    "Every model is isolated": "aws_sagemaker_model.scores: its container has access to the network",
    "Every bucket requires TLS": 'aws_s3_bucket.data["raw"]: accepts requests without TLS',
}


def test_a_stack_that_breaks_ten_rules_gets_exactly_these_findings(fixtures: Json, tmp_path: Path) -> None:
    report = check(write_plan_of("other_stack", fixtures, tmp_path))
    lines = [line for line in report.output.splitlines() if line.startswith("main.tf")]
    assert report.failed == set(BROKEN), report.output
    assert len(lines) == len(BROKEN), report.output
    assert [text for text in BROKEN.values() if not any(text in line for line in lines)] == []


def test_a_finding_names_the_file_and_line_of_the_resource(planner: Planner, fixtures: Json) -> None:
    root, repository = planner.tree / "compliance/every-fixture", planner.tree / "compliance"
    (root / "all.json").write_text(json.dumps(fixtures), encoding="utf-8")
    report = check(root / "all.json", "--profile=hardened", f"--within={repository}")
    (result,) = (
        each
        for each in report.sarif["runs"][0]["results"]
        if each["ruleId"] == "every-log-group-expires"
        and "good" not in each["message"]["text"]
        and "fail_every_log_group_expires" in each["message"]["text"]
    )
    place = result["locations"][0]["physicalLocation"]
    declared = (repository / place["artifactLocation"]["uri"]).read_text(encoding="utf-8").splitlines()[place["region"]["startLine"] - 1]
    assert declared == 'resource "aws_cloudwatch_log_group" "bad" {'
    assert result["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "module.fail_every_log_group_expires.aws_cloudwatch_log_group.bad", "kind": "resource"}
    ]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Write a state as `terraform show -json` prints it: a module with a function that is traced, and a log group that never expires."""

    def stored(kind: str, values: Json) -> Json:
        provider = "registry.terraform.io/hashicorp/aws"
        named = {"address": f"module.predict.{kind}.this", "mode": "managed", "type": kind, "name": "this", "provider_name": provider}
        return named | {"schema_version": 0, "values": values, "sensitive_values": {}}

    resources = [
        stored("aws_lambda_function", {"function_name": "predict", "timeout": 20, "tracing_config": [{"mode": "Active"}]}),
        stored("aws_cloudwatch_log_group", {"name": "/aws/lambda/predict", "retention_in_days": 0, "kms_key_id": ""}),
    ]
    root = {"child_modules": [{"address": "module.predict", "resources": resources}]}
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": root}}), encoding="utf-8")
    return file


def test_a_state_is_checked_like_a_plan(state: Path) -> None:
    report = check(state)
    assert (report.failed, report.code) == ({"Every log group expires"}, 1), report.output
    assert "module.predict.aws_cloudwatch_log_group.this: never expires" in report.output


def test_terraform_compliance_checks_a_state_like_a_plan(state: Path) -> None:
    report = run(state)
    assert "Every function is traced" in report.passed, report.output
    assert "module.predict.aws_cloudwatch_log_group.this: never expires" in report.output


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"planned_values": 3}'])
def test_a_file_that_is_not_a_plan_is_named_without_a_trace(text: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    report = check(file)
    assert (report.code, "Traceback" in report.output, str(file) in report.output) == (2, False, True)


def test_the_scenarios_are_those_of_the_table_with_its_sentences_and_profiles() -> None:
    text = "".join(feature.read_text(encoding="utf-8") for feature in FEATURES)
    written = re.findall(r"  @noskip @(\w+)\n  Scenario: (.+)\n    Given I have \w+ defined\n    Then (.+)\n", text)
    assert sorted(written) == sorted((entry.profile, entry.scenario, entry.sentence) for entry in TABLE)


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
