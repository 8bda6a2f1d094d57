"""Updates under load: another count and type of instances, a model that an alarm rolls back, and then the model that still serves."""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from endpoint_updates import AppliedUpdate, RolledBackUpdate, Stack
from hosting import constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from endpoint_updates import Update
    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

VALUE = 1.0


@pytest.fixture(scope="module")
def stack(sandbox: Sandbox, terraform: Callable[..., RootModule], rate: float) -> Stack:
    return Stack.of(terraform, sandbox, rate, "resized", constant(VALUE))


@pytest.fixture(scope="module")
def serving(stack: Stack) -> str:
    """Return the URI of the model that all updates leave in service."""
    return str(stack.module.variables["artifact"])


@pytest.fixture(scope="module")
def resized(stack: Stack) -> Update:
    return stack.update(instances=2, type="ml.c5.xlarge")


@pytest.fixture(scope="module")
def misfit(stack: Stack, serving: str, resized: Update) -> Update:  # noqa: ARG001  applied after them
    """Apply a model of five columns. It starts, and rejects requests: the container checks their number if the booster is pickled."""
    booster = xgboost.train({"nthread": 1}, xgboost.DMatrix(np.eye(5), np.ones(5)), 1)
    return stack.update(artifact=stack.artifact(pickle.dumps(booster)))


@pytest.fixture(scope="module")
def returned(stack: Stack, serving: str, misfit: Update) -> Update:  # noqa: ARG001  applied after it
    """Apply the URI of the model that still serves: what an operator applies first."""
    return stack.update(artifact=serving)


class TestAnotherCountAndType(AppliedUpdate):
    old = new = VALUE

    @pytest.fixture
    def update(self, resized: Update) -> Update:
        return resized

    def test_the_new_count_and_type_are_in_service(self, update: Update) -> None:
        (variant,) = update.description["ProductionVariants"]
        assert (update.description["EndpointStatus"], variant["CurrentInstanceCount"], update.types) == ("InService", 2, ["ml.c5.xlarge"])


class TestAModelThatFailsOnRequests(RolledBackUpdate):
    old = new = VALUE

    @pytest.fixture
    def update(self, misfit: Update) -> Update:
        return misfit

    def test_an_alarm_rolls_it_back(self, stack: Stack, update: Update) -> None:
        assert re.search(rf"the alarm {stack.deployment}-endpoint-\w+-client-errors ", update.description["FailureReason"])


class TestTheModelThatStillServes(AppliedUpdate):
    old = new = VALUE

    @pytest.fixture
    def update(self, returned: Update) -> Update:
        return returned
