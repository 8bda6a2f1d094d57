"""A pure-Python stand-in for awslambdaric's compiled module, for the systems that it is not compiled for: all but Linux.

Nothing in the sandbox imports it: it is linked into the runtime's folder, where awslambdaric imports it by this name.
"""

from __future__ import annotations

import http.client
import os

_PREFIX = "/2018-06-01/runtime/invocation"
_DEADLINE = "Lambda-Runtime-Deadline-Ms"
_headers: dict[str, str] = {}


def initialize_client(user_agent: str) -> None:
    """Set the user agent of all requests."""
    _headers["User-Agent"] = user_agent


def next() -> tuple[bytes, dict[str, str | int]]:  # noqa: A001  awslambdaric's name
    """Wait for an invocation; return its event and the headers that describe it, with the deadline as a number."""
    status, headers, body = _request("GET", "next")
    if status != http.HTTPStatus.OK:
        message = f"Failed to get next invocation: HTTP status {status}"
        raise RuntimeError(message)
    return body, headers | {_DEADLINE: int(headers[_DEADLINE])}


def post_invocation_result(invoke_id: str, content: bytes, content_type: str, invocation_id: str | None = None) -> None:
    """Post the result of an invocation."""
    _post(f"{invoke_id}/response", content, invocation_id, {"Content-Type": content_type})


def post_error(invoke_id: str, error: str, xray_fault: str, invocation_id: str | None = None) -> None:
    """Post the error of an invocation, with its description for X-Ray."""
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault}
    _post(f"{invoke_id}/error", error.encode(), invocation_id, headers)


def _post(path: str, content: bytes, invocation_id: str | None, headers: dict[str, str]) -> None:
    known = {"Lambda-Runtime-Invocation-Id": invocation_id} if invocation_id else {}
    status, _, answer = _request("POST", path, content, headers | known)
    if status != http.HTTPStatus.ACCEPTED:
        message = f"Failed to post invocation response: HTTP status {status}: {answer.decode(errors='replace')}"
        raise RuntimeError(message)


def _request(
    method: str, path: str, content: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        connection.request(method, f"{_PREFIX}/{path}", content, _headers | (headers or {}))
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()
