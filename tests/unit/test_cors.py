"""The headers with which a browser lets a page of another origin read a response of the function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from serving import BIKES, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Function

BODY = json.dumps({"instances": ROWS})
SHOP = "https://shop.example.com"


def of_cors(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name == "vary" or name.startswith("access-control-allow")}


@pytest.fixture
def open_to_two(load: Callable[..., Function]) -> Function:
    return load(BIKES, CORS_ORIGINS=f"{SHOP} http://localhost:8000")


@pytest.mark.parametrize("body", [BODY, "{", '{"instances": [[1]]}'], ids=["predictions", "malformed", "invalid"])
@pytest.mark.parametrize("origin", [SHOP, "http://localhost:8000"])
def test_an_allowed_origin_may_read_each_response(open_to_two: Function, body: str, origin: str) -> None:
    headers = open_to_two.post(body, Origin=origin)[2]
    assert of_cors(headers) == {"access-control-allow-origin": origin, "vary": "Origin"}
    assert "x-request-id" in headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", ["https://shop.example.com.evil.org", "https://shop.example.com:444", "http://shop.example.com", "null"])
def test_another_origin_may_not_read_a_response(open_to_two: Function, origin: str) -> None:
    status, _, headers = open_to_two.post(BODY, Origin=origin)
    assert (status, of_cors(headers)) == (200, {"vary": "Origin"})


def test_a_caller_that_is_not_a_browser_gets_no_permission(open_to_two: Function) -> None:
    assert of_cors(open_to_two.post(BODY)[2]) == {"vary": "Origin"}


def test_every_origin_can_be_allowed(load: Callable[..., Function]) -> None:
    assert of_cors(load(BIKES, CORS_ORIGINS="*").post(BODY, Origin=SHOP)[2]) == {"access-control-allow-origin": "*"}


def test_no_origin_is_allowed_by_default(load: Callable[..., Function]) -> None:
    assert of_cors(load(BIKES).post(BODY, Origin=SHOP)[2]) == {}


def test_a_direct_event_gets_predictions_alone(open_to_two: Function) -> None:
    assert open_to_two(json.loads(BODY)).keys() == {"predictions"}
