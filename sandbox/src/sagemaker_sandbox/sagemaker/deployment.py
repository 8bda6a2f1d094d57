"""What CreateEndpoint, UpdateEndpoint and DeleteEndpoint set going, each in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.autoscaling import alarms
from sagemaker_sandbox.autoscaling import store as autoscaling
from sagemaker_sandbox.sagemaker import launch, pace, rollout
from sagemaker_sandbox.sagemaker.guard import Guard
from sagemaker_sandbox.sagemaker.launch import DeploymentError
from sagemaker_sandbox.sagemaker.store import Shift

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sagemaker_sandbox.sagemaker.store import Endpoint, Fleet, Record, Store

    type Changes = Mapping[str, Mapping[str, Any]]
    """Fields of ServedVariant by the variant's name."""

LOG = logging.getLogger(__name__)

TRANSITION_SECONDS: Final = 0.1
"""How long an endpoint stays in a passing state at least, so that a caller can see it; minutes on AWS."""


def create(store: Store, endpoint: Endpoint, config: Record) -> None:
    """Bring a new endpoint into service, or make it Failed."""

    def work() -> None:
        try:
            fleet = launch.fleet(store, endpoint, config)
        except DeploymentError as error:
            with store.lock:
                endpoint.move("Failed", str(error))
            return
        with store.lock:
            endpoint.replace_fleet(fleet)
            endpoint.pending = None
            endpoint.move("InService")

    _run(store, endpoint, work)


def update(store: Store, endpoint: Endpoint, config: Record, keep: Callable[[Fleet, Fleet], Fleet]) -> None:
    """Replace what serves the endpoint by ``config``, or go on with what serves it now.

    ``keep`` carries over from the old fleet to the new what the caller wants kept. A rollback leaves the endpoint
    InService with a FailureReason, as on AWS: no other state says that the update has failed.
    """

    def work() -> None:
        old = endpoint.fleet
        assert old is not None  # noqa: S101  only an endpoint in service is updated
        try:
            fleet = keep(old, launch.fleet(store, endpoint, config))
            _shift(store, endpoint, fleet)
        except DeploymentError as error:
            with store.lock:
                endpoint.shift = endpoint.pending = None
                endpoint.move("InService", str(error))
            return
        with store.lock:
            endpoint.replace_fleet(fleet)
            endpoint.config, endpoint.pending = config.name, None
            endpoint.move("InService")

    _run(store, endpoint, work)


def _shift(store: Store, endpoint: Endpoint, fleet: Fleet) -> None:
    """Move the traffic to ``fleet`` as the deployment configuration says; DeploymentError if an alarm goes off."""
    with closing(Guard(endpoint.place, rollout.alarm_names(endpoint.deployment))) as guard:
        for variant in fleet.variants:
            guard.check_role(variant.log.role)
        for step in rollout.steps(endpoint.deployment, fleet.instances):
            with store.lock:
                endpoint.shift = Shift(fleet, step.share, "Baking" if step.seconds else "ActivatingTraffic")
            guard.watch(pace.shortened(step.seconds))


def resize(store: Store, endpoint: Endpoint, changes: Changes) -> None:
    """Start changing weights or sizes of variants of an endpoint in service, which needs no new container."""
    endpoint.move("Updating")

    def work() -> None:
        with store.lock:
            assert endpoint.fleet is not None  # noqa: S101  only an endpoint in service is resized
            endpoint.replace_fleet(endpoint.fleet.with_variants(changes))
            endpoint.move("InService")

    _run(store, endpoint, work)


def delete(store: Store, endpoint: Endpoint) -> None:
    """Take the endpoint out of the store, and its variants out of Application Auto Scaling."""

    def work() -> None:
        for target in autoscaling.forget_endpoint(endpoint.place, endpoint.name):
            for policy in target.policies.values():
                alarms.delete(target, policy)
        with store.lock:
            store.endpoints.pop(endpoint.name.lower(), None)
            store.tags.pop(endpoint.arn, None)

    _run(store, endpoint, work)


def _run(store: Store, endpoint: Endpoint, work: Callable[[], None]) -> None:
    def guarded() -> None:
        time.sleep(TRANSITION_SECONDS)
        try:
            work()
        except Exception as error:
            LOG.exception("deployment of endpoint %s broke", endpoint.name)
            with store.lock:
                endpoint.shift = None
                endpoint.move("Failed", f"Internal error of the sandbox: {error!r}"[: launch.LONGEST_REASON])

    threading.Thread(target=guarded, name=f"endpoint-{endpoint.name}", daemon=True).start()
