"""Watching the CloudWatch alarms that roll a deployment back."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.cloudwatch.alarm_scheduler import calculate_alarm_state

from sagemaker_sandbox.sagemaker import metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagemaker_sandbox.sagemaker.store import Place

LOG = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 0.25
_NEEDED: Final = ("Period", "Statistic", "MetricName", "Threshold")
"""What an alarm must have for LocalStack to evaluate it; others keep the state that they are set to."""


def watch(place: Place, alarms: Sequence[str], seconds: float) -> str | None:
    """Watch ``alarms`` for so long, and look once at least; returns the name of the first in ALARM.

    A bake here is shorter than the period of an alarm, so each look has the alarms evaluated at once.
    """
    end = time.monotonic() + seconds
    while True:
        if alarms and (tripped := _tripped(place, alarms)):
            return tripped
        left = end - time.monotonic()
        if left <= 0:
            return None
        time.sleep(min(left, _LOOK_SECONDS) if alarms else left)


def _tripped(place: Place, names: Sequence[str]) -> str | None:
    cloudwatch: Any = connect_to(aws_access_key_id=place.account, region_name=place.region).cloudwatch
    try:
        metrics.flush()
        for alarm in cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]:
            if all(part in alarm for part in _NEEDED):
                calculate_alarm_state(alarm["AlarmArn"])
        described = cloudwatch.describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    except (BotoCoreError, ClientError):
        LOG.exception("the alarms %s cannot be read", names)
        return None
    found = [*described["MetricAlarms"], *described["CompositeAlarms"]]
    return next((alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"), None)
