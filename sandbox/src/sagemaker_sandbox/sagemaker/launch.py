"""Starting what an endpoint configuration describes: a container for each variant, with its model loaded."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.sagemaker import artifacts, container
from sagemaker_sandbox.sagemaker.container_log import ContainerLog
from sagemaker_sandbox.sagemaker.multi_model import MultiModelContainer
from sagemaker_sandbox.sagemaker.store import Fleet, ServedVariant, now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.sagemaker.store import Endpoint, Json, Place, Record, Store

LONGEST_REASON: Final = 1024


class DeploymentError(Exception):
    """A deployment failed; the message is AWS's FailureReason, followed by what the sandbox knows."""

    def __init__(self, reason: str) -> None:
        """Say ``reason``, cut to the length that SageMaker gives."""
        super().__init__(reason[:LONGEST_REASON])


def fleet(store: Store, endpoint: Endpoint, config: Record) -> Fleet:
    """Start every variant of ``config``; DeploymentError for the first that does not come up."""
    shadows = config.settings.get("ShadowProductionVariants", [])
    return Fleet(
        config=config.name,
        settings=config.settings,
        variants=tuple(_variant(store, endpoint, each) for each in config.settings["ProductionVariants"]),
        shadows=tuple(_variant(store, endpoint, each) for each in shadows),
    )


def _variant(store: Store, endpoint: Endpoint, variant: Mapping[str, Any]) -> ServedVariant:
    place = endpoint.place
    model = store.models.get(variant["ModelName"].lower())
    if model is None:
        raise DeploymentError(f'Could not find model "{place.arn("model", variant["ModelName"])}".')
    definition = _definition(model.settings)
    log = ContainerLog(place, endpoint.name, variant["VariantName"], model.settings["ExecutionRoleArn"])
    return ServedVariant(
        settings=variant,
        container=_container(definition, log),
        log=log,
        images=(_deployed_image(definition["Image"]),),
        weight=variant["InitialVariantWeight"],
        instances=variant.get("InitialInstanceCount"),
        serverless=variant.get("ServerlessConfig"),
    )


def _definition(model: Json) -> Json:
    """Pick the one container of a model; DeploymentError for a model that the sandbox cannot serve."""
    containers: list[Json] = model.get("Containers") or [model["PrimaryContainer"]]
    if len(containers) > 1:
        raise DeploymentError(f"The sandbox serves models of one container; this one has {len(containers)}.")
    return containers[0]


def _container(definition: Json, log: ContainerLog) -> container.Container:
    location = artifacts.Location.of(definition)
    if definition["Mode"] == "MultiModel":
        return _multi_model(definition, location, log)
    with tempfile.TemporaryDirectory(prefix="sagemaker-model-") as name:
        folder = Path(name)
        if location is not None:
            _fetch(location, log.role, log.place, folder)
        try:
            return container.load(definition["Image"], folder, definition.get("Environment", {}))
        except container.ModelLoadError as error:
            raise _not_healthy(log, error) from error


def _multi_model(definition: Json, prefix: artifacts.Location | None, log: ContainerLog) -> container.Container:
    if prefix is None:
        raise DeploymentError("A container of Mode MultiModel must have a ModelDataUrl.")
    try:
        container.loader_of(definition["Image"])
    except container.ModelLoadError as error:
        raise _not_healthy(log, error) from error
    return MultiModelContainer(definition, prefix, log)


def _not_healthy(log: ContainerLog, error: container.ModelLoadError) -> DeploymentError:
    log.write(str(error))
    return DeploymentError(
        f"The primary container for production variant {log.variant} did not pass the ping health check. "
        f"Please check CloudWatch logs for this endpoint. (The sandbox's container said: {error})"
    )


def _fetch(location: artifacts.Location, role: str, place: Place, folder: Path) -> None:
    try:
        artifacts.check(location, role, place)
    except artifacts.ArtifactError as error:
        raise DeploymentError(
            f'Failed to download model data for container "container_1" from URL: "{location.uri}". Please ensure '
            "that there is an object located at the URL and that the role passed to CreateModel has permissions to "
            "download the object."
        ) from error
    try:
        artifacts.unpack(location, folder, place)
    except artifacts.ArtifactError as error:
        raise DeploymentError(str(error)) from error


def _deployed_image(uri: str) -> Json:
    digest = hashlib.sha256(uri.encode()).hexdigest()
    repository = uri.partition("@")[0].rpartition(":")[0] or uri
    return {"SpecifiedImage": uri, "ResolvedImage": f"{repository}@sha256:{digest}", "ResolutionTime": now()}
