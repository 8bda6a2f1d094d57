"""REST APIs in the sandbox reject, accept and answer requests as they do on AWS."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests
from rest_apis import create_function

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

type Client = Any
type Json = Any

FUNCTION = """
import json

def handler(event, context):
    body = event["body"] or ""
    if body == "fail":
        raise ValueError(body)
    answer = {"size": len(body), "base64": event["isBase64Encoded"]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(answer)}
"""
MODEL = {
    "type": "object",
    "required": ["instances"],
    "properties": {"instances": {"type": "array"}, "limit": {"type": "number", "maximum": 9}},
}
PROBLEM = {
    "statusCode": 422,
    "responseParameters": {
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        "gatewayresponse.header.X-Request": "context.requestId",
    },
    "responseTemplates": {
        "application/json": json.dumps(
            {
                "detail": "$context.error.validationErrorString",
                "request_id": "$context.requestId",
                "type": "$context.error.responseType",
                "unknown": "$context.nothing",
            }
        ).replace('"$context.nothing"', '$context.error.messageString, "gone": "$context.nothing"'),
    },
}


def body_of_api(function_arn: str) -> dict[str, Json]:
    def operation(models: dict[str, Json], **extra: Json) -> dict[str, Json]:
        schema = {"schema": {"$ref": "#/components/schemas/Request"}}
        return {
            "x-amazon-apigateway-request-validator": "body",
            "requestBody": {"content": dict.fromkeys(models, schema)},
            "responses": {"200": {"description": "fine"}},
            "x-amazon-apigateway-integration": {
                "type": "aws_proxy",
                "httpMethod": "POST",
                "uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function_arn}/invocations",
            },
        } | extra

    return {
        "openapi": "3.0.1",
        "info": {"title": f"gateway-{uuid4().hex[:8]}", "version": "1"},
        "x-amazon-apigateway-api-key-source": "HEADER",
        "x-amazon-apigateway-request-validators": {"body": {"validateRequestBody": True}},
        "x-amazon-apigateway-gateway-responses": {
            "BAD_REQUEST_BODY": PROBLEM,
            "INVALID_API_KEY": {"responseTemplates": {"application/json": '{"code": "api_key_invalid"}'}},
        },
        "components": {
            "schemas": {"Request": MODEL},
            "securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
        },
        "paths": {
            "/json": {"post": operation({"application/json": None})},
            "/any": {"post": operation({"$default": None})},
            "/keyed": {"post": operation({"application/json": None}, security=[{"key": []}])},
        },
    }


@pytest.fixture(scope="module")
def function_arn(client: Callable[..., Client]) -> str:
    return create_function(client, FUNCTION)


@pytest.fixture(scope="module")
def api_id(client: Callable[..., Client], function_arn: str) -> str:
    gateway = client("apigateway")
    api = str(gateway.import_rest_api(body=json.dumps(body_of_api(function_arn)))["id"])
    gateway.create_deployment(restApiId=api, stageName="v1")
    return api


@pytest.fixture(scope="module")
def key(client: Callable[..., Client], api_id: str) -> str:
    gateway = client("apigateway")
    created = gateway.create_api_key(name=api_id, enabled=True)
    plan = gateway.create_usage_plan(name=api_id, apiStages=[{"apiId": api_id, "stage": "v1"}])
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=created["id"], keyType="API_KEY")
    return str(created["value"])


@pytest.fixture(scope="module")
def post(sandbox: Sandbox, api_id: str) -> Callable[..., requests.Response]:
    """Post bytes to a path of the API, as JSON by default."""
    session = requests.Session()
    session.trust_env = False

    def send(path: str, body: bytes, content_type: str | None = "application/json", **headers: str) -> requests.Response:
        url = f"{sandbox.url}/_aws/execute-api/{api_id}/v1{path}"
        given = headers | ({"Content-Type": content_type} if content_type else {})
        return session.post(url, data=body, headers=given, timeout=30)

    return send


GOOD = b'{"instances": []}'
REJECTED = 422  # the status that the API's own gateway response sets


def test_a_body_that_matches_the_model_reaches_the_function(post: Callable[..., requests.Response]) -> None:
    assert post("/json", GOOD).json() == {"size": len(GOOD), "base64": False}


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"",
        b"[]",
        b"{",
        b'{"instances": [], "limit": NaN}',
        b'{"instances": [Infinity]}',
        b'{"instances": [-Infinity]}',
        b'{"instances": ["\xff"]}',
        '{"instances": []}'.encode("utf-16"),
        b"[" * 100_000,
    ],
    ids=["lacking", "empty", "type", "cut", "nan", "infinity", "minus_infinity", "no_utf_8", "utf_16", "deep"],
)
def test_a_body_that_does_not_match_the_model_is_rejected(post: Callable[..., requests.Response], body: bytes) -> None:
    assert post("/json", body).status_code == REJECTED


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", None], ids=["charset", "case", "absent"])
def test_the_model_is_selected_by_the_media_type_without_parameters(
    post: Callable[..., requests.Response], content_type: str | None
) -> None:
    assert post("/json", b"{}", content_type).status_code == REJECTED


def test_a_body_of_another_content_type_is_not_validated(post: Callable[..., requests.Response]) -> None:
    assert post("/json", b"1,2", "text/csv").status_code == 200


def test_binary_bodies_reach_the_function_encoded(post: Callable[..., requests.Response]) -> None:
    assert post("/json", b"\xff\x00", "application/x-npy").json()["base64"] is True


def test_a_default_model_validates_every_content_type(post: Callable[..., requests.Response]) -> None:
    assert [post("/any", body, "text/csv").status_code for body in (b"1,2", GOOD)] == [REJECTED, 200]


def test_a_gateway_response_is_rendered_with_its_headers(post: Callable[..., requests.Response]) -> None:
    answer = post("/json", b"{}")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request"] == answer.json()["request_id"] == answer.headers["x-amzn-RequestId"]
    assert answer.json()["type"] == "BAD_REQUEST_BODY"
    assert answer.json()["unknown"] == "Invalid request body"
    assert not answer.json()["gone"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{}", '[object has missing required properties (["instances"])]'),
        (
            b'{"instances": "x"}',
            '[instance type (string) does not match any allowed primitive type (allowed: ["array"])]',
        ),
        (b'{"instances": [], "limit": 10}', "[10 is greater than the maximum of 9]"),
    ],
    ids=["required", "type", "maximum"],
)
def test_a_gateway_response_can_contain_the_validation_error(post: Callable[..., requests.Response], body: bytes, detail: str) -> None:
    assert post("/json", body).json()["detail"] == detail


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "wrong"}], ids=["missing", "unknown"])
def test_a_request_without_a_valid_key_gets_the_gateway_response(
    post: Callable[..., requests.Response], key: str, headers: dict[str, str]
) -> None:
    answer = post("/keyed", GOOD, **headers)
    assert key
    assert (answer.status_code, answer.json()) == (403, {"code": "api_key_invalid"})


def test_a_request_with_a_valid_key_is_accepted(post: Callable[..., requests.Response], key: str) -> None:
    assert post("/keyed", GOOD, **{"x-api-key": key}).status_code == 200


def test_a_rejected_request_without_a_gateway_response_gets_the_default_text(post: Callable[..., requests.Response]) -> None:
    answer = post("/nowhere", GOOD)
    assert (answer.status_code, answer.json()) == (403, {"message": "Missing Authentication Token"})


def test_a_function_that_fails_is_a_bad_gateway(post: Callable[..., requests.Response]) -> None:
    assert post("/json", b"fail", "text/plain").status_code == 502


@pytest.mark.parametrize("megabytes", [7, 11], ids=["function", "gateway"])
def test_a_body_over_the_limit_is_too_large(post: Callable[..., requests.Response], megabytes: int) -> None:
    answer = post("/json", b"x" * (megabytes << 20), "text/plain")
    assert (answer.status_code, answer.json()) == (413, {"message": "Request Too Long"})


def test_an_overwriting_import_removes_gateway_responses(client: Callable[..., Client], function_arn: str, sandbox: Sandbox) -> None:
    gateway = client("apigateway")
    body = body_of_api(function_arn)
    api = gateway.import_rest_api(body=json.dumps(body))["id"]
    del body["x-amazon-apigateway-gateway-responses"]
    gateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(body))
    gateway.create_deployment(restApiId=api, stageName="v1")
    answer = requests.post(f"{sandbox.url}/_aws/execute-api/{api}/v1/json", data=b"[]", proxies={"http": ""}, timeout=30)
    assert (answer.status_code, answer.json()) == (400, {"message": "Invalid request body"})


@pytest.fixture(scope="module")
def compressing(client: Callable[..., Client], function_arn: str, sandbox: Sandbox) -> str:
    """Return the URL of an API that compresses responses."""
    gateway = client("apigateway")
    body = body_of_api(function_arn) | {"x-amazon-apigateway-minimum-compression-size": 10}
    api = gateway.import_rest_api(body=json.dumps(body))["id"]
    gateway.create_deployment(restApiId=api, stageName="v1")
    return f"{sandbox.url}/_aws/execute-api/{api}/v1/json"


@pytest.mark.parametrize(
    ("coding", "compressed"),
    [
        ("gzip", gzip.compress(GOOD)),
        ("GZIP", gzip.compress(GOOD[:9]) + gzip.compress(GOOD[9:])),
        ("deflate", zlib.compress(GOOD)),
        ("identity", GOOD),
    ],
    ids=["gzip", "members", "deflate", "identity"],
)
def test_a_compressed_body_reaches_the_function_decompressed(
    post: Callable[..., requests.Response], coding: str, compressed: bytes
) -> None:
    assert post("/json", compressed, **{"Content-Encoding": coding}).json()["size"] == len(GOOD)


def test_a_compressed_body_is_validated_against_the_model(post: Callable[..., requests.Response]) -> None:
    assert post("/json", gzip.compress(b"{}"), **{"Content-Encoding": "gzip"}).status_code == REJECTED


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", GOOD), ("gzip", gzip.compress(GOOD)[:-9]), ("gzip", b""), ("deflate", GOOD), ("br", GOOD), ("gzip, gzip", GOOD)],
    ids=["plain", "cut", "empty", "deflate", "unknown", "twice"],
)
def test_a_body_without_the_declared_coding_is_an_unsupported_media_type(
    post: Callable[..., requests.Response], coding: str, body: bytes
) -> None:
    answer = post("/keyed", body, **{"Content-Encoding": coding})
    assert (answer.status_code, answer.json()) == (415, {"message": "Unsupported Media Type"})


def test_a_small_body_that_decompresses_to_gigabytes_is_rejected_at_ten_megabytes() -> None:
    # LocalStack's API Gateway takes two seconds to import, and every worker imports every file
    from localstack.services.apigateway.next_gen.execute_api.gateway_response import RequestTooLargeError
    from sagemaker_sandbox.patches.api_gateway.compression import inflate

    bomb = gzip.compress(bytes(64 << 20)) * 40
    tracemalloc.start()
    try:
        with pytest.raises(RequestTooLargeError):
            inflate(bomb, "gzip")
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_a_body_that_decompresses_beyond_the_limit_is_too_large(post: Callable[..., requests.Response]) -> None:
    assert post("/json", gzip.compress(bytes(11 << 20)), "text/plain", **{"Content-Encoding": "gzip"}).status_code == 413


@pytest.mark.parametrize(("accepted", "coding"), [("gzip", "gzip"), ("deflate", "deflate"), ("*", None), ("br, gzip;q=0.5", None)])
def test_a_response_is_compressed_if_the_api_has_a_minimum_size(compressing: str, accepted: str, coding: str | None) -> None:
    answer = requests.post(compressing, data=GOOD, headers={"Accept-Encoding": accepted}, proxies={"http": ""}, timeout=30)
    assert (answer.headers.get("Content-Encoding"), answer.json()["size"]) == (coding, len(GOOD))


def test_a_response_of_an_api_without_a_minimum_size_is_not_compressed(post: Callable[..., requests.Response]) -> None:
    assert "Content-Encoding" not in post("/json", GOOD, **{"Accept-Encoding": "gzip"}).headers


def test_validation_stops_at_the_first_of_a_million_violations() -> None:
    # as late as in the test of decompression above, for the same reason
    from sagemaker_sandbox.patches.api_gateway.request_validation import InvalidBodyError, check

    schema = {"properties": {"instances": {"items": {"minItems": 1}}}}
    body = b'{"instances": [' + b",".join([b"[]"] * 1_000_000) + b"]}"
    started = time.process_time()
    with pytest.raises(InvalidBodyError) as error:
        check(body, schema)
    assert time.process_time() - started < 1.5
    assert len(error.value.detail) < 1100
