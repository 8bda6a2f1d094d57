"""The access log of a stage, in the stage's format.

Variables: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html. One
that has no value is ``-``. Here, no role of the account is needed, and only log groups can be destinations.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.patches.api_gateway.gateway_responses import substitute

if TYPE_CHECKING:
    from rolo.response import Response

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any
type Event = dict[str, Any]

LOG = logging.getLogger(__name__)

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html: 10,000 events and 1 MB
_BATCH: Final = 100


@dataclass(frozen=True)
class Destination:
    """A log stream."""

    scope: Scope
    group: str
    stream: str


class _Writer:
    """Writes lines in the background, all that wait in one call."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "access-log")
        self._waiting: dict[Destination, list[Event]] = {}
        self._lock = threading.Lock()

    def write(self, destination: Destination, line: str) -> None:
        event = {"timestamp": time.time_ns() // 1_000_000, "message": line}
        with self._lock:
            is_first = destination not in self._waiting
            self._waiting.setdefault(destination, []).append(event)
        if is_first:
            self._pool.submit(self._flush, destination)

    def _flush(self, destination: Destination) -> None:
        with self._lock:
            events = self._waiting.pop(destination)
        logs = destination.scope.client("logs")
        where = {"logGroupName": destination.group, "logStreamName": destination.stream}
        try:
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_stream(**where)
            for batch in batched(events, _BATCH, strict=False):
                logs.put_log_events(**where, logEvents=list(batch))
        except (BotoCoreError, ClientError) as error:
            LOG.warning("cannot write to log group %s: %s", destination.group, error)


_WRITER: Final = _Writer()


def write(context: Context, response: Response) -> None:
    """Write a request's line, if its stage has an access log."""
    settings = context.stage_configuration.get("accessLogSettings") or {}
    destination = _destination(settings.get("destinationArn") or "", context)
    if destination is not None and context.context_variables is not None:
        _WRITER.write(destination, line(settings.get("format") or "", context, response))


def line(template: str, context: Context, response: Response) -> str:
    """Return the line of a request."""
    return substitute(template, {"context": _variables(context, response), "stageVariables": {}}, missing="-")


def _destination(arn: str, context: Context) -> Destination | None:
    parts = arn.removesuffix(":*").split(":")
    if parts[2:3] != ["logs"] or parts[5:6] != ["log-group"]:
        return None
    # AWS's names are as long, and as opaque
    stream = hashlib.sha256(f"{context.api_id}/{context.stage}".encode()).hexdigest()[:32]
    return Destination(Scope(parts[4], parts[3], parts[1]), ":".join(parts[6:]), stream)


def _variables(context: Context, response: Response) -> dict[str, Any]:
    known: dict[str, Any] = context.context_variables
    latency = (context.logging_context_variables or {}).get("integrationLatency")
    invoked = context.endpoint_response
    # of Lambda's own answer, not the function's
    service_status = 200 if invoked and "lambda" in (context.integration.get("uri") or "") else None
    return known | {
        "endpointType": "REGIONAL",
        "status": response.status_code,
        "responseLength": len(response.get_data()),
        "responseLatency": max(0, time.time_ns() // 1_000_000 - known["requestTimeEpoch"]),
        "xrayTraceId": (context.trace_id or "").partition(";")[0].removeprefix("Root="),
        "integrationLatency": latency,
        "integrationStatus": service_status,
        "integration": {
            "latency": latency,
            "status": invoked["status_code"] if invoked else None,
            "integrationStatus": service_status,
        },
    }
