"""The deployed function answers every kind of caller: a REST API, an HTTP API, a function URL, or a direct invocation."""

from __future__ import annotations

import base64
import http.client
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployments import Deployment

EVENTS = Path(__file__).resolve().parents[1] / "events"


@pytest.fixture(scope="module")
def sample(penguins: Deployment) -> list[Any]:
    return list(json.loads(penguins.outputs["sample_request"])["instances"][0]["features"])


@pytest.fixture(scope="module")
def expected(penguins: Deployment, sample: list[Any]) -> Any:
    return penguins.predict({"instances": [sample]}).document


@pytest.fixture(scope="module")
def invoke(penguins: Deployment, client: Callable[..., Any]) -> Callable[[Any], Any]:
    """Invoke the function's alias with an event."""

    def invoke(event: Any) -> Any:
        answer = client("lambda").invoke(FunctionName=penguins.outputs["function_alias_arn"], Payload=json.dumps(event))
        assert "FunctionError" not in answer
        return json.load(answer["Payload"])

    return invoke


def recorded(name: str, body: str) -> Any:
    """Return a recorded event with another body, encoded as the recorded one was."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    encoded = base64.b64encode(body.encode()).decode() if event["isBase64Encoded"] else body
    return event | {"body": encoded}


@pytest.mark.parametrize("name", ["rest_api", "http_api"])
def test_an_event_of_an_api_is_answered_like_a_request(invoke: Callable[[Any], Any], sample: list[Any], expected: Any, name: str) -> None:
    answer = invoke(recorded(name, json.dumps({"instances": [{"features": sample}]})))
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, expected)


def test_the_base64_of_csv_at_a_function_url_is_answered_like_a_request(
    invoke: Callable[[Any], Any], sample: list[Any], expected: Any
) -> None:
    row = ",".join(json.dumps(value).strip('"') for value in sample)
    answer = invoke(recorded("function_url", row))
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, expected)


def test_a_function_url_answers_like_the_api(penguins: Deployment, client: Callable[..., Any], sample: list[Any], expected: Any) -> None:
    alias = {"FunctionName": penguins.outputs["function_name"], "Qualifier": "live"}
    made = client("lambda").create_function_url_config(**alias, AuthType="NONE")
    for action in ("InvokeFunctionUrl", "InvokeFunction"):
        client("lambda").add_permission(**alias, StatementId=action, Action=f"lambda:{action}", Principal="*")
    connection = http.client.HTTPConnection("127.0.0.1", penguins.sandbox.port, timeout=60)
    host = {"Host": urlsplit(made["FunctionUrl"]).netloc}
    connection.request("POST", "/", json.dumps({"instances": [sample]}), host | {"Content-Type": "application/json"})
    answer = json.load(connection.getresponse())
    client("lambda").delete_function_url_config(**alias)
    for action in ("InvokeFunctionUrl", "InvokeFunction"):
        client("lambda").remove_permission(**alias, StatementId=action)
    assert answer == expected


def test_binary_bodies_reach_the_function_through_the_gateway(penguins: Deployment) -> None:
    answer = penguins.predict(b"\xff\xfe,1\n", "text/csv")
    assert (answer.status, answer.document["code"]) == (400, "body_malformed")


@pytest.mark.parametrize("count", [1, 3])
def test_an_event_that_is_a_request_is_answered_without_http(
    invoke: Callable[[Any], Any], sample: list[Any], expected: Any, count: int
) -> None:
    assert invoke({"instances": [sample] * count}) == {"predictions": expected["predictions"] * count}


def test_an_invalid_request_without_http_returns_the_problem_itself(invoke: Callable[[Any], Any]) -> None:
    problem = invoke({"instances": [{"features": []}]})
    assert (problem["status"], problem["errors"][0]["pointer"]) == (400, "/instances/0/features")
