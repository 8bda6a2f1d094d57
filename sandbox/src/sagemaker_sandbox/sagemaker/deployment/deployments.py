"""Deployments: the background work of CreateEndpoint, UpdateEndpoint and DeleteEndpoint, each in its own thread."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.sagemaker.deployment import fleet_start, traffic_shifting
from sagemaker_sandbox.sagemaker.deployment.alarm_monitor import AlarmMonitor
from sagemaker_sandbox.sagemaker.deployment.fleet_start import DeploymentError
from sagemaker_sandbox.sagemaker.models import TrafficShift
from sagemaker_sandbox.testing import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sagemaker_sandbox.sagemaker.models import Endpoint, Fleet, Record, SageMakerStore
    from sagemaker_sandbox.sagemaker.scaling import ScalableTargets

    type Changes = Mapping[str, Mapping[str, Any]]
    """Fields of ServedVariant by the variant's name."""

LOG = logging.getLogger(__name__)

TRANSITION_SECONDS: Final = 0.1
"""The minimum time that an endpoint spends in a transitional state, so that a client can observe it; minutes on AWS."""


def create(store: SageMakerStore, endpoint: Endpoint, config: Record) -> None:
    """Bring a new endpoint into service; if that fails, its status becomes Failed."""

    def work() -> None:
        try:
            fleet = fleet_start.start_fleet(store, endpoint, config)
        except DeploymentError as error:
            with store.lock:
                endpoint.set_status("Failed", str(error))
            return
        with store.lock:
            endpoint.replace_fleet(fleet)
            endpoint.pending = None
            endpoint.set_status("InService")

    _run(store, endpoint, work)


def update(store: SageMakerStore, endpoint: Endpoint, config: Record, keep: Callable[[Fleet, Fleet], Fleet]) -> None:
    """Replace the endpoint's fleet with one of ``config``, or keep the current one if that fails.

    ``keep`` carries properties that the caller retains from the old fleet over to the new one. A rollback leaves the
    endpoint InService with a FailureReason, as on AWS: no status says that an update has failed.
    """

    def work() -> None:
        old = endpoint.fleet
        assert old is not None  # noqa: S101  only an endpoint in service is updated
        try:
            fleet = keep(old, fleet_start.start_fleet(store, endpoint, config))
            _shift_traffic(store, endpoint, fleet)
        except DeploymentError as error:
            with store.lock:
                endpoint.shift = endpoint.pending = None
                endpoint.set_status("InService", str(error))
            return
        with store.lock:
            endpoint.replace_fleet(fleet)
            endpoint.config, endpoint.pending = config.name, None
            endpoint.set_status("InService")

    _run(store, endpoint, work)


def _shift_traffic(store: SageMakerStore, endpoint: Endpoint, fleet: Fleet) -> None:
    """Shift traffic to ``fleet`` as the deployment configuration says. Raises DeploymentError if an alarm goes off."""
    with closing(AlarmMonitor(endpoint.scope, traffic_shifting.alarm_names(endpoint.deployment))) as monitor:
        for variant in fleet.variants:
            monitor.check_role(variant.role)
        for step in traffic_shifting.steps(endpoint.deployment, fleet.instances):
            with store.lock:
                endpoint.shift = TrafficShift(fleet, step.share, "Baking" if step.seconds else "ActivatingTraffic")
            monitor.watch(clock.shortened(step.seconds))


def resize(store: SageMakerStore, endpoint: Endpoint, changes: Changes) -> None:
    """Start changing weights or capacities of variants of an endpoint in service, which needs no new container."""
    endpoint.set_status("Updating")

    def work() -> None:
        with store.lock:
            assert endpoint.fleet is not None  # noqa: S101  only an endpoint in service is resized
            endpoint.replace_fleet(endpoint.fleet.with_variants(changes))
            endpoint.set_status("InService")

    _run(store, endpoint, work)


def delete(store: SageMakerStore, endpoint: Endpoint, scaling: ScalableTargets) -> None:
    """Remove the endpoint from the store, and its variants from Application Auto Scaling."""

    def work() -> None:
        scaling.deregister_endpoint(endpoint.scope, endpoint.name)
        with store.lock:
            store.endpoints.pop(endpoint.name.lower(), None)
            store.tags.pop(endpoint.arn, None)

    _run(store, endpoint, work)


def _run(store: SageMakerStore, endpoint: Endpoint, work: Callable[[], None]) -> None:
    def guarded() -> None:
        time.sleep(TRANSITION_SECONDS)
        try:
            work()
        except Exception as error:
            LOG.exception("the deployment of endpoint %s failed unexpectedly", endpoint.name)
            with store.lock:
                endpoint.shift = None
                reason = f"Internal error of the sandbox: {error!r}"
                endpoint.set_status("Failed", reason[: fleet_start.MAX_REASON_LENGTH])

    threading.Thread(target=guarded, name=f"endpoint-{endpoint.name}", daemon=True).start()
