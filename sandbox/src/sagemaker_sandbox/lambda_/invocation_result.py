"""The result of an invocation, in Lambda's wording."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass

from sagemaker_sandbox.lambda_.platform_log import now
from sagemaker_sandbox.lambda_.runtime_api import (
    RESPONSE_LIMIT_BYTES,
    Event,
    Exit,
    Failure,
    InitFailure,
    Response,
    ResponseTooLarge,
)


@dataclass(frozen=True)
class Result:
    """The response to the caller, and its line in the log."""

    payload: bytes
    status: str = "error"
    log: str = ""
    # whether the process can handle another invocation
    reusable: bool = False

    @property
    def is_error(self) -> bool:
        """Whether the caller sees a function error."""
        return self.status != "success"


def of(event: Event | None, request_id: str, timeout_seconds: int) -> Result:
    """Return the result of an invocation that ended with ``event``, or that timed out if there was none."""
    match event:
        case Response(body):
            return Result(body, status="success", reusable=True)
        case Failure(body):
            return Result(body, reusable=True)
        case InitFailure(body):
            # the runtime has no request ID yet
            return Result(json.dumps(json.loads(body) | {"requestId": request_id}).encode())
        case ResponseTooLarge():
            message = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT_BYTES} bytes)."
            return Result(_error("Function.ResponseSizeTooLarge", message))
        case Exit(code):
            message = f"RequestId: {request_id} Error: {_reason(code)}"
            return Result(_error("Runtime.ExitError", message), log=f"{message}\nRuntime.ExitError\n")
        case _:
            text = f"Task timed out after {timeout_seconds:.2f} seconds"
            payload = _error("Sandbox.Timedout", f"RequestId: {request_id} Error: {text}")
            return Result(payload, status="timeout", log=f"{now()} {request_id} {text}\n")


def _reason(code: int) -> str:
    if code == 0:
        return "Runtime exited without providing a reason"
    if code > 0:
        return f"Runtime exited with error: exit status {code}"
    name = signal.strsignal(-code) or f"signal {-code}"
    return f"Runtime exited with error: signal: {name.lower()}"


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
