"""Drift in the sandbox: requests like the training data raise no alarm, and a shift by one deviation raises that of its feature."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from hosting import Hosting, archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagemaker_sandbox.host.control import Sandbox

MAIN = """
variable "artifact" { type = string }
variable "contract" { type = string }

module "drifting" {
  source     = "../../"
  name       = "drifting"
  model      = { artifact = var.artifact }
  contract   = jsondecode(var.contract)
  monitoring = { drift = { sampling_percent = 100 }, alarms = { drift_window_in_minutes = 30 } }
}

output "drifting" {
  value     = module.drifting
  sensitive = true
}
"""
STEADY = 70  # seconds of requests like the training data: each environment of the function writes lines after a minute
PACE = 60  # a minute of an alarm's period takes a second
SECONDS = 120  # after which shifted requests must have raised the alarm: a minute later, and then those are most of the rows
ENOUGH = 500  # rows for an alarm
DRAW = np.random.default_rng(1)


def rows(count: int, shift: float = 0.0) -> Any:
    """Return rows like the training data, the first feature shifted by so many deviations."""
    return np.column_stack([DRAW.normal(20 + 5 * shift, 5, count), DRAW.exponential(3, count), DRAW.choice(3, count, p=[0.6, 0.3, 0.1])])


@pytest.fixture(scope="module")
def drifting(sandbox: Sandbox, terraform: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """Apply a model of a number with quantiles, one with mean and deviation, and a code; return the outputs."""
    training = rows(20_000)
    booster = xgboost.train({"nthread": 1, "max_depth": 3}, xgboost.DMatrix(training, training[:, 0] + training[:, 1]), 20)
    predicted = booster.predict(xgboost.DMatrix(training))
    quantiles = [[float(value) for value in np.quantile(values, np.arange(11) / 10)] for values in (training[:, 0], predicted)]
    contract = {
        "features": [
            {"name": "temp", "type": "number", "summary": {"quantiles": quantiles[0]}},
            {"name": "delay", "type": "number", "summary": {"mean": 3, "deviation": 3}},
            {"name": "kind", "type": "integer", "values": [0, 1, 2], "summary": {"shares": {"0": 0.6, "1": 0.3, "2": 0.1}}},
        ],
        "columns": ["temp", "delay", "kind"],
        "output": {"name": "cost", "summary": {"quantiles": quantiles[1]}},
    }
    module = terraform("examples/drifting", {"main.tf": MAIN})
    hosting = Hosting(sandbox.url, account="000000000000")
    artifact = hosting.artifact(archive(("xgboost-model", bytes(booster.save_raw("ubj")))))
    module.apply(artifact=artifact, contract=json.dumps(contract))
    hosting.call("PUT", "/_sandbox/pace", {"pace": PACE})
    hosting.call("PUT", "/_sandbox/alarms", {"prefix": "drifting-drift"})
    yield module.outputs()["drifting"]
    hosting.call("DELETE", "/_sandbox/alarms")
    hosting.call("PUT", "/_sandbox/pace", {"pace": 100})


def predict(lambda_: Any, function: str, row: list[float]) -> None:
    body = {"instances": [{"features": [*row[:2], int(row[2])]}]}
    answer = json.load(lambda_.invoke(FunctionName=function, Payload=json.dumps(body))["Payload"])
    assert "predictions" in answer, answer


def test_only_a_shift_raises_an_alarm(drifting: dict[str, Any], client: Callable[..., Any]) -> None:
    """tests/unit/test_drift.py sends more requests, through the handler alone."""
    lambda_, cloudwatch = client("lambda", max_pool_connections=4), client("cloudwatch")
    alarms = {name: key for key, name in drifting["alarm_names"].items() if key.startswith("drift-")}
    assert set(alarms.values()) == {"drift-feature/temp", "drift-feature/delay", "drift-feature/kind", "drift-prediction"}
    raised: set[str] = set()

    def on() -> set[str]:
        found = cloudwatch.describe_alarms(AlarmNames=list(alarms))["MetricAlarms"]
        return {alarms[alarm["AlarmName"]] for alarm in found if alarm["StateValue"] == "ALARM"}

    def send(some: Any) -> None:
        list(pool.map(lambda row: predict(lambda_, drifting["function_name"], row), some.tolist()))
        raised.update(on())

    with ThreadPoolExecutor(3) as pool:
        end = time.monotonic() + STEADY
        while time.monotonic() < end:
            send(rows(100))
        assert max(counted(client, drifting)) > ENOUGH
        assert raised == set()
        end = time.monotonic() + SECONDS
        while raised != {"drift-feature/temp", "drift-prediction"}:
            assert time.monotonic() < end, raised
            send(rows(100, shift=1.0))
            assert raised <= {"drift-feature/temp", "drift-prediction"}
    while on():
        assert time.monotonic() < end + SECONDS
        time.sleep(0.5)


def counted(client: Callable[..., Any], drifting: dict[str, Any]) -> list[int]:
    """Return the numbers of rows that the function's environments have counted."""
    pages = client("logs").get_paginator("filter_log_events").paginate(logGroupName=drifting["log_group_names"]["handler"])
    lines = [json.loads(event["message"]) for page in pages for event in page["events"] if "CountedRows" in event["message"]]
    return [line["CountedRows"] for line in lines if "Output" not in line]
