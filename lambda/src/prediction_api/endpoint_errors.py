# SPDX-License-Identifier: Apache-2.0
"""The problem that a failed call to the endpoint stands for.

Sources: botocore's model of InvokeEndpoint, and the container's own statuses, which ModelError contains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as NoConnectionError

from .problems import SERVER_ERROR, Problem

if TYPE_CHECKING:
    from typing import Any

BY_CODE = {
    "ModelNotReadyException": "model_not_ready",
    "ThrottlingException": "endpoint_throttled",
    "Throttling": "endpoint_throttled",
}
BY_STATUS = {
    403: "endpoint_access_denied",
    429: "endpoint_throttled",
    503: "endpoint_unavailable",
    530: "endpoint_dependency_failed",
}
BY_MODEL_STATUS = {
    0: "model_timeout",
    400: "model_refused_values",
    406: "model_refused_accept",
    413: "model_refused_size",
    415: "model_refused_content_type",
    504: "model_timeout",
}


def problem_of(error: Exception, *, targeted: bool = False) -> Problem:
    """Return the problem that an exception of a call stands for. Raises any other exception again.

    The notes for the log hold codes and the log stream only: messages may repeat the payload.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, ClientError):
        return _service_problem(error, targeted=targeted)
    notes = {"error": type(error).__name__}
    if isinstance(error, ReadTimeoutError | ConnectTimeoutError):
        return Problem("timeout", notes=notes)
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return Problem("endpoint_access_denied", notes=notes)
    if isinstance(error, NoConnectionError | HTTPClientError | IncompleteReadError | OSError):
        return Problem("endpoint_unreachable", notes=notes)
    raise error


def _service_problem(error: ClientError, *, targeted: bool) -> Problem:
    response: dict[str, Any] = {**error.response}
    code = response["Error"].get("Code", "")
    status = response["ResponseMetadata"].get("HTTPStatusCode", 0)
    notes = {"error": code, "status": status}
    if code == "ModelError":
        model_status = int(response.get("OriginalStatusCode") or 0)
        notes |= {"model_status": model_status, "log_stream": response.get("LogStreamArn", "")}
        return Problem(BY_MODEL_STATUS.get(model_status, "model_failed"), notes=notes)
    if code in BY_CODE:
        return Problem(BY_CODE[code], notes=notes)
    if code in ("ValidationError", "ValidationException"):
        message = response["Error"].get("Message", "").lower()
        if targeted and not message.startswith("endpoint "):  # otherwise it is about the endpoint, not the target
            return Problem("target_unknown", notes=notes)
        return Problem("endpoint_not_found" if "not found" in message else "endpoint_rejected", notes=notes)
    fallback = "endpoint_failed" if status >= SERVER_ERROR or not status else "endpoint_rejected"
    return Problem(BY_STATUS.get(status, fallback), notes=notes)
