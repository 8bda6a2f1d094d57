# SPDX-License-Identifier: Apache-2.0
"""The response to an event: predictions, an ID to fetch them by, or a problem document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .problems import Problem

if TYPE_CHECKING:
    from typing import Any

    from .calls import Accepted
    from .invocation import Invocation
    from .prediction_formats import Format
    from .request import Request

    Response = dict[str, Any]

RESPONSE_BYTES = 6_000_000  # Lambda returns up to 6 MB
POLL_SECONDS = 5  # after which a client may ask for an asynchronous result again
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
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


def of_predictions(
    request: Request, invocation: Invocation, predictions: list[Any], media_type: str, formats: dict[str, Format]
) -> Response:
    """Return predictions: as text of the media type over HTTP, as a document to a direct event. Raises Problem."""
    text = formats[media_type](predictions)
    if len(text) > RESPONSE_BYTES // 4 and _size(text) > RESPONSE_BYTES:  # Lambda would fail the invocation
        raise Problem("answer_too_large")
    if not request.http:
        return {"predictions": predictions}
    return _envelope(200, request, invocation, media_type, text)


def of_accepted(request: Request, invocation: Invocation, accepted: Accepted) -> Response:
    """Return the ID and the place of predictions that will be there later."""
    document = {"id": accepted.id, "location": f"/predictions/{accepted.id}"}
    if not request.http:
        return document
    response = _envelope(202, request, invocation, "application/json", json.dumps(document))
    response["headers"]["retry-after"] = str(POLL_SECONDS)
    if request.method == "POST":  # relative to the request's own path
        response["headers"]["location"] = accepted.id if request.path.endswith("/") else f"predictions/{accepted.id}"
    return response


def of_status(request: Request, invocation: Invocation, status: str) -> Response:
    """Return that the endpoint serves, and the status that it reports. Only HTTP has this route."""
    return _envelope(200, request, invocation, "application/json", json.dumps({"endpoint_status": status}))


def of_problem(request: Request, invocation: Invocation, problem: Problem) -> Response:
    """Return a problem document (RFC 9457)."""
    document = {
        "type": "about:blank",  # code tells problems apart
        "title": TITLES[problem.status],
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "retryable": problem.retryable,
        "request_id": request.id,
        **problem.members,
    }
    if not request.http:
        return document
    response = _envelope(problem.status, request, invocation, "application/problem+json", json.dumps(document))
    response["headers"] |= problem.headers
    return response


def _size(text: str) -> int:
    """Return the number of bytes of a text inside JSON."""
    return len(text.encode()) + sum(map(text.count, '"\\\n'))


def _envelope(status: int, request: Request, invocation: Invocation, content_type: str, body: str) -> Response:
    headers = {
        "content-type": content_type,
        "x-request-id": request.id,
        "x-amzn-sagemaker-inference-id": invocation.inference_id,
    }
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}
