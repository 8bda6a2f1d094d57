"""The alarms and the dashboard of every serving mode: on metrics that exist, with a section in the runbook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import metrics
import prediction_api.metrics
import pytest
import yaml

if TYPE_CHECKING:
    from planning import Planner

NAMESPACE = "SageMakerApi"
MODES = {
    "instances": 'capacity = { instances = { type = "ml.c5.2xlarge", variants = { blue = {}, green = { type = "ml.m5.large" } } } }',
    "serverless": "capacity = { serverless = {} }",
    "async": """
  capacity = {
    async = { s3_uri = "s3://bucket/async", type = "ml.m5.xlarge", autoscaling = { minimum = 0, maximum = 2, backlog_per_instance = 5 } }
  }
""",
    "off": "capacity = { instances = {}, enabled = false }",
    "existing": 'capacity = { existing = { name = "theirs" } }',
}
ADDRESSES = {"serverless": "https://example.com/our%20runbook"}  # of the other runbooks there is no address
MODULE = """
module "{mode}" {{
  source   = "../../"
  name     = "{mode}"
  contract = yamldecode(file("${{path.module}}/../bikeshare/contract.yaml"))
  model    = {model}
  handler  = {{ reserved_concurrent_executions = 50 }}
  {capacity}
  monitoring = {{
    drift = {{}}
    alarms = {{
      runbook                       = {runbook}
      model_latency_in_milliseconds = 2000
      minutes_without_requests      = 30
      invocations_per_instance      = 1000
      problems                      = {{ model_timeout = 10 }}
    }}
  }}
}}
"""
CROWDED = """
module "crowded" {
  source   = "../../"
  name     = "crowded"
  capacity = { existing = { name = "theirs" } }
  contract = {
    features = [for index in range(50) : { name = format("f%0200d", index), type = "number", summary = { quantiles = [0, 1] } }]
    columns  = [for index in range(50) : format("f%0200d", index)]
  }
  monitoring = { drift = {}, alarms = {} }
}
"""
CONTRACT = yaml.safe_load((Path(__file__).parents[2] / "examples/bikeshare/contract.yaml").read_text(encoding="utf-8"))
CODES = Path(__file__).parents[2] / "modules/serving/problem_codes.json"
SUMS = ("Shift", "Spread", "Outside")
# The handler's metrics, and their dimensions besides the endpoint's name.
OWN = [
    ("Faults", "Code"),
    ("CountedRows",),
    ("CountedRows", "Output"),
    *((name, subject) for name in SUMS for subject in ("Feature", "Output")),
]
EVERYWHERE = {"api-client-errors", "api-latency", "api-no-requests", "api-server-errors"} | {
    f"function-{what}" for what in ("concurrency", "duration", "errors", "throttles")
}
OF_A_VARIANT = {f"endpoint-{what}" for what in ("server-errors", "client-errors", "model-latency")}
BY_MODE = {
    "instances": OF_A_VARIANT | {f"endpoint-{what}" for what in ("overhead-latency", "invocations-per-instance", "cpu", "memory", "disk")},
    "serverless": OF_A_VARIANT | {"endpoint-overhead-latency", "endpoint-memory"},
    "async": OF_A_VARIANT | {f"endpoint-{what}" for what in ("cpu", "memory", "disk", "backlog", "backlog-age")},
    "off": set(),
    "existing": set(),
}


@pytest.fixture(scope="module")
def planned(planner: Planner) -> list[dict[str, Any]]:
    """Plan a deployment of each serving mode, with every alarm that it can have."""
    root = planner.tree / "examples/monitored"
    root.mkdir()
    artifact = '{ artifact = "s3://models/bikes/model.tar.gz" }'
    models = dict.fromkeys(MODES, artifact) | {"existing": "null"}
    modules = [
        MODULE.format(mode=mode, capacity=capacity, model=models[mode], runbook=json.dumps(ADDRESSES.get(mode)))
        for mode, capacity in MODES.items()
    ]
    (root / "main.tf").write_text("".join(modules), encoding="utf-8")
    return list(planner.plan("examples/monitored").document["resource_changes"])


def resources(planned: list[dict[str, Any]], mode: str, kind: str) -> dict[str, dict[str, Any]]:
    """Return the planned values by key; a dimension whose value is unknown until apply counts."""
    prefix = f"module.{mode}.module.monitoring[0].{kind}.this"
    found = {each.get("index", ""): each["change"] for each in planned if each["address"].startswith(prefix)}
    return {
        key: change["after"] | {"dimensions": (change["after"].get("dimensions") or {}) | (change["after_unknown"].get("dimensions") or {})}
        for key, change in found.items()
    }


@pytest.mark.parametrize("mode", MODES)
def test_alarms_exist_for_what_a_serving_mode_publishes(mode: str, planned: list[dict[str, Any]]) -> None:
    alarms = resources(planned, mode, "aws_cloudwatch_metric_alarm")
    keys = {key.partition("/")[0] for key in alarms if not key.startswith(("problem-", "drift-"))}
    assert keys == EVERYWHERE | BY_MODE[mode]


@pytest.mark.parametrize("mode", MODES)
def test_every_metric_of_an_alarm_is_published(mode: str, planned: list[dict[str, Any]]) -> None:
    own = {metrics.Metric(f"{NAMESPACE}/{mode}", name, frozenset({"EndpointName", *dimensions})) for name, *dimensions in OWN}
    alarms = resources(planned, mode, "aws_cloudwatch_metric_alarm").values()
    found = {metric for alarm in alarms for metric in metrics.of_alarm(alarm)}
    assert found - metrics.published(mode) == (set() if mode == "off" else own)


@pytest.mark.parametrize("mode", MODES)
def test_an_alarm_exists_for_each_feature_with_a_summary_and_the_prediction(mode: str, planned: list[dict[str, Any]]) -> None:
    alarms = {key for key in resources(planned, mode, "aws_cloudwatch_metric_alarm") if key.startswith("drift-")}
    features = {f"drift-feature/{feature['name']}" for feature in CONTRACT["features"] if "summary" in feature}
    assert alarms == (set() if mode == "off" else features | {"drift-prediction"})


def test_an_alarm_of_cpus_counts_the_cores_of_the_instance_type(planned: list[dict[str, Any]]) -> None:
    alarms = resources(planned, "instances", "aws_cloudwatch_metric_alarm")
    assert (alarms["endpoint-cpu/blue"]["threshold"], alarms["endpoint-cpu/green"]["threshold"]) == (8 * 90, 2 * 90)
    assert resources(planned, "async", "aws_cloudwatch_metric_alarm")["endpoint-cpu/primary"]["threshold"] == 4 * 90


def test_every_alarm_links_to_a_section_of_the_runbook_and_every_section_has_an_alarm(planned: list[dict[str, Any]]) -> None:
    """All alarms of the plan, of whichever module; test_examples.py looks at the one on dead letters, which an example creates."""
    alarms = [each for each in planned if each["type"] in {"aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"}]
    linked = {metrics.section_of(each["change"]["after"]["alarm_description"], ADDRESSES.get(mode_of(each))) for each in alarms}
    assert linked == metrics.sections() - {"dead-letters"}


def mode_of(resource: dict[str, Any]) -> str:
    """Return the serving mode whose module call a planned resource belongs to."""
    return str(resource["address"].split(".")[1])


@pytest.mark.parametrize("mode", MODES)
def test_an_alarm_on_problems_watches_a_code_that_the_handler_has(mode: str, planned: list[dict[str, Any]]) -> None:
    alarms = resources(planned, mode, "aws_cloudwatch_metric_alarm")
    codes = {alarm["dimensions"]["Code"] for key, alarm in alarms.items() if key.startswith("problem-")}
    assert codes - set(json.loads(CODES.read_text(encoding="utf-8"))) == set()


def test_the_runbook_describes_the_alarm_of_every_problem_that_does_not_pass(planned: list[dict[str, Any]]) -> None:
    alarms = {key for key in resources(planned, "instances", "aws_cloudwatch_metric_alarm") if key.startswith("problem-")}
    described = set(re.findall(r"`(problem-[\w-]+)`", metrics.RUNBOOK.read_text(encoding="utf-8")))
    assert described == alarms - {"problem-model-timeout"}  # which this plan adds


@pytest.mark.parametrize("mode", MODES)
def test_a_plan_shows_the_rules_of_the_composite_alarms(mode: str, planned: list[dict[str, Any]]) -> None:
    rules = [alarm["alarm_rule"] for alarm in resources(planned, mode, "aws_cloudwatch_composite_alarm").values()]
    names = [alarm["alarm_name"] for alarm in resources(planned, mode, "aws_cloudwatch_metric_alarm").values()]
    assert sorted(part for rule in rules for part in rule.split(" OR ")) == sorted(f'ALARM("{name}")' for name in names)


def test_a_rule_that_is_longer_than_cloudwatch_accepts_fails_the_plan(planner: Planner) -> None:
    root = planner.tree / "examples/crowded"
    root.mkdir()
    (root / "main.tf").write_text(CROWDED, encoding="utf-8")
    with pytest.raises(AssertionError, match="the composite alarm of severity warning can have 100 alarms in a rule of 10,240 characters"):
        planner.plan("examples/crowded")


def test_a_saved_query_reads_the_logs_of_its_subject(planned: list[dict[str, Any]]) -> None:
    queries = resources(planned, "serverless", "aws_cloudwatch_query_definition")
    access, function = "/aws/api-gateway/serverless/access", "/aws/lambda/serverless"
    assert {name: query["log_group_names"] for name, query in queries.items()} == {
        "by request ID": [access, function],
        "problems by code": [function],
        "slowest requests": [function],
    }


def test_the_query_of_slow_requests_reads_fields_of_the_functions_line(planned: list[dict[str, Any]]) -> None:
    """And so it exists wherever the function is called: with an API, by its URL or directly."""
    query = resources(planned, "serverless", "aws_cloudwatch_query_definition")["slowest requests"]["query_string"]
    fields = set(re.findall(r"\w+", query)) - {"filter", "ispresent", "and", "fields", "sort", "desc", "limit", "25", "timestamp"}
    line = {*prediction_api.metrics.UNITS, *prediction_api.metrics.NOTES, "Code"}
    assert fields <= line, fields - line
    assert {"request_id", "Latency", "decode_ms", "invoke_ms", "encode_ms"} <= fields
