"""The handler as Lambda would load it, in front of an endpoint that is an HTTP server of the test."""

from __future__ import annotations

import base64
import gzip
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

ROOT = Path(__file__).resolve().parents[2]
LIMITS = {
    "rows_per_request": 10_000,
    "rows_per_call": 5_000,
    "bytes_per_call": 5_000_000,
    "concurrent_calls": 4,
    "attempt_timeout_in_milliseconds": 10_000,
    "attempts_per_call": 2,
}


class Call(NamedTuple):
    """One call that the endpoint received."""

    path: str
    content_type: str
    accept: str
    body: bytes
    headers: Message


class Reply(NamedTuple):
    """The response of the endpoint."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Endpoint:
    """An InvokeEndpoint server; ``reply`` decides its answers, by default 0.5 for each line of a CSV body."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.reply: Callable[[Call], Reply] = half

    def on(self, call: Call) -> Reply:
        self.calls.append(call)
        return self.reply(call)


def half(call: Call) -> Reply:
    """Answer as XGBoost does."""
    rows = call.body.count(b"\n") + 1
    return Reply(json.dumps({"predictions": [{"score": 0.5}] * rows}).encode())


def error(status: int, code: str, **members: Any) -> Reply:
    """Answer as SageMaker Runtime does when a call fails."""
    body = json.dumps({"Message": "secret of the container", **members}).encode()
    return Reply(body, status, (("x-amzn-errortype", code),))


class Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: Endpoint

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that did not wait."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        assert isinstance(server, Server)
        call = Call(self.path, self.headers["Content-Type"], self.headers["Accept"], body, self.headers)
        reply = server.endpoint.on(call)
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Context:
    """Lambda's context."""

    aws_request_id = "11111111-2222-3333-4444-555555555555"

    def __init__(self, milliseconds: int = 29_000, version: str = "1", alias: str = "live") -> None:
        self.milliseconds = milliseconds
        self.function_version = version
        self.invoked_function_arn = f"arn:aws:lambda:eu-west-1:123456789012:function:bikes:{alias}"

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


class Function:
    """The handler, loaded with a contract."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __call__(self, event: Any, milliseconds: int = 29_000, alias: str = "live") -> Any:
        return self.module.handler(event, Context(milliseconds, alias=alias))

    def post(self, body: str | bytes, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Post a body as API Gateway's REST proxy would; header names are written with underscores."""
        event = {
            "resource": "/predictions",
            "path": "/predictions",
            "httpMethod": "POST",
            "headers": {name.replace("_", "-"): value for name, value in headers.items()},
            "requestContext": {"requestId": "gateway-request", "stage": "v1"},
            "body": body if isinstance(body, str) else base64.b64encode(body).decode(),
            "isBase64Encoded": isinstance(body, bytes),
        }
        answer = self(event)
        parsed = json.loads(answer["body"]) if "json" in answer["headers"]["content-type"] else answer["body"]
        return answer["statusCode"], parsed, answer["headers"]


def pack(contract: Any) -> str:
    """Pack a contract as Terraform does."""
    return base64.b64encode(gzip.compress(json.dumps(contract).encode())).decode()


BIKES = {
    "features": [
        {"name": "datetime", "type": "datetime"},
        {"name": "season", "type": "integer", "values": [1, 2, 3, 4]},
        {"name": "holiday", "type": "integer", "values": [0, 1]},
        {"name": "workingday", "type": "integer", "values": [0, 1]},
        {"name": "weather", "type": "integer", "values": [1, 2, 3, 4]},
        {"name": "temp", "type": "number", "minimum": -40, "maximum": 60},
        {"name": "atemp", "type": "number", "minimum": -60, "maximum": 70},
        {"name": "humidity", "type": "number", "minimum": 0, "maximum": 100},
        {"name": "windspeed", "type": "number", "minimum": 0, "maximum": 120},
    ],
    "columns": [
        "season", "holiday", "workingday", "weather", "temp", "atemp", "humidity", "windspeed",
        "datetime.year", "datetime.month", "datetime.day", "datetime.dayofweek", "datetime.hour",
    ],
    "output": {"name": "count", "steps": ["expm1"]},
}  # fmt: skip
ROWS: list[list[Any]] = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994],
    ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0],
]
