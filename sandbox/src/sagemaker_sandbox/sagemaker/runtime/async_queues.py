"""The queues of asynchronous endpoints: requests are processed oldest first, as long as there are instances."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.aws import metrics
from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.aws.s3 import Storage, StorageError
from sagemaker_sandbox.aws.types import now
from sagemaker_sandbox.sagemaker.runtime import data_capture
from sagemaker_sandbox.sagemaker.runtime.invocation import Invocation

if TYPE_CHECKING:
    from datetime import datetime

    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.containers.base import Answer
    from sagemaker_sandbox.sagemaker.models import Endpoint, Fleet, ServedVariant
    from sagemaker_sandbox.testing.faults import Fault

LOG = logging.getLogger(__name__)
_SUCCESS: Final = range(200, 300)
_CLIENT_ERROR: Final = range(400, 500)
# defaults of InvokeEndpointAsync's RequestTTLSeconds and InvocationTimeoutSeconds
_TTL_SECONDS: Final = 21600
_TIMEOUT_SECONDS: Final = 900
_CONCURRENCY_PER_INSTANCE: Final = 4
"""Used if the configuration does not set MaxConcurrentInvocationsPerInstance; on AWS, SageMaker chooses."""
_MAX_NOTIFICATION_BYTES: Final = 128 * 1024
_POLL_SECONDS: Final = 1.0
_IDLE_POLLS: Final = 10
"""An idle queue publishes its metrics only at every tenth poll."""


class _FailedJobError(Exception):
    def __init__(self, reason: str, body: bytes = b"", content_type: str = "text/plain") -> None:
        super().__init__(reason)
        self.body, self.content_type = body or reason.encode(), content_type


@dataclass(frozen=True)
class Job:
    """One asynchronous request, and where its response or its failure is stored."""

    endpoint: Endpoint
    request: Json
    fault: Fault | None
    output: str
    failure: str | None
    received: datetime = field(default_factory=now)
    queued: float = field(default_factory=time.monotonic)

    @property
    def is_expired(self) -> bool:
        """Whether the request has been in the queue for longer than its time to live."""
        ttl: float = self.request.get("RequestTTLSeconds", _TTL_SECONDS)
        return time.monotonic() - self.queued >= ttl


class _Queue:
    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.waiting: deque[Job] = deque()
        self.in_progress = 0

    def backlog(self) -> int:
        return len(self.waiting) + self.in_progress


_LOCK: Final = threading.Lock()
_QUEUES: Final[dict[int, _Queue]] = {}
_WORKERS: Final = ThreadPoolExecutor(8, "asynchronous")
_WAKE: Final = threading.Event()
_STARTED: Final = threading.Event()


def submit(job: Job) -> None:
    """Append a job to its endpoint's queue."""
    with _LOCK:
        _QUEUES.setdefault(id(job.endpoint), _Queue(job.endpoint)).waiting.append(job)
        if not _STARTED.is_set():
            _STARTED.set()
            threading.Thread(target=_run, name="asynchronous-queues", daemon=True).start()
    _WAKE.set()


def _run() -> None:
    polls = 0
    while True:
        _WAKE.wait(_POLL_SECONDS)
        _WAKE.clear()
        polls += 1
        with _LOCK:
            queues = list(_QUEUES.values())
        for queue in queues:
            try:
                _advance(queue)
                if queue.backlog() or polls % _IDLE_POLLS == 0:
                    _measure(queue)
            except Exception:
                LOG.exception("the queue of endpoint %s failed unexpectedly", queue.endpoint.name)


def _advance(queue: _Queue) -> None:
    """Start as many jobs as the instances have capacity for; discard the queue when its endpoint is deleted."""
    fleet = queue.endpoint.serving()
    if queue.endpoint.status == "Deleting" or fleet is None:
        with _LOCK:
            _QUEUES.pop(id(queue.endpoint), None)
        return
    client = fleet.settings.get("AsyncInferenceConfig", {}).get("ClientConfig", {})
    capacity = (fleet.instances or 0) * client.get("MaxConcurrentInvocationsPerInstance", _CONCURRENCY_PER_INSTANCE)
    while queue.waiting and (queue.in_progress < capacity or queue.waiting[0].is_expired):
        job = queue.waiting.popleft()
        with _LOCK:
            queue.in_progress += 1
        _WORKERS.submit(_process, queue, job, fleet)


def _measure(queue: _Queue) -> None:
    fleet = queue.endpoint.fleet
    backlog, instances = queue.backlog(), (fleet.instances if fleet else None) or 0
    values: dict[str, tuple[float, str]] = {
        "ApproximateBacklogSize": (backlog, "Count"),
        "HasBacklogWithoutCapacity": (backlog > 0 and not instances, "Count"),
    }
    if instances:
        values["ApproximateBacklogSizePerInstance"] = (backlog / instances, "Count")
    oldest = next(iter(queue.waiting), None)
    if oldest is not None:
        values["ApproximateAgeOfOldestRequest"] = (time.monotonic() - oldest.queued, "Seconds")
    metrics.record(queue.endpoint.scope, {"EndpointName": queue.endpoint.name}, values)


def _process(queue: _Queue, job: Job, fleet: Fleet) -> None:
    try:
        variant = fleet.variant(None) or fleet.variants[0]
        _perform(job, fleet, variant)
    except Exception:
        LOG.exception("an asynchronous request to endpoint %s failed unexpectedly", job.endpoint.name)
    finally:
        with _LOCK:
            queue.in_progress -= 1
        _WAKE.set()


def _perform(job: Job, fleet: Fleet, variant: ServedVariant) -> None:
    config = fleet.settings["AsyncInferenceConfig"]["OutputConfig"]
    storage = Storage(job.endpoint.scope, variant.role)
    kms_key = config.get("KmsKeyId")
    try:
        answer = _answer(job, fleet, variant, storage)
        storage.put(job.output, answer.body, answer.content_type, kms_key)
        _notify(job, variant, config, answer.body, _succeeded(job, answer))
    except (_FailedJobError, StorageError) as error:
        failed = error if isinstance(error, _FailedJobError) else _FailedJobError(str(error))
        _record_failure(job, storage, failed, kms_key)
        _notify(job, variant, config, failed.body, _failed(job, failed))


def _answer(job: Job, fleet: Fleet, variant: ServedVariant, storage: Storage) -> Answer:
    if job.is_expired:
        raise _FailedJobError("The request was in the queue for longer than its RequestTTLSeconds.")
    request = job.request | {"Body": storage.get(job.request["InputLocation"])}
    timeout = job.request.get("InvocationTimeoutSeconds", _TIMEOUT_SECONDS)
    invocation = Invocation(job.endpoint, fleet, variant, request)
    answer = invocation.answer(job.fault, timeout)
    if answer.status not in _SUCCESS:
        variant.log.write(answer.body.decode(errors="replace"))
        side = "client" if answer.status in _CLIENT_ERROR else "server"
        raise _FailedJobError(
            f"ClientError: Received {side} error ({answer.status}) from model. "
            "See the SageMaker Endpoint logs in your account for more information.",
            answer.body,
            answer.content_type,
        )
    data_capture.capture(invocation, answer)
    return answer


def _record_failure(job: Job, storage: Storage, error: _FailedJobError, kms_key: str | None) -> None:
    if job.failure is not None:
        try:
            storage.put(job.failure, error.body, error.content_type, kms_key)
        except StorageError as unwritten:
            LOG.warning("the failure of %s could not be written: %s", job.request["InferenceId"], unwritten)


# ---- notifications


def _event(job: Job, status: str) -> Json:
    parameters = {"endpointName": "EndpointName", "inputLocation": "InputLocation", "contentType": "ContentType"}
    return {
        "awsRegion": job.endpoint.scope.region,
        "eventTime": _timestamp(now()),
        "receivedTime": _timestamp(job.received),
        "invocationStatus": status,
        "requestParameters": {name: job.request[key] for name, key in parameters.items() if key in job.request},
        "inferenceId": job.request["InferenceId"],
        "eventVersion": "1.0",
        "eventSource": "aws:sagemaker",
        "eventName": "InferenceResult",
    }


def _timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _succeeded(job: Job, answer: Answer) -> Json:
    parameters = {"contentType": answer.content_type, "outputLocation": job.output}
    return _event(job, "Completed") | {"responseParameters": parameters}


def _failed(job: Job, error: _FailedJobError) -> Json:
    located = {"failureLocation": job.failure} if job.failure else {}
    return _event(job, "Failed") | {"failureReason": str(error)} | located


def _notify(job: Job, variant: ServedVariant, config: Json, body: bytes, event: Json) -> None:
    """Publish the event to its topic, if there is one and the role may publish to it."""
    settings = config.get("NotificationConfig", {})
    is_success = event["invocationStatus"] == "Completed"
    topic = settings.get("SuccessTopic" if is_success else "ErrorTopic")
    if not topic:
        return
    included = "SUCCESS_NOTIFICATION_TOPIC" if is_success else "ERROR_NOTIFICATION_TOPIC"
    if included in settings.get("IncludeInferenceResponseIn", []) and len(body) <= _MAX_NOTIFICATION_BYTES:
        event |= {"responseBody": {"content": body.decode(errors="replace"), "encoding": "UTF-8"}}
    scope = job.endpoint.scope
    if not Caller.of_role(variant.role, scope).may("sns:Publish", topic):
        LOG.warning("%s is not authorized to publish to %s", variant.role, topic)
        return
    scope.client("sns", topic.split(":")[3]).publish(TopicArn=topic, Message=json.dumps(event))
