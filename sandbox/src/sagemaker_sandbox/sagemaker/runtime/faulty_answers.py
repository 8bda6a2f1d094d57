"""Injected faults of the model: answers that replace, delay or shorten the container's."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.containers.base import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.testing.faults import Fault

    type Invoke = Callable[[], Answer]

_TIMED_OUT: Final = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)


def answer(fault: Fault, invoke: Invoke, timeout_seconds: float) -> Answer:
    """Return the answer that ``fault`` causes; ``invoke`` gets the container's. Status 0 is a timeout."""
    return _ANSWERS[fault.name](fault, invoke, timeout_seconds)


def _model_error(fault: Fault, _invoke: Invoke, _timeout_seconds: float) -> Answer:
    status = int(fault.settings.get("status", HTTPStatus.INTERNAL_SERVER_ERROR))
    message = fault.settings.get("message", _TIMED_OUT if status == 0 else "")
    return Answer(status, message.encode(), "text/html; charset=utf-8")


def _body(fault: Fault, _invoke: Invoke, _timeout_seconds: float) -> Answer:
    body = fault.settings.get("body", "")
    return Answer(HTTPStatus.OK, body.encode(), fault.settings.get("content_type", "text/csv; charset=utf-8"))


def _timeout(fault: Fault, invoke: Invoke, timeout_seconds: float) -> Answer:
    seconds = float(fault.settings.get("seconds", timeout_seconds))
    time.sleep(min(seconds, timeout_seconds))
    return invoke() if seconds < timeout_seconds else Answer(0, _TIMED_OUT.encode(), "text/plain")


def _short_answer(_fault: Fault, invoke: Invoke, _timeout_seconds: float) -> Answer:
    """Drop the last row of the container's answer."""
    complete = invoke()
    if complete.content_type == "application/json":
        document = json.loads(complete.body)
        (document if isinstance(document, list) else document["predictions"]).pop()
        return Answer(complete.status, json.dumps(document).encode(), complete.content_type)
    separator = b"\n" if b"\n" in complete.body else b","
    ended = complete.body.endswith(b"\n")
    rows = complete.body.removesuffix(b"\n").split(separator)[:-1]
    return Answer(complete.status, separator.join(rows) + b"\n" * (ended and bool(rows)), complete.content_type)


_ANSWERS: Final[dict[str, Callable[[Fault, Invoke, float], Answer]]] = {
    "model_error": _model_error,
    "body": _body,
    "timeout": _timeout,
    "short_answer": _short_answer,
}
