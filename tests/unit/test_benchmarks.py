"""The benchmark compares like with like."""

from __future__ import annotations

import importlib
import json
import math
from typing import TYPE_CHECKING

from serving import BIKES, ROOT, ROWS, Call, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from serving import Endpoint, Function

ANSWERS = [6.349, 5.5, 0.25]


def both(call: Call) -> Reply:
    """Answer as XGBoost does, in the form that is asked for."""
    if call.accept == "application/json":
        return Reply(json.dumps({"predictions": [{"score": answer} for answer in ANSWERS]}).encode())
    return Reply("".join(f"{answer}\n" for answer in ANSWERS).encode())


def test_the_plain_handler_and_ours_answer_the_same(
    load: Callable[..., Function], endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.reply = both
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    event = {
        "httpMethod": "POST",
        "requestContext": {},
        "body": json.dumps({"instances": [{"features": row} for row in ROWS]}),
    }
    answers = [load(BIKES)(event), importlib.import_module("plain").handler(event, None)]
    expected = {"predictions": [math.expm1(answer) for answer in ANSWERS]}
    assert [json.loads(answer["body"]) for answer in answers] == [expected, expected]
    assert endpoint.calls[0].body == endpoint.calls[1].body
