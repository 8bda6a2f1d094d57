"""Calls of the SageMaker endpoint, within the request's time."""

from __future__ import annotations

from functools import partial
from itertools import chain, islice
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .settings import Limits

CONNECT_SECONDS = 2.0
PAUSES = {"model_not_ready": 1.0, "endpoint_throttled": 0.5}  # seconds before the second attempt; else 0.05


def connect(region: str | None, limits: Limits, service: str = "sagemaker-runtime") -> Any:
    """Return boto3's client, whose every call is one attempt: retries are ours, for they must fit the request's time.

    It is made by boto3's core, as boto3 makes it: to import boto3 itself brings the managers of S3 transfers and
    resources, none of which is used, and takes a twelfth of a cold start.
    """
    import botocore.session
    from botocore.config import Config
    from botocore.loaders import Loader

    class OneService(Loader):
        """Spares the search of 400 service folders, which takes a fifteenth of a cold start."""

        def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
            return [service]

    core = botocore.session.get_session()
    core.register_component("data_loader", OneService())
    config = Config(
        region_name=region,
        connect_timeout=min(CONNECT_SECONDS, limits.timeout_ms / 1000),
        read_timeout=limits.timeout_ms / 1000,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=limits.concurrency,
        tcp_keepalive=True,
    )
    return core.create_client(service, config=config)


def fetch(bucket: str, key: str) -> bytes:
    """Return an object of S3: a contract that the environment does not hold."""
    import boto3

    return boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


class Endpoint:
    """One endpoint, and how to call it."""

    targeted = False  # whether a caller has named a variant or a model

    def __init__(self, client: Any, name: str, content_type: str, accept: str, limits: Limits) -> None:
        self.client = client
        self._name = name
        self._content_type = content_type
        self._accept = accept
        self._limits = limits
        seconds = limits.timeout_ms / 1000
        self.attempt_seconds = seconds + min(CONNECT_SECONDS, seconds)

    def invoke(self, calls: Iterable[tuple[bytes, int]], deadline: float, inference_id: str) -> list[tuple[bytes, int]]:
        """Return each call's answer with its number of rows, in order. Raises Problem if any call fails.

        ``deadline`` is on the clock of ``time.monotonic``; what is captured of the calls has the inference id.
        """
        if type(calls) is not list:
            waiting = iter(calls)
            ready = list(islice(waiting, 2))
            calls = chain(ready, waiting) if len(ready) > 1 else ready
        if type(calls) is list and deadline - monotonic() >= self.attempt_seconds:
            return [(self._call(inference_id, body, deadline), rows) for body, rows in calls]
        from .parallel import side_by_side

        return side_by_side(partial(self._call, inference_id), calls, deadline, self._limits.concurrency)

    def _call(self, inference_id: str, body: bytes, deadline: float) -> bytes:
        attempt = 1
        while True:
            try:
                response = self.client.invoke_endpoint(
                    EndpointName=self._name,
                    Body=body,
                    ContentType=self._content_type,
                    Accept=self._accept,
                    InferenceId=inference_id,
                )
                return response["Body"].read()  # type: ignore[no-any-return]
            except Exception as error:
                from .failures import problem_of

                problem = problem_of(error, targeted=self.targeted)
                pause = PAUSES.get(problem.code, 0.05) * 2 ** (attempt - 1)
                fits = monotonic() + pause + self.attempt_seconds <= deadline
                if not problem.retryable or attempt >= self._limits.attempts or not fits:
                    raise problem from error
            sleep(pause)
            attempt += 1
