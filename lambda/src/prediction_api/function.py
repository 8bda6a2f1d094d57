"""The Lambda function: an event in, predictions or a problem document out."""

from __future__ import annotations

import gc
import json
import os
from base64 import b64decode
from time import monotonic, time
from typing import TYPE_CHECKING

from .answer import decode, finisher
from .encoder import Encoder
from .endpoint import Endpoint, connect
from .payload import calls
from .payload import encoder as payload_encoder
from .problem import Problem
from .request import accept, instances_of
from .settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    class Context(Protocol):
        """What Lambda tells about the invocation."""

        aws_request_id: str

        def get_remaining_time_in_millis(self) -> int:
            """Return the milliseconds left until the function is stopped."""


HTTP_SECONDS = 28.0  # API Gateway gives up after 29
SPARE_SECONDS = 0.5  # for writing the answer
ANSWER_BYTES = 5_500_000  # Lambda returns 6 MB, in which the body is escaped


def _fetch(bucket: str, key: str) -> bytes:
    import boto3

    return boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


class Service:
    """All that is made once: settings, encoders, client."""

    def __init__(self, settings: Settings) -> None:
        contract = settings.contract
        self.settings = settings
        self.encoder = Encoder(contract)
        self.encode = payload_encoder(contract)
        self.finish = finisher(contract)
        client = connect(os.environ.get("AWS_REGION"), settings.limits)
        self.endpoint = Endpoint(client, settings.endpoint, contract.content_type, contract.accept, settings.limits)

    def predict(self, accepted: list[Sequence[Any]], deadline: float) -> list[Any]:
        """Return one prediction per instance, in order. Raises Problem."""
        limits = self.settings.limits
        bodies = calls(self.encode, self.encoder.matrix(accepted), limits.call_rows, limits.call_bytes)
        kind = self.settings.contract.kind
        answers = self.endpoint.invoke(bodies, deadline)
        predictions: list[Any] = []
        for body, rows in answers:
            predictions += decode(body, rows, kind)
        return self.finish(predictions)


class Request:
    """One event, of whichever form, and what is known of it for logs and metrics."""

    def __init__(self, event: Any, context: Context) -> None:
        self.start = monotonic()
        self.event = event
        self.context = context
        self.http = isinstance(event, dict) and "requestContext" in event
        self.id: str = context.aws_request_id
        seconds = context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS
        if self.http:
            seconds = min(seconds, HTTP_SECONDS)
            self.id = event["requestContext"].get("requestId") or self.id
        self.deadline = self.start + seconds
        self.rows = 0


def _header(event: dict[str, Any], name: str) -> str:
    headers = event.get("headers") or {}
    return headers.get(name) or next((value for key, value in headers.items() if key.lower() == name), "") or ""


def _body(event: dict[str, Any]) -> str:
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            return b64decode(body, validate=True).decode()
        except ValueError:
            raise Problem("body_malformed", "The body is not UTF-8.") from None
    return body


def _answer(request: Request) -> dict[str, Any]:
    event, encoder, limit = request.event, SERVICE.encoder, SERVICE.settings.limits.instances
    if not request.http:
        accepted = encoder.accept(instances_of(event, limit))
        request.rows = len(accepted[0])
        return {"predictions": SERVICE.predict(accepted, request.deadline)}
    method = event.get("httpMethod") or event["requestContext"].get("http", {}).get("method")
    if method != "POST":
        raise Problem("method_not_allowed")
    accepted = accept(encoder, _body(event), _header(event, "content-type"), limit)
    request.rows = len(accepted[0])
    predictions = SERVICE.predict(accepted, request.deadline)
    body = json.dumps({"predictions": predictions})
    if len(body) > ANSWER_BYTES:
        raise Problem("answer_too_large")
    return _response(200, {"content-type": "application/json", "x-request-id": request.id}, body)


def _response(status: int, headers: dict[str, str], body: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}


def _problem_answer(request: Request, problem: Problem) -> dict[str, Any]:
    document = problem.document(request.id)
    if not request.http:
        return document
    headers = {"content-type": "application/problem+json", "x-request-id": request.id}
    if problem.retry_after:
        headers["retry-after"] = str(problem.retry_after)
    if problem.status == 405:
        headers["allow"] = "POST"
    return _response(problem.status, headers, json.dumps(document))


def handler(event: Any, context: Context) -> dict[str, Any]:
    """Answer one event: a REST proxy event, an HTTP API or function URL event, or the request body itself."""
    request = Request(event, context)
    code = ""
    try:
        return _answer(request)
    except Problem as problem:
        code = problem.code
        _log(request, problem)
        return _problem_answer(request, problem)
    except Exception as error:
        code = "internal"
        fault = Problem("internal", notes={"error": type(error).__name__, "trace": _trace(error)})
        _log(request, fault)
        return _problem_answer(request, fault)
    finally:
        _measure(request, code)


def _trace(error: BaseException) -> list[str]:
    """Return where an error came from. Not its message: that may repeat the payload."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def _log(request: Request, problem: Problem) -> None:
    level = "ERROR" if problem.status >= 500 else "WARNING"
    line = {
        "level": level,
        "code": problem.code,
        "status": problem.status,
        "request_id": request.id,
        "function_request_id": request.context.aws_request_id,
        "faults": problem.members.get("error_count", 1),
        **problem.notes,
    }
    print(json.dumps(line), flush=True)


def _measure(request: Request, code: str) -> None:
    """Print the request's metrics in CloudWatch's embedded metric format."""
    settings = SERVICE.settings
    if not settings.namespace:
        return
    metrics = [
        {"Name": "Requests", "Unit": "Count"},
        {"Name": "Rows", "Unit": "Count"},
        {"Name": "Faults", "Unit": "Count"},
        {"Name": "Latency", "Unit": "Milliseconds"},
    ]
    line = {
        "_aws": {
            "Timestamp": int(time() * 1000),
            "CloudWatchMetrics": [
                {"Namespace": settings.namespace, "Dimensions": [["EndpointName"]], "Metrics": metrics}
            ],
        },
        "EndpointName": settings.endpoint,
        "Requests": 1,
        "Rows": request.rows,
        "Faults": int(bool(code)),
        "Latency": round((monotonic() - request.start) * 1000, 3),
    }
    if code:
        line["Code"] = code
    print(json.dumps(line), flush=True)


gc.disable()  # nothing made at init is garbage: looking for it would only delay the first request
SERVICE = Service(Settings(os.environ, _fetch))
gc.freeze()
gc.enable()
