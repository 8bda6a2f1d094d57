"""The bikeshare example after its demo: permissions that drifted, and other training data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from bikeshare import TOLERANCE, Example, ask_booster, predictions_in, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py


@pytest.fixture(scope="module")
def example(sandbox: Sandbox, terraform: Callable[..., RootModule]) -> Iterator[Example]:
    example = Example.copied(terraform, sandbox)
    example.demo()
    yield example
    example.module.destroy()


@pytest.fixture(scope="module")
def booster_says(example: Example) -> list[float]:
    return ask_booster(example.artifact)


def test_a_function_without_permission_to_invoke_says_so_and_apply_restores_it(
    example: Example, client: Callable[..., Any], booster_says: list[float]
) -> None:
    role = example.outputs["function_role_arn"].rpartition("/")[2]
    iam = client("iam")
    policy = iam.get_role_policy(RoleName=role, PolicyName="invoke")["PolicyDocument"]
    elsewhere = json.dumps(policy).replace(":endpoint/bikeshare", ":endpoint/another")
    iam.put_role_policy(RoleName=role, PolicyName="invoke", PolicyDocument=elsewhere)
    response = example.post(request())
    example.module.apply()
    healed = example.post(request())
    assert (response.status, response.document["code"]) == (500, "endpoint_access_denied")
    assert healed.document["predictions"] == pytest.approx(booster_says, abs=TOLERANCE, rel=0)


def test_a_model_trained_on_other_data_replaces_the_old_one(example: Example, booster_says: list[float]) -> None:
    shipped = example.module.folder / "data" / "train_synthetic.csv"
    mine = example.tree / "mine.csv"
    mine.write_text("".join(shipped.read_text().splitlines(keepends=True)[:5000]))
    predictions = predictions_in(example.demo(TRAIN_CSV=str(mine)))
    now = ask_booster(example.artifact)
    assert now != booster_says
    assert predictions == pytest.approx(now, abs=TOLERANCE, rel=0)
