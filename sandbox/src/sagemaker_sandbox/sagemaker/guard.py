"""Watching the CloudWatch alarms that roll a deployment back."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from sagemaker_sandbox.sagemaker import access, metrics, pace
from sagemaker_sandbox.sagemaker.alarm import Alarm
from sagemaker_sandbox.sagemaker.launch import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sagemaker_sandbox.sagemaker.store import Json, Place

LOG = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 0.2


class Guard:
    """The alarms of one deployment, from its first share of the traffic to the end of its last bake.

    A period of an alarm is as much shorter than on AWS as a bake is, so the guard evaluates the alarms on SageMaker's
    own metrics itself, and puts into ALARM what has tripped. Whatever else is in ALARM has been put there by others.
    """

    def __init__(self, place: Place, names: Sequence[str]) -> None:
        """Watch the alarms ``names``."""
        self._cloudwatch: Any = connect_to(aws_access_key_id=place.account, region_name=place.region).cloudwatch
        self._place, self._names = place, list(names)
        self._recorder = metrics.Recorder(place)

    def check_role(self, role: str) -> None:
        """Raise DeploymentError unless an execution role may read the alarms, with which SageMaker does it."""
        grants = access.grants_of(role, self._place)
        for name in self._names:
            arn = f"arn:{self._place.partition}:cloudwatch:{self._place.region}:{self._place.account}:alarm:{name}"
            verdict = grants.verdict(access.Ask("cloudwatch:DescribeAlarms", arn))
            if not verdict.allowed:
                raise DeploymentError(
                    f"The role {role} is not authorized to perform: cloudwatch:DescribeAlarms on resource: {arn}"
                )

    def watch(self, seconds: float) -> None:
        """Watch for so long, and look once at least; DeploymentError if an alarm goes off."""
        end = time.monotonic() + seconds
        while True:
            self._look()
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _LOOK_SECONDS) if self._names else left)

    def close(self) -> None:
        """Stop recording what the alarms look at."""
        self._recorder.close()

    def _look(self) -> None:
        if not self._names:
            return
        try:
            tripped = next(self._tripped(), None)
        except (BotoCoreError, ClientError):
            LOG.exception("the alarms %s cannot be read", self._names)
            return
        if tripped is not None:
            raise DeploymentError(f"The deployment was rolled back: the alarm {tripped} went into ALARM.")

    def _tripped(self) -> Iterator[str]:
        kinds = ["MetricAlarm", "CompositeAlarm"]
        described = self._cloudwatch.describe_alarms(AlarmNames=self._names, AlarmTypes=kinds)
        found: list[Json] = [*described["MetricAlarms"], *described["CompositeAlarms"]]
        yield from (alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM")
        yield from self._breached(described["MetricAlarms"])

    def _breached(self, alarms: Iterable[Json]) -> Iterator[str]:
        samples, now = self._recorder.samples(), self._recorder.now()
        for described in alarms:
            alarm = Alarm.parse(described)
            if alarm is not None and alarm.is_breached(samples, now, pace.factor()):
                self._announce(alarm.name)
                yield alarm.name

    def _announce(self, name: str) -> None:
        """Put an alarm into ALARM for those who listen to it, and back: the fleet that it speaks of goes."""
        for state, reason in (("ALARM", "Threshold Crossed"), ("OK", "The deployment was rolled back")):
            self._cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=reason)
