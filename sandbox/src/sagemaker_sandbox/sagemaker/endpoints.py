"""CreateEndpoint, the two ways to update one, DeleteEndpoint and ListEndpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagemaker_sandbox.autoscaling import store as autoscaling
from sagemaker_sandbox.sagemaker import configs, deployment, lookup, rollout
from sagemaker_sandbox.sagemaker.errors import ValidationException
from sagemaker_sandbox.sagemaker.listing import listed
from sagemaker_sandbox.sagemaker.store import Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.sagemaker.store import Fleet, Json, Place, Record, ServedVariant, Store


def create_endpoint(place: Place, store: Store, request: Json) -> Json:
    """Start an endpoint; it is Creating until its models are loaded."""
    name, arn = request["EndpointName"], place.arn("endpoint", request["EndpointName"])
    with store.lock:
        if name.lower() in store.endpoints:
            raise lookup.exists(arn, "endpoint")
        config = _config(place, store, request["EndpointConfigName"])
        rollout.check_for(request.get("DeploymentConfig"), config.settings["ProductionVariants"])
        endpoint = Endpoint(name, arn, place, config=config.name, pending=config.name)
        endpoint.deployment = request.get("DeploymentConfig")
        store.endpoints[name.lower()] = endpoint
        store.tag(arn, request.get("Tags", []))
    deployment.create(store, endpoint, config)
    return {"EndpointArn": arn}


def update_endpoint(place: Place, store: Store, request: Json) -> Json:
    """Start the replacement of what serves an endpoint; the old serves until the new is ready."""
    with store.lock:
        endpoint, fleet = _settled(place, store, request["EndpointName"])
        config = _config(place, store, request["EndpointConfigName"])
        policy = endpoint.deployment if request.get("RetainDeploymentConfig") else request.get("DeploymentConfig")
        rollout.check_for(policy, config.settings["ProductionVariants"])
        _check_kind(fleet, config)
        _check_scaled(endpoint, fleet, config)
        endpoint.deployment, endpoint.pending = policy, config.name
        endpoint.move("Updating")
    excluded = {entry["VariantPropertyType"] for entry in request.get("ExcludeRetainedVariantProperties", [])}
    retained = bool(request.get("RetainAllVariantProperties"))

    def keep(old: Fleet, new: Fleet) -> Fleet:
        return new.with_variants(_retained(old, excluded)) if retained else new

    deployment.update(store, endpoint, config, keep)
    return {"EndpointArn": endpoint.arn}


def _check_kind(fleet: Fleet, config: Record) -> None:
    serverless = any("ServerlessConfig" in variant for variant in config.settings["ProductionVariants"])
    if serverless and fleet.instances is not None:
        raise ValidationException("An endpoint that runs on instances cannot be updated to serverless inference.")


def _check_scaled(endpoint: Endpoint, fleet: Fleet, config: Record) -> None:
    """Refuse to take a variant away, or to another type of instance, while Application Auto Scaling scales it."""
    types = {variant["VariantName"]: variant.get("InstanceType") for variant in config.settings["ProductionVariants"]}
    old = {variant.name: variant.settings.get("InstanceType") for variant in fleet.variants}
    scaled = autoscaling.variants_scaled(endpoint.place, endpoint.name)
    changed = sorted(name for name in scaled & old.keys() if name not in types or types[name] != old[name])
    if changed:
        raise ValidationException(
            f'The variant(s) "{", ".join(changed)}" must be deregistered as a scalable target with AWS Auto Scaling '
            "before they can be removed or have their instance type updated."
        )


def _retained(old: Fleet, excluded: set[str]) -> dict[str, dict[str, Any]]:
    fields = {"DesiredInstanceCount": "instances", "DesiredWeight": "weight"}
    kept = [field for kind, field in fields.items() if kind not in excluded]
    return {variant.name: {field: getattr(variant, field) for field in kept} for variant in old.variants}


def update_endpoint_weights_and_capacities(place: Place, store: Store, request: Json) -> Json:
    """Start a change of traffic weights and sizes."""
    with store.lock:
        endpoint, fleet = _settled(place, store, request["EndpointName"])
        variants = {variant.name: variant for variant in fleet.variants}
        entries = {entry["VariantName"]: entry for entry in request["DesiredWeightsAndCapacities"]}
        if unknown := sorted(entries.keys() - variants.keys()):
            raise ValidationException(
                f'The variant name(s) "{", ".join(unknown)}" is/are not present within endpoint configuration.'
            )
        changes = {name: _changes(entry, variants[name]) for name, entry in entries.items()}
        if 0 in [change.get("instances") for change in changes.values()] and not fleet.is_asynchronous:
            raise ValidationException("Only the variants of an asynchronous endpoint can have no instance.")
        deployment.resize(store, endpoint, changes)
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
        configs.check_serverless(changes["serverless"])
    return changes


def delete_endpoint(place: Place, store: Store, request: Json) -> None:
    """Start an endpoint's end; its configuration and model stay, its scalable targets are deregistered."""
    with store.lock:
        endpoint = lookup.found(store.endpoints, place, "endpoint", request["EndpointName"])
        if endpoint.status not in {"InService", "Failed", "OutOfService"}:
            raise _in_progress(endpoint)
        endpoint.move("Deleting")
    deployment.delete(store, endpoint)


def list_endpoints(_place: Place, store: Store, request: Json) -> Json:
    """List endpoints' summaries, a page at a time."""
    return listed(store.endpoints.values(), request, "Endpoints", "Endpoint")


def _config(place: Place, store: Store, name: str) -> Record:
    """Find an endpoint configuration to deploy: its models must exist still."""
    config = lookup.found(store.configs, place, "endpoint configuration", name)
    for variant in configs.variants_of(config.settings):
        lookup.found(store.models, place, "model", variant["ModelName"])
    return config


def _settled(place: Place, store: Store, name: str) -> tuple[Endpoint, Fleet]:
    """Find the endpoint and what serves it, if it can be updated now."""
    endpoint = lookup.found(store.endpoints, place, "endpoint", name)
    if endpoint.status == "Failed" or endpoint.fleet is None:
        if endpoint.status != "Failed":
            raise _in_progress(endpoint)
        raise ValidationException(f'Cannot update endpoint "{endpoint.arn}" because its status is Failed; delete it.')
    if endpoint.status != "InService":
        raise _in_progress(endpoint)
    return endpoint, endpoint.fleet


def _in_progress(endpoint: Endpoint) -> ValidationException:
    return ValidationException(f'Cannot update in-progress endpoint "{endpoint.arn}".')
