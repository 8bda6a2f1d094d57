"""DescribeEndpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagemaker_sandbox.sagemaker.api.find import find_endpoint

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.api.context import ApiContext
    from sagemaker_sandbox.sagemaker.models import Endpoint, Fleet, SageMakerStore, ServedVariant


def describe_endpoint(context: ApiContext, request: Json) -> Json:
    """Return an endpoint's state and its variants."""
    with context.store.lock:
        endpoint = find_endpoint(context, request["EndpointName"])
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
            described["PendingDeploymentSummary"] = _pending(context.store, endpoint)
        return described | (_served(endpoint.fleet) if endpoint.fleet else {})


def _served(fleet: Fleet) -> Json:
    described: Json = {"ProductionVariants": [_variant(variant) for variant in fleet.variants]}
    if fleet.shadows:
        described["ShadowProductionVariants"] = [_variant(variant) for variant in fleet.shadows]
    if fleet.is_asynchronous:
        described["AsyncInferenceConfig"] = fleet.settings["AsyncInferenceConfig"]
    if capture := fleet.settings.get("DataCaptureConfig"):
        enabled = capture.get("EnableCapture", True)
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
    if variant.serverless is not None:
        described |= {"CurrentServerlessConfig": variant.serverless, "DesiredServerlessConfig": variant.serverless}
    else:
        described |= {"CurrentInstanceCount": variant.instances, "DesiredInstanceCount": variant.instances}
    extras = ("ManagedInstanceScaling", "RoutingConfig")
    return described | {name: variant.settings[name] for name in extras if name in variant.settings}


def _pending(store: SageMakerStore, endpoint: Endpoint) -> Json:
    config = store.configs.get((endpoint.pending or "").lower())
    summary: Json = {"EndpointConfigName": endpoint.pending, "StartTime": endpoint.modified}
    if config is None:
        return summary
    shift = endpoint.shift
    status = {"Status": shift.stage, "StartTime": shift.since} if shift else {"Status": "Creating", "StartTime": endpoint.modified}
    for key in ("ProductionVariants", "ShadowProductionVariants"):
        if key in config.settings:
            summary[key] = [_pending_variant(variant, status) for variant in config.settings[key]]
    return summary


def _pending_variant(variant: Json, status: Json) -> Json:
    names = {
        "DesiredInstanceCount": "InitialInstanceCount",
        "InstanceType": "InstanceType",
        "DesiredServerlessConfig": "ServerlessConfig",
        "ManagedInstanceScaling": "ManagedInstanceScaling",
        "RoutingConfig": "RoutingConfig",
    }
    return {
        "VariantName": variant["VariantName"],
        "DesiredWeight": variant["InitialVariantWeight"],
        "VariantStatus": [status],
        **{name: variant[key] for name, key in names.items() if key in variant},
    }
