"""An asynchronous endpoint: requests and results wait in S3. Loaded for such an endpoint.

Every body that is sent lies below ``input``. Below ``input/receipts`` lies one object for a request, named by the id
that the client gets: when it was made, its inference id, what results were to become, and for each call where its
result will be, or else a failure, and how many rows it has.
"""

from __future__ import annotations

import json
import os
import re
from io import BytesIO
from time import monotonic, time
from typing import TYPE_CHECKING
from zlib import crc32

from .endpoint import connect
from .parallel import side_by_side
from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn

    from .function import Request, Service
    from .settings import Settings

QUEUE_SECONDS = 21_600  # SageMaker lets no request wait longer
ID = re.compile("[0-9a-f]{32}")


class Store:
    """Objects of S3, by URI."""

    def __init__(self, settings: Settings) -> None:
        self._client = connect(os.environ.get("AWS_REGION"), settings.limits, "s3")
        key = settings.queue.get("kms_key")
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}

    def put(self, uri: str, body: bytes) -> None:
        """Write an object. Raises Problem."""
        self._do(uri, lambda place: self._client.put_object(**place, Body=body, **self._encryption))

    def get(self, uri: str) -> bytes | None:
        """Return an object, or None if there is none. Raises Problem."""
        return self._do(uri, lambda place: self._client.get_object(**place)["Body"].read())  # type: ignore[no-any-return]

    @staticmethod
    def _do(uri: str, do: Callable[[dict[str, str]], Any]) -> Any:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        try:
            return do({"Bucket": bucket, "Key": key})
        except Exception as error:
            from .failures import problem_of

            notes, message = problem_of(error).notes, str(error)
            # to a role that may not list the bucket, S3 denies what is not there; a denial of reading is another one
            denied = notes["error"] == "AccessDenied" and not re.search("kms:|s3:GetObject", message)
            if "GetObject" in message and (denied or notes["error"] == "NoSuchKey"):
                return None
            raise Problem("storage_failed", notes=notes) from error


class Receipt(Exception):  # noqa: N818
    """A request that has no predictions yet, by its id."""


class Jobs:
    """What a service does instead of waiting for an endpoint: it answers a receipt, and later its id."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self._store = Store(settings)
        self._home: str = settings.queue["input"]
        self._seconds: int = settings.queue["timeout_seconds"]
        contract = service.contract
        output = repr((contract.kind, contract.output_steps, contract.labels, settings.adapter))
        self._output = crc32(output.encode())
        self._concurrency = settings.limits.concurrency
        self._client = service.client
        self._answer, self._conclude, self._read = service.answer, service.conclude, service.read
        service.answer, service.conclude = self.answer, self.conclude  # type: ignore[method-assign]
        service.read, service.methods = self.read, ("POST", "GET")  # type: ignore[method-assign]
        service.endpoint.client = self
        service.endpoint.attempt_seconds *= 2  # a call of S3 comes before each of SageMaker

    def invoke_endpoint(self, *, Body: bytes, **arguments: Any) -> dict[str, BytesIO]:  # noqa: N803
        """Make a call, whose answer is where its result will be, or its failure. Raises as boto3 does, or Problem."""
        place = f"{self._home}/{_random()}"
        self._store.put(place, Body)
        response = self._client.invoke_endpoint_async(
            InputLocation=place, InvocationTimeoutSeconds=self._seconds, **arguments
        )
        return {"Body": BytesIO(json.dumps([response["OutputLocation"], response["FailureLocation"]]).encode())}

    def conclude(self, request: Request, answers: list[tuple[bytes, int]]) -> NoReturn:
        """Put a receipt of calls that were made into S3. Raises Receipt, or Problem."""
        identifier = _random()
        about = [time(), request.inference_id, self._output]
        body = json.dumps([*about, *((*json.loads(places), rows) for places, rows in answers)]).encode()
        side_by_side(lambda uri, _: self._store.put(uri, body), [(self._receipt(identifier), 0)], request.deadline, 1)
        raise Receipt(identifier)

    def _receipt(self, identifier: str) -> str:
        return f"{self._home}/receipts/{identifier}.json"

    def _get(self, uris: Iterable[str], request: Request) -> list[Any]:
        calls = [(uri, 0) for uri in uris]
        return [
            body
            for body, _ in side_by_side(lambda uri, _: self._store.get(uri), calls, request.deadline, self._concurrency)
        ]

    def fetch(self, request: Request, identifier: str) -> list[Any]:
        """Return the predictions. Raises Receipt as long as one is not there, or Problem."""
        begun = monotonic()
        text = self._get([self._receipt(identifier)], request)[0] if ID.fullmatch(identifier) else None
        if text is None:
            raise Problem("prediction_unknown")
        made, request.inference_id, output, *calls = json.loads(text)
        if output != self._output:
            raise Problem("prediction_unknown", "The contract's output has changed since the request was made.")
        results, failures, rows = zip(*calls, strict=True)
        found = self._get(results, request)
        request.model_seconds = monotonic() - begun
        if None not in found:
            return self._conclude(request, list(zip(found, rows, strict=True)))
        failed = [uri for uri, body in zip(failures, self._get(failures, request), strict=True) if body is not None]
        if failed:
            raise Problem("prediction_failed", notes={"failures": failed})
        if time() > made + QUEUE_SECONDS + self._seconds:
            raise Problem("prediction_unknown")
        raise Receipt(identifier)

    def read(self, request: Request, body: str, content_type: str) -> list[Any]:
        """Return the predictions that a GET asks for. Raises Receipt for a body, or Problem."""
        if _method(request.event) == "GET":
            return self.fetch(request, _path(request.event).rpartition("/")[2])
        return self._read(request, body, content_type)

    def answer(self, request: Request) -> dict[str, Any]:
        """Return what Lambda is to return. Raises Problem."""
        event = request.event
        try:
            if type(event) is dict and event.keys() == {"id"}:
                return {"predictions": self.fetch(request, str(event["id"]))}
            return self._answer(request)
        except Receipt as receipt:
            shown = {"id": str(receipt), "location": f"/predictions/{receipt}"}
        if not request.http:
            return shown
        headers = {"content-type": "application/json", "x-request-id": request.id, "retry-after": "5"}
        headers["x-amzn-sagemaker-inference-id"] = request.inference_id
        if _method(event) == "POST":  # relative to the request's own path
            headers["location"] = shown["id"] if _path(event).endswith("/") else shown["location"][1:]
        return {"statusCode": 202, "headers": headers, "body": json.dumps(shown), "isBase64Encoded": False}


def _method(event: dict[str, Any]) -> str:
    return str(event.get("httpMethod") or event["requestContext"]["http"]["method"])


def _path(event: dict[str, Any]) -> str:
    return event.get("path") or event.get("rawPath") or ""


def _random() -> str:
    return os.urandom(16).hex()
