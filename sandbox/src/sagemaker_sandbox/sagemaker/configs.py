"""CreateEndpointConfig with what AWS refuses to combine, DescribeEndpointConfig, ListEndpointConfigs and Delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker import lookup
from sagemaker_sandbox.sagemaker.errors import ValidationException
from sagemaker_sandbox.sagemaker.listing import listed
from sagemaker_sandbox.sagemaker.models import containers
from sagemaker_sandbox.sagemaker.store import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagemaker_sandbox.sagemaker.store import Json, Place, Store

_MEMORY_STEP = 1024


def create_endpoint_config(place: Place, store: Store, request: Json) -> Json:
    """Register an endpoint configuration whose models exist and whose features go together."""
    name, arn = request["EndpointConfigName"], place.arn("endpoint-config", request["EndpointConfigName"])
    if name.lower() in store.configs:
        raise lookup.exists(arn, "endpoint configuration")
    variants = variants_of(request)
    names = [variant["VariantName"] for variant in variants]
    if len(set(names)) < len(names):
        raise ValidationException(f"Production variant names must be unique: {', '.join(names)}.")
    for variant in variants:
        _check_variant(variant, place, store)
        variant.setdefault("InitialVariantWeight", 1.0)
    for complaint in _contradictions(request, [_model(variant, place, store) for variant in variants]):
        raise ValidationException(complaint)
    with store.lock:
        store.configs[name.lower()] = Record(name, arn, request)
        store.tag(arn, request.pop("Tags", []))
    return {"EndpointConfigArn": arn}


def variants_of(config: Json) -> list[Json]:
    """List the production variants of a configuration, the shadow ones last."""
    return [*config["ProductionVariants"], *config.get("ShadowProductionVariants", [])]


def _model(variant: Json, place: Place, store: Store) -> Json:
    return lookup.found(store.models, place, "model", variant["ModelName"]).settings


def _check_variant(variant: Json, place: Place, store: Store) -> None:
    name = variant["VariantName"]
    if "ModelName" not in variant:
        raise ValidationException(
            f"Production variant {name} must name a model; the sandbox has no inference components."
        )
    _model(variant, place, store)
    instances = "InstanceType" in variant
    if instances == ("ServerlessConfig" in variant):
        raise ValidationException(
            f"Production variant {name} must have exactly one of InstanceType and ServerlessConfig."
        )
    if instances and "InitialInstanceCount" not in variant:
        raise ValidationException(f"Production variant {name} must have an InitialInstanceCount.")
    if not instances:
        check_serverless(variant["ServerlessConfig"])
    scaling = variant.get("ManagedInstanceScaling", {})
    if scaling.get("MinInstanceCount", 0) > scaling.get("MaxInstanceCount", scaling.get("MinInstanceCount", 0)):
        raise ValidationException(f"MinInstanceCount of production variant {name} is above its MaxInstanceCount.")


def check_serverless(config: Json) -> None:
    """Raise ValidationException for a serverless configuration of a size that does not exist."""
    memory = config["MemorySizeInMB"]
    if memory % _MEMORY_STEP:
        raise ValidationException(f"MemorySizeInMB must be a multiple of {_MEMORY_STEP}; it is {memory}.")
    provisioned, most = config.get("ProvisionedConcurrency", 0), config["MaxConcurrency"]
    if provisioned > most:
        raise ValidationException(f"ProvisionedConcurrency {provisioned} is above the MaxConcurrency of {most}.")


def _contradictions(config: Json, models: list[Json]) -> Iterator[str]:
    variants, shadows = config["ProductionVariants"], config.get("ShadowProductionVariants", [])
    multi = any(len(containers(model)) > 1 or containers(model)[0]["Mode"] == "MultiModel" for model in models)
    serverless = any("ServerlessConfig" in variant for variant in variants_of(config))
    if serverless:
        yield from _serverless_contradictions(config, models, multi=multi)
    if shadows:
        if (len(variants), len(shadows)) != (1, 1):
            yield "Only one production variant and one shadow production variant can be given."
        if serverless or multi or "AsyncInferenceConfig" in config:
            yield (
                "Shadow production variants are not supported with serverless inference, asynchronous inference, "
                "multi-model or multi-container models."
            )


def _serverless_contradictions(config: Json, models: list[Json], *, multi: bool) -> Iterator[str]:
    if len(variants_of(config)) > 1:
        yield "Multiple production variants are not supported with serverless inference."
    if multi:
        yield "Multi-model and multi-container models are not supported with serverless inference."
    if any("VpcConfig" in model for model in models):
        yield "VpcConfig is not supported with serverless inference."
    if any(model.get("EnableNetworkIsolation") for model in models):
        yield "Network isolation is not supported with serverless inference."
    if config.get("DataCaptureConfig", {}).get("EnableCapture", "DataCaptureConfig" in config):
        yield "Data capture is not supported with serverless inference."
    if "AsyncInferenceConfig" in config:
        yield "AsyncInferenceConfig is not supported with serverless inference."


def describe_endpoint_config(place: Place, store: Store, request: Json) -> Json:
    """Show an endpoint configuration as it was created."""
    record = lookup.found(store.configs, place, "endpoint configuration", request["EndpointConfigName"])
    return {
        **record.settings,
        "EndpointConfigName": record.name,
        "EndpointConfigArn": record.arn,
        "CreationTime": record.created,
    }


def delete_endpoint_config(place: Place, store: Store, request: Json) -> None:
    """Forget an endpoint configuration; an endpoint that uses it goes on."""
    lookup.delete(store.configs, place, store, "endpoint configuration", request["EndpointConfigName"])


def list_endpoint_configs(_place: Place, store: Store, request: Json) -> Json:
    """List endpoint configurations' summaries, a page at a time."""
    return listed(store.configs.values(), request, "EndpointConfigs", "EndpointConfig")
