"""CreateModel, DescribeModel, ListModels and DeleteModel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.aws.errors import ValidationException
from sagemaker_sandbox.containers import artifacts, registry
from sagemaker_sandbox.sagemaker.api.find import already_exists, delete, find_model
from sagemaker_sandbox.sagemaker.api.listing import page_of_summaries
from sagemaker_sandbox.sagemaker.models import Record

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.api.context import ApiContext


def create_model(context: ApiContext, request: Json) -> Json:
    """Create a model; its execution role must be able to read its data now."""
    store, name, arn = context.store, request["ModelName"], context.arn("model", request["ModelName"])
    if name.lower() in store.models:
        raise already_exists(arn, "model")
    if ("PrimaryContainer" in request) == bool(request.get("Containers")):
        raise ValidationException("Exactly one of PrimaryContainer and Containers must be specified.")
    if "ExecutionRoleArn" not in request:
        raise ValidationException("ExecutionRoleArn must be specified.")
    for container in containers(request):
        _check_container(container, request["ExecutionRoleArn"], context.scope)
        container.setdefault("Mode", "SingleModel")
    with store.lock:
        store.models[name.lower()] = Record(name, arn, request)
        store.tag(arn, request.pop("Tags", []))
    return {"ModelArn": arn}


def containers(model: Json) -> list[Json]:
    """Return a model's container definitions."""
    return model.get("Containers") or [model["PrimaryContainer"]]


def _check_container(container: Json, role: str, scope: Scope) -> None:
    if "ModelPackageName" in container:
        raise ValidationException(
            f'Could not find model package "{container["ModelPackageName"]}". (The sandbox has no model registry: '
            "it serves models that specify an Image and their data in S3.)"
        )
    if "Image" not in container:
        raise ValidationException("A container must specify an Image or a ModelPackageName.")
    if not registry.exists(container["Image"]):
        raise ValidationException(f"Requested image {container['Image']} not found.")
    location = artifacts.location_of(container)
    if location is not None:
        try:
            artifacts.check(location, role, scope)
        except artifacts.ArtifactError as error:
            raise ValidationException(str(error)) from error


def describe_model(context: ApiContext, request: Json) -> Json:
    """Return a model as it was created."""
    record = find_model(context, request["ModelName"])
    return {
        "EnableNetworkIsolation": False,
        **record.settings,
        "ModelName": record.name,
        "ModelArn": record.arn,
        "CreationTime": record.created,
    }


def delete_model(context: ApiContext, request: Json) -> None:
    """Delete a model; endpoints that run it keep running."""
    with context.store.lock:
        delete(context.store.models, context, find_model(context, request["ModelName"]))


def list_models(context: ApiContext, request: Json) -> Json:
    """List models, a page at a time."""
    return page_of_summaries(context.store.models.values(), request, "Models", "Model")
