"""Every way in which the endpoint fails has its code, its status, and its place in docs/errors.md."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from prediction_api.problems import CODES
from serving import BIKES, ROWS, Call, Reply, error, half

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function

PAGE = Path(__file__).resolve().parents[2] / "docs/errors.md"
BODY = json.dumps({"instances": [{"features": ROWS[0]}]})
ONCE = {"attempts_per_call": 1}
DEFINED = {code: (each.status, each.retryable, each.retry_after, each.detail) for code, each in CODES.items()}


def model_error(status: int | None) -> Reply:
    members = {} if status is None else {"OriginalStatusCode": status}
    return error(424, "ModelError", OriginalMessage="secret of the container", LogStreamArn="arn:logs", **members)


FAILURES: list[tuple[Reply, int, str]] = [
    (model_error(400), 400, "model_refused_values"),
    (model_error(406), 406, "model_refused_accept"),
    (model_error(413), 413, "model_refused_size"),
    (model_error(415), 415, "model_refused_content_type"),
    (model_error(500), 502, "model_failed"),
    (model_error(503), 502, "model_failed"),
    (model_error(404), 502, "model_failed"),
    (model_error(504), 504, "model_timeout"),
    (model_error(0), 504, "model_timeout"),
    (model_error(None), 504, "model_timeout"),
    (error(429, "ModelNotReadyException"), 503, "model_not_ready"),
    (error(400, "ThrottlingException"), 503, "endpoint_throttled"),
    (error(429, "ThrottlingException"), 503, "endpoint_throttled"),
    (error(429, "Whatever"), 503, "endpoint_throttled"),
    (error(503, "ServiceUnavailable"), 503, "endpoint_unavailable"),
    (error(500, "InternalFailure"), 502, "endpoint_failed"),
    (error(530, "InternalDependencyException"), 502, "endpoint_dependency_failed"),
    (error(403, "AccessDeniedException"), 500, "endpoint_access_denied"),
    (error(403, "UnrecognizedClientException"), 500, "endpoint_access_denied"),
    (error(400, "ValidationError"), 500, "endpoint_rejected"),
    (error(400, "ValidationError", Message="Endpoint bikes of account 1 not found."), 500, "endpoint_not_found"),
    (Reply(b"<html>", 502), 502, "endpoint_failed"),
    (Reply(b"<html>", 404), 500, "endpoint_rejected"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "status", "code"), FAILURES)
def test_a_failure_of_the_endpoint_has_its_status_and_code(
    load: Callable[..., Function], endpoint: Endpoint, reply: Reply, status: int, code: str
) -> None:
    endpoint.reply = lambda _: reply
    got, problem, headers = load(BIKES, ONCE).post(BODY)
    definition = CODES[code]
    expected = None if definition.retry_after is None else str(definition.retry_after)
    assert (got, problem["code"], problem["retryable"], headers.get("retry-after")) == (
        status,
        code,
        definition.retryable,
        expected,
    )


def test_nothing_of_the_container_and_of_the_payload_gets_out(
    load: Callable[..., Function], endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    function = load(BIKES, ONCE, METRICS_NAMESPACE="bikes")
    said = ""
    for reply in [*(failure[0] for failure in FAILURES), Reply(b"secret of the container")]:
        endpoint.reply = lambda _, reply=reply: reply  # type: ignore[misc]
        said += json.dumps(function.post(BODY))
    said += json.dumps(function.post(BODY.replace("16.4", '"secret"')))
    function({"instances": [{"secret": 1}]})
    logged = capsys.readouterr().out
    assert [word for word in ("secret", "2012-12-19", "26.0027") if word in logged or word in said] == []


def test_a_retryable_error_is_retried(load: Callable[..., Function], endpoint: Endpoint) -> None:
    replies = iter([error(500, "InternalFailure"), error(530, "InternalDependencyException")])
    endpoint.reply = lambda call: next(replies, None) or half(call)
    status, _, _ = load(BIKES, {"attempts_per_call": 3}).post(BODY)
    assert (status, len(endpoint.calls)) == (200, 3)


@pytest.mark.parametrize("reply", [model_error(400), error(403, "AccessDeniedException"), error(400, "ValidationError"), Reply(b"nan")])
def test_an_error_that_is_not_retryable_is_not_retried(load: Callable[..., Function], endpoint: Endpoint, reply: Reply) -> None:
    endpoint.reply = lambda _: reply
    load(BIKES, {"attempts_per_call": 3}).post(BODY)
    assert len(endpoint.calls) == 1


def test_no_attempt_begins_that_might_not_end_in_time(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = lambda _: error(500, "InternalFailure")
    function = load(BIKES, {"attempts_per_call": 9, "attempt_timeout_in_milliseconds": 500})
    function({"instances": [ROWS[0]]}, milliseconds=1_500)
    assert len(endpoint.calls) == 1


def slow(call: Call) -> Reply:
    time.sleep(1)
    return half(call)


def test_an_endpoint_that_is_silent_is_a_timeout(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = slow
    status, problem, _ = load(BIKES, {"attempts_per_call": 1, "attempt_timeout_in_milliseconds": 50}).post(BODY)
    assert (status, problem["code"]) == (504, "timeout")


@pytest.mark.parametrize("rows", [1, 4])
def test_the_answer_comes_before_the_time_is_over(load: Callable[..., Function], endpoint: Endpoint, rows: int) -> None:
    endpoint.reply = slow
    function = load(BIKES, {"rows_per_call": 1, "concurrent_calls": 2})
    start = time.monotonic()
    problem = function({"instances": ROWS[:1] * rows}, milliseconds=700)
    assert (problem["code"], time.monotonic() - start < 0.5) == ("timeout", True)


def test_the_gateways_clock_counts(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = slow
    function = load(BIKES)
    context = {"requestId": "r", "requestTimeEpoch": (time.time() - 27.8) * 1000}
    event = {"httpMethod": "POST", "requestContext": context, "body": BODY}
    start = time.monotonic()
    answer = function(event)
    assert (answer["statusCode"], time.monotonic() - start < 0.9) == (504, True)


def test_an_endpoint_that_nobody_listens_at_is_unreachable(load: Callable[..., Function], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", "http://127.0.0.1:9")
    status, problem, _ = load(BIKES, ONCE).post(BODY)
    assert (status, problem["code"]) == (502, "endpoint_unreachable")


def test_a_function_without_credentials_is_denied(load: Callable[..., Function], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    _, problem, _ = load(BIKES, ONCE).post(BODY)
    assert problem["code"] == "endpoint_access_denied"


def test_an_incomplete_answer_is_reported_as_an_unreachable_endpoint(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = lambda _: Reply(b"1.0", headers=(("Content-Length", "9"),))
    status, problem, _ = load(BIKES, ONCE).post(BODY)
    assert (status, problem["code"]) == (502, "endpoint_unreachable")


@pytest.mark.parametrize("rows", [1, 100])
def test_an_error_of_the_sdk_itself_is_ours(load: Callable[..., Function], endpoint: Endpoint, rows: int) -> None:
    endpoint.reply = lambda _: Reply(b"1.0", 500)  # not the object that botocore expects of an error
    status, problem, _ = load(BIKES, {"attempts_per_call": 3}).post(json.dumps({"instances": ROWS[:1] * rows}))
    assert (status, problem["code"], len(endpoint.calls)) == (500, "internal", 1)


def test_an_unforeseen_error_is_opaque_and_its_place_is_logged(
    load: Callable[..., Function], endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    assert endpoint
    function = load(BIKES)
    function.module.SERVICE = None  # no event is known that would do
    status, problem, _ = function.post(BODY)
    line = json.loads(capsys.readouterr().out)
    assert (status, problem["code"], problem["detail"], line["error"], line["request_id"]) == (
        500,
        "internal",
        CODES["internal"].detail,
        "AttributeError",
        "gateway-request",
    )
    assert "handler.py" in line["trace"][0]


def test_the_page_of_errors_is_the_table_in_the_code() -> None:
    row = re.compile(r"^\| `(\w+)` \| (\d+) \| (yes|no) \| (?:(\d+) s)? \| (.+) \|$", re.MULTILINE)
    written = {
        code: (int(status), again == "yes", int(after) if after else None, cause)
        for code, status, again, after, cause in row.findall(PAGE.read_text())
    }
    assert {code: written.get(code) for code in CODES} == DEFINED


def test_the_document_of_the_gateway_lists_every_code_of_the_handler() -> None:
    listed = json.loads((PAGE.parents[1] / "modules/api/handler_problems.json").read_text())
    entries: dict[str, Any] = {entry["code"]: entry for entry in listed}
    assert {
        code: (entry["status"], entry["retryable"], entry["retry_after"], entry["detail"])
        for code, entry in entries.items()
        if code in CODES
    } == DEFINED


def test_the_page_of_errors_has_every_response_of_the_gateway() -> None:
    listed = json.loads((PAGE.parents[1] / "modules/api/gateway_problems.json").read_text())
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| `(\w+)` \| (\d*) \|", PAGE.read_text(), re.MULTILINE)
    assert rows == [(problem["type"], problem["code"], str(problem.get("status", ""))) for problem in listed]
    enumerated = set(boto3.client("apigateway", "us-east-1").meta.service_model.shape_for("GatewayResponseType").enum)
    unlisted = {"REQUEST_TOO_LARGE"}  # not customizable
    unlisted |= {"BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS"}  # the function validates, the gateway has no validator
    assert {kind for kind, _, _ in rows} == enumerated - unlisted
