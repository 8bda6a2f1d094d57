# SPDX-License-Identifier: Apache-2.0
"""An asynchronous endpoint: requests and results are objects in S3.

Every payload is stored under ``input_s3_uri``. Each request has one more object there, ``receipts/<id>.json``, named
by the ID that the client gets. It says when the request was made, its inference ID, a checksum of the contract's
output, and for each call where its result or its failure will be stored, and how many rows it has.
"""

from __future__ import annotations

import json
import os
import re
from time import time
from typing import TYPE_CHECKING
from zlib import crc32

from .attempts import Attempts
from .calls import Accepted, Answered
from .concurrency import side_by_side
from .endpoint_errors import problem_of
from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .calls import Payloads, Target
    from .settings import AsyncSettings, Settings

QUEUE_SECONDS = 21_600  # SageMaker drops a request that has waited longer
ID = re.compile("[0-9a-f]{32}")


class Job:
    """A request that was accepted, as S3 has it.

    ``made`` is in seconds since the epoch. Each of ``calls`` has the URIs of its result and of its failure, and the number of its rows.
    """

    __slots__ = ("calls", "id", "inference_id", "made")

    def __init__(self, identifier: str, made: float, inference_id: str, calls: list[tuple[str, str, int]]) -> None:
        self.id = identifier
        self.made = made
        self.inference_id = inference_id
        self.calls = calls


class Storage:
    """Objects in S3, by URI, and where those of requests are."""

    def __init__(self, client: Any, asynchronous: AsyncSettings) -> None:
        key = asynchronous.kms_key_arn
        self._client = client
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        self._input = asynchronous.input_s3_uri
        self.timeout_in_seconds = asynchronous.timeout_in_seconds

    def payload_uri(self) -> str:
        """Return a new place for a payload."""
        return f"{self._input}/{_random_id()}"

    def job_uri(self, identifier: str) -> str:
        """Return the place of the object about a request. The function's role may only read this prefix."""
        return f"{self._input}/receipts/{identifier}.json"

    def put(self, uri: str, body: bytes) -> None:
        """Write an object. Raises Problem."""
        self._do(uri, lambda place: self._client.put_object(**place, Body=body, **self._encryption))

    def get(self, uri: str) -> bytes | None:
        """Return an object, or None if it does not exist. Raises Problem."""
        return self._do(uri, lambda place: self._client.get_object(**place)["Body"].read())  # type: ignore[no-any-return]

    @staticmethod
    def _do(uri: str, do: Callable[[dict[str, str]], Any]) -> Any:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        try:
            return do({"Bucket": bucket, "Key": key})
        except Exception as error:
            notes, message = problem_of(error).notes, str(error)
            # without permission to list the bucket, S3 denies access to objects that do not exist
            denied = notes["error"] == "AccessDenied" and not re.search("kms:|s3:GetObject", message)
            if "GetObject" in message and (denied or notes["error"] == "NoSuchKey"):
                return None
            raise Problem("storage_failed", notes=notes) from error


class AsyncEndpoint:
    """An endpoint that accepts calls and stores their results in S3."""

    def __init__(self, client: Any, storage: Storage, settings: Settings) -> None:
        contract = settings.contract
        self._client = client
        self._storage = storage
        self._name = settings.endpoint
        self._content_type = contract.content_type
        self._accept = contract.accept
        self._output = output_checksum(settings)
        self._attempts = Attempts(settings.limits, steps=2)  # S3, then SageMaker

    def invoke(self, payloads: Payloads, target: Target, deadline: float) -> Accepted:
        """Return the ID under which the predictions can be fetched later. Raises Problem."""
        calls = self._attempts.run(self._call, payloads, target, deadline)
        accepted = Accepted(_random_id())
        job = [time(), target.inference_id, self._output, *((*places, rows) for places, rows in calls)]
        uri, body = self._storage.job_uri(accepted.id), json.dumps(job).encode()
        side_by_side(lambda uri: self._storage.put(uri, body), [uri], deadline, 1)
        return accepted

    def _call(self, body: bytes, target: Target) -> tuple[str, str]:
        """Return where the result, or else the failure, of a call will be."""
        uri = self._storage.payload_uri()
        self._storage.put(uri, body)
        response = self._client.invoke_endpoint_async(
            EndpointName=self._name,
            InputLocation=uri,
            ContentType=self._content_type,
            Accept=self._accept,
            InferenceId=target.inference_id,
            InvocationTimeoutSeconds=self._storage.timeout_in_seconds,
            **target.named,
        )
        return response["OutputLocation"], response["FailureLocation"]


class AsyncResults:
    """The results of an asynchronous endpoint, whether the endpoint still exists or not."""

    def __init__(self, storage: Storage, settings: Settings) -> None:
        self._storage = storage
        self._lifetime = QUEUE_SECONDS + storage.timeout_in_seconds
        self._output = output_checksum(settings)
        self._concurrency = settings.limits.concurrent_calls

    def job(self, identifier: str, deadline: float) -> Job:
        """Return the request that has an ID. Raises Problem if there is none."""
        known = ID.fullmatch(identifier) is not None
        text = self._get([self._storage.job_uri(identifier)], deadline)[0] if known else None
        if text is None:
            raise Problem("prediction_unknown")
        made, inference_id, output, *calls = json.loads(text)
        if output != self._output:
            raise Problem("prediction_unknown", "The contract's output has changed since the request was made.")
        return Job(identifier, made, inference_id, calls)

    def answers(self, job: Job, deadline: float) -> Answered | Accepted:
        """Return the model's answers in order, or that they are still to come. Raises Problem if a call failed."""
        results, failures, rows = zip(*job.calls, strict=True)
        found = self._get(results, deadline)
        if None not in found:
            return Answered(list(zip(found, rows, strict=True)), "")
        failed = [uri for uri, body in zip(failures, self._get(failures, deadline), strict=True) if body is not None]
        if failed:
            raise Problem("prediction_failed", notes={"failures": failed})
        if time() > job.made + self._lifetime:
            raise Problem("prediction_unknown")
        return Accepted(job.id)

    def _get(self, uris: Iterable[str], deadline: float) -> list[Any]:
        return side_by_side(self._storage.get, uris, deadline, self._concurrency)


def output_checksum(settings: Settings) -> int:
    """Return a checksum of what turns answers into predictions: results of another output are not decoded."""
    contract = settings.contract
    return crc32(repr((contract.kind, contract.output_steps, contract.labels, settings.adapter)).encode())


def _random_id() -> str:
    return os.urandom(16).hex()
