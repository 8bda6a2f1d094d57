"""Starting a fleet: a container, with its model loaded, for each variant of an endpoint configuration."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.aws.logs import LogStream
from sagemaker_sandbox.aws.types import now
from sagemaker_sandbox.containers import artifacts, registry
from sagemaker_sandbox.containers.base import ModelLoadError
from sagemaker_sandbox.containers.multi_model import MultiModelContainer
from sagemaker_sandbox.sagemaker.deployment import role_permissions
from sagemaker_sandbox.sagemaker.models import Fleet, ServedVariant, arn_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.aws.s3 import S3Location
    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.containers.base import Container
    from sagemaker_sandbox.sagemaker.models import Endpoint, Record, SageMakerStore

MAX_REASON_LENGTH: Final = 1024


class DeploymentError(Exception):
    """A deployment failed; the message is AWS's FailureReason, followed by what the sandbox can add."""

    def __init__(self, reason: str) -> None:
        """Keep as much of ``reason`` as SageMaker would return."""
        super().__init__(reason[:MAX_REASON_LENGTH])


def start_fleet(store: SageMakerStore, endpoint: Endpoint, config: Record) -> Fleet:
    """Start every variant of ``config``. Raises DeploymentError for the first one that does not start."""
    shadows = config.settings.get("ShadowProductionVariants", [])
    return Fleet(
        config=config.name,
        settings=config.settings,
        variants=tuple(_variant(store, endpoint, config, each) for each in config.settings["ProductionVariants"]),
        shadows=tuple(_variant(store, endpoint, config, each) for each in shadows),
    )


def _variant(store: SageMakerStore, endpoint: Endpoint, config: Record, settings: Mapping[str, Any]) -> ServedVariant:
    model = store.models.get(settings["ModelName"].lower())
    if model is None:
        raise DeploymentError(f'Could not find model "{arn_of(endpoint.scope, "model", settings["ModelName"])}".')
    definition, role = _definition(model.settings), model.settings["ExecutionRoleArn"]
    denial = role_permissions.denial(model.settings, definition["Image"], config.settings, endpoint.scope)
    if denial is not None:
        raise DeploymentError(denial)
    stream = f"{settings['VariantName']}/i-{uuid.uuid4().hex[:17]}"
    log = LogStream(endpoint.scope, f"/aws/sagemaker/Endpoints/{endpoint.name}", stream, role)
    try:
        container = _container(definition, log)
    except ModelLoadError as error:
        log.write(str(error))
        raise DeploymentError(
            f"The primary container for production variant {settings['VariantName']} did not pass the ping health check. "
            f"Please check CloudWatch logs for this endpoint. (The sandbox's container said: {error})"
        ) from error
    return ServedVariant(
        settings=settings,
        container=container,
        role=role,
        log=log,
        images=(_deployed_image(definition["Image"]),),
        weight=settings["InitialVariantWeight"],
        instances=settings.get("InitialInstanceCount"),
        serverless=settings.get("ServerlessConfig"),
    )


def _definition(model: Json) -> Json:
    """Return a model's only container definition. Raises DeploymentError for a model that the sandbox cannot serve."""
    containers: list[Json] = model.get("Containers") or [model["PrimaryContainer"]]
    if len(containers) > 1:
        raise DeploymentError(f"The sandbox serves models with one container; this one has {len(containers)}.")
    return containers[0]


def _container(definition: Json, log: LogStream) -> Container:
    """Start a container. Raises ModelLoadError if it cannot start, DeploymentError if its model cannot be read."""
    location = artifacts.location_of(definition)
    if definition["Mode"] == "MultiModel":
        return _multi_model(definition, location, log)
    with tempfile.TemporaryDirectory(prefix="sagemaker-model-") as name:
        folder = Path(name)
        if location is not None:
            _fetch(location, log, folder)
        return registry.load(definition["Image"], folder, definition.get("Environment", {}))


def _multi_model(definition: Json, prefix: S3Location | None, log: LogStream) -> Container:
    if prefix is None:
        raise DeploymentError("A container of Mode MultiModel must have a ModelDataUrl.")
    registry.loader_of(definition["Image"])
    return MultiModelContainer(definition, prefix, log.role, log.scope)


def _fetch(location: S3Location, log: LogStream, folder: Path) -> None:
    try:
        artifacts.check(location, log.role, log.scope)
    except artifacts.ArtifactError as error:
        raise DeploymentError(
            f'Failed to download model data for container "container_1" from URL: "{location.uri}". Please ensure '
            "that there is an object located at the URL and that the role passed to CreateModel has permissions to "
            "download the object."
        ) from error
    try:
        artifacts.unpack(location, folder, log.scope)
    except artifacts.ArtifactError as error:
        raise DeploymentError(str(error)) from error


def _deployed_image(uri: str) -> Json:
    digest = hashlib.sha256(uri.encode()).hexdigest()
    repository = uri.partition("@")[0].rpartition(":")[0] or uri
    return {"SpecifiedImage": uri, "ResolvedImage": f"{repository}@sha256:{digest}", "ResolutionTime": now()}
