"""The Lambda function: an event in, predictions or a problem document out."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from time import monotonic, time
from typing import TYPE_CHECKING

from . import calm
from .answer import WRONG, decode, finisher
from .encoder import DOUBTS, Encoder
from .endpoint import Endpoint, connect, fetch
from .payload import calls, lines_of
from .payload import encoder as payload_encoder
from .problem import Problem
from .quick import batch, flat, parse, single
from .settings import Settings
from .telemetry import Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, Protocol

    class Context(Protocol):
        """What Lambda tells about the invocation."""

        aws_request_id: str

        def get_remaining_time_in_millis(self) -> int:
            """Return the milliseconds left until the function is stopped."""


FEW = 24  # rows up to which one at a time is faster than by columns
HTTP_SECONDS = 28.0  # API Gateway gives up after 29
SPARE_SECONDS = 0.5  # for writing the answer
ANSWER_BYTES = 5_500_000  # Lambda returns 6 MB, in which the body is escaped


class Request:
    """One event of whichever form, and what is known of it for answer, log and metrics."""

    __slots__ = (
        "context",
        "deadline",
        "endpoint",
        "event",
        "headers",
        "http",
        "id",
        "inference_id",
        "model_seconds",
        "rows",
        "start",
    )

    def __init__(self, event: Any, context: Context) -> None:
        self.start = monotonic()
        self.event = event
        self.context = context
        self.rows = 0
        self.model_seconds = 0.0
        self.id = context.aws_request_id
        self.http = type(event) is dict and type(event.get("requestContext")) is dict
        seconds = context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS
        if self.http:
            self.headers = event.get("headers") or {}
            about = event["requestContext"]
            self.id = about.get("requestId") or self.id
            # the gateway's clock began before a cold start did
            waited = time() - (about.get("requestTimeEpoch") or about.get("timeEpoch") or 0) / 1000
            seconds = min(seconds, HTTP_SECONDS - waited if 0 < waited < HTTP_SECONDS else HTTP_SECONDS)
        self.deadline = self.start + seconds
        self.inference_id = self.id
        self.endpoint: Endpoint | None = None  # another than the service's

    def header(self, name: str) -> str:
        """Return a header by its usual name, or nothing."""
        found = self.headers.get(name)
        if found is None:
            name = name.lower()
            found = next((value for key, value in self.headers.items() if key.lower() == name), "")
        return found or ""

    def body(self) -> str:
        """Return the body as text. Raises Problem if it is not UTF-8."""
        body = self.event.get("body") or ""
        if not self.event.get("isBase64Encoded"):
            return body
        try:
            return b64decode(body, validate=True).decode()
        except ValueError:
            raise Problem("body_malformed", "The body is not UTF-8.") from None


class Service:
    """All that is made once: settings, encoders, client."""

    def __init__(self, settings: Settings) -> None:
        contract = self.contract = settings.contract
        self.limits = settings.limits
        self.telemetry = Telemetry(settings.namespace, settings.endpoint)
        self.encoder = Encoder(contract)
        self.short = not settings.adapter
        self.single = single(self.encoder)
        self.batch = batch(self.encoder)
        self.encode = payload_encoder(contract.content_type, contract.model_columns)
        self.finish = finisher(contract)
        self.plain = not (contract.labels or contract.kind == "multiclass" or settings.adapter)  # numbers only
        self.client = connect(os.environ.get("AWS_REGION"), settings.limits)
        self.endpoint = Endpoint(
            self.client, settings.endpoint, contract.content_type, contract.accept, settings.limits
        )
        self.off = settings.off
        self.methods: tuple[str, ...] = ("POST",)
        if settings.queue:
            from .jobs import Jobs

            Jobs(self, settings)
        if settings.adapter:
            from .adapter import adapt

            adapt(self, settings.adapter)

    def answer(self, request: Request) -> dict[str, Any]:
        """Return what Lambda is to return. Raises Problem."""
        event = request.event
        if request.http:
            more = "sagemaker" in "".join(request.headers).lower()
        else:
            more = type(event) is dict and len(event) > 1
        if more or self.contract.targets:
            from .choices import choose

            choose(request, self)
        if not request.http:
            from .formats import instances_of

            return {"predictions": self.predict(request, instances_of(request.event, self.limits.instances))}
        method = event.get("httpMethod") or event["requestContext"].get("http", {}).get("method")
        if method not in self.methods:
            raise Problem("method_not_allowed")
        accept, form = request.header("Accept"), "application/json"
        if accept not in ("", "*/*", form):
            from .formats import negotiate

            form = negotiate(accept)
        predictions = self.read(request, request.body(), request.header("Content-Type"))
        if form != "application/json":
            from .formats import csv_answer

            body = csv_answer(self.contract, predictions)
        elif self.plain:
            body = '{"predictions": [' + ", ".join(map(repr, predictions)) + "]}"
        else:
            body = json.dumps({"predictions": predictions})
        if len(body) > ANSWER_BYTES:
            raise Problem("answer_too_large")
        headers = {
            "content-type": form,
            "x-request-id": request.id,
            "x-amzn-sagemaker-inference-id": request.inference_id,
        }
        return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": False}

    def read(self, request: Request, body: str, content_type: str) -> list[Any]:
        """Return the predictions for a body. Raises Problem."""
        plain = content_type == "application/json" or content_type.partition(";")[0].strip() in ("application/json", "")
        if self.short and plain:
            predictions = self.shortcut(request, body)
            if predictions is not None:
                return predictions
        from .formats import read

        instances, text, lines = read(self.encoder, body, content_type, self.limits.instances)
        return self.predict(request, instances, text, lines=lines)

    def shortcut(self, request: Request, text: str) -> list[Any] | None:
        """Return the predictions for a body of the usual form, or None if it has to be read with more care."""
        size, limits = len(self.encoder.names), self.limits
        values = flat(text, size)
        if values is None or len(values) > size * limits.instances:
            return None
        request.rows = rows = len(values) // size
        if rows == 1 and self.single is not None:
            line = self.single(values)
            return self.ask(request, [(line.encode(), 1)]) if line and len(line) <= limits.call_bytes else None
        if rows <= min(FEW, limits.call_rows) and self.single is not None:
            lines = [self.single(values[start : start + size]) for start in range(0, len(values), size)]
            body = "" if None in lines else "\n".join(lines)  # type: ignore[arg-type]
            return self.ask(request, [(body.encode(), rows)]) if 0 < len(body) <= limits.call_bytes else None
        columns = [values[index::size] for index in range(size)]
        try:
            fields = self.batch(columns) if self.batch is not None else None
            accepted = self.encoder.check(columns) if fields is None else []
        except DOUBTS:
            return None
        if fields is not None:
            return self.ask(request, calls(lines_of, fields, limits.call_rows, limits.call_bytes))
        return self.send(request, accepted, lambda: parse(text)["instances"])

    def predict(self, request: Request, instances: list[Any], text: str = "", *, lines: bool = False) -> list[Any]:
        """Return one prediction per instance, in order. Raises Problem."""
        request.rows = len(instances)
        return self.send(request, self.encoder.accept(instances, text, lines=lines), lambda: instances)

    def send(self, request: Request, accepted: list[Sequence[Any]], instances: Callable[[], list[Any]]) -> list[Any]:
        """Return the predictions for accepted values. Raises Problem."""
        matrix = self.encoder.matrix(accepted, instances)
        return self.ask(request, calls(self.encode, matrix, self.limits.call_rows, self.limits.call_bytes))

    def ask(self, request: Request, bodies: Iterable[tuple[bytes, int]]) -> list[Any]:
        """Return the predictions for rows that are encoded already."""
        if self.off:
            raise Problem("endpoint_off")
        start = monotonic()
        endpoint = request.endpoint or self.endpoint
        answers = endpoint.invoke(bodies, request.deadline, request.inference_id)
        request.model_seconds = monotonic() - start
        return self.conclude(request, answers)

    def conclude(self, request: Request, answers: list[tuple[bytes, int]]) -> list[Any]:  # noqa: ARG002
        """Return what the output makes of the model's answers, each with its number of rows."""
        values: list[Any] = []
        for body, rows in answers:
            values += decode(body, rows, self.contract.kind)
        try:
            return self.finish(values)
        except WRONG:
            raise Problem("answer_invalid") from None


def handler(event: Any, context: Context) -> dict[str, Any]:
    """Answer one event: a REST proxy event, an HTTP API or function URL event, or the request body itself."""
    request = Request(event, context)
    code = ""
    try:
        return SERVICE.answer(request)
    except Exception as error:  # whatever it is, the caller gets a document and the log a line
        from .refusal import refuse

        code, answer = refuse(request, error)
        return answer
    finally:
        SERVICE.telemetry.measure(request, code)


SERVICE = Service(Settings(os.environ, fetch))
calm.resume()
