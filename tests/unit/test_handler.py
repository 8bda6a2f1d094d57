"""The handler answers the bike rental contract."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from serving import BIKES, ROWS, Endpoint, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Function


@pytest.fixture
def bikes(load: Callable[..., Function]) -> Function:
    """Load the handler with the bike rental contract."""
    return load(BIKES)


def positional(rows: list[list[Any]]) -> dict[str, Any]:
    return {"instances": [{"features": row} for row in rows]}


def scores(values: list[float]) -> Reply:
    return Reply(json.dumps({"predictions": [{"score": value} for value in values]}).encode())


def test_the_model_gets_the_declared_columns_in_their_order(bikes: Function, endpoint: Endpoint) -> None:
    bikes(positional(ROWS))
    assert endpoint.calls[0].body.decode().splitlines() == [
        "4,0,1,1,16.4,20.455,50,26.0027,2012,12,19,2,17",
        "4,0,1,1,15.58,19.695,50,23.9994,2012,12,19,2,18",
        "4,0,1,2,14.76,18.94,100,0,2012,12,10,0,1",
    ]


def test_a_direct_invocation_answers_the_body_itself(bikes: Function, endpoint: Endpoint) -> None:
    endpoint.reply = lambda _: scores([6.349, 1e-05, -0.25])
    assert bikes(positional(ROWS)) == {"predictions": [math.expm1(6.349), math.expm1(1e-05), math.expm1(-0.25)]}


def test_a_proxy_event_answers_the_same_predictions(bikes: Function, endpoint: Endpoint) -> None:
    endpoint.reply = lambda _: scores([6.349])
    status, answer, headers = bikes.post(json.dumps(positional(ROWS[:1])))
    assert (status, answer, headers) == (
        200,
        {"predictions": [math.expm1(6.349)]},
        {
            "content-type": "application/json",
            "x-request-id": "gateway-request",
            "x-amzn-sagemaker-inference-id": "gateway-request",
        },
    )


def test_a_wrong_instance_is_named_and_never_reaches_the_model(bikes: Function, endpoint: Endpoint) -> None:
    status, problem, _ = bikes.post(json.dumps(positional([["hi there", 0, 2]])))
    assert (status, problem["code"], problem["errors"][0]["pointer"], endpoint.calls) == (
        400,
        "instances_invalid",
        "/instances/0/features",
        [],
    )


def test_a_wrong_value_is_named_with_its_field(bikes: Function) -> None:
    wrong = [*ROWS[0][:5], "warm", *ROWS[0][6:]]
    _, problem, _ = bikes.post(json.dumps(positional([ROWS[0], wrong])))
    assert problem["errors"] == [{"code": "type", "pointer": "/instances/1/features/5", "detail": "temp must be a number"}]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"1e-05\n-2.5\n", [1e-05, -2.5]),
        (b"1e-05,-2.5", [1e-05, -2.5]),
        (b'{"predictions": [{"score": 1e-05}, {"score": -2.5}]}', [1e-05, -2.5]),
        (b"[1e-05, -2.5]", [1e-05, -2.5]),
    ],
)
def test_scientific_notation_and_signs_keep_their_value(bikes: Function, endpoint: Endpoint, answer: bytes, expected: list[float]) -> None:
    endpoint.reply = lambda _: Reply(answer)
    assert bikes(positional(ROWS[:2])) == {"predictions": [math.expm1(value) for value in expected]}


def test_one_instance_with_a_field_too_many_is_rejected(bikes: Function, endpoint: Endpoint) -> None:
    status, problem, _ = bikes.post(json.dumps({"instances": [{"features": ROWS[0], "id": 7}]}))
    assert (status, problem["errors"][0]["code"], endpoint.calls) == (400, "unknown_field", [])


@pytest.mark.parametrize("wrong", [True, None, "4", 2.5, 4.0000001, 5, float("nan")])
def test_one_instance_with_a_wrong_value_is_rejected(bikes: Function, endpoint: Endpoint, wrong: Any) -> None:
    problem = bikes(positional([[ROWS[0][0], wrong, *ROWS[0][2:]]]))
    assert (problem["errors"][0]["pointer"], endpoint.calls) == ("/instances/0/features/1", [])


def test_one_instance_with_a_key_given_twice_is_rejected(bikes: Function, endpoint: Endpoint) -> None:
    row = json.dumps(ROWS[0])
    status, problem, _ = bikes.post(f'{{"instances": [{{"features": {row}, "features": {row}}}]}}')
    assert (status, problem["errors"][0]["code"], endpoint.calls) == (400, "duplicate_key", [])
