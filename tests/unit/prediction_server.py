"""A prediction API over HTTP on this machine: the real handler behind a server that can throttle, drop connections and stop its clients."""

from __future__ import annotations

import json
import threading
from collections import Counter
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from serving import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY = "the-key-of-the-tests"
THROTTLED = {"code": "throttled", "status": 429, "detail": "Too many requests.", "retryable": True}
UNAVAILABLE = {"code": "endpoint_unavailable", "status": 503, "detail": "SageMaker is temporarily unavailable (503).", "retryable": True}
REJECTED_KEY = {"code": "api_key_invalid", "status": 403, "detail": "The header x-api-key is missing or is not a key of this API."}

type Failure = tuple[int, dict[str, Any], dict[str, str]]


class PredictionServer(ThreadingHTTPServer):
    """``failure`` is called for each request and may return a response instead of the handler's, or None to drop the connection.

    ``answered`` counts the bodies that were answered with predictions.
    """

    daemon_threads = True

    def __init__(self, handler: Callable[[Any, Any], Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.handler = handler
        self.lock = threading.Lock()  # a function's process has one request at a time
        self.answered: Counter[str] = Counter()
        self.headers: list[Mapping[str, str]] = []
        self.failure: Callable[[], Failure | bool | None] = lambda: True
        self.after: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that did not wait."""


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, PredictionServer)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.headers.append(dict(self.headers.items()))
        with server.lock:
            failure = server.failure()
        if failure is None:
            self.close_connection = True
            return
        if not isinstance(failure, bool):
            self.answer(failure[0], json.dumps(failure[1]), failure[2])
            return
        if self.path.startswith("/2015-03-31/functions/"):
            self.invoke(body)
            return
        if self.headers["x-api-key"] != KEY:
            self.answer(403, json.dumps(REJECTED_KEY), {})
            return
        event = {
            "path": self.path,
            "httpMethod": "POST",
            "headers": dict(self.headers.items()),
            "requestContext": {},
            "body": body.decode(),
        }
        with server.lock:
            found = server.handler(event, Context())
            if found["statusCode"] == 200:
                server.answered[sha256(body).hexdigest()] += 1
            server.after()
        self.answer(found["statusCode"], found["body"], found["headers"])

    def invoke(self, event: bytes) -> None:
        """Answer as Lambda does when a function is invoked."""
        server = self.server
        assert isinstance(server, PredictionServer)
        with server.lock:
            found = server.handler(json.loads(event), Context())
        self.answer(200, json.dumps(found), {})

    def answer(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
