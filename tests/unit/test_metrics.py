"""Every request leaves one line of metrics, and a failure one more line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from serving import BIKES, ROWS, error, half

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[Any]]:
    """Return a function that returns the lines printed since its last call, parsed."""
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


def test_the_line_of_a_request_has_its_ids_and_sizes_and_nothing_of_its_payload(
    load: Callable[..., Function], lines: Callable[[], list[Any]]
) -> None:
    body = json.dumps({"instances": ROWS})
    _, answer, _ = load(BIKES, METRICS_NAMESPACE="bikes").post(body, x_amzn_sagemaker_inference_id='a "quoted\\ ID')
    line = lines()[-1]
    metrics = {"EndpointName", "Requests", "Faults", "Rows", "Latency", "ModelLatency", "_aws"}
    assert {name: value for name, value in line.items() if name not in metrics} == {
        "request_id": "gateway-request",
        "inference_id": 'a "quoted\\ ID',
        "variant": "",
        "model": "",
        "request_bytes": len(body),
        "response_bytes": len(json.dumps(answer)),
        **{name: line[name] for name in TIMES},
    }


TIMES = ("decode_ms", "invoke_ms", "encode_ms")


def test_the_line_of_a_request_says_where_its_time_went(
    load: Callable[..., Function], endpoint: Endpoint, lines: Callable[[], list[Any]]
) -> None:
    function = load(BIKES, {"attempts_per_call": 1}, METRICS_NAMESPACE="bikes")
    function({"instances": ROWS})
    endpoint.reply = lambda _: error(424, "ModelError", OriginalStatusCode=500)
    function({"instances": ROWS})
    function({"instances": []})
    answered, failed, rejected = [line for line in lines() if "Latency" in line]
    for line in (answered, failed, rejected):
        assert sum(line[name] for name in TIMES) == pytest.approx(line["Latency"], abs=0.002)
        assert min(line[name] for name in TIMES) >= 0
    assert answered["invoke_ms"] == answered["ModelLatency"]
    assert failed["invoke_ms"] > 0
    assert (rejected["invoke_ms"], rejected["encode_ms"]) == (0, 0)


def test_the_line_of_a_request_names_the_variant_that_its_caller_named(
    load: Callable[..., Function], lines: Callable[[], list[Any]]
) -> None:
    contract = BIKES | {"payload": {"targets": ["variant"]}}
    load(contract, METRICS_NAMESPACE="bikes")({"instances": ROWS, "target_variant": "green"})
    assert lines()[-1]["variant"] == "green"


def test_the_line_of_a_request_names_the_variants_that_answered(
    load: Callable[..., Function], endpoint: Endpoint, lines: Callable[[], list[Any]]
) -> None:
    answering = iter(["green", "blue"])
    endpoint.reply = lambda call: half(call)._replace(headers=(("x-Amzn-Invoked-Production-Variant", next(answering)),))
    load(BIKES, {"rows_per_call": 2, "concurrent_calls": 1}, METRICS_NAMESPACE="bikes")({"instances": ROWS})
    assert lines()[-1]["variant"] == "blue,green"


# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
NAME = {"type": "string", "minLength": 1, "maxLength": 1024}
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "properties": {
        "Namespace": NAME,
        "Dimensions": {"type": "array", "minItems": 1, "items": {"type": "array", "maxItems": 30, "items": {**NAME, "maxLength": 250}}},
        "Metrics": {
            "type": "array",
            "maxItems": 100,
            "items": {"type": "object", "required": ["Name"], "properties": {"Name": NAME, "Unit": {"enum": ["Count", "Milliseconds"]}}},
        },
    },
}
EMBEDDED_METRIC_FORMAT = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {"Timestamp": {"type": "integer"}, "CloudWatchMetrics": {"type": "array", "items": DIRECTIVE}},
        }
    },
}


@pytest.mark.parametrize("body", [{"instances": ROWS}, {"instances": []}])
def test_a_line_is_in_the_embedded_metric_format(body: Any, load: Callable[..., Function], lines: Callable[[], list[Any]]) -> None:
    load(BIKES, METRICS_NAMESPACE="bikes")(body)
    line = lines()[-1]
    jsonschema.validate(line, EMBEDDED_METRIC_FORMAT)
    for directive in line["_aws"]["CloudWatchMetrics"]:
        # the values are members of the line: dimensions are text, metrics numbers
        assert {type(line[name]) for dimensions in directive["Dimensions"] for name in dimensions} == {str}
        assert all(type(line[metric["Name"]]) in {int, float} for metric in directive["Metrics"])


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
