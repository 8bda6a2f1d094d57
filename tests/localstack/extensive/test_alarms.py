"""The alarms in the sandbox: each goes off by a fault, alone or with others, and back when the fault ends."""

from __future__ import annotations

import io
import json
import os
import random
import time
import zipfile
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
from hosting import Hosting, archive, constant, eventually

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
  name       = "watched-queued"
  model      = { artifact = var.artifact }
  contract   = local.contract
  capacity   = { async = { s3_uri = "s3://${var.bucket}/queued", max_concurrent_invocations_per_instance = 1 } }
  monitoring = { alarms = merge(local.alarms, { minutes_without_requests = null }) }
}

# No alarm of the following goes off here: they are the dashboards of the other serving modes.
module "brief" {
  source     = "../../"
  name       = "brief"
  model      = { artifact = var.artifact }
  contract   = local.contract
  capacity   = { serverless = {} }
  monitoring = { alarms = {} }
}

module "theirs" {
  source     = "../../"
  name       = "theirs"
  contract   = local.contract
  capacity   = { existing = { name = module.watched.endpoint_name } }
  monitoring = { alarms = {} }
}

module "paused" {
  source     = "../../"
  name       = "paused"
  model      = { artifact = var.artifact }
  contract   = local.contract
  capacity   = { instances = {}, enabled = false }
  monitoring = { alarms = {} }
}

output "watched" {
  value     = module.watched
  sensitive = true
}

output "watched-queued" {
  value     = module.queued
  sensitive = true
}

output "brief" {
  value     = module.brief
  sensitive = true
}

output "theirs" {
  value     = module.theirs
  sensitive = true
}

output "paused" {
  value     = module.paused
  sensitive = true
}
"""
TWO = {"instances": [{"features": [1, 2, 3]}] * 2}
RIGHT, WRONG = {"instances": [{"features": [1, 2, 3]}]}, {"instances": [{"features": ["one"]}]}
SECONDS = 30
DRIFT_SECONDS = 60  # between two lines about a feature
PACE = 60  # a minute of an alarm's period takes a second
INSTANCES = "/aws/sagemaker/Endpoints"
# The sandbox has no instances to measure and no overhead. The metrics are put as AWS publishes them (tests/published_metrics.yaml),
# whatever the alarm watches.
PUT = {
    "endpoint-overhead-latency/primary": ("AWS/SageMaker", "OverheadLatency", 2e6),
    "endpoint-cpu/primary": (INSTANCES, "CPUUtilization", 195.0),
    "endpoint-memory/primary": (INSTANCES, "MemoryUtilization", 95.0),
    "endpoint-disk/primary": (INSTANCES, "DiskUtilization", 95.0),
}
HANDLER = Path(__file__).parents[3] / "lambda/dist/handler.zip"
BROKEN = """
from prediction_api.endpoint import RealTimeEndpoint
from prediction_api.handler import handler

def invoke(*arguments):
    raise RuntimeError

RealTimeEndpoint.invoke = invoke
"""
MODES = {"watched": "instances", "watched-queued": "async", "brief": "serverless", "theirs": "existing", "paused": "off"}
DRAWN = {"p50": "Average", "p99": "Maximum"}  # LocalStack keeps sums and extremes, of which there are no percentiles


@dataclass
class Watched:
    """Deployments by their name, of which two have alarms that go off here, and the names of the alarms that have been on and off."""

    deployments: dict[str, Deployment]
    client: Callable[..., Any]
    were_on: set[str] = field(default_factory=set)

    @property
    def real_time(self) -> Deployment:
        return self.deployments["watched"]

    @property
    def asynchronous(self) -> Deployment:
        return self.deployments["watched-queued"]

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
        self.were_on.update(names)


@pytest.fixture(scope="module")
def watched(sandbox: Sandbox, terraform: Callable[..., Any], client: Callable[..., Any]) -> Iterator[Watched]:
    """Apply all, and evaluate the alarms of two faster than AWS does."""
    module = terraform("examples/watched", {"main.tf": MAIN})
    hosting = Hosting(sandbox.url, account="000000000000")
    client("s3").create_bucket(Bucket="queued-requests")
    module.apply(artifact=hosting.artifact(archive(("xgboost-model", constant(1.0)))), bucket="queued-requests")
    outputs = module.outputs()
    hosting.call("PUT", "/_sandbox/pace", {"pace": PACE})
    hosting.call("PUT", "/_sandbox/alarms", {"prefix": "watched"})
    yield Watched({name: Deployment(outputs[name], sandbox) for name in MODES}, client)
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
        ({"fault": "no_such_endpoint"}, "endpoint-not-found"),
        ({"fault": "validation_error"}, "endpoint-rejected"),
        ({"fault": "short_answer"}, "answer-count"),
        ({"fault": "body", "body": "x"}, "answer-invalid"),
    ],
)
def test_a_problem_that_does_not_pass_sets_its_alarm_off(fault: dict[str, Any], code: str, watched: Watched) -> None:
    watched.real_time.fault(fault)
    watched.sets_off(lambda: watched.real_time.predict(TWO), f"watched-problem-{code}")


@pytest.mark.parametrize(
    ("handler", "variables", "code"),
    [
        ("broken.handler", {}, "internal"),
        ("prediction_api.handler.handler", {"ADAPTER": "json"}, "adapter-failed"),  # a Python module that has no function encode
    ],
)
def test_a_problem_of_the_function_itself_sets_its_alarm_off(handler: str, variables: dict[str, str], code: str, watched: Watched) -> None:
    """Of the function's latest version, which is called directly: the API calls the version that Terraform published."""
    lambda_, name = watched.client("lambda"), watched.real_time.outputs["function_name"]
    package = io.BytesIO(HANDLER.read_bytes())
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr("broken.py", BROKEN)
    environment = lambda_.get_function_configuration(FunctionName=name)["Environment"]["Variables"] | variables
    lambda_.update_function_code(FunctionName=name, ZipFile=package.getvalue())
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)
    lambda_.update_function_configuration(FunctionName=name, Handler=handler, Environment={"Variables": environment})
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)
    watched.sets_off(lambda: lambda_.invoke(FunctionName=name, Payload=json.dumps(RIGHT).encode()), f"watched-problem-{code}")


def test_silence_sets_an_alarm_off_until_a_request_arrives(watched: Watched) -> None:
    watched.until(lambda: time.sleep(0.1), lambda found: "watched-api-no-requests" in found)
    watched.until(lambda: watched.real_time.predict(WRONG), lambda found: "watched-api-no-requests" not in found)
    watched.were_on.add("watched-api-no-requests")


def test_a_queue_that_does_not_move_sets_alarms_off(watched: Watched) -> None:
    watched.asynchronous.fault({"fault": "timeout", "seconds": 4})
    for body in (WRONG, *[RIGHT] * 4):
        watched.asynchronous.predict(body)
    names = ("endpoint-backlog", "endpoint-backlog-age", "critical")
    watched.sets_off(lambda: time.sleep(0.1), *(f"watched-queued-{name}" for name in names))


def test_values_that_the_sandbox_does_not_have_set_alarms_off(watched: Watched) -> None:
    cloudwatch = watched.client("cloudwatch")
    dimensions = {(metric.namespace, metric.name): metric.dimensions for metric in metrics.published("instances")}
    own = {"EndpointName": watched.real_time.outputs["endpoint_name"], "VariantName": "primary"}

    def put() -> None:
        for namespace, name, value in PUT.values():
            datum = {"MetricName": name, "Value": value, "Dimensions": named(own, dimensions[namespace, name])}
            cloudwatch.put_metric_data(Namespace=namespace, MetricData=[datum])

    watched.sets_off(put, *(watched.real_time.outputs["alarm_names"][key] for key in PUT))


def named(own: dict[str, str], dimensions: frozenset[str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": own[name]} for name in sorted(dimensions)]


def test_the_tests_above_have_set_every_alarm_off(watched: Watched) -> None:
    """Each in one of the two deployments. Those on drift go off in test_drift.py."""
    alarms = [pair for deployment in (watched.real_time, watched.asynchronous) for pair in deployment.outputs["alarm_names"].items()]
    were_on = {key for key, name in alarms if name in watched.were_on}
    assert {key for key, _ in alarms if not key.startswith("drift-")} - were_on == set()
    assert {"watched-warning", "watched-queued-critical"} <= watched.were_on


def test_the_composite_alarms_cover_every_alarm_once(watched: Watched) -> None:
    cloudwatch = watched.client("cloudwatch")
    rules = [alarm["AlarmRule"] for alarm in cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]]
    covered = sorted(part.split('"')[1].rpartition(":")[2] for rule in rules for part in rule.split(" OR "))
    assert covered == sorted(name for deployment in watched.deployments.values() for name in deployment.outputs["alarm_names"].values())


@pytest.mark.usefixtures("drifting", "called")
@pytest.mark.parametrize("name", MODES)
def test_the_sandbox_emits_the_metrics_of_a_dashboard_or_aws_publishes_them_of_instances(name: str, watched: Watched) -> None:
    cloudwatch = watched.client("cloudwatch")
    charted = set(metrics.of_widgets(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]))
    assert charted
    missing = {each for each in charted if not is_emitted(cloudwatch, each)}
    own = frozenset({("EndpointName", watched.deployments[name].outputs["endpoint_name"]), ("VariantName", "primary")})
    measured = {metrics.Charted(metric, own) for metric in metrics.published(MODES[name]) if metric.namespace == INSTANCES}
    assert missing - measured == set(), json.dumps(sorted(missing - measured), default=sorted)


@pytest.fixture(scope="module")
def called(watched: Watched) -> None:
    """Send each deployment that no other test calls a request that its model gets and one that it rejects, and wait for their metrics."""
    for name in ("brief", "theirs", "paused"):
        for body in (RIGHT, WRONG):
            watched.deployments[name].predict(body)
    cloudwatch = watched.client("cloudwatch")
    dimensions = [{"Name": "FunctionName", "Value": watched.deployments["paused"].outputs["function_name"]}]
    eventually(lambda: cloudwatch.list_metrics(Namespace="AWS/Lambda", MetricName="Duration", Dimensions=dimensions)["Metrics"], bool)


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


def is_emitted(cloudwatch: Any, charted: metrics.Charted) -> bool:
    """Return whether the sandbox has a metric of these dimensions, with the values that the chart states."""
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=charted.metric.namespace, MetricName=charted.metric.name)
    emitted = [{each["Name"]: each["Value"] for each in found["Dimensions"]} for page in pages for found in page["Metrics"]]
    return any(charted.metric.dimensions == set(found) and charted.values <= set(found.items()) for found in emitted)


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
        if row[0] != INSTANCES:
            assert values, row
        label, statistic = options.get("label", row[1]), options.get("stat", properties["stat"])
        return [Series(f"{label}: {DRAWN[statistic].lower()} instead" if statistic in DRAWN else label, values)]

    def _values(self, properties: dict[str, Any], row: list[Any]) -> list[tuple[float, float]]:
        names = [part for part in row if isinstance(part, str)]
        dimensions = [{"Name": name, "Value": value} for name, value in zip(names[2::2], names[3::2], strict=True)]
        statistic = (row[-1] if isinstance(row[-1], dict) else {}).get("stat", properties["stat"])
        return self._of({"Namespace": names[0], "MetricName": names[1], "Dimensions": dimensions}, statistic)

    def _of(self, metric: dict[str, Any], statistic: str) -> list[tuple[float, float]]:
        query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 5, "Stat": DRAWN.get(statistic, statistic)}}
        start = self.end - timedelta(minutes=4)
        found = self.client.get_metric_data(MetricDataQueries=[query], StartTime=start, EndTime=self.end, ScanBy="TimestampAscending")
        (result,) = found["MetricDataResults"]
        return sorted(zip([(at - start).total_seconds() for at in result["Timestamps"]], result["Values"], strict=True))

    def _quotient(self, properties: dict[str, Any], expression: str) -> list[tuple[float, float]]:
        rows = {row[-1]["id"]: row for row in properties["metrics"] if isinstance(row[-1], dict) and "id" in row[-1]}
        above, below = (dict(self._values(properties, rows[name])) for name in expression.split(" / "))
        return [(at, value / below[at]) for at, value in above.items() if below.get(at)]

    def _searched(self, expression: str) -> Iterator[Series]:
        wanted = metrics.searched(expression).metric
        for metric in found_metrics(self.client, self.endpoint, wanted.name):
            dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
            if (metric["Namespace"], frozenset(dimensions)) == (wanted.namespace, wanted.dimensions):
                values = self._of({key: metric[key] for key in ("Namespace", "MetricName", "Dimensions")}, "Sum")
                if values:
                    yield Series(dimensions.get("Code") or dimensions["Band"], values)


@pytest.mark.usefixtures("drifting")
def test_the_dashboard_shows_what_the_tests_above_have_done(watched: Watched) -> None:
    """`make dashboard` keeps the picture."""
    cloudwatch = watched.client("cloudwatch")
    dashboard = json.loads(cloudwatch.get_dashboard(DashboardName="watched")["DashboardBody"])
    picture = dashboard_picture.draw(dashboard, Charts(cloudwatch, watched.real_time.outputs["endpoint_name"]).read)
    assert picture.count("<polyline") >= 20
    assert "Shift from the training data" in picture
    if path := os.environ.get("DASHBOARD"):
        Path(path).write_text(picture, encoding="utf-8")
