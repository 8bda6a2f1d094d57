"""Every example plans without AWS."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import metrics
import pytest
from planning import TREE, Planner
from prediction_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = sorted(file.parent.name for file in TREE.glob("examples/*/main.tf"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_plans_without_a_warning(example: str, planner: Planner) -> None:
    assert planner.plan(f"examples/{example}").warnings == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_plan_of_an_example_is_the_same_on_every_machine(example: str, planner: Planner) -> None:
    # a path of this machine in a plan would be a change on the next
    assert str(planner.tree) not in json.dumps(planner.plan(f"examples/{example}").document)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_handler_accepts_the_environment_that_an_example_plans(example: str, planner: Planner) -> None:
    plan = planner.plan(f"examples/{example}")
    (function,) = (one for one in plan.resources("aws_lambda_function") if one["handler"].startswith("prediction_api."))
    (endpoint,) = plan.resources("aws_sagemaker_endpoint")
    settings = Settings(function["environment"][0]["variables"], fetch)
    assert settings.endpoint == endpoint["name"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_alarm_of_an_example_names_a_section_of_the_runbook(example: str, planner: Planner) -> None:
    plan = planner.plan(f"examples/{example}")
    alarms = [*plan.resources("aws_cloudwatch_metric_alarm"), *plan.resources("aws_cloudwatch_composite_alarm")]
    sections = {metrics.section_of(alarm["alarm_description"]) for alarm in alarms}
    assert sections <= metrics.sections()
    assert ("dead-letters" in sections) == (example == "hardened")


def fetch(bucket: str, key: str) -> bytes:
    message = f"the contract of an example fits into the environment, and is not s3://{bucket}/{key}"
    raise AssertionError(message)


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_role_of_an_example_has_full_access(example: str, planner: Planner) -> None:
    planned = planner.plan(f"examples/{example}").document["planned_values"]
    assert [text for text in texts(planned) if "FullAccess" in text or "AdministratorAccess" in text] == []


@pytest.mark.parametrize(
    ("example", "model", "targets", "complaint"),
    [
        ("asynchronous", "", '"variant"', "a serverless or asynchronous endpoint has one variant"),
        ("variants", "", '"variant", "model"', "the endpoint serves one model"),
        ("bikeshare", ", multi_model = {}", "", "with model.multi_model, a request must name its model"),
    ],
)
def test_a_target_that_the_serving_mode_does_not_support_is_rejected(
    example: str, model: str, targets: str, complaint: str, planner: Planner
) -> None:
    root = planner.tree / f"examples/{example}-by-target"
    shutil.copytree(TREE / "examples" / example, root, ignore=shutil.ignore_patterns(".*", "*.tfstate*"))
    main = (root / "main.tf").read_text(encoding="utf-8")
    main = re.sub(r"(yamldecode\(.*\))\n", rf"merge(\1, {{ payload = {{ targets = [{targets}] }} }})\n", main)
    main = re.sub(r"(artifact = module\.\w+\.uri)", rf"\1{model}", main)
    (root / "main.tf").write_text(main, encoding="utf-8")
    with pytest.raises(AssertionError, match=f"payload.targets: {complaint}"):
        planner.plan(root.relative_to(planner.tree).as_posix())


def texts(value: Any) -> Iterator[str]:
    """Find every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def test_there_is_an_example_to_plan() -> None:
    assert EXAMPLES
