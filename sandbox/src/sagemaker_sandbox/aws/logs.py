"""Log streams in the sandbox's CloudWatch Logs, written with the permissions of a role."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from sagemaker_sandbox.aws.principals import Caller

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope

LOG = logging.getLogger(__name__)
_WRITER: Final = ThreadPoolExecutor(1, "log-stream")


@dataclass(frozen=True)
class LogStream:
    """One log stream of a log group; both are created on the first write."""

    scope: Scope
    group: str
    name: str
    role: str

    @property
    def group_arn(self) -> str:
        """The log group's ARN."""
        return self.scope.arn("logs", f"log-group:{self.group}")

    def write(self, message: str) -> None:
        """Write ``message`` in the background; like SageMaker, write nothing if the role is not allowed to."""
        _WRITER.submit(self._write, message, time.time_ns() // 1_000_000)

    def _write(self, message: str, milliseconds: int) -> None:
        if not self._is_allowed():
            return
        logs = self.scope.client("logs")
        try:
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=self.group)
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_stream(logGroupName=self.group, logStreamName=self.name)
            events = [{"timestamp": milliseconds, "message": message}]
            logs.put_log_events(logGroupName=self.group, logStreamName=self.name, logEvents=events)
        except (BotoCoreError, ClientError) as error:
            LOG.warning("cannot write to log group %s: %s", self.group, error)

    def _is_allowed(self) -> bool:
        caller, stream = Caller.of_role(self.role, self.scope), f"{self.group_arn}:log-stream:{self.name}"
        return (
            caller.may("logs:CreateLogGroup", f"{self.group_arn}:log-stream:")
            and caller.may("logs:CreateLogStream", stream)
            and caller.may("logs:PutLogEvents", stream)
        )
