"""CreateEndpoint, UpdateEndpoint, UpdateEndpointWeightsAndCapacities, DeleteEndpoint and ListEndpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagemaker_sandbox.aws.errors import ValidationException
from sagemaker_sandbox.sagemaker.api import endpoint_configs
from sagemaker_sandbox.sagemaker.api.find import already_exists, find_endpoint, find_endpoint_config, find_model
from sagemaker_sandbox.sagemaker.api.listing import page_of_summaries
from sagemaker_sandbox.sagemaker.deployment import deployments, traffic_shifting
from sagemaker_sandbox.sagemaker.models import Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.api.context import ApiContext
    from sagemaker_sandbox.sagemaker.models import Fleet, Record, ServedVariant


def create_endpoint(context: ApiContext, request: Json) -> Json:
    """Start an endpoint; it is Creating until its models are loaded."""
    store, name, arn = context.store, request["EndpointName"], context.arn("endpoint", request["EndpointName"])
    with store.lock:
        if name.lower() in store.endpoints:
            raise already_exists(arn, "endpoint")
        config = _deployable_config(context, request["EndpointConfigName"])
        traffic_shifting.check_for(request.get("DeploymentConfig"), config.settings["ProductionVariants"])
        endpoint = Endpoint(name, arn, context.scope, config=config.name, pending=config.name)
        endpoint.deployment = request.get("DeploymentConfig")
        store.endpoints[name.lower()] = endpoint
        store.tag(arn, request.get("Tags", []))
    deployments.create(store, endpoint, config)
    return {"EndpointArn": arn}


def update_endpoint(context: ApiContext, request: Json) -> Json:
    """Start replacing an endpoint's fleet; the old one serves until the new one is ready."""
    with context.store.lock:
        endpoint, fleet = _updatable(context, request["EndpointName"])
        config = _deployable_config(context, request["EndpointConfigName"])
        policy = endpoint.deployment if request.get("RetainDeploymentConfig") else request.get("DeploymentConfig")
        traffic_shifting.check_for(policy, config.settings["ProductionVariants"])
        _check_serving_mode(fleet, config)
        _check_scalable_targets(context.scaling.variants(context.scope, endpoint.name), fleet, config)
        endpoint.deployment, endpoint.pending = policy, config.name
        endpoint.set_status("Updating")
    excluded = {entry["VariantPropertyType"] for entry in request.get("ExcludeRetainedVariantProperties", [])}
    retained = bool(request.get("RetainAllVariantProperties"))

    def keep(old: Fleet, new: Fleet) -> Fleet:
        return new.with_variants(_retained(old, excluded)) if retained else new

    deployments.update(context.store, endpoint, config, keep)
    return {"EndpointArn": endpoint.arn}


def _check_serving_mode(fleet: Fleet, config: Record) -> None:
    serverless = any("ServerlessConfig" in variant for variant in config.settings["ProductionVariants"])
    if serverless and fleet.instances is not None:
        raise ValidationException("An endpoint that runs on instances cannot be updated to serverless inference.")


def _check_scalable_targets(scaled: set[str], fleet: Fleet, config: Record) -> None:
    """Reject removing a variant, or changing its instance type, while it is registered as a scalable target."""
    types = {variant["VariantName"]: variant.get("InstanceType") for variant in config.settings["ProductionVariants"]}
    old = {variant.name: variant.settings.get("InstanceType") for variant in fleet.variants}
    changed = sorted(name for name in scaled & old.keys() if name not in types or types[name] != old[name])
    if changed:
        raise ValidationException(
            f'The variant(s) "{", ".join(changed)}" must be deregistered as a scalable target with AWS Auto Scaling '
            "before they can be removed or have their instance type updated."
        )


def _retained(old: Fleet, excluded: set[str]) -> dict[str, dict[str, Any]]:
    fields = {"DesiredInstanceCount": "instances", "DesiredWeight": "weight"}
    kept = [field for name, field in fields.items() if name not in excluded]
    return {variant.name: {field: getattr(variant, field) for field in kept} for variant in old.variants}


def update_endpoint_weights_and_capacities(context: ApiContext, request: Json) -> Json:
    """Start changing weights and capacities of variants."""
    with context.store.lock:
        endpoint, fleet = _updatable(context, request["EndpointName"])
        variants = {variant.name: variant for variant in fleet.variants}
        entries = {entry["VariantName"]: entry for entry in request["DesiredWeightsAndCapacities"]}
        if unknown := sorted(entries.keys() - variants.keys()):
            raise ValidationException(f'The variant name(s) "{", ".join(unknown)}" is/are not present within endpoint configuration.')
        changes = {name: _changes(entry, variants[name]) for name, entry in entries.items()}
        if 0 in [change.get("instances") for change in changes.values()] and not fleet.is_asynchronous:
            raise ValidationException("Only variants of an asynchronous endpoint can have zero instances.")
        deployments.resize(context.store, endpoint, changes)
    return {"EndpointArn": endpoint.arn}


def _changes(entry: Json, variant: ServedVariant) -> Mapping[str, Any]:
    fields = {"DesiredWeight": "weight", "DesiredInstanceCount": "instances"}
    changes = {field: entry[key] for key, field in fields.items() if key in entry}
    if "instances" in changes and variant.serverless is not None:
        raise ValidationException(f"Variant {variant.name} is serverless: it has no instances.")
    if "ServerlessUpdateConfig" in entry:
        if variant.serverless is None:
            raise ValidationException(f"Variant {variant.name} runs on instances; it is not serverless.")
        changes["serverless"] = {**variant.serverless, **entry["ServerlessUpdateConfig"]}
        endpoint_configs.check_serverless(changes["serverless"])
    return changes


def delete_endpoint(context: ApiContext, request: Json) -> None:
    """Start deleting an endpoint and deregister its scalable targets; its configuration and model remain."""
    with context.store.lock:
        endpoint = find_endpoint(context, request["EndpointName"])
        if endpoint.status not in {"InService", "Failed", "OutOfService"}:
            raise _in_progress(endpoint)
        endpoint.set_status("Deleting")
    deployments.delete(context.store, endpoint, context.scaling)


def list_endpoints(context: ApiContext, request: Json) -> Json:
    """List endpoints, a page at a time."""
    return page_of_summaries(context.store.endpoints.values(), request, "Endpoints", "Endpoint")


def _deployable_config(context: ApiContext, name: str) -> Record:
    """Return an endpoint configuration to deploy, whose models must still exist."""
    config = find_endpoint_config(context, name)
    for variant in endpoint_configs.variants_of(config.settings):
        find_model(context, variant["ModelName"])
    return config


def _updatable(context: ApiContext, name: str) -> tuple[Endpoint, Fleet]:
    """Return an endpoint and its fleet. Raises ValidationException if it cannot be updated now."""
    endpoint = find_endpoint(context, name)
    if endpoint.status == "Failed" or endpoint.fleet is None:
        if endpoint.status != "Failed":
            raise _in_progress(endpoint)
        raise ValidationException(f'Cannot update endpoint "{endpoint.arn}" because its status is Failed; delete it.')
    if endpoint.status != "InService":
        raise _in_progress(endpoint)
    return endpoint, endpoint.fleet


def _in_progress(endpoint: Endpoint) -> ValidationException:
    return ValidationException(f'Cannot update in-progress endpoint "{endpoint.arn}".')
