"""An update whose smoke prediction is wrong, and the one that corrects it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from smoke_prediction import Applied, Canary

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

FIRST, SECOND = 7.0, 8.0


@pytest.fixture(scope="module")
def canary(sandbox: Sandbox, terraform: Callable[..., RootModule]) -> Canary:
    return Canary(terraform, sandbox, "corrected")


@pytest.fixture(scope="module")
def applied(canary: Canary) -> dict[str, Applied]:
    """Apply a model with its contract, then a new contract with a model that does not predict what is expected, then the right value."""
    return {
        "right": canary.apply(FIRST, expected=FIRST, minimum=0),
        "wrong": canary.apply(SECOND, expected=FIRST, minimum=-1),
        "corrected": canary.apply(SECOND, expected=SECOND, minimum=-1),
    }


def test_the_corrected_update_succeeds_and_the_next_plan_is_empty(canary: Canary, applied: dict[str, Applied]) -> None:
    assert (applied["corrected"].code, applied["corrected"].errors, canary.module.changes()) == (0, "", "")


def test_the_api_calls_the_old_version_until_the_prediction_is_right(applied: dict[str, Applied]) -> None:
    assert applied["wrong"].version == applied["right"].version
    assert applied["corrected"].version != applied["wrong"].version
    assert applied["corrected"].predictions == [SECOND]
