"""Traces: the parts of a sampled request are subsegments of Lambda's segment."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from serving import BIKES, ROWS, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from serving import Endpoint, Function

ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
SAMPLED = f"Root={ROOT};Parent={PARENT};Sampled=1;Lineage=1:a87bd80c:0"


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """Listen as the daemon does that Lambda runs."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.1)
        yield listening


def received(daemon: socket.socket) -> list[dict[str, Any]]:
    found = []
    while True:
        try:
            header, document = daemon.recv(65_536).decode().split("\n")
        except TimeoutError:
            return found
        assert json.loads(header) == {"format": "json", "version": 1}
        found.append(json.loads(document))


@pytest.fixture
def traced(load: Callable[..., Function], daemon: socket.socket) -> Callable[..., Function]:
    """Return a function that loads the handler with tracing on."""
    return lambda trace, **limits: load(
        BIKES, limits, AWS_XRAY_DAEMON_ADDRESS=f"127.0.0.1:{daemon.getsockname()[1]}", _X_AMZN_TRACE_ID=trace
    )


def test_a_sampled_request_has_three_parts_one_after_the_other(traced: Callable[..., Function], daemon: socket.socket) -> None:
    traced(SAMPLED).post(json.dumps({"instances": ROWS}))
    parts = received(daemon)
    assert [part["name"] for part in parts] == ["decode", "invoke", "encode"]
    assert {(part["trace_id"], part["parent_id"], part["type"]) for part in parts} == {(ROOT, PARENT, "subsegment")}
    assert len({part["id"] for part in parts}) == len(parts)
    assert all(len(part["id"]) == 16 and int(part["id"], 16) >= 0 for part in parts)  # as X-Ray requires
    times = [part[name] for part in parts for name in ("start_time", "end_time")]
    assert times == sorted(times)
    assert parts[0]["annotations"] == {"request_id": "gateway-request"}


def test_a_problem_ends_the_parts_and_is_named(traced: Callable[..., Function], endpoint: Endpoint, daemon: socket.socket) -> None:
    endpoint.reply = lambda _: error(424, "ModelError", OriginalStatusCode=500)
    function = traced(SAMPLED, attempts_per_call=1)
    function.post(json.dumps({"instances": []}))
    function.post(json.dumps({"instances": ROWS}))
    rejected, *failed = received(daemon)
    assert (rejected["name"], rejected["annotations"]["code"]) == ("decode", "instances_empty")
    assert [part["name"] for part in failed] == ["decode", "invoke", "encode"]
    assert failed[0]["annotations"]["code"] == "model_failed"


@pytest.mark.parametrize(
    "trace", ["", SAMPLED.replace("Sampled=1", "Sampled=0"), "Sampled=1", "Sampled=1;Root", f"Root={ROOT};Parent={PARENT}"]
)
def test_a_request_that_is_not_sampled_sends_nothing(trace: str, traced: Callable[..., Function], daemon: socket.socket) -> None:
    assert traced(trace).post(json.dumps({"instances": ROWS}))[0] == 200
    assert received(daemon) == []


@pytest.mark.parametrize("address", ["", "127.0.0.1", "127.0.0.1:", "127.0.0.1:9"])
def test_a_request_is_answered_without_a_daemon(address: str, load: Callable[..., Function]) -> None:
    function = load(BIKES, AWS_XRAY_DAEMON_ADDRESS=address, _X_AMZN_TRACE_ID=SAMPLED)
    assert [function.post(json.dumps({"instances": ROWS}))[0] for _ in range(3)] == [200] * 3
