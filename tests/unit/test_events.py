"""The same function answers every kind of event that can bring a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import BIKES, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function

EVENTS = Path(__file__).resolve().parents[1] / "events"
FIRST = "4,0,1,1,16.4,20.455,50,26.0027,2012,12,19,2,17"


def recorded(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


@pytest.fixture
def bikes(load: Callable[..., Function]) -> Function:
    return load(BIKES)


@pytest.mark.parametrize("name", ["rest_api", "http_api", "function_url", "console_one", "console_several"])
def test_the_model_gets_the_same_row_from_every_event(bikes: Function, endpoint: Endpoint, name: str) -> None:
    bikes(recorded(name))
    assert endpoint.calls[0].body.decode().splitlines()[0] == FIRST


@pytest.mark.parametrize("name", ["rest_api", "http_api", "function_url"])
def test_an_http_event_is_answered_as_its_integration_expects(bikes: Function, name: str) -> None:
    event = recorded(name)
    request_id = event["requestContext"]["requestId"]
    assert bikes(event) == {
        "statusCode": 200,
        "headers": {
            "content-type": "application/json",
            "x-request-id": request_id,
            "x-amzn-sagemaker-inference-id": request_id,
        },
        "body": '{"predictions": [0.6487212707001282]}',
        "isBase64Encoded": False,
    }


def test_a_console_event_is_answered_with_one_prediction_per_observation(bikes: Function) -> None:
    assert bikes(recorded("console_several")) == {"predictions": [0.6487212707001282] * 3}


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_another_method_is_rejected(bikes: Function, method: str) -> None:
    event = recorded("function_url")
    event["requestContext"]["http"]["method"] = method
    answer = bikes(event)
    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "POST")


def test_header_names_are_not_case_sensitive(bikes: Function, endpoint: Endpoint) -> None:
    event = recorded("rest_api")
    event["headers"] = {"CONTENT-TYPE": "text/csv"}
    event["body"] = "2012-12-19 17:00:00,4,0,1,1,16.4,20.455,50,26.0027"
    bikes(event)
    assert endpoint.calls[0].body.decode() == FIRST


@pytest.mark.parametrize("headers", [None, {}, {"content-type": None}])
def test_a_body_without_a_content_type_is_json(bikes: Function, headers: Any) -> None:
    assert bikes(recorded("rest_api") | {"headers": headers})["statusCode"] == 200


def test_an_event_without_a_body_is_rejected(bikes: Function) -> None:
    answer = bikes(recorded("rest_api") | {"body": None})
    assert json.loads(answer["body"])["code"] == "body_empty"


def test_a_body_that_is_not_base64_is_rejected(bikes: Function) -> None:
    answer = bikes(recorded("rest_api") | {"isBase64Encoded": True})
    assert json.loads(answer["body"])["code"] == "body_malformed"


BODY = json.dumps({"instances": ROWS})
HTTP = {"httpMethod": "POST", "path": "/predictions", "headers": {}, "requestContext": {"requestId": "r"}, "body": BODY}


def as_lambda_returns(answer: Any) -> Any:
    """Return a response as Lambda's runtime passes it on: JSON in UTF-8, unescaped."""
    return json.loads(json.dumps(answer, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    "event",
    [
        {"requestContext": {"requestTimeEpoch": "x"}},
        {"requestContext": {"http": "POST"}},
        {"requestContext": {}},
        HTTP | {"httpMethod": 7},
        HTTP | {"httpMethod": None, "requestContext": {"http": ["POST"]}},
        HTTP | {"body": {"instances": ROWS}},
        HTTP | {"body": [1]},
        HTTP | {"body": True, "isBase64Encoded": True},
        HTTP | {"body": "\ud800"},
        HTTP | {"body": '{"instances": [{"\ud800": 1}]}'},
        HTTP | {"body": '{"instances": [["\\ud800"]]}'},
        HTTP | {"body": "\ud800", "isBase64Encoded": True},
        HTTP | {"body": "\ud800,1", "headers": {"content-type": "text/csv; header=present"}},
        HTTP | {"headers": {"accept": "\ud800"}},
        HTTP | {"headers": {"content-type": "\ud800"}},
        HTTP | {"headers": {"x-amzn-sagemaker-target-variant": "\ud800"}},
        {"instances": ROWS, "target_variant": {"a": [1]}},
        {"instances": ROWS, "target_model": 10**5000},
        {"instances": [{"\ud800": 1}]},
        {"\ud800": 1},
        {"id": ["\ud800"]},
    ],
)
def test_an_event_of_unexpected_types_is_answered_with_a_problem(bikes: Function, event: Any) -> None:
    answer = as_lambda_returns(bikes(event))
    problem = json.loads(answer["body"]) if "statusCode" in answer else answer
    assert 400 <= problem["status"] < 500


@pytest.mark.parametrize(
    "change",
    [
        {"headers": ["text/csv"]},
        {"headers": {"content-type": 7, "accept": ["text/csv"], "X-Amzn-SageMaker-Inference-Id": {}}},
        {"headers": {"x-amzn-sagemaker-inference-id": "\ud800"}},
        {"headers": None, "multiValueHeaders": None},
        {"path": None},
        {"path": "\ud800"},
        {"requestContext": {"requestTimeEpoch": "x"}},
        {"requestContext": {"requestTimeEpoch": 10**400}},
        {"requestContext": {"requestTimeEpoch": float("nan")}},
        {"requestContext": {"timeEpoch": [1]}},
    ],
)
def test_members_of_unexpected_types_count_as_missing(bikes: Function, change: dict[str, Any]) -> None:
    assert as_lambda_returns(bikes(HTTP | change))["statusCode"] == 200


@pytest.mark.parametrize("given", ["\ud800", "", "x" * 65, "two\nlines", 7, None, ["r"], {}])
def test_a_request_id_that_no_header_can_carry_is_replaced_by_lambdas(bikes: Function, given: Any) -> None:
    answer = as_lambda_returns(bikes(HTTP | {"requestContext": {"requestId": given}}))
    assert answer["headers"]["x-request-id"] == "11111111-2222-3333-4444-555555555555"


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5) | st.sampled_from([BODY, ROWS])
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6
)
about = st.fixed_dictionaries({}, optional=dict.fromkeys(["requestId", "requestTimeEpoch", "timeEpoch", "http"], anything))
names = st.sampled_from(["Content-Type", "accept", "x-amzn-sagemaker-inference-id", "X-Amzn-SageMaker-Target-Variant", "\ud800"])
MEMBERS = ["httpMethod", "path", "rawPath", "headers", "body", "isBase64Encoded", "instances", "target_model", "inference_id", "id"]
events = anything | st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(MEMBERS, anything)
    | {
        "requestContext": about | anything,
        "httpMethod": st.just("POST") | anything,
        "headers": st.dictionaries(names, anything) | anything,
    },
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=events)
def test_any_event_is_answered_with_predictions_or_a_problem(bikes: Function, event: Any) -> None:
    answer = as_lambda_returns(bikes(event))
    status = answer.get("statusCode") or answer.get("status") or 200
    assert status < 500
    assert status == 200 or json.loads(answer.get("body") or json.dumps(answer))["code"]
