"""A new model under load, and one that does not start. ``extensive`` has other capacity, and a model that an alarm rolls back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from endpoint_updates import AppliedUpdate, RolledBackUpdate, Stack
from hosting import constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from endpoint_updates import Update
    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

OLD, NEW = 1.0, 2.0


@pytest.fixture(scope="module")
def stack(sandbox: Sandbox, terraform: Callable[..., RootModule], rate: float) -> Stack:
    return Stack.of(terraform, sandbox, rate, "updated", constant(OLD))


@pytest.fixture(scope="module")
def good(stack: Stack) -> Update:
    return stack.update(artifact=stack.artifact(constant(NEW)))


@pytest.fixture(scope="module")
def broken(stack: Stack, good: Update) -> Update:  # noqa: ARG001  applied after it
    # this model has a contract with four features: requests with three would be rejected
    return stack.update(artifact=stack.artifact(b"not a booster"), names=["a", "b", "c", "d"])


class TestANewModel(AppliedUpdate):
    old, new = OLD, NEW

    @pytest.fixture
    def update(self, good: Update) -> Update:
        return good


class TestAModelThatDoesNotStart(RolledBackUpdate):
    old = new = NEW

    @pytest.fixture
    def update(self, broken: Update) -> Update:
        return broken

    def test_no_request_fails(self, update: Update) -> None:
        assert update.failed == []

    def test_the_log_that_the_failure_names_contains_the_containers_message(self, stack: Stack, update: Update) -> None:
        group = f"/aws/sagemaker/Endpoints/{stack.name}"
        assert group in "".join(update.applied.stderr.split())
        events = stack.hosting.client("logs").filter_log_events(logGroupName=group)["events"]
        assert any("Model /opt/ml/model/xgboost-model cannot be loaded" in event["message"] for event in events)

    def test_sagemaker_says_why_it_was_rolled_back(self, update: Update) -> None:
        assert "did not pass the ping health check" in update.description["FailureReason"]
        assert update.description["EndpointStatus"] == "InService"
