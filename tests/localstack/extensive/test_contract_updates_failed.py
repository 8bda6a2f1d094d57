"""A contract whose model does not start, and then one that does, each in one apply under load."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from contract_updates import Updates, trained

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract_updates import Seen
    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

FIRST = trained("abc", seed=1)
NEXT = trained("ab", "expm1", seed=5)


@pytest.fixture(scope="module")
def updates(sandbox: Sandbox, terraform: Callable[..., RootModule], rate: float) -> Updates:
    return Updates(terraform, sandbox, rate, "unstarted", FIRST)


@pytest.fixture(scope="module")
def broken(updates: Updates) -> Seen:
    return updates.apply(replace(NEXT, broken=True))


@pytest.fixture(scope="module")
def healed(updates: Updates, broken: Seen) -> Seen:  # noqa: ARG001  applied after it
    return updates.apply(NEXT)


def test_every_response_is_a_prediction_of_a_model_through_its_own_contract(broken: Seen, healed: Seen) -> None:
    assert (broken.strange(FIRST), healed.strange(FIRST, NEXT)) == ([], [])


def test_apply_of_a_model_that_does_not_start_fails_before_the_api_moves(broken: Seen) -> None:
    assert (broken.code, broken.predictions[-1]) == (1, pytest.approx(FIRST.prediction, rel=1e-6))


def test_the_next_apply_succeeds_and_the_plan_after_it_is_empty(healed: Seen) -> None:
    assert (healed.code, healed.plan) == (0, ""), healed.said
    assert healed.predictions[-1] == pytest.approx(NEXT.prediction, rel=1e-6)
    assert (healed.endpoints, healed.configs) == ([healed.endpoint], 1)


def test_apply_says_that_an_endpoint_was_created_again_without_its_log_group(healed: Seen) -> None:
    said = " ".join(healed.said.replace("│", "").split())
    assert "terraform apply -replace='module.unstarted.module.endpoint.aws_cloudwatch_log_group.this[0]'" in said
