"""Monitoring the CloudWatch alarms that roll a deployment back."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from sagemaker_sandbox.aws.alarms import Alarm
from sagemaker_sandbox.aws.metrics import Recorder
from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.sagemaker.deployment.fleet_start import DeploymentError
from sagemaker_sandbox.testing import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

LOG = logging.getLogger(__name__)
_POLL_SECONDS: Final = 0.2


class AlarmMonitor:
    """The alarms of one deployment, from its first share of the traffic to the end of its last baking period.

    An alarm's period is shortened by the same factor as a baking period, so the monitor itself evaluates the alarms on
    SageMaker's metrics, and sets those that are breached to ALARM. LocalStack and its users set all others.
    """

    def __init__(self, scope: Scope, names: Sequence[str]) -> None:
        """Monitor the alarms ``names``."""
        self._scope, self._names = scope, list(names)
        self._cloudwatch = scope.client("cloudwatch")
        self._recorder = Recorder(scope)

    def check_role(self, role: str) -> None:
        """Raise DeploymentError unless an execution role may read the alarms, as SageMaker does with it."""
        caller = Caller.of_role(role, self._scope)
        for name in self._names:
            arn = self._scope.arn("cloudwatch", f"alarm:{name}")
            if not caller.may("cloudwatch:DescribeAlarms", arn):
                raise DeploymentError(f"The role {role} is not authorized to perform: cloudwatch:DescribeAlarms on resource: {arn}")

    def watch(self, seconds: float) -> None:
        """Monitor for this long, and check at least once. Raises DeploymentError if an alarm goes off."""
        end = time.monotonic() + seconds
        while True:
            self._check()
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _POLL_SECONDS) if self._names else left)

    def close(self) -> None:
        """Stop recording the metrics that the alarms evaluate."""
        self._recorder.close()

    def _check(self) -> None:
        if not self._names:
            return
        try:
            name = next(self._in_alarm(), None)
        except (BotoCoreError, ClientError):
            LOG.exception("the alarms %s cannot be read", self._names)
            return
        if name is not None:
            raise DeploymentError(f"The deployment was rolled back: the alarm {name} went into ALARM.")

    def _in_alarm(self) -> Iterator[str]:
        types = ["MetricAlarm", "CompositeAlarm"]
        described = self._cloudwatch.describe_alarms(AlarmNames=self._names, AlarmTypes=types)
        found: list[Json] = [*described["MetricAlarms"], *described["CompositeAlarms"]]
        yield from (alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM")
        yield from self._breached(described["MetricAlarms"])

    def _breached(self, alarms: Iterable[Json]) -> Iterator[str]:
        samples, now = self._recorder.samples(), self._recorder.now()
        for described in alarms:
            alarm = Alarm.parse(described)
            if alarm is not None and alarm.is_breached(samples, now, clock.speed()):
                self._announce(alarm.name)
                yield alarm.name

    def _announce(self, name: str) -> None:
        """Set an alarm to ALARM for its subscribers, and back to OK: the fleet that it measured is removed."""
        for state, reason in (("ALARM", "Threshold Crossed"), ("OK", "The deployment was rolled back")):
            self._cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=reason)
