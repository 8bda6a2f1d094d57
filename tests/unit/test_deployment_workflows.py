"""The workflows for GitHub and the template for GitLab: what holds for them as they are written."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import workflows
import yaml

TREE = Path(__file__).resolve().parents[2]
GITLAB, DOCS = TREE / "pipeline/gitlab/deploy.yml", TREE / "docs"
CALLED = ["deploy-plan", "deploy-apply"]
EVERY = sorted(path.stem for path in workflows.FOLDER.glob("*.yml"))


def jobs(name: str) -> dict[str, Any]:
    found: dict[str, Any] = workflows.read(name)["jobs"]
    return found


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in jobs(name).values() for step in job.get("steps", [])]


def gitlab(**given: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the inputs of GitLab's template and its jobs, each with everything that it extends, and with example values of the inputs."""
    header, text = GITLAB.read_text(encoding="utf-8").split("\n---\n")
    inputs = yaml.safe_load(header)["spec"]["inputs"]
    examples = {name: str(one.get("default", "an-input")) for name, one in inputs.items()}
    examples |= {"image": "an-image@sha256:" + "0" * 64, "smoke": "true"} | given
    for _ in range(2):  # a default may name another input
        text = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: examples[found[1]], text)
    return inputs, yaml.safe_load(text)


def merged(name: str, declared: dict[str, Any]) -> dict[str, Any]:
    """Return a job of GitLab with what it extends: mappings are merged, the last one wins."""
    own = declared[name]
    base: dict[str, Any] = {}
    for parent in [own["extends"]] if isinstance(own.get("extends"), str) else own.get("extends", []):
        base = deep(base, merged(parent, declared))
    return deep(base, own)


def deep(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    both = {key: deep(base[key], over[key]) for key in base.keys() & over.keys() if isinstance(base[key], dict)}
    return base | over | both


@pytest.mark.parametrize("name", EVERY)
def test_every_action_is_pinned_to_the_commit_of_a_release(name: str) -> None:
    text = (workflows.FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    used = [line.strip() for line in text.splitlines() if re.search(r"\buses: ", line)]
    pinned = re.compile(r"(- )?uses: (\./\.github/workflows/[\w-]+\.yml|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")
    assert used
    assert [line for line in used if not pinned.fullmatch(line)] == []


def test_an_action_has_one_version_in_all_workflows() -> None:
    used = {step["uses"] for name in EVERY for step in steps(name) if "uses" in step}
    actions = [action.partition("@")[0] for action in used]
    assert sorted(actions) == sorted(set(actions))


def test_the_documentation_shows_actions_as_the_workflows_pin_them() -> None:
    used = {step["uses"] for name in EVERY for step in steps(name) if "uses" in step}
    action = re.compile(r"uses: ((?:actions|aws-actions|github|hashicorp)/[^\s#]+)")
    shown = {found for page in DOCS.rglob("*.md") for found in action.findall(page.read_text(encoding="utf-8"))}
    assert shown
    assert shown <= used


@pytest.mark.parametrize("name", EVERY)
def test_only_the_defaults_of_a_job_contain_expressions(name: str) -> None:
    # https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability lists jobs.<job_id>.defaults.run only
    assert "${{" not in json.dumps(workflows.read(name).get("defaults", {}))


@pytest.mark.parametrize("name", CALLED)
def test_every_job_with_commands_runs_them_in_the_folder_of_the_stack(name: str) -> None:
    document = workflows.read(name)
    found = {workflows.working_directory(document, job) for job, one in jobs(name).items() if any("run" in step for step in one["steps"])}
    assert found == {"${{ inputs.working-directory }}"}


def test_the_runner_of_the_tests_gives_steps_the_python_of_the_workflow(tmp_path: Path) -> None:
    elsewhere = tmp_path / "python3"
    elsewhere.write_text("#!/bin/sh\necho another\n", encoding="utf-8")
    elsewhere.chmod(0o755)
    environment = workflows.with_python("3.13", {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    done = subprocess.run(["bash", "-c", "python3 --version"], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Python 3.13.")


@pytest.mark.parametrize("name", ["deploy", *CALLED])
def test_only_jobs_with_credentials_get_an_id_token(name: str) -> None:
    assert workflows.read(name)["permissions"] == {}
    for job in jobs(name).values():
        needs = "uses" in job or any("configure-aws-credentials" in step.get("uses", "") for step in job["steps"])
        assert ("id-token" in job["permissions"]) == needs, job


def test_only_the_job_that_uploads_findings_may_write_them() -> None:
    writing = [job for name in CALLED for job, one in jobs(name).items() if "security-events" in one["permissions"]]
    assert writing == ["report"]
    assert all("run" not in step for step in jobs("deploy-plan")["report"]["steps"])


def test_a_deployment_continues_where_findings_cannot_be_uploaded() -> None:
    (upload,) = [step for step in jobs("deploy-plan")["report"]["steps"] if "upload-sarif" in step["uses"]]
    assert upload["continue-on-error"] is True


def test_reports_of_two_environments_have_different_names(tmp_path: Path) -> None:
    (naming,) = [step for step in steps("deploy-plan") if step.get("name") == "Name the reports"]
    names = set()
    for label, environment in (("deployment", "staging"), ("deployment", "production"), ("rollback", "production")):
        context = {"inputs.label": label, "inputs.environment": environment, "inputs.working-directory": "stacks/demand"}
        output = tmp_path / f"{label}-{environment}"
        variables = {"GITHUB_OUTPUT": str(output), "NAME": workflows.substituted(naming["env"]["NAME"], context)}
        subprocess.run(["bash", "-c", naming["run"]], env=variables, check=True)
        names.add(output.read_text(encoding="utf-8").strip())
    assert names == {
        f"name=compliance-{one}-stacks-demand" for one in ("deployment-staging", "deployment-production", "rollback-production")
    }
    assert jobs("deploy-plan")["report"]["steps"][-1]["with"]["category"] == "${{ needs.plan.outputs.reports }}"


@pytest.mark.parametrize("name", EVERY)
def test_a_checkout_keeps_no_credentials(name: str) -> None:
    found = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in found)


@pytest.mark.parametrize("name", ["deploy", *CALLED])
def test_no_script_contains_an_expression(name: str) -> None:
    assert [step["run"] for step in steps(name) if "${{" in step.get("run", "")] == []


def test_no_secret_is_passed_to_the_plan() -> None:
    assert "secrets" not in jobs("deploy")["plan"]
    assert "secrets." not in (workflows.FOLDER / "deploy-plan.yml").read_text(encoding="utf-8")


def test_a_plan_is_never_an_artifact() -> None:
    kept = [
        step["with"]["path"].splitlines() for step in steps("deploy-plan") if step.get("uses", "").startswith("actions/upload-artifact@")
    ]
    assert [Path(path).name for paths in kept for path in paths] == ["compliance.sarif", "compliance.xml"]
    artifacts = gitlab()[1][".deploy-plan"]["artifacts"]
    assert artifacts["paths"] == ["cost.md"]
    assert sorted(artifacts["reports"]) == ["codequality", "dotenv", "junit"]


def test_the_apply_waits_for_the_approval_of_the_environment() -> None:
    assert jobs("deploy-apply")["apply"]["environment"] == "${{ inputs.environment }}"
    assert jobs("deploy")["apply"]["with"]["environment"] == "${{ inputs.environment }}"
    job = gitlab()[1]["deploy:apply"]
    assert job["environment"]["name"] == "an-input"
    assert [(rule["when"], rule["allow_failure"]) for rule in job["rules"]] == [("manual", False)]


def test_the_rollback_has_the_same_gates() -> None:
    declared = jobs("deploy")
    for forward, back in (("plan", "rollback-plan"), ("apply", "rollback")):
        assert declared[forward]["uses"] == declared[back]["uses"]
        assert declared[forward]["permissions"] == declared[back]["permissions"]
        differing = {key for key, value in declared[back]["with"].items() if value != declared[forward]["with"].get(key)}
        assert differing == ({"label", "ref"} if forward == "plan" else {"commit", "environment", "plan-digest"})
    written = gitlab()[1]
    for step in ("check", "plan", "apply"):
        assert merged(f"deploy:{step}", written)["script"] == merged(f"rollback:{step}", written)["script"]


REF = "0123abc"
ROLLED_BACK: dict[str, tuple[dict[str, str], bool]] = {
    "a failed apply or smoke prediction": ({"result": "failure", "started": "true", "ref": REF}, True),
    "a rejected approval, or a failure before the apply": ({"result": "failure", "started": "", "ref": REF}, False),
    "a failed plan, after which nothing is applied": ({"result": "skipped", "started": "", "ref": REF}, False),
    "a failed apply without a commit to return to": ({"result": "failure", "started": "true", "ref": ""}, False),
}


@pytest.mark.parametrize("case", ROLLED_BACK)
def test_a_rollback_follows_only_an_apply_that_has_started(case: str) -> None:
    found, expected = ROLLED_BACK[case]
    context = {"needs.apply.result": found["result"], "needs.apply.outputs.started": found["started"], "inputs.rollback-ref": found["ref"]}
    condition = jobs("deploy")["rollback-plan"]["if"][3:-2].strip()
    assert bool(workflows.evaluate(condition, context, failure=lambda: True)) is expected


@pytest.mark.parametrize(("started", "code"), [("true", 0), ("false", 1)])
def test_the_rollback_on_gitlab_stops_if_the_apply_has_not_started(started: str, code: int) -> None:
    declared = gitlab()[1]
    check = merged("rollback:check", declared)["script"][0]
    done = subprocess.run(["bash", "-c", check], env={"APPLY_STARTED": started}, capture_output=True, text=True, check=False)
    assert (done.returncode, "nothing to roll back" in done.stdout) == (code, bool(code))
    assert [declared[name]["variables"]["APPLY_STARTED"] for name in ("deploy:check", "rollback:check")] == ["true", "false"]
    assert merged("deploy:apply", declared)["artifacts"]["reports"] == {"dotenv": "apply.env"}


def test_every_output_that_a_workflow_reads_is_declared() -> None:
    text = (workflows.FOLDER / "deploy.yml").read_text(encoding="utf-8")
    read = set(re.findall(r"needs\.([\w-]+)\.outputs\.([\w-]+)", text))
    assert read
    for job, output in read:
        called = Path(jobs("deploy")[job]["uses"]).stem
        value = workflows.read(called)["on"]["workflow_call"]["outputs"][output]["value"]
        (inner,) = re.findall(r"jobs\.([\w-]+)\.outputs\.", value)
        assert output in jobs(called)[inner]["outputs"], (job, output)


PREPARED = ["PREPARE", "BACKEND_CONFIG", "terraform init", "requirements/install.py"]
CHECKED = [
    "terraform fmt",
    "PREPARE",
    "terraform init",
    "terraform validate",
    "terraform test",
    "requirements/install.py",
    "contract check",
]
ORDER = {
    "deploy-plan": [*CHECKED, *PREPARED, "pipeline plan", "pipeline cost", "compliance/check.py", "pipeline store"],
    "deploy-apply": [*PREPARED, "pipeline fetch", "started=true", "terraform apply", "pipeline smoke"],
}


def commands(name: str) -> list[str]:
    """Return the commands of a workflow, without the one that only GitHub needs: its artifacts need a name."""
    return [with_started(step["run"].strip()) for step in steps(name) if "run" in step and step.get("name") != "Name the reports"]


def with_started(command: str) -> str:
    """Return a command, with one spelling for the note that the apply starts: each system has its own file for it."""
    return 'echo "started=true"' if re.fullmatch(r'echo "(apply_)?started=true" >.*', command, re.IGNORECASE) else command


@pytest.mark.parametrize("name", CALLED)
def test_the_steps_come_in_the_order_of_a_deployment(name: str) -> None:
    found = commands(name)
    assert [word in command for word, command in zip(ORDER[name], found, strict=True)] == [True] * len(found), found


# On GitHub, actions do this: check a commit out, and obtain credentials.
ONLY_GITLAB = ("git checkout ", "cd ", 'test "$APPLY_STARTED"', 'echo "PLAN_COMMIT=')


@pytest.mark.parametrize("name", CALLED)
def test_github_and_gitlab_run_the_same_commands(name: str) -> None:
    written = gitlab()[1]
    names = [".deploy-check", ".deploy-plan"] if name == "deploy-plan" else [".deploy-apply"]
    scripts = [with_started(command) for job in names for command in written[job]["script"]]
    assert [command for command in scripts if not command.startswith(ONLY_GITLAB)] == commands(name)


def test_a_plan_needs_no_lock_which_its_role_could_not_write() -> None:
    (plan,) = [command for command in commands("deploy-plan") if "pipeline plan" in command]
    assert plan.endswith(" --no-lock")


def test_both_have_the_same_inputs() -> None:
    github = set(workflows.read("deploy")["on"]["workflow_call"]["inputs"])
    # GitLab's rules, images and ID tokens are settings of GitHub's repository, actions and runners, and the other way round
    only_github = {"apply", "role-duration-seconds", "terraform-version", "timeout-minutes", "upload-sarif"}
    assert github - only_github == set(gitlab()[0]) - {"audience", "image", "rollback-when"}


def test_every_input_of_a_called_workflow_is_passed_and_used() -> None:
    for name in CALLED:
        declared = set(workflows.read(name)["on"]["workflow_call"]["inputs"])
        text = (workflows.FOLDER / f"{name}.yml").read_text(encoding="utf-8")
        assert {one for one in declared if f"inputs.{one}" not in text} == set()
        for job in jobs("deploy").values():
            if job["uses"].endswith(f"/{name}.yml"):
                assert declared - set(job["with"]) <= {"ref"}
                assert set(job["with"]) <= declared


def test_every_variable_of_a_command_is_set_for_it() -> None:
    set_by_the_runner = {"GITHUB_OUTPUT"}
    for name in CALLED:
        document = workflows.read(name)
        for step in steps(name):
            known = {*document["env"], *step.get("env", {}), *set_by_the_runner}
            assert set(re.findall(r"\$\{?([A-Z_]+)", step.get("run", ""))) <= known, step


def test_gitlabs_template_follows_its_schema() -> None:
    schema = json.loads((files("check_jsonschema") / "builtin_schemas/vendor/gitlab-ci.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(gitlab()[1])
    jsonschema.Draft7Validator(schema).validate({"spec": {"inputs": gitlab()[0]}})


def test_gitlabs_image_is_pinned() -> None:
    pattern = gitlab()[0]["image"]["regex"]
    assert re.fullmatch(pattern, "registry.example.com/terraform@sha256:" + "0" * 64)
    assert not re.fullmatch(pattern, "registry.example.com/terraform:1.11.4")


def test_every_job_of_gitlab_that_calls_aws_exchanges_its_token() -> None:
    declared = gitlab()[1]
    for name in ("deploy:plan", "deploy:apply", "rollback:plan", "rollback:apply"):
        job = merged(name, declared)
        assert list(job["id_tokens"]) == ["AWS_ID_TOKEN"], name
        assert "AWS_ROLE_ARN" in job["variables"], name
    assert "id_tokens" not in merged("deploy:check", declared)


def test_only_jobs_of_an_environment_assume_the_role_that_applies() -> None:
    for name, job in jobs("deploy").items():
        called = jobs(Path(job["uses"]).stem).values()
        assuming = [one for one in called if any("configure-aws-credentials" in step.get("uses", "") for step in one["steps"])]
        approved = all("environment" in one for one in assuming)
        assert job["with"]["role-arn"] == ("${{ inputs.role-arn }}" if approved else "${{ inputs.plan-role-arn }}"), name
    assert workflows.read("deploy")["on"]["workflow_call"]["inputs"]["plan-role-arn"]["required"] is True


def test_only_jobs_of_an_environment_assume_the_role_that_applies_on_gitlab() -> None:
    examples = {"plan-role-arn": "plan-role", "role-arn": "apply-role"}
    declared = gitlab(**examples)[1]
    for name in ("deploy:plan", "deploy:apply", "rollback:plan", "rollback:apply"):
        job = merged(name, declared)
        assert job["variables"]["AWS_ROLE_ARN"] == ("apply-role" if "environment" in job else "plan-role"), name
        assert all("AWS_ROLE_ARN" not in rule.get("variables", {}) for rule in job["rules"]), name
    assert not any("AWS_ROLE_ARN" in command for job in declared.values() for command in job.get("script", []))
    assert "default" not in gitlab()[0]["plan-role-arn"]


@pytest.mark.parametrize("apply", [True, False])
def test_only_a_plan_that_will_be_applied_is_stored(apply: bool) -> None:
    assert workflows.evaluate(jobs("deploy")["plan"]["with"]["store"][3:-2], {"inputs.apply": apply}) is apply


def test_gitlab_stores_only_plans_of_the_default_branch() -> None:
    declared = gitlab()[1]
    assert merged("deploy:plan", declared)["variables"]["STORE"] == "false"
    (rule,) = [rule for rule in declared["deploy:plan"]["rules"] if "variables" in rule]
    assert (rule["if"], rule["variables"]["STORE"]) == ("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "true")


# The variables that GitLab sets: https://docs.gitlab.com/ci/variables/predefined_variables/
PIPELINES: dict[str, tuple[dict[str, str], set[str]]] = {
    "of the default branch": (
        {"$CI_PIPELINE_SOURCE": "push", "$CI_COMMIT_BRANCH": "main"},
        {"deploy:check", "deploy:plan", "deploy:apply", "rollback:check", "rollback:plan", "rollback:apply"},
    ),
    "of another branch": ({"$CI_PIPELINE_SOURCE": "push", "$CI_COMMIT_BRANCH": "change"}, {"deploy:check", "deploy:plan"}),
    "of a merge request": ({"$CI_PIPELINE_SOURCE": "merge_request_event"}, set()),
    "of a tag": ({"$CI_PIPELINE_SOURCE": "push", "$CI_COMMIT_TAG": "v1.0.0"}, set()),
}


def included(job: dict[str, Any], variables: dict[str, str]) -> bool:
    """Return whether the first rule of a job that matches a pipeline includes it. Each condition is a variable, or compares two values."""
    for rule in job["rules"]:
        found, _, expected = (part.strip() for part in rule["if"].partition("=="))
        value = variables.get(found, "")
        if value and (not expected or value == variables.get(expected, expected.strip('"'))):
            return bool(rule.get("when") != "never")
    return False


@pytest.mark.parametrize("case", PIPELINES)
def test_a_pipeline_of_gitlab_has_every_job_that_another_needs(case: str) -> None:
    variables, expected = PIPELINES[case]
    declared = {name: job for name, job in gitlab()[1].items() if not name.startswith(".")}
    names = {name for name, job in declared.items() if included(job, {"$CI_DEFAULT_BRANCH": "main", **variables})}
    assert names == expected
    assert {needed for name in names for needed in declared[name].get("needs", [])} <= names
