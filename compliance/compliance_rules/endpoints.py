"""Rules on SageMaker's models, endpoint configurations and endpoints."""

from __future__ import annotations

import re

from compliance_rules.plan import Json, Resource, block, is_same, is_set, listed, module_of, of_types, refers

# Types with local storage, which hardware encrypts: SageMaker rejects a key for them.
_LOCAL_STORAGE = r"ml\.([a-z]+[0-9]+[a-z]*d[a-z]*|g[56]|g6e|gr6|p[56][a-z0-9-]*|trn[12]n?|dl1)\."


def models_isolated(resources: list[Resource]) -> list[str]:
    """Find models whose container has access to the network, except those that only serverless configurations of the same module serve."""
    return [
        f"{model.address}: its container has access to the network; set enable_network_isolation = true"
        for model in of_types(resources, "aws_sagemaker_model")
        if model.values.get("enable_network_isolation") is not True and not _is_serverless_only(model, resources)
    ]


def _is_serverless_only(model: Resource, resources: list[Resource]) -> bool:
    """Return whether the model cannot be isolated, because serverless endpoints do not support it."""
    beside = [
        config
        for config in of_types(resources, "aws_sagemaker_endpoint_configuration")
        if module_of(config.address) == module_of(model.address)
    ]
    return bool(beside) and all(_is_serverless(variant) for config in beside for variant in _variants(config))


def _variants(config: Resource) -> list[Json]:
    return listed(config.values.get("production_variants"))


def _is_serverless(variant: Json) -> bool:
    return bool(listed(variant.get("serverless_config")))


def configurations_encrypted(resources: list[Resource]) -> list[str]:
    """Find endpoint configurations whose volumes no key of the account encrypts. Serverless variants have no volumes."""
    return [
        f"{config.address}: has no key; set kms_key_arn"
        for config in of_types(resources, "aws_sagemaker_endpoint_configuration")
        if not is_set(config.values, "kms_key_arn") and any(map(_has_volume, _variants(config)))
    ]


def _has_volume(variant: Json) -> bool:
    return not _is_serverless(variant) and not re.match(_LOCAL_STORAGE, str(variant.get("instance_type")))


def captures_encrypted(resources: list[Resource]) -> list[str]:
    """Find endpoint configurations that capture requests without a key."""
    return [
        f"{config.address}: captures requests without a key; set data_capture_config.kms_key_id"
        for config in of_types(resources, "aws_sagemaker_endpoint_configuration")
        for capture in listed(config.values.get("data_capture_config"))
        if capture.get("enable_capture") is not False and not is_set(capture, "kms_key_id")
    ]


def two_instances(resources: list[Resource]) -> list[str]:
    """Find variants on a single instance, and scaling that may leave one.

    Serverless variants have no instances, and those of a queue may have none.
    """
    findings = [
        f"{config.address}: {variant.get('variant_name')} has fewer than two instances; raise {_deciding(variant)}"
        for config in of_types(resources, "aws_sagemaker_endpoint_configuration")
        if not listed(config.values.get("async_inference_config"))
        for variant in _variants(config)
        if not _is_serverless(variant) and _has_too_few(variant)
    ]
    findings += [
        f"{scaling.address}: may leave fewer than two instances; raise min_capacity"
        for scaling in of_types(resources, "aws_appautoscaling_target", "aws_appautoscaling_scheduled_action")
        if scaling.values.get("scalable_dimension") == "sagemaker:variant:DesiredInstanceCount"
        and _minimum(scaling) < _ENOUGH
        and not _is_asynchronous(scaling, resources)
    ]
    return findings


_ENOUGH = 2


def _has_too_few(variant: Json) -> bool:
    """Return whether a variant may have one instance. Managed scaling may scale in to its minimum, however many there are at first."""
    if scaling := _scaling(variant):
        return bool(scaling["min_instance_count"] < _ENOUGH)
    return "initial_instance_count" in variant and (variant["initial_instance_count"] or 0) < _ENOUGH


def _minimum(scaling: Resource) -> float:
    """Return the minimum of a target or a scheduled action, which may be a text. One that it does not set, or is unknown, is enough."""
    bounds = block(scaling.values, "scalable_target_action") or scaling.values
    return float(bounds["min_capacity"]) if bounds.get("min_capacity") not in (None, "") else _ENOUGH


def _deciding(variant: Json) -> str:
    return "managed_instance_scaling.min_instance_count" if _scaling(variant) else "initial_instance_count"


def _scaling(variant: Json) -> Json:
    scaling = block(variant, "managed_instance_scaling")
    return scaling if scaling.get("min_instance_count") is not None and scaling.get("status") != "DISABLED" else {}


def _is_asynchronous(scaling: Resource, resources: list[Resource]) -> bool:
    """Return whether the endpoint that is scaled has a queue. Its name, and that of its configuration, may be unknown until apply."""
    endpoints = [endpoint for endpoint in of_types(resources, "aws_sagemaker_endpoint") if _scales(scaling, endpoint)]
    return any(
        listed(config.values.get("async_inference_config"))
        for config in of_types(resources, "aws_sagemaker_endpoint_configuration")
        for endpoint in endpoints
        if is_same(endpoint, config, "endpoint_config_name", "name")
    )


def _scales(scaling: Resource, endpoint: Resource) -> bool:
    if "resource_id" in scaling.values and "name" in endpoint.values:
        return str(scaling.values["resource_id"]).startswith(f"endpoint/{endpoint.values['name']}/")
    return refers(scaling, endpoint, "resource_id")


def rollback_wired(resources: list[Resource]) -> list[str]:
    """Find endpoints whose updates no alarm rolls back."""
    return [
        f"{endpoint.address}: no alarm rolls updates back; set deployment_config.auto_rollback_configuration.alarms"
        for endpoint in of_types(resources, "aws_sagemaker_endpoint")
        if not _has_alarm(endpoint)
    ]


def _has_alarm(endpoint: Resource) -> bool:
    """Return whether there is an alarm, or whether it is unknown until apply if there is one."""
    if "deployment_config" not in endpoint.values:
        return "deployment_config" in endpoint.expressions
    rollbacks = [
        rollback
        for deployment in listed(endpoint.values["deployment_config"])
        for rollback in listed(deployment.get("auto_rollback_configuration", {}))
    ]
    return any(
        "alarms" not in rollback or any(is_set(alarm, "alarm_name") for alarm in listed(rollback["alarms"])) for rollback in rollbacks
    )
