"""A batch is split, sent side by side, and merged in order."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from serving import Call, Reply, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function

CONTRACT = {
    "features": [{"name": "x", "type": "integer"}, {"name": "note", "type": "string"}],
    "columns": ["x", "note"],
}


def echo(call: Call) -> Reply:
    """Answer each row's first field; the sooner a call came, the later it is answered."""
    lines = call.body.decode().splitlines()
    time.sleep(0.02 if lines[0].startswith("0,") else 0)
    return Reply("\n".join(line.split(",")[0] for line in lines).encode())


def batch(count: int, note: str = "n") -> dict[str, Any]:
    return {"instances": [[number, note] for number in range(count)]}


@pytest.mark.parametrize("concurrency", [1, 3])
def test_predictions_keep_their_order_across_calls(load: Callable[..., Function], endpoint: Endpoint, concurrency: int) -> None:
    endpoint.reply = echo
    answer = load(CONTRACT, {"rows_per_call": 7, "concurrent_calls": concurrency})(batch(100))
    assert answer == {"predictions": list(map(float, range(100)))}


def test_no_call_has_more_rows_than_allowed(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = echo
    load(CONTRACT, {"rows_per_call": 7})(batch(20))
    assert sorted(call.body.count(b"\n") + 1 for call in endpoint.calls) == [6, 7, 7]


def test_no_call_has_more_bytes_than_allowed(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = echo
    answer = load(CONTRACT, {"bytes_per_call": 50})(batch(100, "ten digits"))
    assert (len(answer["predictions"]), max(len(call.body) for call in endpoint.calls) <= 50) == (100, True)


def test_a_row_that_alone_is_too_large_is_rejected(load: Callable[..., Function]) -> None:
    status, problem, _ = load(CONTRACT, {"bytes_per_call": 50}).post(json.dumps(batch(3, "n" * 50)))
    assert (status, problem["code"], "/instances/0" in problem["detail"]) == (413, "instance_too_large", True)


def test_no_more_calls_run_at_once_than_allowed(load: Callable[..., Function], endpoint: Endpoint) -> None:
    lock, running, most = threading.Lock(), [0], [0]
    pair = threading.Barrier(2, timeout=20)  # the calls run two at a time

    def count(call: Call) -> Reply:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        pair.wait()
        with lock:
            running[0] -= 1
        return echo(call)

    endpoint.reply = count
    load(CONTRACT, {"rows_per_call": 1, "concurrent_calls": 2})(batch(8))
    assert most == [2]


def test_one_failed_call_fails_the_whole_request(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = lambda call: error(530, "InternalDependencyException") if b"13," in call.body else echo(call)
    assert load(CONTRACT, {"rows_per_call": 3, "attempts_per_call": 1})(batch(30))["code"] == "endpoint_dependency_failed"


def test_a_call_answered_short_fails_the_whole_request(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = lambda call: Reply(b"1.0") if b"13," in call.body else echo(call)
    assert load(CONTRACT, {"rows_per_call": 3})(batch(30))["code"] == "answer_count"


QUOTES = {"kind": "multiclass", "labels": ['"' * 10, "b"]}  # each quote is escaped in the body, and again in the response


@pytest.mark.parametrize(("rows", "output", "answer"), [(310_000, {}, b"0.1234567890123456\n"), (110_000, QUOTES, b"0\n")])
def test_an_answer_beyond_lambdas_limit_is_rejected(
    load: Callable[..., Function], endpoint: Endpoint, rows: int, output: dict[str, Any], answer: bytes
) -> None:
    endpoint.reply = lambda call: Reply(answer * (call.body.count(b"\n") + 1))
    function = load(CONTRACT | {"output": output}, {"rows_per_request": rows, "rows_per_call": rows})
    status, problem, _ = function.post(json.dumps(batch(rows)))
    assert (status, problem["code"]) == (413, "answer_too_large")


def test_a_direct_answer_beyond_lambdas_limit_is_rejected(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = lambda call: Reply(b"0.1234567890123456\n" * (call.body.count(b"\n") + 1))
    function = load(CONTRACT, {"rows_per_request": 310_000, "rows_per_call": 310_000})
    assert function(batch(310_000))["code"] == "answer_too_large"
