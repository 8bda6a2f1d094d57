"""Every request leaves one line of metrics, and a failure one more line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from serving import BIKES, ROWS, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[Any]]:
    """Give a function to the lines printed since its last call, parsed."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def named(line: Any) -> list[tuple[list[list[str]], list[str]]]:
    """Return the dimensions and the names of the metrics of each directive of an EMF line."""
    return [
        (directive["Dimensions"], [metric["Name"] for metric in directive["Metrics"]]) for directive in line["_aws"]["CloudWatchMetrics"]
    ]


def test_an_answered_request_leaves_its_metrics(load: Callable[..., Function], lines: Callable[[], list[Any]]) -> None:
    load(BIKES, METRICS_NAMESPACE="Bike/Rentals")({"instances": ROWS})
    (line,) = lines()
    assert named(line) == [([["EndpointName"]], ["Requests", "Faults", "Rows", "Latency", "ModelLatency"])]
    assert [line[name] for name in ("EndpointName", "Requests", "Faults", "Rows")] == ["bikes", 1, 0, 3]
    assert line["Latency"] >= line["ModelLatency"] > 0
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Bike/Rentals"


def test_a_rejected_request_is_counted_by_its_code(load: Callable[..., Function], lines: Callable[[], list[Any]]) -> None:
    load(BIKES, METRICS_NAMESPACE="bikes")({"instances": []})
    line = lines()[-1]
    assert named(line) == [
        ([["EndpointName"]], ["Requests", "Faults", "Rows", "Latency"]),
        ([["EndpointName", "Code"]], ["Faults"]),
    ]
    assert [line[name] for name in ("Requests", "Faults", "Rows", "Code")] == [1, 1, 0, "instances_empty"]


def test_without_a_namespace_there_are_no_metrics(load: Callable[..., Function], lines: Callable[[], list[Any]]) -> None:
    load(BIKES)({"instances": ROWS})
    assert lines() == []


def test_a_failure_leaves_one_line_with_both_request_ids(load: Callable[..., Function], lines: Callable[[], list[Any]]) -> None:
    load(BIKES).post('{"instances": [[1], [2]]}')
    assert lines() == [
        {
            "level": "WARNING",
            "code": "instances_invalid",
            "status": 400,
            "request_id": "gateway-request",
            "function_request_id": "11111111-2222-3333-4444-555555555555",
            "faults": 2,
        }
    ]


def test_a_failure_of_the_model_names_its_log_stream(
    load: Callable[..., Function], endpoint: Endpoint, lines: Callable[[], list[Any]]
) -> None:
    endpoint.reply = lambda _: error(424, "ModelError", OriginalStatusCode=500, LogStreamArn="arn:aws:logs:x")
    load(BIKES, {"attempts_per_call": 1})({"instances": ROWS})
    (line,) = lines()
    assert [line[name] for name in ("level", "code", "model_status", "log_stream")] == [
        "ERROR",
        "model_failed",
        500,
        "arn:aws:logs:x",
    ]
