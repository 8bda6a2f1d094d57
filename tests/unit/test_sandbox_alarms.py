"""Rollback alarms in the sandbox: when they are breached, by single metrics and by metric math."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker_sandbox.aws.alarms import Alarm
from sagemaker_sandbox.aws.metric_math import ExpressionError, evaluate
from sagemaker_sandbox.aws.metrics import Sample

DIMENSIONS = {"EndpointName": "bikes", "VariantName": "one"}
ALARM: dict[str, Any] = {
    "AlarmName": "errors",
    "Namespace": "AWS/SageMaker",
    "MetricName": "Invocation5XXErrors",
    "Dimensions": [{"Name": name, "Value": value} for name, value in DIMENSIONS.items()],
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 0.1,
    "TreatMissingData": "notBreaching",
}


def samples(*values: tuple[float, float], metric: str = "Invocation5XXErrors", **dimensions: str) -> list[Sample]:
    key = frozenset((DIMENSIONS | dimensions).items())
    return [Sample(time, metric, key, value) for time, value in values]


def is_breached(settings: dict[str, Any], found: list[Sample], now: float) -> bool:
    alarm = Alarm.parse(ALARM | settings)
    assert alarm
    return alarm.is_breached(found, now, 60)


@pytest.mark.parametrize(
    ("settings", "found", "breached"),
    [
        ({}, samples((0.5, 1), (1.5, 1)), True),
        ({}, samples((0.5, 1), (1.5, 0)), False),
        ({}, samples((0.5, 1)), False),
        ({}, samples((0.1, 1), (0.2, 0), (1.1, 1), (1.2, 0)), True),
        ({}, samples((0.1, 1), *[(0.2, 0)] * 9, (1.1, 1), *[(1.2, 0)] * 9), False),
        ({}, samples((0.5, 1), (1.5, 1), metric="Invocation4XXErrors"), False),
        ({}, samples((0.5, 1), (1.5, 1), EndpointConfigName="new"), False),
        ({}, samples((0.5, 1), (1.5, 1), VariantName="other"), False),
        ({"TreatMissingData": "breaching"}, [], True),
        ({"DatapointsToAlarm": None}, samples((0.5, 1), (1.5, 1)), False),
        ({"DatapointsToAlarm": None}, samples((0.5, 1), (1.5, 1), (2.5, 1)), True),
        ({"Statistic": "Sum", "Threshold": 3}, samples(*[(0.5, 1), (1.5, 1)] * 4), True),
        ({"Statistic": "Sum", "Threshold": 4}, samples(*[(0.5, 1), (1.5, 1)] * 4), False),
        (
            {"Statistic": None, "ExtendedStatistic": "p90", "Threshold": 8},
            samples(*[(0.5, each) for each in range(1, 11)], *[(1.5, each) for each in range(1, 11)]),
            True,
        ),
        ({"ComparisonOperator": "LessThanThreshold"}, samples((0.5, 0), (1.5, 0)), True),
    ],
)
def test_an_alarm_is_breached_when_enough_of_its_periods_are(settings: dict[str, Any], found: list[Sample], breached: bool) -> None:
    assert is_breached(settings, found, 2.9) is breached


def test_past_periods_do_not_count() -> None:
    found = samples((0.5, 1), (1.5, 1))
    assert [is_breached({}, found, now) for now in (1.6, 2.5, 3.5)] == [True, True, False]


def math_alarm(expression: str) -> dict[str, Any]:
    metric = {"Namespace": "AWS/SageMaker", "MetricName": "Invocation5XXErrors"}

    def query(number: int, variant: str) -> dict[str, Any]:
        dimensions = [{"Name": "VariantName", "Value": variant}, {"Name": "EndpointName", "Value": "bikes"}]
        stat = {"Metric": metric | {"Dimensions": dimensions}, "Stat": "Average", "Period": 60}
        return {"Id": f"variant{number}", "MetricStat": stat, "ReturnData": False}

    result = {"Id": "worst", "Expression": expression, "ReturnData": True}
    kept = {key: value for key, value in ALARM.items() if key not in {"Namespace", "MetricName", "Statistic", "Period"}}
    return kept | {"Metrics": [query(0, "one"), query(1, "two"), result]}


@pytest.mark.parametrize(
    ("expression", "breached"),
    [
        ("MAX([variant0, variant1])", True),
        ("MIN([variant0, variant1])", False),
        ("(variant0 + variant1) / 2", True),
        ("METRICS()", False),
    ],
)
def test_metric_math_is_evaluated_for_each_period(expression: str, breached: bool) -> None:
    found = samples((0.5, 0), (1.5, 0)) + samples((0.5, 1), (1.5, 1), VariantName="two")
    alarm = Alarm.parse(math_alarm(expression))
    assert alarm
    assert alarm.is_breached(found, 1.9, 60) is breached


def test_an_alarm_on_another_services_metrics_is_not_evaluated() -> None:
    assert Alarm.parse(ALARM | {"Namespace": "Mine"}) is None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a * 100 / b", 50.0),
        ("SUM([a, b])", 3.0),
        ("AVG([a, b])", 1.5),
        ("MAX([a, nothing])", 1.0),
        ("a + nothing", None),
        ("a / zero", None),
    ],
)
def test_an_expression_has_the_value_that_cloudwatch_computes(expression: str, value: float | None) -> None:
    assert evaluate(expression, {"a": 1.0, "b": 2.0, "zero": 0.0, "nothing": None}) == value


@pytest.mark.parametrize("expression", ["a +", "FILL(a, 0)", "c", "a.b"])
def test_an_unsupported_expression_is_an_error(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, {"a": 1.0})
