"""The CloudWatch alarms that target tracking creates, one to scale out and one to scale in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.aws.metrics import NAMESPACE

if TYPE_CHECKING:
    from sagemaker_sandbox.autoscaling.models import Policy, Target
    from sagemaker_sandbox.aws.types import Json

_PREDEFINED: Final[dict[str, tuple[str, str, int]]] = {
    "SageMakerVariantInvocationsPerInstance": ("InvocationsPerInstance", "Sum", 60),
    "SageMakerVariantConcurrentRequestsPerModelHighResolution": ("ConcurrentRequestsPerModel", "Average", 10),
    "SageMakerVariantProvisionedConcurrencyUtilization": (
        "ServerlessProvisionedConcurrencyUtilization",
        "Average",
        60,
    ),
}
_SCALE_IN_BELOW: Final = 0.9
"""The share of the target value below which target tracking scales in."""


def replace(target: Target, policy: Policy) -> None:
    """Replace the policy's alarms with those that its configuration needs."""
    delete(target, policy)
    configuration = policy.settings.get("TargetTrackingScalingPolicyConfiguration")
    if configuration is None:
        return
    value = configuration["TargetValue"]
    high = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": value, "EvaluationPeriods": 3}
    low = {"ComparisonOperator": "LessThanThreshold", "Threshold": value * _SCALE_IN_BELOW, "EvaluationPeriods": 15}
    sides = {"High": high} if configuration.get("DisableScaleIn") else {"High": high, "Low": low}
    policy.alarms = [_put(target, policy, side, condition) for side, condition in sides.items()]


def delete(target: Target, policy: Policy) -> None:
    """Delete the alarms that the policy created."""
    if policy.alarms:
        target.scope.client("cloudwatch").delete_alarms(AlarmNames=[alarm["AlarmName"] for alarm in policy.alarms])
        policy.alarms = []


def _put(target: Target, policy: Policy, side: str, condition: Json) -> Json:
    name = f"TargetTracking-{target.resource}-Alarm{side}-{uuid.uuid4()}"
    target.scope.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        AlarmDescription=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}.",
        AlarmActions=[policy.arn],
        **condition,
        **_metric(target, policy.settings["TargetTrackingScalingPolicyConfiguration"]),
    )
    return {"AlarmName": name, "AlarmARN": target.scope.arn("cloudwatch", f"alarm:{name}")}


def _metric(target: Target, configuration: Json) -> dict[str, Any]:
    predefined = configuration.get("PredefinedMetricSpecification")
    if predefined:
        metric, statistic, period = _PREDEFINED[predefined["PredefinedMetricType"]]
        _, endpoint, _, variant = target.resource.split("/")
        dimensions = {"EndpointName": endpoint, "VariantName": variant}
        return {
            "Namespace": NAMESPACE,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            "Statistic": statistic,
            "Period": period,
        }
    customized: Json = configuration["CustomizedMetricSpecification"]
    if "Metrics" in customized:
        return {"Metrics": [_query(query) for query in customized["Metrics"]]}
    return {"Period": 60, "Dimensions": []} | customized


def _query(query: Json) -> Json:
    """Add the period that target tracking uses for a metric."""
    return query | ({"MetricStat": {"Period": 60} | query["MetricStat"]} if "MetricStat" in query else {})
