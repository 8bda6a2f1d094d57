"""SageMaker's control plane for hosting: one function per operation, on requests as botocore's model parses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagemaker_sandbox.sagemaker import artifacts, deployment
from sagemaker_sandbox.sagemaker.container import Image
from sagemaker_sandbox.sagemaker.errors import ValidationException
from sagemaker_sandbox.sagemaker.listing import listed
from sagemaker_sandbox.sagemaker.store import Endpoint, Fleet, Record, ServedVariant, store_of
from sagemaker_sandbox.sagemaker.validation import violations
from sagemaker_sandbox.sagemaker.xgboost_image.release import is_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.model import OperationModel

    from sagemaker_sandbox.sagemaker.store import Json, Place, Store

    type Operation = Callable[[Place, Store, Json], Json | None]


# ---- models


def create_model(place: Place, store: Store, request: Json) -> Json:
    """Register a model whose data its execution role can read now."""
    name, arn = request["ModelName"], place.arn("model", request["ModelName"])
    if name.lower() in store.models:
        raise _exists(arn, "model")
    if ("PrimaryContainer" in request) == bool(request.get("Containers")):
        message = "Exactly one of PrimaryContainer and Containers must be given."
        raise ValidationException(message)
    if "ExecutionRoleArn" not in request:
        message = "ExecutionRoleArn must be given."
        raise ValidationException(message)
    for container in request.get("Containers") or [request["PrimaryContainer"]]:
        _check_container(container, request["ExecutionRoleArn"], place)
        container.setdefault("Mode", "SingleModel")
    with store.lock:
        store.models[name.lower()] = Record(name, arn, request)
        store.tag(arn, request.pop("Tags", []))
    return {"ModelArn": arn}


def _check_container(container: Json, role: str, place: Place) -> None:
    if "Image" not in container and "ModelPackageName" not in container:
        message = "A container must name an Image or a ModelPackageName."
        raise ValidationException(message)
    image = Image.parse(container.get("Image", ""))
    if image.repository == "sagemaker-xgboost" and image.tag and not is_tag(image.tag):
        message = f"Requested image {image.uri} not found."
        raise ValidationException(message)
    location = artifacts.Location.of(container)
    if location is not None:
        try:
            artifacts.check(location, role, place)
        except artifacts.ArtifactError as error:
            raise ValidationException(str(error)) from error


def describe_model(place: Place, store: Store, request: Json) -> Json:
    """Show a model as it was created."""
    record = _found(store.models, place, "model", request["ModelName"])
    return {
        "EnableNetworkIsolation": False,
        **record.settings,
        "ModelName": record.name,
        "ModelArn": record.arn,
        "CreationTime": record.created,
    }


def delete_model(place: Place, store: Store, request: Json) -> None:
    """Forget a model; endpoints that run it go on."""
    _delete(store.models, place, store, "model", request["ModelName"])


def list_models(_place: Place, store: Store, request: Json) -> Json:
    """List models' summaries, a page at a time."""
    return listed(store.models.values(), request, "Models", "Model")


# ---- endpoint configurations


def create_endpoint_config(place: Place, store: Store, request: Json) -> Json:
    """Register an endpoint configuration whose models exist."""
    name, arn = request["EndpointConfigName"], place.arn("endpoint-config", request["EndpointConfigName"])
    if name.lower() in store.configs:
        raise _exists(arn, "endpoint configuration")
    variants = [*request["ProductionVariants"], *request.get("ShadowProductionVariants", [])]
    names = [variant["VariantName"] for variant in variants]
    if len(set(names)) < len(names):
        message = f"Production variant names must be unique: {', '.join(names)}."
        raise ValidationException(message)
    for variant in variants:
        _check_variant(variant, place, store)
        variant.setdefault("InitialVariantWeight", 1.0)
    with store.lock:
        store.configs[name.lower()] = Record(name, arn, request)
        store.tag(arn, request.pop("Tags", []))
    return {"EndpointConfigArn": arn}


def _check_variant(variant: Json, place: Place, store: Store) -> None:
    name = variant["VariantName"]
    if "ModelName" not in variant:
        message = f"Production variant {name} must name a model; the sandbox has no inference components."
        raise ValidationException(message)
    _found(store.models, place, "model", variant["ModelName"])
    instances = "InstanceType" in variant
    if instances == ("ServerlessConfig" in variant):
        message = f"Production variant {name} must have exactly one of InstanceType and ServerlessConfig."
        raise ValidationException(message)
    if instances and "InitialInstanceCount" not in variant:
        message = f"Production variant {name} must have an InitialInstanceCount."
        raise ValidationException(message)


def describe_endpoint_config(place: Place, store: Store, request: Json) -> Json:
    """Show an endpoint configuration as it was created."""
    record = _found(store.configs, place, "endpoint configuration", request["EndpointConfigName"])
    return {
        **record.settings,
        "EndpointConfigName": record.name,
        "EndpointConfigArn": record.arn,
        "CreationTime": record.created,
    }


def delete_endpoint_config(place: Place, store: Store, request: Json) -> None:
    """Forget an endpoint configuration; an endpoint that uses it goes on."""
    _delete(store.configs, place, store, "endpoint configuration", request["EndpointConfigName"])


def list_endpoint_configs(_place: Place, store: Store, request: Json) -> Json:
    """List endpoint configurations' summaries, a page at a time."""
    return listed(store.configs.values(), request, "EndpointConfigs", "EndpointConfig")


# ---- endpoints


def create_endpoint(place: Place, store: Store, request: Json) -> Json:
    """Start an endpoint; it is Creating until its models are loaded."""
    name, arn = request["EndpointName"], place.arn("endpoint", request["EndpointName"])
    with store.lock:
        if name.lower() in store.endpoints:
            raise _exists(arn, "endpoint")
        config = _config(place, store, request["EndpointConfigName"])
        endpoint = Endpoint(name, arn, place, config=config.name, pending=config.name)
        endpoint.deployment = request.get("DeploymentConfig")
        store.endpoints[name.lower()] = endpoint
        store.tag(arn, request.get("Tags", []))
    deployment.create(store, endpoint, config)
    return {"EndpointArn": arn}


def update_endpoint(place: Place, store: Store, request: Json) -> Json:
    """Start the replacement of what serves an endpoint; the old serves until the new is ready."""
    with store.lock:
        endpoint = _settled(place, store, request["EndpointName"])
        config = _config(place, store, request["EndpointConfigName"])
        if not request.get("RetainDeploymentConfig"):
            endpoint.deployment = request.get("DeploymentConfig")
        endpoint.pending = config.name
        endpoint.move("Updating")
    excluded = {entry["VariantPropertyType"] for entry in request.get("ExcludeRetainedVariantProperties", [])}
    retained = bool(request.get("RetainAllVariantProperties"))

    def keep(old: Fleet, new: Fleet) -> Fleet:
        return new.with_variants(_retained(old, excluded)) if retained else new

    deployment.update(store, endpoint, config, keep)
    return {"EndpointArn": endpoint.arn}


def _retained(old: Fleet, excluded: set[str]) -> dict[str, dict[str, Any]]:
    fields = {"DesiredInstanceCount": "instances", "DesiredWeight": "weight"}
    kept = [field for kind, field in fields.items() if kind not in excluded]
    return {variant.name: {field: getattr(variant, field) for field in kept} for variant in old.variants}


def update_endpoint_weights_and_capacities(place: Place, store: Store, request: Json) -> Json:
    """Start a change of traffic weights and instance counts."""
    with store.lock:
        endpoint = _settled(place, store, request["EndpointName"])
        assert endpoint.fleet is not None  # noqa: S101  a settled endpoint has one
        names = {variant.name for variant in endpoint.fleet.variants}
        changed = {entry["VariantName"]: _changes(entry) for entry in request["DesiredWeightsAndCapacities"]}
        if unknown := sorted(set(changed) - names):
            message = f'The variant name(s) "{", ".join(unknown)}" is/are not present within endpoint configuration.'
            raise ValidationException(message)
        endpoint.move("Updating")
    deployment.change(store, endpoint, endpoint.fleet.with_variants(changed))
    return {"EndpointArn": endpoint.arn}


def _changes(entry: Json) -> dict[str, Any]:
    fields = {"DesiredWeight": "weight", "DesiredInstanceCount": "instances"}
    return {field: entry[key] for key, field in fields.items() if key in entry}


def delete_endpoint(place: Place, store: Store, request: Json) -> None:
    """Start an endpoint's end; its configuration and model stay."""
    with store.lock:
        endpoint = _endpoint(place, store, request["EndpointName"])
        if endpoint.status not in {"InService", "Failed", "OutOfService"}:
            raise _in_progress(endpoint)
        endpoint.move("Deleting")
    deployment.delete(store, endpoint)


def describe_endpoint(place: Place, store: Store, request: Json) -> Json:
    """Show an endpoint's state and what serves it."""
    with store.lock:
        endpoint = _endpoint(place, store, request["EndpointName"])
        described: dict[str, Any] = {
            "EndpointName": endpoint.name,
            "EndpointArn": endpoint.arn,
            "EndpointConfigName": endpoint.config,
            "EndpointStatus": endpoint.status,
            "CreationTime": endpoint.created,
            "LastModifiedTime": endpoint.modified,
        }
        if endpoint.failure:
            described["FailureReason"] = endpoint.failure
        if endpoint.deployment:
            described["LastDeploymentConfig"] = endpoint.deployment
        if endpoint.pending:
            described["PendingDeploymentSummary"] = _pending(store, endpoint)
        return described | (_served(endpoint.fleet) if endpoint.fleet else {})


def _served(fleet: Fleet) -> Json:
    described: Json = {"ProductionVariants": [_variant(variant) for variant in fleet.variants]}
    if fleet.shadows:
        described["ShadowProductionVariants"] = [_variant(variant) for variant in fleet.shadows]
    if "AsyncInferenceConfig" in fleet.settings:
        described["AsyncInferenceConfig"] = fleet.settings["AsyncInferenceConfig"]
    if capture := fleet.settings.get("DataCaptureConfig"):
        enabled = capture.get("EnableCapture", False)
        described["DataCaptureConfig"] = {
            "EnableCapture": enabled,
            "CaptureStatus": "Started" if enabled else "Stopped",
            "CurrentSamplingPercentage": capture["InitialSamplingPercentage"],
            "DestinationS3Uri": capture["DestinationS3Uri"],
            "KmsKeyId": capture.get("KmsKeyId", ""),
        }
    return described


def _variant(variant: ServedVariant) -> Json:
    described: Json = {
        "VariantName": variant.name,
        "DeployedImages": list(variant.images),
        "CurrentWeight": variant.weight,
        "DesiredWeight": variant.weight,
    }
    serverless = variant.settings.get("ServerlessConfig")
    described |= (
        {"CurrentServerlessConfig": serverless, "DesiredServerlessConfig": serverless}
        if serverless
        else {"CurrentInstanceCount": variant.instances, "DesiredInstanceCount": variant.instances}
    )
    extras = ("ManagedInstanceScaling", "RoutingConfig")
    return described | {name: variant.settings[name] for name in extras if name in variant.settings}


def _pending(store: Store, endpoint: Endpoint) -> Json:
    config = store.configs.get((endpoint.pending or "").lower())
    summary: Json = {"EndpointConfigName": endpoint.pending, "StartTime": endpoint.modified}
    if config is not None:
        summary["ProductionVariants"] = [
            {
                "VariantName": variant["VariantName"],
                "DesiredWeight": variant["InitialVariantWeight"],
                "VariantStatus": [{"Status": "Creating", "StartTime": endpoint.modified}],
            }
            for variant in config.settings["ProductionVariants"]
        ]
    return summary


def list_endpoints(_place: Place, store: Store, request: Json) -> Json:
    """List endpoints' summaries, a page at a time."""
    return listed(store.endpoints.values(), request, "Endpoints", "Endpoint")


# ---- tags


def add_tags(_place: Place, store: Store, request: Json) -> Json:
    """Tag a resource; the answer holds all its tags."""
    with store.lock:
        store.tag(_tagged(store, request["ResourceArn"]), request["Tags"])
        return {"Tags": _tags(store, request["ResourceArn"])}


def delete_tags(_place: Place, store: Store, request: Json) -> Json:
    """Take tags off a resource."""
    with store.lock:
        tags = store.tags.get(_tagged(store, request["ResourceArn"]), {})
        for key in request["TagKeys"]:
            tags.pop(key, None)
    return {}


def list_tags(_place: Place, store: Store, request: Json) -> Json:
    """List a resource's tags."""
    return {"Tags": _tags(store, _tagged(store, request["ResourceArn"]))}


def _tags(store: Store, arn: str) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in store.tags.get(arn, {}).items()]


def _tagged(store: Store, arn: str) -> str:
    kinds: dict[str, Mapping[str, object]] = {
        "model": store.models,
        "endpoint-config": store.configs,
        "endpoint": store.endpoints,
    }
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if name not in kinds.get(kind, {}):
        message = f'Could not find resource "{arn}".'
        raise ValidationException(message)
    return arn


# ---- what they share


def _found[T](records: Mapping[str, T], place: Place, kind: str, name: str) -> T:
    record = records.get(name.lower())
    if record is None:
        path = kind.replace("endpoint configuration", "endpoint-config")
        message = f'Could not find {kind} "{place.arn(path, name)}".'
        raise ValidationException(message)
    return record


def _config(place: Place, store: Store, name: str) -> Record:
    """Find an endpoint configuration to deploy: its models must exist still."""
    config = _found(store.configs, place, "endpoint configuration", name)
    for variant in (*config.settings["ProductionVariants"], *config.settings.get("ShadowProductionVariants", ())):
        _found(store.models, place, "model", variant["ModelName"])
    return config


def _endpoint(place: Place, store: Store, name: str) -> Endpoint:
    return _found(store.endpoints, place, "endpoint", name)


def _settled(place: Place, store: Store, name: str) -> Endpoint:
    """Find the endpoint, if it can be updated now."""
    endpoint = _endpoint(place, store, name)
    if endpoint.status == "Failed":
        message = f'Cannot update endpoint "{endpoint.arn}" because its status is Failed; delete it.'
        raise ValidationException(message)
    if endpoint.status != "InService":
        raise _in_progress(endpoint)
    return endpoint


def _in_progress(endpoint: Endpoint) -> ValidationException:
    return ValidationException(f'Cannot update in-progress endpoint "{endpoint.arn}".')


def _exists(arn: str, kind: str) -> ValidationException:
    return ValidationException(f'Cannot create already existing {kind} "{arn}".')


def _delete(records: dict[str, Record], place: Place, store: Store, kind: str, name: str) -> None:
    with store.lock:
        record = _found(records, place, kind, name)
        del records[name.lower()]
        store.tags.pop(record.arn, None)


OPERATIONS: dict[str, Operation] = {
    "AddTags": add_tags,
    "CreateEndpoint": create_endpoint,
    "CreateEndpointConfig": create_endpoint_config,
    "CreateModel": create_model,
    "DeleteEndpoint": delete_endpoint,
    "DeleteEndpointConfig": delete_endpoint_config,
    "DeleteModel": delete_model,
    "DeleteTags": delete_tags,
    "DescribeEndpoint": describe_endpoint,
    "DescribeEndpointConfig": describe_endpoint_config,
    "DescribeModel": describe_model,
    "ListEndpointConfigs": list_endpoint_configs,
    "ListEndpoints": list_endpoints,
    "ListModels": list_models,
    "ListTags": list_tags,
    "UpdateEndpoint": update_endpoint,
    "UpdateEndpointWeightsAndCapacities": update_endpoint_weights_and_capacities,
}


def perform(place: Place, operation: OperationModel, request: Json) -> Json:
    """Answer one operation of OPERATIONS; raises ValidationException, worded as AWS's, for what it refuses."""
    shape = operation.input_shape
    if shape is not None and (message := violations(shape, request)):
        raise ValidationException(message)
    return OPERATIONS[operation.name](place, store_of(place), request) or {}
