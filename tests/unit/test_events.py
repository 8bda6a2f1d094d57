"""The same function answers every kind of event that can bring a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from serving import BIKES

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
