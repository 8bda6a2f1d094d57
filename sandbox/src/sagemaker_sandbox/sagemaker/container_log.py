"""What containers log, in the sandbox's CloudWatch Logs, where SageMaker's messages send their reader."""

from __future__ import annotations

import logging
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from sagemaker_sandbox.sagemaker import access

if TYPE_CHECKING:
    from typing import Any

    from sagemaker_sandbox.sagemaker.store import Place

LOG = logging.getLogger(__name__)
_WRITER: Final = ThreadPoolExecutor(1, "container-log")


@dataclass(frozen=True)
class ContainerLog:
    """The log stream of one variant's container, written with the rights of the model's execution role."""

    place: Place
    endpoint: str
    variant: str
    role: str
    instance: str = field(default_factory=lambda: f"i-{uuid.uuid4().hex[:17]}")

    @property
    def group(self) -> str:
        """The log group's name."""
        return f"/aws/sagemaker/Endpoints/{self.endpoint}"

    @property
    def group_arn(self) -> str:
        """The log group's ARN."""
        return f"arn:{self.place.partition}:logs:{self.place.region}:{self.place.account}:log-group:{self.group}"

    def write(self, message: str) -> None:
        """Log ``message`` soon; like SageMaker, log nothing if the role may not."""
        _WRITER.submit(self._write, message, time.time_ns() // 1_000_000)

    def _write(self, message: str, milliseconds: int) -> None:
        stream = f"{self.variant}/{self.instance}"
        if not self._may_write(stream):
            return
        logs: Any = connect_to(aws_access_key_id=self.place.account, region_name=self.place.region).logs
        try:
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=self.group)
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_stream(logGroupName=self.group, logStreamName=stream)
            events = [{"timestamp": milliseconds, "message": message}]
            logs.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events)
        except (BotoCoreError, ClientError) as error:
            LOG.warning("no log of endpoint %s: %s", self.endpoint, error)

    def _may_write(self, stream: str) -> bool:
        grants = access.grants_of(self.role, self.place)
        asks = (
            access.Ask("logs:CreateLogGroup", f"{self.group_arn}:log-stream:"),
            access.Ask("logs:CreateLogStream", f"{self.group_arn}:log-stream:{stream}"),
            access.Ask("logs:PutLogEvents", f"{self.group_arn}:log-stream:{stream}"),
        )
        return all(grants.verdict(ask).allowed for ask in asks)
