"""Deployment configurations in the sandbox: which ones are rejected, and how they shift traffic."""

from __future__ import annotations

from typing import Any

import pytest
from localstack.aws.api import CommonServiceException
from sagemaker_sandbox.sagemaker.deployment import traffic_shifting
from sagemaker_sandbox.sagemaker.deployment.traffic_shifting import Step


def blue_green(kind: str, wait: int = 300, termination: int = 0, **sizes: dict[str, Any]) -> dict[str, Any]:
    routing = {"Type": kind, "WaitIntervalInSeconds": wait} | sizes
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": routing,
            "TerminationWaitInSeconds": termination,
        }
    }


def rolling(size: dict[str, Any], wait: int = 60) -> dict[str, Any]:
    return {"RollingUpdatePolicy": {"MaximumBatchSize": size, "WaitIntervalInSeconds": wait}}


def percent(value: int) -> dict[str, Any]:
    return {"Type": "CAPACITY_PERCENT", "Value": value}


def instances(value: int) -> dict[str, Any]:
    return {"Type": "INSTANCE_COUNT", "Value": value}


@pytest.mark.parametrize(
    ("config", "count", "expected"),
    [
        (None, 1, [Step(1, 0)]),
        (blue_green("ALL_AT_ONCE", 300, 120), 1, [Step(1, 120)]),
        (blue_green("CANARY", 300, 120, CanarySize=percent(10)), 10, [Step(0.1, 300), Step(1, 120)]),
        (blue_green("CANARY", 300, 120, CanarySize=instances(1)), 4, [Step(0.25, 300), Step(1, 120)]),
        (
            blue_green("LINEAR", 300, 120, LinearStepSize=percent(33)),
            3,
            [Step(0.33, 300), Step(0.66, 300), Step(1, 120)],
        ),
        (blue_green("LINEAR", 60, 0, LinearStepSize=instances(2)), 5, [Step(0.4, 60), Step(0.8, 60), Step(1, 0)]),
        (rolling(percent(50)), 2, [Step(0.5, 60), Step(1, 60)]),
        (rolling(instances(1)), 3, [Step(1 / 3, 60), Step(2 / 3, 60), Step(1, 60)]),
    ],
)
def test_traffic_shifts_in_steps_until_all_of_it_has_shifted(config: dict[str, Any] | None, count: int, expected: list[Step]) -> None:
    steps = traffic_shifting.steps(config, count)
    assert [step.seconds for step in steps] == [step.seconds for step in expected]
    assert [step.share for step in steps] == pytest.approx([step.share for step in expected])


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (blue_green("ALL_AT_ONCE") | rolling(percent(50)), "Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy"),
        (blue_green("CANARY"), "Traffic routing of type CANARY requires CanarySize; specified: none."),
        (blue_green("LINEAR", CanarySize=percent(10)), "requires LinearStepSize; specified: CanarySize."),
        (blue_green("ALL_AT_ONCE", CanarySize=percent(10)), "requires no size; specified: CanarySize."),
        (blue_green("CANARY", CanarySize=percent(51)), "CanarySize must be 0-50% of the instances of variant a"),
        (blue_green("CANARY", CanarySize=instances(2)), "which has 3; it is 66.6667%."),
        (blue_green("LINEAR", LinearStepSize=percent(9)), "LinearStepSize must be 10-50%"),
        (rolling(percent(4)), "MaximumBatchSize must be 5-50%"),
    ],
)
def test_a_configuration_that_contradicts_itself_or_the_variant_is_rejected(config: dict[str, Any], message: str) -> None:
    with pytest.raises(CommonServiceException) as rejected:
        traffic_shifting.check_for(config, [{"VariantName": "a", "InitialInstanceCount": 3}])
    assert message in str(rejected.value)


def test_serverless_does_not_support_rolling_updates() -> None:
    with pytest.raises(CommonServiceException, match="not supported for serverless"):
        traffic_shifting.check_for(rolling(percent(50)), [{"VariantName": "a", "ServerlessConfig": {}}])


def test_serverless_can_shift_by_percent() -> None:
    config = blue_green("CANARY", CanarySize=percent(10))
    traffic_shifting.check_for(config, [{"VariantName": "a", "ServerlessConfig": {}}])
    assert traffic_shifting.steps(config, None)[0].share == 0.1


def test_the_names_of_rollback_alarms_are_returned() -> None:
    config = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "a"}, {"AlarmName": "b"}]}}
    assert traffic_shifting.alarm_names(config) == ["a", "b"]
