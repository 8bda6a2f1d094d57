"""Rules on functions and their log groups."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from compliance_rules.http_apis import is_websocket
from compliance_rules.plan import Json, Resource, block, is_positive, is_set, of_types, refers
from compliance_rules.policies import ARN, is_wild

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def permissions_with_a_source(resources: list[Resource]) -> list[str]:
    """Find Lambda permissions that are not limited to one source.

    A source ARN that is unknown until apply comes from a specific resource, so it passes.
    """
    return [
        f"{permission.address}: source_arn is {permission.values['source_arn']}; write the ARN of the source that may call"
        for permission in of_types(resources, "aws_lambda_permission")
        if "source_arn" in permission.values and not _is_one_source(permission.values["source_arn"])
    ]


def _is_one_source(source: str | None) -> bool:
    arn = ARN.fullmatch(source or "")
    return arn is not None and not any(map(is_wild, (*arn.groups()[:-1], arn["name"].partition("/")[0])))


def functions_traced(resources: list[Resource]) -> list[str]:
    """Find functions without active tracing."""
    return [
        f'{function.address}: is not traced; set tracing_config {{ mode = "Active" }}'
        for function in of_types(resources, "aws_lambda_function")
        if block(function.values, "tracing_config").get("mode") != "Active"
    ]


def logs_expire(resources: list[Resource]) -> list[str]:
    """Find log groups without a retention period."""
    return [
        f"{group.address}: never expires; set retention_in_days"
        for group in of_types(resources, "aws_cloudwatch_log_group")
        if not is_positive(group.values.get("retention_in_days"))
    ]


def logs_kept_for_a_year(resources: list[Resource]) -> list[str]:
    """Find log groups that are kept for less than a year."""
    return [
        f"{group.address}: is kept for {group.values['retention_in_days']} days; set retention_in_days to 365 or more"
        for group in of_types(resources, "aws_cloudwatch_log_group")
        if 0 < (group.values.get("retention_in_days") or 0) < _YEAR
    ]


_YEAR = 365


def logs_encrypted(resources: list[Resource]) -> list[str]:
    """Find log groups that no key of the account encrypts."""
    return [
        f"{group.address}: has no key; set kms_key_id"
        for group in of_types(resources, "aws_cloudwatch_log_group")
        if not is_set(group.values, "kms_key_id")
    ]


# Not deprecated on 2026-11-27, by the projected dates of https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html in public copies
# of 2026-08-15 and (Node.js) 2026-09-25. Security Hub's control Lambda.2 follows the same page. Previews have no support: nodejs26.x and
# python3.15. The next dates: ruby3.3 on 2027-03-31, nodejs22.x on 2027-04-30, python3.11, java8.al2, java11 and java17 on 2027-06-30.
_RUNTIMES = frozenset(
    {
        *("dotnet10", "java8.al2", "java8.al2023", "java11", "java11.al2023", "java17", "java17.al2023", "java21", "java25"),
        *("nodejs22.x", "nodejs24.x", "python3.11", "python3.12", "python3.13", "python3.14"),
        *("ruby3.3", "ruby3.4", "ruby4.0", "provided.al2023"),
    }
)


def runtimes_supported(resources: list[Resource]) -> list[str]:
    """Find functions whose runtime AWS no longer supports. A function from an image has none."""
    return [
        f"{function.address}: has the runtime {runtime}; set one that AWS supports"
        for function in of_types(resources, "aws_lambda_function")
        if (runtime := function.values.get("runtime")) and runtime not in _RUNTIMES
    ]


def concurrency_reserved(resources: list[Resource]) -> list[str]:
    """Find functions that share the account's concurrency with all others. Without a value, the provider plans -1."""
    return [
        f"{function.address}: reserves no concurrency; set reserved_concurrent_executions"
        for function in of_types(resources, "aws_lambda_function")
        if "reserved_concurrent_executions" in function.values and not is_positive(function.values["reserved_concurrent_executions"])
    ]


def timeouts_ordered(resources: list[Resource]) -> list[str]:
    """Find calls that may take longer than their caller waits: model call < function < integration.

    A call to the model is known where the function's environment sets attempt_timeout_in_milliseconds in LIMITS.
    """
    integrations = list(_integrations(resources))
    findings = []
    for function in of_types(resources, "aws_lambda_function"):
        seconds = function.values.get("timeout") or _DEFAULT_SECONDS
        findings += [
            f"{function.address}: may take {seconds} s, and {where} waits for {limit / 1000:g} s; lower timeout"
            for where, limit in sorted({(where, limit) for where, limit, calls in integrations if calls(function)})
            if seconds * 1000 >= limit
        ]
        call = _model_call_milliseconds(function)
        if call is not None and call >= seconds * 1000:
            findings.append(f"{function.address}: waits {call:g} ms for the model, and times out after {seconds} s; raise timeout")
    return findings


_DEFAULT_SECONDS = 3
# https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html, timeoutInMillis
_DEFAULT_MILLISECONDS, _DEFAULT_MILLISECONDS_HTTP = 29000, 30000


def _integrations(resources: list[Resource]) -> Iterator[tuple[str, float, Callable[[Resource], bool]]]:
    """Yield the address and the limit in milliseconds of each integration, and whether it calls a function."""
    for api in of_types(resources, "aws_api_gateway_rest_api"):
        for integration in _integrations_of_body(api.values.get("body")):
            uri, limit = str(integration.get("uri")), integration.get("timeoutInMillis") or _DEFAULT_MILLISECONDS
            yield api.address, limit, lambda function, uri=uri: _is_called(function, uri)  # type: ignore[misc]
    for each in of_types(resources, "aws_api_gateway_integration", "aws_apigatewayv2_integration"):
        is_http = each.type == "aws_apigatewayv2_integration" and not is_websocket(each, resources)
        limit = each.values.get("timeout_milliseconds") or (_DEFAULT_MILLISECONDS_HTTP if is_http else _DEFAULT_MILLISECONDS)
        attribute = "uri" if each.type == "aws_api_gateway_integration" else "integration_uri"
        if named := each.values.get(attribute):
            yield each.address, limit, lambda function, uri=str(named): _is_called(function, uri)  # type: ignore[misc]
        else:
            yield each.address, limit, lambda function, each=each, attribute=attribute: refers(each, function, attribute)  # type: ignore[misc]


def _integrations_of_body(body: str | None) -> list[Json]:
    try:
        paths = json.loads(body or "{}").get("paths", {})
        return [
            operation["x-amazon-apigateway-integration"]
            for item in paths.values()
            for operation in item.values()
            if isinstance(operation, dict) and "x-amazon-apigateway-integration" in operation
        ]
    except (ValueError, AttributeError):
        return []  # the rule on credentials reports a body that cannot be read


def _is_called(function: Resource, uri: str) -> bool:
    name = function.values.get("function_name")
    return name is not None and re.search(rf":function:{re.escape(name)}[:/]", f"{uri}/") is not None


def _model_call_milliseconds(function: Resource) -> float | None:
    variables = block(function.values, "environment").get("variables") or {}
    try:
        return float(json.loads(variables["LIMITS"])["attempt_timeout_in_milliseconds"])
    except (LookupError, ValueError, TypeError):
        return None
