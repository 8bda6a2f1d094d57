"""What becomes of a request that fails: a problem document and a log line. Loaded when one does.

Nothing of a payload is in the log, and nothing of an unforeseen error in the answer.
"""

from __future__ import annotations

import json
from traceback import extract_tb
from typing import TYPE_CHECKING

from .problem import SERVER_SIDE, Problem

if TYPE_CHECKING:
    from typing import Any

    from .function import Request

TITLES = {
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def refuse(request: Request, error: Exception) -> tuple[str, dict[str, Any]]:
    """Log an error and return its code, and its document as the event's answer."""
    problem = error if isinstance(error, Problem) else _unknown(error)
    _log(request, problem)
    document = {
        "type": "about:blank",  # code is what tells problems apart
        "title": TITLES[problem.status],
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "retryable": problem.retryable,
        "request_id": request.id,
        **problem.members,
    }
    if not request.http:
        return problem.code, document
    headers = {
        "content-type": "application/problem+json",
        "x-request-id": request.id,
        "x-amzn-sagemaker-inference-id": request.inference_id,
    }
    if problem.retry_after:
        headers["retry-after"] = str(problem.retry_after)
    if problem.code == "method_not_allowed":
        headers["allow"] = "POST"
    body = json.dumps(document)
    return problem.code, {"statusCode": problem.status, "headers": headers, "body": body, "isBase64Encoded": False}


def _log(request: Request, problem: Problem) -> None:
    line = {
        "level": "ERROR" if problem.status >= SERVER_SIDE else "WARNING",
        "code": problem.code,
        "status": problem.status,
        "request_id": request.id,
        "function_request_id": request.context.aws_request_id,
        "faults": problem.members.get("error_count", 1),
    }
    print(json.dumps(line | problem.notes), flush=True)


def _unknown(error: Exception) -> Problem:
    """Return the opaque problem of an unforeseen error; the log gets its type and trace, not its message."""
    frames = extract_tb(error.__traceback__)
    trace = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return Problem("internal", notes={"error": type(error).__name__, "trace": trace})
