"""CloudWatch in the sandbox: the tags of alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hosting import unique

if TYPE_CHECKING:
    from hosting import Hosting

METRIC = {
    "Namespace": "AWS/SageMaker",
    "MetricName": "Invocations",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
OLD, NEW = [{"Key": "team", "Value": "old"}], [{"Key": "team", "Value": "new"}]


class Alarms:
    """One kind of alarm."""

    def __init__(self, hosting: Hosting, kind: str) -> None:
        self.client = hosting.client("cloudwatch")
        self.kind, self.name = kind, unique("alarm")

    def put(self, tags: list[dict[str, str]]) -> None:
        if self.kind == "metric":
            self.client.put_metric_alarm(AlarmName=self.name, Tags=tags, **METRIC)
        else:
            self.client.put_composite_alarm(AlarmName=self.name, Tags=tags, AlarmRule="TRUE")

    def tags(self) -> list[dict[str, str]]:
        arn = f"arn:aws:cloudwatch:us-east-1:222233334444:alarm:{self.name}"
        tags: list[dict[str, str]] = self.client.list_tags_for_resource(ResourceARN=arn)["Tags"]
        return tags


@pytest.fixture(params=["metric", "composite"])
def alarm(hosting: Hosting, request: Any) -> Alarms:
    return Alarms(hosting, request.param)


def test_an_alarm_keeps_the_tags_of_its_creation_and_ignores_those_of_an_update(alarm: Alarms) -> None:
    alarm.put(OLD)
    assert alarm.tags() == OLD
    alarm.put(NEW)
    assert alarm.tags() == OLD


def test_an_alarm_of_the_name_of_a_deleted_one_has_its_own_tags(alarm: Alarms) -> None:
    alarm.put(OLD)
    alarm.client.delete_alarms(AlarmNames=[alarm.name])
    alarm.put([])
    assert alarm.tags() == []
