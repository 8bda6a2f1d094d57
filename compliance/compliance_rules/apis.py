"""Rules on APIs and their stages. Their part for HTTP and WebSocket APIs is in http_apis.py."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from compliance_rules import http_apis
from compliance_rules.openapi import requires
from compliance_rules.plan import Json, NothingToCheck, Resource, block, index_of, is_positive, is_set, listed, module_of, of_types, refers

if TYPE_CHECKING:
    from collections.abc import Iterator


def stages_traced(resources: list[Resource]) -> list[str]:
    """Find stages without tracing."""
    return [
        f"{stage.address}: is not traced; set xray_tracing_enabled = true"
        for stage in of_types(resources, "aws_api_gateway_stage")
        if stage.values.get("xray_tracing_enabled") is not True
    ]


def operations_need_a_credential(resources: list[Resource]) -> list[str]:
    """Find operations that require no credential: in the body of an API, as a separate method, or through a function URL.

    Operations may be open that the gateway answers itself (type mock), whose response is a text of the plan such as the page for people,
    and the one that returns the files of the API reference. So may OPTIONS: a browser's preflight request carries no credential.
    """
    findings = []
    found = 0
    for api in of_types(resources, "aws_api_gateway_rest_api"):
        if api.values.get("body", "") is None:
            continue
        try:
            document = json.loads(api.values["body"])
            operations = list(_operations(document))
        except (ValueError, LookupError, TypeError, AttributeError):
            findings.append(f"{api.address}: body is unknown until apply, or is not an OpenAPI document in JSON")
            continue
        found += len(operations)
        findings += [
            f"{api.address}: {name} requires neither a key nor IAM; add a security requirement to the operation"
            for name, operation in operations
            if not _is_closed(operation, document) and not _may_be_open(name, operation)
        ]
    methods = of_types(resources, "aws_api_gateway_method")
    findings += [
        f"{method.address}: requires neither a key nor IAM; set api_key_required or authorization"
        for method in methods
        if _is_open_method(method) and method.values.get("api_key_required") is not True
    ]
    findings += http_apis.without_a_credential(resources)
    findings += [
        f"{url.address}: is open to everyone; set authorization_type"
        for url in of_types(resources, "aws_lambda_function_url")
        if url.values.get("authorization_type") != "AWS_IAM"
    ]
    if not found and not methods and not findings:
        findings.append(NothingToCheck("no operation was found: is this the plan of the module?"))
    return findings


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method")
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method.lower() in methods:
                yield f"{method.upper()} {path}", operation


def _may_be_open(name: str, operation: Json) -> bool:
    """Return whether an operation reaches nothing of value: the gateway answers it, or the function with the files of the API reference."""
    integration = operation.get("x-amazon-apigateway-integration", {})
    is_reference = name == "GET /docs/{file}" and re.search(r":function:[\w-]+-docs[:/]", str(integration.get("uri"))) is not None
    return is_reference or bool(integration.get("type", "").lower() == "mock")


def _is_open_method(method: Resource) -> bool:
    return method.values.get("authorization", "NONE") == "NONE" and method.values.get("http_method") != "OPTIONS"


def _is_closed(operation: Json, document: Json) -> bool:
    """Return whether API Gateway requires a credential."""
    return requires(operation, _schemes(document), _asks)


def _schemes(document: Json) -> Json:
    schemes: Json = document.get("components", {}).get("securitySchemes") or document.get("securityDefinitions", {})
    return schemes


def _asks(scheme: Json) -> bool:
    if scheme.get("type") != "apiKey":
        return False
    if "x-amazon-apigateway-authorizer" in scheme:
        return True
    if "x-amazon-apigateway-authtype" in scheme:
        return bool(scheme["x-amazon-apigateway-authtype"].lower() == "awssigv4")
    return scheme.get("in") == "header" and bool(scheme.get("name", "").lower() == "x-api-key")


def stages_throttled(resources: list[Resource]) -> list[str]:
    """Find stages with a method that is not throttled."""
    settings = of_types(resources, "aws_api_gateway_method_settings")
    findings = [
        f"{setting.address}: has no throttle; set throttling_rate_limit and throttling_burst_limit"
        for setting in settings
        if not _throttles(block(setting.values, "settings"), "throttling_")
    ]
    findings += [
        f'{stage.address}: does not throttle all of its methods; add aws_api_gateway_method_settings for "*/*"'
        for stage in of_types(resources, "aws_api_gateway_stage")
        if not any(_covers(setting, stage) for setting in settings)
    ]
    return findings + http_apis.unthrottled(resources)


def _covers(setting: Resource, stage: Resource) -> bool:
    return (
        setting.values.get("method_path") == "*/*"
        and module_of(setting.address) == module_of(stage.address)
        and all(_agree(setting, stage, attribute) for attribute in ("stage_name", "rest_api_id"))
    )


def _agree(setting: Resource, stage: Resource, attribute: str) -> bool:
    """Return whether the settings have the stage's value. If it is unknown until apply, the settings must have its index or refer to it."""
    if attribute in setting.values and attribute in stage.values:
        return bool(setting.values[attribute] == stage.values[attribute])
    index = index_of(stage.address)
    references = setting.expressions.get(attribute, {}).get("references", [])
    return index in ("", index_of(setting.address)) or any(index in reference for reference in references)


def usage_plans_finite(resources: list[Resource]) -> list[str]:
    """Find usage plans without a rate, a burst or a quota."""
    findings = []
    for plan in of_types(resources, "aws_api_gateway_usage_plan"):
        stages = listed(plan.values.get("api_stages"))
        throttles = [override for stage in stages for override in listed(stage.get("throttle"))]
        if not stages:
            findings.append(f"{plan.address}: applies to no stage; set api_stages")
        if not all(_throttles(throttle, "") for throttle in [block(plan.values, "throttle_settings"), *throttles]):
            findings.append(f"{plan.address}: has no throttle; set rate_limit and burst_limit")
        if not is_positive(block(plan.values, "quota_settings").get("limit")):
            findings.append(f"{plan.address}: has no quota; set quota_settings")
    return findings


def _throttles(block: Json, prefix: str) -> bool:
    return is_positive(block.get(f"{prefix}rate_limit")) and is_positive(block.get(f"{prefix}burst_limit"))


def stages_logged(resources: list[Resource]) -> list[str]:
    """Find stages without an access log."""
    return [
        f"{stage.address}: has no access log; set access_log_settings"
        for stage in of_types(resources, "aws_api_gateway_stage", "aws_apigatewayv2_stage")
        if not _has_access_log(stage)
    ]


def _has_access_log(stage: Resource) -> bool:
    settings = stage.values.get("access_log_settings")
    return (settings is None and "access_log_settings" not in stage.values) or any(
        is_set(each, "destination_arn") for each in listed(settings)
    )


def data_not_traced(resources: list[Resource]) -> list[str]:
    """Find settings that write requests and responses, with all their values, to the execution log."""
    return [
        f"{setting.address}: writes requests and responses to the log; set data_trace_enabled = false"
        for setting in of_types(resources, "aws_api_gateway_method_settings")
        if block(setting.values, "settings").get("data_trace_enabled") is True
    ] + http_apis.tracing_data(resources)


def stages_behind_a_web_acl(resources: list[Resource]) -> list[str]:
    """Find stages of public APIs without a web ACL."""
    associations = of_types(resources, "aws_wafv2_web_acl_association")
    private = [api for api in of_types(resources, "aws_api_gateway_rest_api") if _is_private(api)]
    return [
        f"{stage.address}: has no web ACL; add aws_wafv2_web_acl_association with the stage's ARN"
        for stage in of_types(resources, "aws_api_gateway_stage")
        if not any(_is_associated(association, stage) for association in associations)
        and not any(_is_stage_of(stage, api) for api in private)
    ]


def _is_associated(association: Resource, stage: Resource) -> bool:
    arn = association.values.get("resource_arn")
    if arn is None:
        return refers(association, stage, "resource_arn")
    name, api = stage.values.get("stage_name"), stage.values.get("rest_api_id")
    return str(arn).endswith(f"/stages/{name}") and (api is None or f"/restapis/{api}/" in arn)


def _is_stage_of(stage: Resource, api: Resource) -> bool:
    return refers(stage, api, "rest_api_id") or stage.values.get("rest_api_id") == api.values.get("id", api)


def _is_private(api: Resource) -> bool:
    return "PRIVATE" in listed(block(api.values, "endpoint_configuration").get("types"))


def operations_authorized(resources: list[Resource]) -> list[str]:
    """Find operations of public APIs with neither IAM nor an authorizer. An API key identifies a caller without authenticating it."""
    findings = []
    private = [api for api in of_types(resources, "aws_api_gateway_rest_api") if _is_private(api)]
    for api in of_types(resources, "aws_api_gateway_rest_api"):
        if _is_private(api) or api.values.get("body", "") is None:
            continue
        try:
            document = json.loads(api.values["body"])
            findings += [
                f"{api.address}: {name} has neither IAM nor an authorizer; add a security requirement to the operation"
                for name, operation in _operations(document)
                if not _is_authorized(operation, document) and not _may_be_open(name, operation)
            ]
        except (ValueError, LookupError, TypeError, AttributeError):
            findings.append(f"{api.address}: body is unknown until apply, or is not an OpenAPI document in JSON")
    findings += [
        f"{method.address}: has neither IAM nor an authorizer; set authorization"
        for method in of_types(resources, "aws_api_gateway_method")
        if _is_open_method(method) and not any(refers(method, api, "rest_api_id") for api in private)
    ]
    return findings + http_apis.without_an_authorizer(resources)


def _is_authorized(operation: Json, document: Json) -> bool:
    return requires(operation, _schemes(document), _authorizes)


def _authorizes(scheme: Json) -> bool:
    return _asks(scheme) and ("x-amazon-apigateway-authorizer" in scheme or "x-amazon-apigateway-authtype" in scheme)


def credentials_of_one_origin(resources: list[Resource]) -> list[str]:
    """Find CORS that allows every origin together with credentials: in an API's body, in separate responses, or at a function URL."""
    findings = [
        f"{resource.address}: allows every origin with credentials; name the origins"
        for kind, name in (("aws_lambda_function_url", "cors"), ("aws_apigatewayv2_api", "cors_configuration"))
        for resource in of_types(resources, kind)
        if block(resource.values, name).get("allow_credentials") is True
        and "*" in listed(block(resource.values, name).get("allow_origins"))
    ]
    findings += [
        f"{resource.address}: allows every origin with credentials; name the origin"
        for resource in of_types(resources, "aws_api_gateway_integration_response", "aws_api_gateway_gateway_response")
        if _is_open(resource.values.get("response_parameters"))
    ]
    for api in of_types(resources, "aws_api_gateway_rest_api"):
        try:
            document = json.loads(api.values.get("body") or "{}")
        except ValueError:
            continue  # the rule on credentials reports a body that cannot be read
        findings += [
            f"{api.address}: {where} allows every origin with credentials; name the origin" for where in sorted(_open_responses(document))
        ]
    return findings


def _open_responses(document: object, where: str = "body") -> Iterator[str]:
    """Yield the places in an OpenAPI document with parameters of such a response."""
    if isinstance(document, list):
        for each in document:
            yield from _open_responses(each, where)
    elif isinstance(document, dict):
        for parameters in ("responseParameters", "x-amazon-apigateway-gateway-responses"):
            if _is_open(document.get(parameters)):
                yield where
        for name, value in document.items():
            yield from _open_responses(value, name if name.startswith("/") else where)


def _is_open(parameters: object) -> bool:
    if not isinstance(parameters, dict):
        return False
    headers = {str(name).lower().rpartition(".")[2]: str(value).strip("'\" ").lower() for name, value in parameters.items()}
    return headers.get("access-control-allow-origin") == "*" and headers.get("access-control-allow-credentials") == "true"
