"""GET /health: the endpoint's own status, without a call to the model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prediction_api.memo import Recent
from serving import BIKES, ROWS, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Call, Endpoint, Function, Server


def health(function: Function, method: str = "GET", path: str = "/health") -> tuple[int, Any, dict[str, str]]:
    event = {"path": path, "httpMethod": method, "headers": {}, "requestContext": {"requestId": "check"}, "body": None}
    answer = function(event)
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


@pytest.fixture
def bikes(load: Callable[..., Function], server: Server, monkeypatch: pytest.MonkeyPatch) -> Function:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"http://127.0.0.1:{server.server_address[1]}")
    return load(BIKES)


def described(status: str) -> Callable[[Call], Reply]:
    return lambda _call: Reply(json.dumps({"EndpointName": "bikes", "EndpointStatus": status}).encode())


def rejected(code: str, message: str, status: int = 400) -> Callable[[Call], Reply]:
    return lambda _call: Reply(json.dumps({"__type": code, "message": message}).encode(), status)


@pytest.mark.parametrize("status", ["InService", "Updating", "SystemUpdating", "RollingBack"])
def test_an_endpoint_that_serves_is_healthy(bikes: Function, endpoint: Endpoint, status: str) -> None:
    endpoint.reply = described(status)
    answer = health(bikes)
    assert answer[:2] == (200, {"endpoint_status": status})
    assert answer[2]["x-request-id"] == "check"


@pytest.mark.parametrize("status", ["Creating", "OutOfService", "Deleting", "Failed", "UpdateRollbackFailed"])
def test_an_endpoint_that_does_not_serve_is_a_problem_with_its_status(bikes: Function, endpoint: Endpoint, status: str) -> None:
    endpoint.reply = described(status)
    answer = health(bikes)
    assert (answer[0], answer[1]["code"], answer[1]["detail"]) == (503, "endpoint_not_in_service", f"The endpoint's status is {status}.")
    assert (answer[1]["retryable"], answer[2]["retry-after"]) == (True, "5")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (rejected("ValidationException", 'Could not find endpoint "bikes".'), (503, "endpoint_not_in_service")),
        (rejected("AccessDeniedException", "User: secret is not authorized", 403), (500, "endpoint_access_denied")),
        (rejected("ThrottlingException", "Rate exceeded"), (503, "endpoint_throttled")),
        (rejected("InternalFailure", "secret", 500), (502, "endpoint_failed")),
    ],
)
def test_an_endpoint_that_cannot_be_described_is_a_problem_with_the_reason(
    bikes: Function, endpoint: Endpoint, reply: Callable[[Call], Reply], expected: tuple[int, str]
) -> None:
    endpoint.reply = reply
    answer = health(bikes)
    assert (answer[0], answer[1]["code"]) == expected
    assert "secret" not in json.dumps(answer)


def test_the_endpoint_is_described_once_for_several_checks(bikes: Function, endpoint: Endpoint) -> None:
    endpoint.reply = described("InService")
    assert [health(bikes)[0] for _ in range(3)] == [200] * 3
    assert len(endpoint.calls) == 1


def test_the_endpoint_is_described_again_after_five_seconds() -> None:
    now = iter([0.0, 0.0, 4.9, 5.0, 5.0, 9.9])
    recent = Recent(iter("abc").__next__, 5.0, clock=lambda: next(now))
    assert [recent.value() for _ in range(4)] == ["a", "a", "b", "b"]


def test_an_endpoint_that_is_switched_off_is_not_described(load: Callable[..., Function], endpoint: Endpoint) -> None:
    answer = health(load(BIKES, ENDPOINT_OFF="true"))
    assert (answer[0], answer[1]["code"], endpoint.calls) == (503, "endpoint_off", [])


def test_a_base_path_does_not_hide_the_route(bikes: Function, endpoint: Endpoint) -> None:
    endpoint.reply = described("InService")
    assert health(bikes, path="/bikes/health")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_method_is_rejected_with_the_one_that_is_supported(bikes: Function, endpoint: Endpoint, method: str) -> None:
    answer = health(bikes, method)
    assert (answer[0], answer[2]["allow"], endpoint.calls) == (405, "GET", [])
    assert answer[1]["detail"] == "Use GET to check the endpoint."


def test_a_check_leaves_predictions_as_they_are(bikes: Function, endpoint: Endpoint) -> None:
    predict = endpoint.reply
    endpoint.reply = described("Creating")
    assert health(bikes)[0] == 503
    endpoint.reply = predict
    assert bikes.post(json.dumps({"instances": ROWS}))[0] == 200
