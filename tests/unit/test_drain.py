"""The wait of an update for the requests of the function's previous version."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import pytest
from serving import BIKES, Context, Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Function


@pytest.mark.parametrize(
    ("version", "milliseconds", "seconds"),
    [("1", 29_000, 0), ("2", 1_300, 0.3), ("2", 900, 0)],
    ids=["the first version waits for nobody", "a later one waits until a second before its timeout", "no time is left"],
)
def test_an_update_waits_as_long_as_a_request_may_run(
    load: Callable[..., Function], endpoint: Endpoint, version: str, milliseconds: int, seconds: float
) -> None:
    handler = load(BIKES).module.handler
    began = monotonic()
    answer = handler({"drain": True}, Context(milliseconds, version))
    assert (answer, endpoint.calls) == ({"seconds": pytest.approx(seconds)}, [])
    assert seconds <= monotonic() - began < seconds + 1
