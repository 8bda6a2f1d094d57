"""A prediction of the contract's sample request by the function's new version, before the API calls that version.

``extensive`` has the update that corrects a wrong prediction.
"""

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
    return Canary(terraform, sandbox, "canary")


@pytest.fixture(scope="module")
def right(canary: Canary) -> Applied:
    """Apply a model with its contract."""
    return canary.apply(FIRST, expected=FIRST, minimum=0)


@pytest.fixture(scope="module")
def wrong(canary: Canary, right: Applied) -> Applied:  # noqa: ARG001  applied after it
    """Apply a new contract with a model that does not predict what is expected."""
    return canary.apply(SECOND, expected=FIRST, minimum=-1)


def test_a_deployment_that_predicts_what_is_expected_succeeds(right: Applied) -> None:
    assert (right.code, right.errors, right.predictions) == (0, "", [FIRST])


def test_an_update_that_predicts_something_else_fails_and_shows_it(wrong: Applied) -> None:
    assert wrong.code == 1
    assert "did not predict 7 for the contract's sample request, and the API was not moved to it" in wrong.errors
    assert '"predictions": [8.0]' in wrong.errors


def test_the_api_calls_the_old_version_while_the_prediction_is_wrong(right: Applied, wrong: Applied) -> None:
    assert wrong.version == right.version
