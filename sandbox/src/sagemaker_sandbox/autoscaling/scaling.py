"""Scaling itself: while an alarm that names a policy is in ALARM, the policy changes its target's capacity."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from localstack.services.cloudwatch.models import cloudwatch_stores

from sagemaker_sandbox.autoscaling.capacity import Capacity
from sagemaker_sandbox.autoscaling.store import targets
from sagemaker_sandbox.sagemaker import pace
from sagemaker_sandbox.sagemaker.errors import ValidationException

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagemaker_sandbox.autoscaling.store import Policy, Target
    from sagemaker_sandbox.sagemaker.store import Json

LOG = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 1.0
_COOLDOWN_SECONDS: Final = 300


def start() -> None:
    """Look at the alarms of all policies from now on, in a thread of its own."""
    threading.Thread(target=_run, name="autoscaling", daemon=True).start()


def _run() -> None:
    while True:
        time.sleep(_LOOK_SECONDS)
        try:
            look()
        except Exception:
            LOG.exception("autoscaling broke")


def look() -> None:
    """Carry out every policy that has an alarm in ALARM and is not cooling down."""
    for target in targets():
        for policy in list(target.policies.values()):
            for alarm in _alarming(target, policy):
                _carry_out(target, policy, alarm)


def _alarming(target: Target, policy: Policy) -> Iterator[Mapping[str, Any]]:
    store: Any = cloudwatch_stores[target.place.account][target.place.region]
    for held in list(store.alarms.values()):
        alarm = held.alarm
        if alarm["StateValue"] == "ALARM" and policy.arn in alarm["AlarmActions"] and alarm["ActionsEnabled"]:
            yield alarm


def _carry_out(target: Target, policy: Policy, alarm: Mapping[str, Any]) -> None:
    capacity = Capacity.of(target.place, target.resource, target.dimension)
    try:
        current = capacity.current()
    except ValidationException:
        return  # the variant is gone, or not there yet
    wanted = min(max(desired(policy.settings, alarm, current), target.minimum), target.maximum)
    side = "Out" if wanted > current else "In"
    if target.suspended[f"DynamicScaling{side}Suspended"] or not _is_cool(policy, side):
        return
    if capacity.change(wanted):
        policy.scaled = time.monotonic()


def _is_cool(policy: Policy, side: str) -> bool:
    step = policy.settings.get("StepScalingPolicyConfiguration")
    tracking = policy.settings.get("TargetTrackingScalingPolicyConfiguration", {})
    given = step.get("Cooldown") if step else tracking.get(f"Scale{side}Cooldown")
    seconds = _COOLDOWN_SECONDS if given is None else given
    return not policy.scaled or time.monotonic() - policy.scaled >= pace.shortened(seconds)


def desired(settings: Json, alarm: Mapping[str, Any], current: int) -> int:
    """Return the capacity that a policy asks for when ``alarm`` is in ALARM, before the target's bounds."""
    value = _value(alarm)
    if step := settings.get("StepScalingPolicyConfiguration"):
        return _stepped(step, value - alarm["Threshold"], current)
    goal: float = settings["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
    tracked = math.ceil(current * value / goal)
    is_high: bool = alarm["ComparisonOperator"].startswith("Greater")
    return max(tracked, current + 1) if is_high else min(tracked, current)


def _value(alarm: Mapping[str, Any]) -> float:
    """Read the metric's last value; without one, as after SetAlarmState by hand, it is taken to be at the threshold."""
    points = json.loads(alarm.get("StateReasonData") or "{}").get("recentDatapoints", [])
    return float(points[-1] if points else alarm["Threshold"])


def _stepped(step: Json, breach: float, current: int) -> int:
    for adjustment in step["StepAdjustments"]:
        low = adjustment.get("MetricIntervalLowerBound", -math.inf)
        high = adjustment.get("MetricIntervalUpperBound", math.inf)
        # the bound that is nearer to the threshold belongs to the step
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
