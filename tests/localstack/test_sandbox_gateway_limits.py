"""REST APIs in the sandbox have AWS's limits: throttles, quotas and time. Their access logs show it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hosting import eventually
from rest_apis import RestApi, create_function, deploy, operation, set_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

type Client = Any
type Json = Any
type Deploy = Callable[..., RestApi]

FUNCTION = """
import time

def handler(event, context):
    if event["path"] == "/slow":
        time.sleep(1)
    return {"statusCode": 201, "body": "hello"}
"""
THROTTLED = {
    "responseParameters": {"gatewayresponse.header.Retry-After": "'1'"},
    "responseTemplates": {"application/json": '{"code": "throttled"}'},
}


@pytest.fixture(scope="module")
def function_arn(client: Callable[..., Client]) -> str:
    return create_function(client, FUNCTION)


@pytest.fixture(scope="module")
def api(client: Callable[..., Client], sandbox: Sandbox, function_arn: str) -> Callable[[], RestApi]:
    """Return a function that deploys an API: two open paths, one with a key, a slow one and one without a backend."""
    keyed = operation(function_arn, security=[{"key": []}])
    mock = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    }
    paths = {
        "/hello": {"get": operation(function_arn)},
        "/other": {"get": operation(function_arn)},
        "/keyed": {"get": keyed, "post": keyed},
        "/slow": {"get": operation(function_arn, integration={"timeoutInMillis": 200})},
        "/mock": {"get": operation(function_arn, integration=mock)},
    }
    schemes = {"securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}}
    root = {"components": schemes, "x-amazon-apigateway-gateway-responses": {"THROTTLED": THROTTLED}}
    return lambda: deploy(client, sandbox.url, paths, **root)


@pytest.fixture(scope="module")
def key(client: Callable[..., Client]) -> Callable[..., dict[str, str]]:
    """Return a function that gives an API a usage plan, and returns the header with a key of it."""
    gateway = client("apigateway")

    def create(api: RestApi, **plan: Json) -> dict[str, str]:
        stage = {"apiId": api.id, "stage": "v1"} | plan.pop("stage", {})
        created = gateway.create_api_key(name=uuid4().hex, enabled=True)
        usage_plan = gateway.create_usage_plan(name=uuid4().hex, apiStages=[stage], **plan)
        gateway.create_usage_plan_key(usagePlanId=usage_plan["id"], keyId=created["id"], keyType="API_KEY")
        return {"x-api-key": created["value"], "plan": usage_plan["id"]}

    return create


def statuses(api: RestApi, number: int, path: str = "/keyed", **options: Json) -> list[int]:
    return [api.call(path, **options).status_code for _ in range(number)]


def test_a_key_beyond_its_plans_rate_gets_429_with_the_header_retry_after(api: Deploy, key: Callable[..., dict[str, str]]) -> None:
    limited = api()
    headers = key(limited, throttle={"rateLimit": 0.01, "burstLimit": 3})
    assert statuses(limited, 3, headers=headers) == [201, 201, 201]
    answer = limited.call("/keyed", headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (429, "1", {"code": "throttled"})


def test_a_throttled_key_gets_tokens_again_at_its_plans_rate(
    client: Callable[..., Client], api: Deploy, key: Callable[..., dict[str, str]]
) -> None:
    limited = api()
    headers = key(limited, throttle={"rateLimit": 0.01, "burstLimit": 1})
    assert statuses(limited, 2, headers=headers) == [201, 429]
    faster = [{"op": "replace", "path": "/throttle/rateLimit", "value": "0.5"}]
    client("apigateway").update_usage_plan(usagePlanId=headers["plan"], patchOperations=faster)
    assert client("apigateway").get_usage_plan(usagePlanId=headers["plan"])["throttle"]["rateLimit"] == 0.5
    eventually(lambda: limited.call("/keyed", headers=headers), lambda answer: answer.status_code == 201)


def test_each_key_of_a_plan_has_the_plans_rate_for_itself(
    client: Callable[..., Client], api: Deploy, key: Callable[..., dict[str, str]]
) -> None:
    limited = api()
    first = key(limited, throttle={"rateLimit": 0.01, "burstLimit": 1})
    second = client("apigateway").create_api_key(name=uuid4().hex, enabled=True)
    client("apigateway").create_usage_plan_key(usagePlanId=first["plan"], keyId=second["id"], keyType="API_KEY")
    assert statuses(limited, 2, headers=first) == [201, 429]
    assert statuses(limited, 2, headers={"x-api-key": second["value"]}) == [201, 429]


def test_a_plan_can_limit_a_single_method(api: Deploy, key: Callable[..., dict[str, str]]) -> None:
    limited = api()
    headers = key(limited, stage={"throttle": {"/keyed/GET": {"rateLimit": 0.01, "burstLimit": 1}}})
    assert statuses(limited, 2, headers=headers) == [201, 429]
    assert limited.call("/keyed", "POST", headers=headers).status_code == 201


def test_a_key_beyond_its_plans_quota_gets_429(api: Deploy, key: Callable[..., dict[str, str]]) -> None:
    limited = api()
    headers = key(limited, quota={"limit": 5, "offset": 3, "period": "MONTH"})
    assert statuses(limited, 2, headers=headers) == [201, 201]
    answer = limited.call("/keyed", headers=headers)
    assert (answer.status_code, answer.json()) == (429, {"message": "Limit Exceeded"})


def test_a_request_without_a_valid_key_uses_no_token(api: Deploy, key: Callable[..., dict[str, str]]) -> None:
    limited = api()
    headers = key(limited, throttle={"rateLimit": 0.01, "burstLimit": 1})
    assert statuses(limited, 3, headers={"x-api-key": "wrong"}) == [403, 403, 403]
    assert statuses(limited, 2, headers=headers) == [201, 429]


def test_a_stage_limits_all_methods_together_and_some_by_themselves(client: Callable[..., Client], api: Deploy) -> None:
    limited = api()
    stage = {"*/*/throttling/rateLimit": "0.01", "*/*/throttling/burstLimit": "3"}
    method = {"~1hello/GET/throttling/rateLimit": "0.01", "~1hello/GET/throttling/burstLimit": "1"}
    set_stage(client, limited, **stage, **method)
    assert statuses(limited, 2, "/hello") == [201, 429]
    assert [*statuses(limited, 2, "/other"), *statuses(limited, 2, "/mock")] == [201, 201, 200, 429]


def test_an_integration_beyond_its_time_limit_is_a_gateway_timeout(api: Deploy) -> None:
    answer = api().call("/slow")
    assert (answer.status_code, answer.json()) == (504, {"message": "Endpoint request timed out"})
    assert answer.elapsed.total_seconds() < 0.9


LOG_FORMAT = json.dumps(
    {
        "request": "$context.requestId",
        "time": "$context.requestTime",
        "path": "$context.path",
        "method": "$context.httpMethod",
        "status": "$context.status",
        "length": "$context.responseLength",
        "latency": "$context.responseLatency",
        "function": "$context.integration.status",
        "lambda": "$context.integrationStatus",
        "duration": "$context.integrationLatency",
        "type": "$context.error.responseType",
        "message": "$context.error.message",
        "key": "$context.identity.apiKeyId",
        "address": "$context.identity.sourceIp",
        "caller": "$context.identity.caller",
        "trace": "$context.xrayTraceId",
    }
)


@pytest.fixture(scope="module")
def lines(client: Callable[..., Client], api: Deploy, key: Callable[..., dict[str, str]]) -> list[dict[str, str]]:
    """Return the access log's lines of three requests: one that is answered, one without a key, one that times out."""
    logged, group = api(), f"/gateway/{uuid4().hex}"
    client("logs").create_log_group(logGroupName=group)
    set_stage(client, logged, **{"accessLogSettings/destinationArn": f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"})
    set_stage(client, logged, **{"accessLogSettings/format": LOG_FORMAT})
    headers = key(logged)
    answers = [logged.call("/keyed", headers=headers), logged.call("/keyed"), logged.call("/slow")]

    def read() -> list[dict[str, str]]:
        events = client("logs").filter_log_events(logGroupName=group)["events"]
        return [json.loads(event["message"]) for event in events]

    found = eventually(read, lambda events: len(events) == len(answers))
    assert {each["request"] for each in found} == {answer.headers["x-amzn-RequestId"] for answer in answers}
    return sorted(found, key=lambda each: each["status"])


def test_the_access_log_has_a_line_for_each_request_in_the_stages_format(lines: list[dict[str, str]]) -> None:
    answered = lines[0]
    expected = {"path": "/v1/keyed", "method": "GET", "status": "201", "length": "5", "function": "201", "lambda": "200"}
    assert {name: answered[name] for name in expected} == expected
    assert (answered["type"], answered["message"], answered["caller"], answered["address"]) == ("-", "-", "-", "127.0.0.1")
    assert int(answered["latency"]) >= int(answered["duration"]) - 1
    assert re.fullmatch("1-[0-9a-f]{8}-[0-9a-f]{24}", answered["trace"])
    assert answered["key"] != "-"


def test_the_access_log_names_the_gateways_own_answers(lines: list[dict[str, str]]) -> None:
    errors = [(each["status"], each["type"], each["message"], each["function"]) for each in lines[1:]]
    assert errors == [("403", "INVALID_API_KEY", "Forbidden", "-"), ("504", "INTEGRATION_TIMEOUT", "Endpoint request timed out", "-")]
    assert int(lines[2]["duration"]) >= 200
