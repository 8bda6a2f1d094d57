"""The alarms in the sandbox: each goes off by a fault, alone or with others, and back when the fault ends."""

from __future__ import annotations

import json
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dashboard_picture
import metrics
import pytest
from dashboard_picture import Series
from deployments import Deployment
from hosting import Hosting, archive, constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagemaker_sandbox.host.control import Sandbox

MAIN = """
variable "artifact" { type = string }
variable "bucket" { type = string }

locals {
  contract = {
    features = [for name in ["a", "b", "c"] : { name = name, type = "number", example = "1", summary = { mean = 2, deviation = 1 } }]
    columns  = ["a", "b", "c"]
    output   = { name = "size", summary = { mean = 1, deviation = 1 } }
  }
  limits = { attempt_timeout_in_milliseconds = 1000, attempts_per_call = 1 }
  alarms = {
    latency_in_milliseconds       = 400
    duration_percent              = 13
    model_latency_in_milliseconds = 400
    invocations_per_instance      = 1
    minutes_without_requests      = 3
    backlog                       = 1
    backlog_age_in_seconds        = 1
    problems                      = { model_failed = 0 }
  }
}

module "watched" {
  source     = "../../"
  name       = "watched"
  model      = { artifact = var.artifact }
  contract   = local.contract
  handler    = { timeout_in_seconds = 3, reserved_concurrent_executions = 2, limits = local.limits }
  # drift is measured, but here no alarm watches it: test_drift.py sets it off
  monitoring = { alarms = merge(local.alarms, { drift_rows = 1000000 }), drift = { sampling_percent = 100 } }
}

module "queued" {
  source     = "../../"
  name       = "queued"
  model      = { artifact = var.artifact }
  contract   = local.contract
  capacity   = { async = { s3_uri = "s3://${var.bucket}/queued", max_concurrent_invocations_per_instance = 1 } }
  monitoring = { alarms = merge(local.alarms, { minutes_without_requests = null }) }
}

output "watched" {
  value     = module.watched
  sensitive = true
}

output "queued" {
  value     = module.queued
  sensitive = true
}
"""
TWO = {"instances": [{"features": [1, 2, 3]}] * 2}
RIGHT, WRONG = {"instances": [{"features": [1, 2, 3]}]}, {"instances": [{"features": ["one"]}]}
SECONDS = 30
DRIFT_SECONDS = 60  # between two lines about a feature
PACE = 60  # a minute of an alarm's period takes a second
# Metrics that the sandbox does not emit, and faults that it does not have, are put as they would be published.
PUT = {
    "endpoint-overhead-latency/primary": 2e6,
    "endpoint-cpu/primary": 195.0,
    "endpoint-memory/primary": 95.0,
    "endpoint-disk/primary": 95.0,
    "problem-internal": 1.0,
    "problem-adapter-failed": 1.0,
    "problem-endpoint-not-found": 1.0,
}


@dataclass
class Watched:
    """Two deployments, real-time and asynchronous, and their alarms."""

    real_time: Deployment
    asynchronous: Deployment
    client: Callable[..., Any]
    names: dict[str, str] = field(default_factory=dict)

    def in_alarm(self) -> set[str]:
        """Return the names of all alarms that are on, composite ones included."""
        found = self.client("cloudwatch").describe_alarms(StateValue="ALARM", AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        return {alarm["AlarmName"] for alarm in (*found["MetricAlarms"], *found["CompositeAlarms"])}

    def until(self, action: Callable[[], object], reached: Callable[[set[str]], bool]) -> None:
        """Repeat an action until the alarms that are on are those that are awaited."""
        end = time.monotonic() + SECONDS
        while not reached(found := self.in_alarm()):
            assert time.monotonic() < end, found
            action()

    def sets_off(self, action: Callable[[], object], *names: str) -> None:
        """Repeat an action until these alarms are on, and then do nothing until they are off again."""
        self.until(action, lambda found: set(names) <= found)
        self.real_time.fault()
        self.asynchronous.fault()
        self.until(lambda: time.sleep(0.1), lambda found: not set(names) & found)


@pytest.fixture(scope="module")
def watched(sandbox: Sandbox, terraform: Callable[..., Any], client: Callable[..., Any]) -> Iterator[Watched]:
    """Apply both, and evaluate their alarms faster than AWS does."""
    module = terraform("examples/watched", {"main.tf": MAIN})
    hosting = Hosting(sandbox.url, account="000000000000")
    client("s3").create_bucket(Bucket="queued-requests")
    module.apply(artifact=hosting.artifact(archive(("xgboost-model", constant(1.0)))), bucket="queued-requests")
    outputs = module.outputs()
    hosting.call("PUT", "/_sandbox/pace", {"pace": PACE})
    hosting.call("PUT", "/_sandbox/alarms", {"prefix": ""})
    yield Watched(Deployment(outputs["watched"], sandbox), Deployment(outputs["queued"], sandbox), client)
    hosting.call("DELETE", "/_sandbox/alarms")
    hosting.call("PUT", "/_sandbox/pace", {"pace": 100})


def test_server_errors_of_the_container_set_alarms_off(watched: Watched) -> None:
    watched.real_time.fault({"fault": "model_error", "status": 500})
    names = ("api-server-errors", "endpoint-server-errors-primary", "problem-model-failed")
    watched.sets_off(lambda: watched.real_time.predict(RIGHT), *(f"watched-{name}" for name in names))


def test_requests_and_rejections_set_alarms_off(watched: Watched) -> None:
    watched.real_time.fault({"fault": "model_error", "status": 400})
    names = ("api-client-errors", "endpoint-client-errors-primary", "endpoint-invocations-per-instance-primary", "warning")
    watched.sets_off(lambda: watched.real_time.predict(RIGHT), *(f"watched-{name}" for name in names))


def test_slow_answers_set_alarms_off(watched: Watched) -> None:
    watched.real_time.fault({"fault": "timeout", "seconds": 0.5})
    names = ("api-latency", "function-duration", "endpoint-model-latency-primary")
    watched.sets_off(lambda: watched.real_time.predict(RIGHT), *(f"watched-{name}" for name in names))


def test_more_requests_at_once_than_reserved_set_alarms_off(watched: Watched) -> None:
    watched.real_time.fault({"fault": "timeout", "seconds": 0.3})
    with ThreadPoolExecutor(4) as pool:
        watched.sets_off(
            lambda: list(pool.map(watched.real_time.predict, [RIGHT] * 4)), "watched-function-throttles", "watched-function-concurrency"
        )


def test_a_crash_of_the_function_sets_an_alarm_off(watched: Watched) -> None:
    lambda_, name = watched.client("lambda"), watched.real_time.outputs["function_name"]
    lambda_.update_function_configuration(FunctionName=name, Handler="missing.handler")
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)
    watched.sets_off(lambda: lambda_.invoke(FunctionName=name, Payload=b"{}"), "watched-function-errors")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"fault": "access_denied"}, "endpoint-access-denied"),
        ({"fault": "validation_error"}, "endpoint-rejected"),
        ({"fault": "short_answer"}, "answer-count"),
        ({"fault": "body", "body": "x"}, "answer-invalid"),
    ],
)
def test_a_problem_that_does_not_pass_sets_its_alarm_off(fault: dict[str, Any], code: str, watched: Watched) -> None:
    watched.real_time.fault(fault)
    watched.sets_off(lambda: watched.real_time.predict(TWO), f"watched-problem-{code}")


def test_silence_sets_an_alarm_off_until_a_request_arrives(watched: Watched) -> None:
    watched.until(lambda: time.sleep(0.1), lambda found: "watched-api-no-requests" in found)
    watched.until(lambda: watched.real_time.predict(WRONG), lambda found: "watched-api-no-requests" not in found)


def test_a_queue_that_does_not_move_sets_alarms_off(watched: Watched) -> None:
    watched.asynchronous.fault({"fault": "timeout", "seconds": 4})
    for body in (WRONG, *[RIGHT] * 4):
        watched.asynchronous.predict(body)
    names = ("endpoint-backlog", "endpoint-backlog-age", "critical")
    watched.sets_off(lambda: time.sleep(0.1), *(f"queued-{name}" for name in names))


def test_values_that_the_sandbox_does_not_have_set_alarms_off(watched: Watched) -> None:
    cloudwatch = watched.client("cloudwatch")
    alarms = {key: name for key, name in watched.real_time.outputs["alarm_names"].items() if key in PUT}
    described = {each["AlarmName"]: each for each in cloudwatch.describe_alarms(AlarmNames=list(alarms.values()))["MetricAlarms"]}

    def put() -> None:
        for key, name in alarms.items():
            alarm = described[name]
            datum = {"MetricName": alarm["MetricName"], "Dimensions": alarm["Dimensions"], "Value": PUT[key]}
            cloudwatch.put_metric_data(Namespace=alarm["Namespace"], MetricData=[datum])

    assert set(alarms) == set(PUT)
    watched.sets_off(put, *alarms.values())


def test_the_composite_alarms_cover_every_alarm_once(watched: Watched) -> None:
    cloudwatch = watched.client("cloudwatch")
    rules = [alarm["AlarmRule"] for alarm in cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]]
    covered = sorted(part.split('"')[1].rpartition(":")[2] for rule in rules for part in rule.split(" OR "))
    assert covered == sorted([*watched.real_time.outputs["alarm_names"].values(), *watched.asynchronous.outputs["alarm_names"].values()])


@pytest.mark.usefixtures("drifting")
@pytest.mark.parametrize("name", ["watched", "queued"])
def test_the_sandbox_emits_the_metrics_of_the_dashboard(name: str, watched: Watched) -> None:
    """All but those of instances, which no instance measures here; the tests above have made the requests."""
    cloudwatch = watched.client("cloudwatch")
    charted = set(metrics.of_widgets(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]))
    missing = {metric for metric in charted if metric.namespace != "/aws/sagemaker/Endpoints" and not is_emitted(cloudwatch, metric)}
    assert missing == set(), json.dumps(sorted(missing), default=sorted)


@pytest.fixture(scope="module")
def drifting(watched: Watched) -> None:
    """Send requests that differ from the training data until the function has written lines about it: a minute after the first one."""
    cloudwatch, draw = watched.client("cloudwatch"), random.Random(1)  # noqa: S311 - the same requests each time
    end = time.monotonic() + 3 * DRIFT_SECONDS
    name = watched.real_time.outputs["endpoint_name"]
    # of three features and the prediction
    while len(shifts := found_metrics(cloudwatch, name, "Shift")) < 4 or not found_metrics(cloudwatch, name, "Predictions"):
        assert time.monotonic() < end, shifts
        row = [draw.gauss(2.5, 1), draw.gauss(2, 1), draw.gauss(1.8, 1)]
        watched.real_time.predict({"instances": [{"features": row}] * 20})


def found_metrics(cloudwatch: Any, endpoint: str, name: str) -> list[dict[str, Any]]:
    """Return the metrics of that name that the sandbox has of an endpoint."""
    pages = cloudwatch.get_paginator("list_metrics").paginate(MetricName=name, Dimensions=[{"Name": "EndpointName", "Value": endpoint}])
    return [metric for page in pages for metric in page["Metrics"]]


def is_emitted(cloudwatch: Any, metric: metrics.Metric) -> bool:
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=metric.namespace, MetricName=metric.name)
    return any(metric.dimensions == {each["Name"] for each in found["Dimensions"]} for page in pages for found in page["Metrics"])


@dataclass
class Charts:
    """The values of a dashboard's charts in the last minutes. The sandbox evaluates neither searches nor quotients; this does."""

    client: Any
    endpoint: str
    end: datetime = field(default_factory=lambda: datetime.now(UTC))

    def read(self, properties: dict[str, Any], row: list[Any]) -> list[Series]:
        """Return the series of a row."""
        options = row[-1] if isinstance(row[-1], dict) else {}
        if options.get("visible") is False:
            return []
        if (expression := options.get("expression", "")).startswith("SEARCH"):
            return list(self._searched(expression))
        if expression:
            return [Series(options["label"], self._quotient(properties, expression))]
        values = self._values(properties, row)
        if row[0] != "/aws/sagemaker/Endpoints":
            assert values, row
        return [Series(options.get("label", row[1]), values)]

    def _values(self, properties: dict[str, Any], row: list[Any]) -> list[tuple[float, float]]:
        names = [part for part in row if isinstance(part, str)]
        dimensions = [{"Name": name, "Value": value} for name, value in zip(names[2::2], names[3::2], strict=True)]
        statistic = (row[-1] if isinstance(row[-1], dict) else {}).get("stat", properties["stat"])
        return self._of({"Namespace": names[0], "MetricName": names[1], "Dimensions": dimensions}, statistic)

    def _of(self, metric: dict[str, Any], statistic: str) -> list[tuple[float, float]]:
        # LocalStack has no percentiles in queries
        known = {"p50": "Average", "p99": "Maximum"}.get(statistic, statistic)
        query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 5, "Stat": known}}
        start = self.end - timedelta(minutes=4)
        found = self.client.get_metric_data(MetricDataQueries=[query], StartTime=start, EndTime=self.end, ScanBy="TimestampAscending")
        (result,) = found["MetricDataResults"]
        return sorted(zip([(at - start).total_seconds() for at in result["Timestamps"]], result["Values"], strict=True))

    def _quotient(self, properties: dict[str, Any], expression: str) -> list[tuple[float, float]]:
        rows = {row[-1]["id"]: row for row in properties["metrics"] if isinstance(row[-1], dict) and "id" in row[-1]}
        above, below = (dict(self._values(properties, rows[name])) for name in expression.split(" / "))
        return [(at, value / below[at]) for at, value in above.items() if below.get(at)]

    def _searched(self, expression: str) -> Iterator[Series]:
        wanted = metrics.searched(expression)
        for metric in found_metrics(self.client, self.endpoint, wanted.name):
            dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
            if frozenset(dimensions) == wanted.dimensions:
                values = self._of({key: metric[key] for key in ("Namespace", "MetricName", "Dimensions")}, "Sum")
                if values:
                    yield Series(dimensions.get("Code") or dimensions["Band"], values)


@pytest.mark.usefixtures("drifting")
def test_the_dashboard_shows_what_the_tests_above_have_done(watched: Watched) -> None:
    """DASHBOARD=docs/dashboard.svg keeps the picture."""
    cloudwatch = watched.client("cloudwatch")
    dashboard = json.loads(cloudwatch.get_dashboard(DashboardName="watched")["DashboardBody"])
    picture = dashboard_picture.draw(dashboard, Charts(cloudwatch, watched.real_time.outputs["endpoint_name"]).read)
    assert picture.count("<polyline") >= 20
    assert "Shift from the training data" in picture
    if path := os.environ.get("DASHBOARD"):
        Path(path).write_text(picture, encoding="utf-8")
