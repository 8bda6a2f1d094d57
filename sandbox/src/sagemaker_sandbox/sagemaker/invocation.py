"""One request to a variant's container: within its limits, with the faults of a test's, and measured."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.sagemaker import metrics
from sagemaker_sandbox.sagemaker.container import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.sagemaker.faults import Fault
    from sagemaker_sandbox.sagemaker.store import Endpoint, Fleet, Json, ServedVariant

    type Ask = Callable[[], Answer]

LONGEST_SECONDS: Final = 60
"""How long SageMaker waits for the answer to InvokeEndpoint."""

_TIMED_OUT: Final = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)


class TooManyRequestsError(Exception):
    """A serverless variant is answering as many requests as it may."""


@dataclass(frozen=True)
class Call:
    """A request, and who is to answer it."""

    endpoint: Endpoint
    fleet: Fleet
    variant: ServedVariant
    request: Json
    is_copy: bool = False

    def answer(self, fault: Fault | None = None, longest: float = LONGEST_SECONDS) -> Answer:
        """Return the container's answer; status 0 is none within ``longest`` seconds. Raises TooManyRequestsError."""
        variant = self.variant
        if not variant.traffic.enter(variant.serverless["MaxConcurrency"] if variant.serverless else None):
            raise TooManyRequestsError
        if not self.is_copy:
            self.endpoint.counted()
        begun, at_once = time.perf_counter(), variant.traffic.at_once
        try:
            given = _FAULTY[fault.kind](fault, self._ask, longest) if fault is not None else self._ask()
        finally:
            variant.traffic.leave()
        seconds = time.perf_counter() - begun
        metrics.record_invocation(self, given.status, seconds, at_once)
        return given

    def _ask(self) -> Answer:
        headers = (self.request.get(name) for name in ("ContentType", "Accept", "TargetModel"))
        return self.variant.container.invoke(Request(self.request["Body"], *headers))


# ---- faults of the model


def _failed(fault: Fault, _ask: Ask, _longest: float) -> Answer:
    status = int(fault.settings.get("status", HTTPStatus.INTERNAL_SERVER_ERROR))
    message = fault.settings.get("message", _TIMED_OUT if status == 0 else "")
    return Answer(status, message.encode(), "text/html; charset=utf-8")


def _given(fault: Fault, _ask: Ask, _longest: float) -> Answer:
    body = fault.settings.get("body", "")
    return Answer(HTTPStatus.OK, body.encode(), fault.settings.get("content_type", "text/csv; charset=utf-8"))


def _late(fault: Fault, ask: Ask, longest: float) -> Answer:
    seconds = float(fault.settings.get("seconds", longest))
    time.sleep(min(seconds, longest))
    return ask() if seconds < longest else Answer(0, _TIMED_OUT.encode(), "text/plain")


def _short(_fault: Fault, ask: Ask, _longest: float) -> Answer:
    """Drop the last row of the container's answer."""
    given = ask()
    if given.content_type == "application/json":
        document = json.loads(given.body)
        (document if isinstance(document, list) else document["predictions"]).pop()
        return Answer(given.status, json.dumps(document).encode(), given.content_type)
    separator = b"\n" if b"\n" in given.body else b","
    ended = given.body.endswith(b"\n")
    rows = given.body.removesuffix(b"\n").split(separator)[:-1]
    return Answer(given.status, separator.join(rows) + b"\n" * (ended and bool(rows)), given.content_type)


_FAULTY: Final[dict[str, Callable[[Fault, Ask, float], Answer]]] = {
    "model_error": _failed,
    "body": _given,
    "timeout": _late,
    "short_answer": _short,
}
