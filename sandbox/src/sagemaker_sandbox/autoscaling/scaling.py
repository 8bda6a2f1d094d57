"""Scaling: while an alarm of a policy is in ALARM, the policy changes its target's capacity."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from localstack.services.cloudwatch.models import cloudwatch_stores

from sagemaker_sandbox.autoscaling.capacity import Capacity
from sagemaker_sandbox.autoscaling.models import all_targets
from sagemaker_sandbox.aws.errors import ValidationException
from sagemaker_sandbox.testing import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagemaker_sandbox.autoscaling.models import Policy, Target
    from sagemaker_sandbox.aws.types import Json

LOG = logging.getLogger(__name__)
_POLL_SECONDS: Final = 1.0
_COOLDOWN_SECONDS: Final = 300


def start() -> None:
    """Start a thread that checks the alarms of all policies."""
    threading.Thread(target=_run, name="autoscaling", daemon=True).start()


def _run() -> None:
    while True:
        time.sleep(_POLL_SECONDS)
        try:
            check()
        except Exception:
            LOG.exception("autoscaling failed unexpectedly")


def check() -> None:
    """Apply every policy that has an alarm in ALARM and is not in its cooldown period."""
    for target in all_targets():
        for policy in list(target.policies.values()):
            for alarm in _in_alarm(target, policy):
                _apply(target, policy, alarm)


def _in_alarm(target: Target, policy: Policy) -> Iterator[Mapping[str, Any]]:
    store: Any = cloudwatch_stores[target.scope.account][target.scope.region]
    for stored in list(store.alarms.values()):
        alarm = stored.alarm
        if alarm["StateValue"] == "ALARM" and policy.arn in alarm["AlarmActions"] and alarm["ActionsEnabled"]:
            yield alarm


def _apply(target: Target, policy: Policy, alarm: Mapping[str, Any]) -> None:
    capacity = Capacity.of(target.scope, target.resource, target.dimension)
    try:
        current = capacity.current()
    except ValidationException:
        return  # the variant no longer exists, or does not exist yet
    desired = min(max(desired_capacity(policy.settings, alarm, current), target.minimum), target.maximum)
    side = "Out" if desired > current else "In"
    if target.suspended[f"DynamicScaling{side}Suspended"] or not _is_cool(policy, side):
        return
    if capacity.change(desired):
        policy.scaled = time.monotonic()


def _is_cool(policy: Policy, side: str) -> bool:
    step = policy.settings.get("StepScalingPolicyConfiguration")
    tracking = policy.settings.get("TargetTrackingScalingPolicyConfiguration", {})
    cooldown = step.get("Cooldown") if step else tracking.get(f"Scale{side}Cooldown")
    seconds = _COOLDOWN_SECONDS if cooldown is None else cooldown
    return not policy.scaled or time.monotonic() - policy.scaled >= clock.shortened(seconds)


def desired_capacity(settings: Json, alarm: Mapping[str, Any], current: int) -> int:
    """Return the capacity that a policy requests when ``alarm`` is in ALARM, before applying the target's bounds."""
    value = _value(alarm)
    if step := settings.get("StepScalingPolicyConfiguration"):
        return _stepped(step, value - alarm["Threshold"], current)
    target: float = settings["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
    tracked = math.ceil(current * value / target)
    is_high: bool = alarm["ComparisonOperator"].startswith("Greater")
    return max(tracked, current + 1) if is_high else min(tracked, current)


def _value(alarm: Mapping[str, Any]) -> float:
    """Return the metric's last value; without one, as after a SetAlarmState call, return the threshold."""
    points = json.loads(alarm.get("StateReasonData") or "{}").get("recentDatapoints", [])
    return float(points[-1] if points else alarm["Threshold"])


def _stepped(step: Json, breach: float, current: int) -> int:
    for adjustment in step["StepAdjustments"]:
        low = adjustment.get("MetricIntervalLowerBound", -math.inf)
        high = adjustment.get("MetricIntervalUpperBound", math.inf)
        # a step includes the bound that is closer to the threshold
        if low <= breach < high or (breach <= 0 and low < breach <= high):
            return _adjusted(step, adjustment["ScalingAdjustment"], current)
    return current


def _adjusted(step: Json, amount: int, current: int) -> int:
    match step["AdjustmentType"]:
        case "ExactCapacity":
            return amount
        case "ChangeInCapacity":
            return current + amount
    change = current * amount / 100
    whole = math.copysign(max(math.floor(abs(change)), 1), change) if change else 0
    least = step.get("MinAdjustmentMagnitude", 0)
    return current + int(math.copysign(max(abs(whole), least), amount))
