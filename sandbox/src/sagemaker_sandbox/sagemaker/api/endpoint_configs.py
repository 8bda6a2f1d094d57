"""CreateEndpointConfig with the combinations that AWS rejects, and the operations on existing configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.aws.errors import ValidationException
from sagemaker_sandbox.sagemaker.api.find import already_exists, delete, find_endpoint_config, find_model
from sagemaker_sandbox.sagemaker.api.listing import page_of_summaries
from sagemaker_sandbox.sagemaker.api.models import containers
from sagemaker_sandbox.sagemaker.models import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.api.context import ApiContext

_MEMORY_STEP_MB = 1024


def create_endpoint_config(context: ApiContext, request: Json) -> Json:
    """Create an endpoint configuration whose models exist and whose features can be combined."""
    store, name = context.store, request["EndpointConfigName"]
    arn = context.arn("endpoint-config", name)
    if name.lower() in store.configs:
        raise already_exists(arn, "endpoint configuration")
    variants = variants_of(request)
    names = [variant["VariantName"] for variant in variants]
    if len(set(names)) < len(names):
        raise ValidationException(f"Production variant names must be unique: {', '.join(names)}.")
    for variant in variants:
        _check_variant(variant, context)
        variant.setdefault("InitialVariantWeight", 1.0)
    for message in _conflicts(request, [_model(variant, context) for variant in variants]):
        raise ValidationException(message)
    with store.lock:
        store.configs[name.lower()] = Record(name, arn, request)
        store.tag(arn, request.pop("Tags", []))
    return {"EndpointConfigArn": arn}


def variants_of(config: Json) -> list[Json]:
    """Return a configuration's production variants, followed by its shadow variants."""
    return [*config["ProductionVariants"], *config.get("ShadowProductionVariants", [])]


def _model(variant: Json, context: ApiContext) -> Json:
    return find_model(context, variant["ModelName"]).settings


def _check_variant(variant: Json, context: ApiContext) -> None:
    name = variant["VariantName"]
    if "ModelName" not in variant:
        raise ValidationException(f"Production variant {name} must specify a model; the sandbox has no inference components.")
    _model(variant, context)
    has_instances = "InstanceType" in variant
    if has_instances == ("ServerlessConfig" in variant):
        raise ValidationException(f"Production variant {name} must have exactly one of InstanceType and ServerlessConfig.")
    if has_instances and "InitialInstanceCount" not in variant:
        raise ValidationException(f"Production variant {name} must have an InitialInstanceCount.")
    if not has_instances:
        check_serverless(variant["ServerlessConfig"])
    scaling = variant.get("ManagedInstanceScaling", {})
    if scaling.get("MinInstanceCount", 0) > scaling.get("MaxInstanceCount", scaling.get("MinInstanceCount", 0)):
        raise ValidationException(f"MinInstanceCount of production variant {name} exceeds its MaxInstanceCount.")


def check_serverless(config: Json) -> None:
    """Raise ValidationException for a serverless configuration of a size that AWS does not offer."""
    memory = config["MemorySizeInMB"]
    if memory % _MEMORY_STEP_MB:
        raise ValidationException(f"MemorySizeInMB must be a multiple of {_MEMORY_STEP_MB}; it is {memory}.")
    provisioned, maximum = config.get("ProvisionedConcurrency", 0), config["MaxConcurrency"]
    if provisioned > maximum:
        raise ValidationException(f"ProvisionedConcurrency {provisioned} exceeds the MaxConcurrency of {maximum}.")


def _conflicts(config: Json, models: list[Json]) -> Iterator[str]:
    variants, shadows = config["ProductionVariants"], config.get("ShadowProductionVariants", [])
    multi = any(len(containers(model)) > 1 or containers(model)[0]["Mode"] == "MultiModel" for model in models)
    serverless = any("ServerlessConfig" in variant for variant in variants_of(config))
    if serverless:
        yield from _serverless_conflicts(config, models, multi=multi)
    if shadows:
        if (len(variants), len(shadows)) != (1, 1):
            yield "Only one production variant and one shadow production variant can be specified."
        if serverless or multi or "AsyncInferenceConfig" in config:
            yield (
                "Shadow production variants are not supported with serverless inference, asynchronous inference, "
                "multi-model or multi-container models."
            )


def _serverless_conflicts(config: Json, models: list[Json], *, multi: bool) -> Iterator[str]:
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


def describe_endpoint_config(context: ApiContext, request: Json) -> Json:
    """Return an endpoint configuration as it was created."""
    record = find_endpoint_config(context, request["EndpointConfigName"])
    return {
        **record.settings,
        "EndpointConfigName": record.name,
        "EndpointConfigArn": record.arn,
        "CreationTime": record.created,
    }


def delete_endpoint_config(context: ApiContext, request: Json) -> None:
    """Delete an endpoint configuration; an endpoint that uses it keeps running."""
    with context.store.lock:
        delete(context.store.configs, context, find_endpoint_config(context, request["EndpointConfigName"]))


def list_endpoint_configs(context: ApiContext, request: Json) -> Json:
    """List endpoint configurations, a page at a time."""
    return page_of_summaries(context.store.configs.values(), request, "EndpointConfigs", "EndpointConfig")
