"""Delivery of a function's log with the permissions of its role, and of the metrics in it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.logs import LogHandler, LogItem
from localstack.utils.aws.client_types import ServicePrincipal

from sagemaker_sandbox.aws import embedded_metrics
from sagemaker_sandbox.aws.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger(__name__)


def deliver(handler: LogHandler) -> None:
    """Write the items in a handler's queue until the pill that ends it; what the role may not write is lost, as on AWS.

    LocalStack creates the log group before each log stream, which a role need not be allowed to do if the group exists.
    """
    logs = connect_to.with_assumed_role(
        region_name=handler.region, role_arn=handler.role_arn, service_principal=ServicePrincipal("lambda")
    ).logs
    role = handler.role_arn.split(":")
    scope = Scope(account=role[4], region=handler.region, partition=role[1])
    while isinstance(item := handler.log_queue.get(), LogItem):
        try:
            _write(logs, item)
        except (BotoCoreError, ClientError) as error:
            LOG.warning("the log of a function could not be written to %s: %s", item.log_group, error)
        else:
            embedded_metrics.extract(scope, item.logs.split("\n"))


def _write(logs: Any, item: LogItem) -> None:
    milliseconds = int(time.time() * 1000)
    events = [{"timestamp": milliseconds, "message": f"{line}\n"} for line in item.logs.split("\n") if line]
    stream = {"logGroupName": item.log_group, "logStreamName": item.log_stream}

    def put() -> None:
        logs.put_log_events(**stream, logEvents=events)

    def put_in_new_stream() -> None:
        logs.create_log_stream(**stream)
        put()

    def put_in_new_group() -> None:
        logs.create_log_group(logGroupName=item.log_group)
        put_in_new_stream()

    _first_that_finds(logs.exceptions.ResourceNotFoundException, put, put_in_new_stream, put_in_new_group)


def _first_that_finds(missing: type[Exception], *attempts: Callable[[], None]) -> None:
    """Make one attempt after another, as long as they fail for something that is missing."""
    for attempt in attempts[:-1]:
        try:
            return attempt()
        except missing:
            continue
    return attempts[-1]()
