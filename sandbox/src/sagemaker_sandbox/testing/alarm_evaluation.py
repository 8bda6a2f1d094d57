"""Evaluation, at the clock's speed, of the alarms that a test has chosen.

LocalStack evaluates an alarm once in all of its periods, and neither percentiles nor metric math.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from localstack.services.cloudwatch.models import cloudwatch_stores

from sagemaker_sandbox.aws.alarms import Alarm
from sagemaker_sandbox.aws.metrics import Recorder
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.testing import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagemaker_sandbox.aws.types import Json

LOG = logging.getLogger(__name__)
_POLL_SECONDS: Final = 0.2


class Evaluation:
    """Evaluates the alarms whose names begin with a prefix, on the metrics from now on, until it is stopped."""

    def __init__(self, prefix: str) -> None:
        """Start, with the alarms that exist now and all later ones in the same accounts and Regions."""
        self._prefix = prefix
        self._recorders = {scope: Recorder(scope) for scope in _scopes()}
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="alarm-evaluation", daemon=True).start()

    def stop(self) -> None:
        """Leave the alarms in the state that they have."""
        self._stopped.set()
        for recorder in self._recorders.values():
            recorder.close()

    def _run(self) -> None:
        while not self._stopped.wait(_POLL_SECONDS):
            for scope, recorder in self._recorders.items():
                try:
                    self._evaluate(scope.client("cloudwatch"), recorder)
                except (BotoCoreError, ClientError):
                    LOG.exception("the alarms %s* cannot be evaluated", self._prefix)

    def _evaluate(self, cloudwatch: Any, recorder: Recorder) -> None:
        samples, now, speed = recorder.samples(), recorder.now(), clock.speed()
        longest = 0.0
        for described, alarm in self._alarms(cloudwatch):
            longest = max(longest, alarm.seconds / speed)
            state = "ALARM" if alarm.is_breached(samples, now, speed) else "OK"
            if state != described["StateValue"]:
                reason = "Threshold Crossed: evaluated at the speed of the sandbox's clock"
                cloudwatch.set_alarm_state(AlarmName=alarm.name, StateValue=state, StateReason=reason)
        recorder.forget(2 * longest)

    def _alarms(self, cloudwatch: Any) -> Iterator[tuple[Json, Alarm]]:
        for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"]):
            for described in page["MetricAlarms"]:
                alarm = Alarm.parse(described, namespace=None) if described["AlarmName"].startswith(self._prefix) else None
                if alarm is not None:
                    yield described, alarm


def _scopes() -> Iterator[Scope]:
    for account, region, _ in cloudwatch_stores.iter_stores():
        yield Scope.at(account, region)


_CURRENT: Final[list[Evaluation]] = []


def start(prefix: str) -> None:
    """Evaluate the alarms whose names begin with a prefix, instead of those chosen before."""
    stop()
    _CURRENT.append(Evaluation(prefix))


def stop() -> None:
    """Leave all alarms to LocalStack again."""
    while _CURRENT:
        _CURRENT.pop().stop()
