"""Every example plans without AWS."""

from __future__ import annotations

import json

import pytest
from planning import TREE, Planner
from prediction_api.settings import Settings

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
    (function,) = plan.resources("aws_lambda_function")
    (endpoint,) = plan.resources("aws_sagemaker_endpoint")
    settings = Settings(function["environment"][0]["variables"], fetch)
    assert settings.endpoint == endpoint["name"]


def fetch(bucket: str, key: str) -> bytes:
    message = f"the contract of an example fits into the environment, and is not s3://{bucket}/{key}"
    raise AssertionError(message)


def test_there_is_an_example_to_plan() -> None:
    assert EXAMPLES
