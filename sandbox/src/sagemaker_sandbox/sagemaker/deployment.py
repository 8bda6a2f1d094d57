"""What CreateEndpoint, UpdateEndpoint and DeleteEndpoint set going, each in a thread of its own."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.sagemaker import artifacts, container
from sagemaker_sandbox.sagemaker.container_log import ContainerLog
from sagemaker_sandbox.sagemaker.store import Fleet, ServedVariant, now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sagemaker_sandbox.sagemaker.store import Endpoint, Json, Place, Record, Store

LOG = logging.getLogger(__name__)

TRANSITION_SECONDS: Final = 0.1
"""How long an endpoint stays in a passing state at least, so that a caller can see it; minutes on AWS."""
_LONGEST_REASON: Final = 1024


class DeploymentError(Exception):
    """A deployment failed; the message is AWS's FailureReason, followed by what the sandbox knows."""


def create(store: Store, endpoint: Endpoint, config: Record) -> None:
    """Bring a new endpoint into service, or make it Failed."""

    def work() -> None:
        try:
            fleet = _start(store, endpoint, config)
        except DeploymentError as error:
            with store.lock:
                endpoint.move("Failed", str(error))
            return
        with store.lock:
            endpoint.fleet, endpoint.pending = fleet, None
            endpoint.move("InService")

    _run(store, endpoint, work)


def update(store: Store, endpoint: Endpoint, config: Record, keep: Callable[[Fleet, Fleet], Fleet]) -> None:
    """Replace what serves the endpoint by ``config``, or go on with what serves it now.

    ``keep`` carries over from the old fleet to the new what the caller wants kept. A rollback leaves the endpoint
    InService with a FailureReason, as on AWS: no other state says that the update has failed.
    """

    def work() -> None:
        try:
            fleet = _start(store, endpoint, config)
        except DeploymentError as error:
            with store.lock:
                endpoint.pending = None
                endpoint.move("InService", str(error))
            return
        with store.lock:
            assert endpoint.fleet is not None  # noqa: S101  only an endpoint in service is updated
            endpoint.fleet, endpoint.config, endpoint.pending = keep(endpoint.fleet, fleet), config.name, None
            endpoint.move("InService")

    _run(store, endpoint, work)


def change(store: Store, endpoint: Endpoint, fleet: Fleet) -> None:
    """Bring ``fleet``, which needs no new container, into service."""

    def work() -> None:
        with store.lock:
            endpoint.fleet = fleet
            endpoint.move("InService")

    _run(store, endpoint, work)


def delete(store: Store, endpoint: Endpoint) -> None:
    """Take the endpoint out of the store."""

    def work() -> None:
        with store.lock:
            store.endpoints.pop(endpoint.name.lower(), None)
            store.tags.pop(endpoint.arn, None)

    _run(store, endpoint, work)


def _run(store: Store, endpoint: Endpoint, work: Callable[[], None]) -> None:
    def guarded() -> None:
        threading.Event().wait(TRANSITION_SECONDS)
        try:
            work()
        except Exception as error:
            LOG.exception("deployment of endpoint %s broke", endpoint.name)
            with store.lock:
                endpoint.move("Failed", f"Internal error of the sandbox: {error!r}"[:_LONGEST_REASON])

    threading.Thread(target=guarded, name=f"endpoint-{endpoint.name}", daemon=True).start()


def _start(store: Store, endpoint: Endpoint, config: Record) -> Fleet:
    """Start every variant of ``config``; DeploymentError for the first that does not come up."""
    shadows = config.settings.get("ShadowProductionVariants", [])
    return Fleet(
        config=config.name,
        settings=config.settings,
        variants=tuple(_start_variant(store, endpoint, each) for each in config.settings["ProductionVariants"]),
        shadows=tuple(_start_variant(store, endpoint, each) for each in shadows),
    )


def _start_variant(store: Store, endpoint: Endpoint, variant: Mapping[str, Any]) -> ServedVariant:
    place = endpoint.place
    model = store.models.get(variant["ModelName"].lower())
    if model is None:
        message = f'Could not find model "{place.arn("model", variant["ModelName"])}".'
        raise DeploymentError(message)
    definition = _definition(model.settings)
    log = ContainerLog(place, endpoint.name, variant["VariantName"], model.settings["ExecutionRoleArn"])
    return ServedVariant(
        settings=variant,
        container=_start_container(definition, log),
        log=log,
        images=(_deployed_image(definition["Image"]),),
        weight=variant["InitialVariantWeight"],
        instances=variant.get("InitialInstanceCount"),
    )


def _definition(model: Json) -> Json:
    """Pick the one container of a model; DeploymentError for a model that the sandbox cannot serve."""
    containers: list[Json] = model.get("Containers") or [model["PrimaryContainer"]]
    if len(containers) > 1:
        message = f"The sandbox serves models of one container; this one has {len(containers)}."
        raise DeploymentError(message)
    definition = containers[0]
    if "Image" not in definition:
        message = "The sandbox serves models that name an Image; it cannot resolve model packages."
        raise DeploymentError(message)
    return definition


def _start_container(definition: Json, log: ContainerLog) -> container.Container:
    location = artifacts.Location.of(definition)
    with tempfile.TemporaryDirectory(prefix="sagemaker-model-") as name:
        folder = Path(name)
        if location is not None:
            _fetch(location, log.role, log.place, folder)
        try:
            return container.load(definition["Image"], folder, definition.get("Environment", {}))
        except container.ModelLoadError as error:
            log.write(str(error))
            message = (
                f"The primary container for production variant {log.variant} did not pass the ping health check. "
                f"Please check CloudWatch logs for this endpoint. (The sandbox's container said: {error})"
            )
            raise DeploymentError(message[:_LONGEST_REASON]) from error


def _fetch(location: artifacts.Location, role: str, place: Place, folder: Path) -> None:
    try:
        artifacts.check(location, role, place)
    except artifacts.ArtifactError as error:
        message = (
            f'Failed to download model data for container "container_1" from URL: "{location.uri}". Please ensure '
            "that there is an object located at the URL and that the role passed to CreateModel has permissions to "
            "download the object."
        )
        raise DeploymentError(message) from error
    try:
        artifacts.unpack(location, folder, place)
    except artifacts.ArtifactError as error:
        raise DeploymentError(str(error)) from error


def _deployed_image(uri: str) -> Json:
    digest = hashlib.sha256(uri.encode()).hexdigest()
    repository = uri.partition("@")[0].rpartition(":")[0] or uri
    return {"SpecifiedImage": uri, "ResolvedImage": f"{repository}@sha256:{digest}", "ResolutionTime": now()}
