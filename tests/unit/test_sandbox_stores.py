"""The state of the sandbox's services, as LocalStack resets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, override

import pytest
from localstack.state import StateVisitor
from sagemaker_sandbox.autoscaling import models as autoscaling
from sagemaker_sandbox.autoscaling.provider import AutoScalingProvider
from sagemaker_sandbox.autoscaling.variants import VariantTargets
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.sagemaker import models as sagemaker
from sagemaker_sandbox.sagemaker.models import Endpoint, Record
from sagemaker_sandbox.sagemaker.provider import SageMakerProvider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localstack.state import StateContainer

SCOPE = Scope("123456789012", "eu-central-1", "aws")


class Reset(StateVisitor):
    """Resets the containers that a provider shows, as LocalStack does."""

    @override
    def visit(self, state_container: StateContainer) -> None:
        state_container.reset()  # type: ignore[attr-defined]


@pytest.fixture
def target() -> Iterator[autoscaling.Target]:
    """Register the variant of an endpoint as a scalable target."""
    resource, dimension = "endpoint/Bikes/variant/Primary", "sagemaker:variant:DesiredInstanceCount"
    registered = autoscaling.Target(SCOPE, resource, dimension, 1, 2, "role", {})
    autoscaling.store_of(SCOPE).targets[resource, dimension] = registered
    yield registered
    autoscaling.autoscaling_stores.reset()


def test_a_reset_empties_sagemakers_stores() -> None:
    store = sagemaker.store_of(SCOPE)
    store.models["bikes"] = Record("bikes", "arn", {})
    SageMakerProvider(VariantTargets()).accept_state_visitor(Reset())
    assert (store.models, sagemaker.store_of(SCOPE).models) == ({}, {})


def test_a_reset_ends_the_background_work_of_endpoints() -> None:
    endpoint = sagemaker.store_of(SCOPE).endpoints["bikes"] = Endpoint("bikes", "arn", SCOPE, status="InService")
    SageMakerProvider(VariantTargets()).on_before_state_reset()
    sagemaker.sagemaker_stores.reset()
    assert endpoint.status == "Deleting"


def test_a_reset_empties_the_stores_of_application_auto_scaling(target: autoscaling.Target) -> None:
    assert autoscaling.all_targets() == [target]
    AutoScalingProvider().accept_state_visitor(Reset())
    assert autoscaling.all_targets() == []


@pytest.mark.parametrize(("endpoint", "variants"), [("bikes", {"Primary"}), ("bike", set()), ("bikes/variant", set())])
@pytest.mark.usefixtures("target")
def test_only_the_variants_of_an_endpoint_are_its_scalable_targets(endpoint: str, variants: set[str]) -> None:
    assert VariantTargets().variants(SCOPE, endpoint) == variants


@pytest.mark.usefixtures("target")
def test_a_scope_does_not_see_another_scopes_targets() -> None:
    assert VariantTargets().variants(Scope("123456789012", "us-east-1", "aws"), "bikes") == set()
