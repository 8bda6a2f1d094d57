"""A user's own module stands between instances and rows, and between predictions and answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from serving import Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serving import Endpoint, Function

CONTRACT = {
    "features": [{"name": "text", "type": "string"}, {"name": "size", "type": "number", "default": 2}],
    "columns": [],
}
GOOD = """
import numpy

def encode(instances):
    return [numpy.array([len(one["text"]), one["size"], numpy.nan]) for one in instances]

def decode(predictions):
    return [{"words": value} for value in predictions]
"""


@pytest.fixture
def adapted(
    load: Callable[..., Function], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Callable[..., Function]:
    """Return a function that loads the handler with this source as its adapter, as a layer would bring it."""

    def adapted(source: str, **contract: Any) -> Function:
        name = "adapter_" + request.node.name.translate(str.maketrans("[]-", "___"))
        (tmp_path / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        return load(CONTRACT | contract, ADAPTER=name)

    return adapted


def ask(function: Function) -> tuple[int, Any]:
    status, answer, _ = function.post('{"instances": [{"text": "hello"}, {"text": "a, b", "size": 1}]}')
    return status, answer


def test_the_module_makes_rows_and_answers(adapted: Callable[..., Function], endpoint: Endpoint) -> None:
    status, answer = ask(adapted(GOOD))
    assert (status, answer) == (200, {"predictions": [{"words": 0.5}, {"words": 0.5}]})
    assert endpoint.calls[0].body == b"5.0,2.0,\n4.0,1.0,"


def test_the_contracts_steps_come_before_the_module(adapted: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = lambda _: Reply(b"[1.26, 2.5]")
    _, answer = ask(adapted(GOOD, output={"steps": ["round(1)"]}))
    assert answer == {"predictions": [{"words": 1.3}, {"words": 2.5}]}


def test_features_are_validated_before_the_module_sees_them(adapted: Callable[..., Function]) -> None:
    status, problem, _ = adapted(GOOD).post('{"instances": [{"text": 7}]}')
    assert (status, problem["errors"][0]["pointer"]) == (400, "/instances/0/text")


def test_a_value_error_of_encode_is_an_error_of_the_caller(adapted: Callable[..., Function]) -> None:
    status, problem = ask(adapted("def encode(instances):\n    raise ValueError('text is not English')\n"))
    assert (status, problem["code"], problem["detail"]) == (400, "instances_invalid", "text is not English")


@pytest.mark.parametrize(
    "source",
    [
        GOOD.replace("return [numpy", "raise KeyError; return [numpy"),
        GOOD.replace("for one in instances", "for one in instances[1:]"),
        GOOD.replace("numpy.nan]", "numpy.nan][: len(one['text']) - 3]").replace("numpy.array(", "list("),
        GOOD.replace("return [{", "raise KeyError; return [{"),
        GOOD.replace("for value in predictions", "for value in predictions[1:]"),
        GOOD.replace('{"words": value}', "{1, 2}"),
        GOOD.replace("len(one", "str(one").replace("numpy.array(", "list("),
        "",
    ],
)
def test_a_module_that_breaks_its_promise_is_one_error(adapted: Callable[..., Function], source: str) -> None:
    status, problem = ask(adapted(source))
    assert (status, problem["code"]) == (500, "adapter_failed")


def test_a_direct_invocation_goes_through_the_module_too(adapted: Callable[..., Function]) -> None:
    assert json.dumps(adapted(GOOD)({"instances": [["a"]]})).startswith('{"type": "about:blank"')
    assert adapted(GOOD)({"instances": [["a", 1]]}) == {"predictions": [{"words": 0.5}]}
