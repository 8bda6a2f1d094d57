"""The Lambda Runtime API, as one runtime process sees it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import contextlib
import json
import queue
import socketserver
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar, override

from sagemaker_sandbox.host.settings import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "/2018-06-01/runtime"
RESPONSE_LIMIT_BYTES = 6_291_556


@dataclass(frozen=True)
class Invocation:
    """The runtime's view of one invocation."""

    request_id: str
    function_arn: str
    trace_id: str
    deadline_ms: int
    event: bytes


@dataclass(frozen=True)
class Ready:
    """The runtime asks for its next invocation."""


@dataclass(frozen=True)
class Response:
    """The function's result."""

    body: bytes


@dataclass(frozen=True)
class ResponseTooLarge:
    """The function's result exceeds Lambda's limit."""


@dataclass(frozen=True)
class Failure:
    """The function raised an exception."""

    body: bytes


@dataclass(frozen=True)
class InitFailure:
    """The runtime could not load the function."""

    body: bytes


@dataclass(frozen=True)
class Exit:
    """The process ended; not part of the API, but in the same stream of events."""

    code: int


type Event = Ready | Response | ResponseTooLarge | Failure | InitFailure | Exit


class RuntimeApi:
    """An HTTP server for one process: delivers invocations, and turns what the process posts into ``events``."""

    def __init__(self) -> None:
        """Listen on a port that the system chooses."""
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._server = _Server(self)
        self.address = f"{HOST}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, name="lambda-runtime-api", daemon=True).start()

    def deliver(self, invocation: Invocation) -> None:
        """Give the process an invocation as soon as it asks for one."""
        self._invocations.put(invocation)

    def close(self) -> None:
        """Stop serving; a process that is still waiting for work loses its connection."""
        self._invocations.put(None)
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, body: bytes) -> Answer | None:
        """Handle one request; return ``None`` if the server has been closed."""
        match method, path.removeprefix(PREFIX).strip("/").split("/"):
            case "GET", ["invocation", "next"]:
                self.events.put(Ready())
                invocation = self._invocations.get()
                return _next(invocation) if invocation else None
            case "POST", ["invocation", _, "response"]:
                if len(body) > RESPONSE_LIMIT_BYTES:
                    self.events.put(ResponseTooLarge())
                    return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge")
                self.events.put(Response(body))
            case "POST", ["invocation", _, "error"]:
                self.events.put(Failure(body))
            case "POST", ["init", "error"]:
                self.events.put(InitFailure(body))
            case _:
                return _problem(HTTPStatus.NOT_FOUND, "NotFound")
        return Answer(HTTPStatus.ACCEPTED, {}, b'{"status":"OK"}')


@dataclass(frozen=True)
class Answer:
    """An HTTP response with a JSON body."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: bytes

    def encode(self) -> bytes:
        """Return the response as sent over the wire."""
        # awslambdaric crashes on an invocation without a content type
        headers = {"Content-Type": "application/json", "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def _next(invocation: Invocation) -> Answer:
    headers = {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        "Lambda-Runtime-Trace-Id": invocation.trace_id,
    }
    return Answer(HTTPStatus.OK, headers, invocation.event)


def _problem(status: HTTPStatus, kind: str) -> Answer:
    return Answer(status, {}, json.dumps({"errorMessage": status.description, "errorType": kind}).encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__((HOST, 0), _Connection)


class _Connection(socketserver.StreamRequestHandler):
    """HTTP/1.1 by hand: awslambdaric sends long tracebacks in a header that exceeds ``http.server``'s limit."""

    server: _Server
    disable_nagle_algorithm = True
    _continue: ClassVar = b"HTTP/1.1 100 Continue\r\n\r\n"

    @override
    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the process was killed
            self._serve()

    def _serve(self) -> None:
        while request := self.rfile.readline():
            method, path, _ = request.decode("latin-1").split()
            headers = self._headers()
            if headers.get("expect", "").lower() == "100-continue":
                self.wfile.write(self._continue)
            body = self.rfile.read(int(headers.get("content-length", 0)))
            answer = self.server.api.answer(method, path, body)
            if answer is None:
                return
            self.wfile.write(answer.encode())

    def _headers(self) -> dict[str, str]:
        headers = {}
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return headers
