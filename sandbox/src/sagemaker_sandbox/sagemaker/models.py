"""CreateModel, DescribeModel, ListModels and DeleteModel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker import artifacts, lookup
from sagemaker_sandbox.sagemaker.container import Image
from sagemaker_sandbox.sagemaker.errors import ValidationException
from sagemaker_sandbox.sagemaker.listing import listed
from sagemaker_sandbox.sagemaker.store import Record
from sagemaker_sandbox.sagemaker.xgboost_image.release import is_tag

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.store import Json, Place, Store


def create_model(place: Place, store: Store, request: Json) -> Json:
    """Register a model whose data its execution role can read now."""
    name, arn = request["ModelName"], place.arn("model", request["ModelName"])
    if name.lower() in store.models:
        raise lookup.exists(arn, "model")
    if ("PrimaryContainer" in request) == bool(request.get("Containers")):
        raise ValidationException("Exactly one of PrimaryContainer and Containers must be given.")
    if "ExecutionRoleArn" not in request:
        raise ValidationException("ExecutionRoleArn must be given.")
    for container in containers(request):
        _check_container(container, request["ExecutionRoleArn"], place)
        container.setdefault("Mode", "SingleModel")
    with store.lock:
        store.models[name.lower()] = Record(name, arn, request)
        store.tag(arn, request.pop("Tags", []))
    return {"ModelArn": arn}


def containers(model: Json) -> list[Json]:
    """List the container definitions of a model."""
    return model.get("Containers") or [model["PrimaryContainer"]]


def _check_container(container: Json, role: str, place: Place) -> None:
    if "ModelPackageName" in container:
        raise ValidationException(
            f'Could not find model package "{container["ModelPackageName"]}". (The sandbox has no model registry: '
            "it serves models that name an Image and their data in S3.)"
        )
    if "Image" not in container:
        raise ValidationException("A container must name an Image or a ModelPackageName.")
    image = Image.parse(container["Image"])
    if image.repository == "sagemaker-xgboost" and image.tag and not is_tag(image.tag):
        raise ValidationException(f"Requested image {image.uri} not found.")
    location = artifacts.Location.of(container)
    if location is not None:
        try:
            artifacts.check(location, role, place)
        except artifacts.ArtifactError as error:
            raise ValidationException(str(error)) from error


def describe_model(place: Place, store: Store, request: Json) -> Json:
    """Show a model as it was created."""
    record = lookup.found(store.models, place, "model", request["ModelName"])
    return {
        "EnableNetworkIsolation": False,
        **record.settings,
        "ModelName": record.name,
        "ModelArn": record.arn,
        "CreationTime": record.created,
    }


def delete_model(place: Place, store: Store, request: Json) -> None:
    """Forget a model; endpoints that run it go on."""
    lookup.delete(store.models, place, store, "model", request["ModelName"])


def list_models(_place: Place, store: Store, request: Json) -> Json:
    """List models' summaries, a page at a time."""
    return listed(store.models.values(), request, "Models", "Model")
