"""The part of the rules in apis.py for HTTP and WebSocket APIs: routes and stages of API Gateway's second version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compliance_rules.openapi import requires
from compliance_rules.plan import Json, Resource, block, is_positive, listed, of_types, refers

if TYPE_CHECKING:
    from collections.abc import Iterator


def without_a_credential(resources: list[Resource]) -> list[str]:
    """Find routes that are open to everyone. Routes of WebSocket APIs may require a key; HTTP APIs have none."""
    return [f"{address}: {name} is open to everyone; {advice}" for address, name, advice, has_key in _open_routes(resources) if not has_key]


def without_an_authorizer(resources: list[Resource]) -> list[str]:
    """Find routes with neither IAM nor an authorizer."""
    return [f"{address}: {name} has neither IAM nor an authorizer; {advice}" for address, name, advice, _ in _open_routes(resources)]


def _open_routes(resources: list[Resource]) -> Iterator[tuple[str, str, str, bool]]:
    """Yield the address, the name and the advice for each route without authorization, and whether it requires a key.

    A WebSocket API authorizes connections only. The route of OPTIONS is for preflight requests, which carry no credential.
    """
    for route in of_types(resources, "aws_apigatewayv2_route"):
        name = str(route.values.get("route_key"))
        exempt = name.startswith("OPTIONS ") or (is_websocket(route, resources) and name != "$connect")
        if not exempt and route.values.get("authorization_type") in (None, "NONE"):
            yield route.address, name, "set authorization_type", route.values.get("api_key_required") is True
    for api in of_types(resources, "aws_apigatewayv2_api"):
        if api.values.get("target") or _is_unknown(api, "target"):
            yield api.address, "$default", "replace target by a route with authorization_type", False
        for name in _open_operations(api.values.get("body") or ("unknown" if _is_unknown(api, "body") else None)):
            yield api.address, name, "add a security requirement with an authorizer to the operation", False


def _is_unknown(api: Resource, attribute: str) -> bool:
    """Return whether an attribute has a value that is unknown until apply: the JSON of a plan leaves it out."""
    return attribute not in api.values and attribute in api.expressions


def _open_operations(body: str | None) -> list[str]:
    """Return the operations of an OpenAPI document that no authorizer protects. A document that cannot be read has one, without a name."""
    try:
        document = json.loads(body or "{}")
        schemes = document.get("components", {}).get("securitySchemes", {})
        return [
            f"{method.upper()} {path}"
            for path, item in document.get("paths", {}).items()
            for method, operation in item.items()
            if isinstance(operation, dict) and method.lower() != "options" and not requires(operation, schemes, _authorizes)
        ]
    except (ValueError, AttributeError):
        return ["body, which is unknown until apply or is not an OpenAPI document in JSON,"]


def _authorizes(scheme: Json) -> bool:
    return "x-amazon-apigateway-authorizer" in scheme


def is_websocket(part: Resource, resources: list[Resource]) -> bool:
    """Return whether a route or an integration belongs to a WebSocket API of the same plan."""
    return any(
        api.values.get("protocol_type") == "WEBSOCKET"
        and (refers(part, api, "api_id") or part.values.get("api_id") == api.values.get("id", api))
        for api in of_types(resources, "aws_apigatewayv2_api")
    )


def unthrottled(resources: list[Resource]) -> list[str]:
    """Find stages whose routes, or one of them, have no throttle."""
    findings = []
    for stage in of_types(resources, "aws_apigatewayv2_stage"):
        if not _throttles(block(stage.values, "default_route_settings")):
            findings.append(
                f"{stage.address}: has no throttle; set throttling_rate_limit and throttling_burst_limit in default_route_settings"
            )
        findings += [
            f"{stage.address}: {route.get('route_key')} has no throttle; set throttling_rate_limit and throttling_burst_limit"
            for route in listed(stage.values.get("route_settings"))
            if not _throttles(route)
        ]
    return findings


def _throttles(settings: Json) -> bool:
    return is_positive(settings.get("throttling_rate_limit")) and is_positive(settings.get("throttling_burst_limit"))


def tracing_data(resources: list[Resource]) -> list[str]:
    """Find stages that write messages, with all their values, to the execution log."""
    return [
        f"{stage.address}: writes messages to the log; set data_trace_enabled = false"
        for stage in of_types(resources, "aws_apigatewayv2_stage")
        for settings in [block(stage.values, "default_route_settings"), *listed(stage.values.get("route_settings"))]
        if settings.get("data_trace_enabled") is True
    ]
