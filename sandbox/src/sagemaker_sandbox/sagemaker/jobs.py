"""The queues of asynchronous endpoints: what waits is worked on while there are instances, oldest first."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.connect import connect_to

from sagemaker_sandbox.sagemaker import access, capture, metrics
from sagemaker_sandbox.sagemaker.invocation import Call
from sagemaker_sandbox.sagemaker.storage import Storage, StorageError
from sagemaker_sandbox.sagemaker.store import now

if TYPE_CHECKING:
    from datetime import datetime

    from sagemaker_sandbox.sagemaker.container import Answer
    from sagemaker_sandbox.sagemaker.faults import Fault
    from sagemaker_sandbox.sagemaker.store import Endpoint, Fleet, Json, ServedVariant

LOG = logging.getLogger(__name__)
_OK: Final = range(200, 300)
_CLIENT: Final = range(400, 500)
_LONGEST_WAIT: Final = 21600
_LONGEST_WORK: Final = 900
_AT_ONCE: Final = 4
"""How many requests an instance works on at once if the configuration does not say; SageMaker chooses."""
_LARGEST_NOTIFIED: Final = 128 * 1024
_LOOK_SECONDS: Final = 1.0
_IDLE_LOOKS: Final = 10


class _FailedJobError(Exception):
    def __init__(self, reason: str, body: bytes = b"", content_type: str = "text/plain") -> None:
        super().__init__(reason)
        self.body, self.content_type = body or reason.encode(), content_type


@dataclass(frozen=True)
class Job:
    """One asynchronous request, and where its answer or its failure goes."""

    endpoint: Endpoint
    request: Json
    fault: Fault | None
    output: str
    failure: str | None
    received: datetime = field(default_factory=now)
    begun: float = field(default_factory=time.monotonic)

    @property
    def is_expired(self) -> bool:
        """Whether it has waited longer than its caller wanted."""
        longest: float = self.request.get("RequestTTLSeconds", _LONGEST_WAIT)
        return time.monotonic() - self.begun >= longest


class _Queue:
    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.waiting: deque[Job] = deque()
        self.at_work = 0

    def backlog(self) -> int:
        return len(self.waiting) + self.at_work


_LOCK: Final = threading.Lock()
_QUEUES: Final[dict[int, _Queue]] = {}
_WORKERS: Final = ThreadPoolExecutor(8, "asynchronous")
_WAKE: Final = threading.Event()
_STARTED: Final = threading.Event()


def submit(job: Job) -> None:
    """Put a job at the end of its endpoint's queue."""
    with _LOCK:
        _QUEUES.setdefault(id(job.endpoint), _Queue(job.endpoint)).waiting.append(job)
        if not _STARTED.is_set():
            _STARTED.set()
            threading.Thread(target=_run, name="asynchronous-queues", daemon=True).start()
    _WAKE.set()


def _run() -> None:
    looks = 0
    while True:
        _WAKE.wait(_LOOK_SECONDS)
        _WAKE.clear()
        looks += 1
        with _LOCK:
            queues = list(_QUEUES.values())
        for queue in queues:
            try:
                _advance(queue)
                if queue.backlog() or looks % _IDLE_LOOKS == 0:
                    _measure(queue)
            except Exception:
                LOG.exception("the queue of endpoint %s broke", queue.endpoint.name)


def _advance(queue: _Queue) -> None:
    """Start as much of the queue as the instances can take; forget it with its endpoint."""
    fleet = queue.endpoint.serving()
    if queue.endpoint.status == "Deleting" or fleet is None:
        with _LOCK:
            _QUEUES.pop(id(queue.endpoint), None)
        return
    client = fleet.settings.get("AsyncInferenceConfig", {}).get("ClientConfig", {})
    room = (fleet.instances or 0) * client.get("MaxConcurrentInvocationsPerInstance", _AT_ONCE)
    while queue.waiting and (queue.at_work < room or queue.waiting[0].is_expired):
        job = queue.waiting.popleft()
        with _LOCK:
            queue.at_work += 1
        _WORKERS.submit(_work, queue, job, fleet)


def _measure(queue: _Queue) -> None:
    fleet = queue.endpoint.fleet
    backlog, instances = queue.backlog(), (fleet.instances if fleet else None) or 0
    values: dict[str, tuple[float, str]] = {
        "ApproximateBacklogSize": (backlog, "Count"),
        "HasBacklogWithoutCapacity": (backlog > 0 and not instances, "Count"),
    }
    if instances:
        values["ApproximateBacklogSizePerInstance"] = (backlog / instances, "Count")
    metrics.record(queue.endpoint.place, {"EndpointName": queue.endpoint.name}, values)


def _work(queue: _Queue, job: Job, fleet: Fleet) -> None:
    try:
        variant = fleet.variant(None) or fleet.variants[0]
        _perform(job, fleet, variant)
    except Exception:
        LOG.exception("an asynchronous request to endpoint %s broke", job.endpoint.name)
    finally:
        with _LOCK:
            queue.at_work -= 1
        _WAKE.set()


def _perform(job: Job, fleet: Fleet, variant: ServedVariant) -> None:
    config = fleet.settings["AsyncInferenceConfig"]["OutputConfig"]
    storage = Storage(job.endpoint.place, variant.log.role)
    key = config.get("KmsKeyId")
    try:
        answer = _answer(job, fleet, variant, storage)
        storage.put(job.output, answer.body, answer.content_type, key)
        _notify(job, variant, config, answer.body, _succeeded(job, answer))
    except (_FailedJobError, StorageError) as error:
        failed = error if isinstance(error, _FailedJobError) else _FailedJobError(str(error))
        _record_failure(job, storage, failed, key)
        _notify(job, variant, config, failed.body, _failed(job, failed))


def _answer(job: Job, fleet: Fleet, variant: ServedVariant, storage: Storage) -> Answer:
    if job.is_expired:
        raise _FailedJobError("The request was in the queue for longer than its RequestTTLSeconds.")
    request = job.request | {"Body": storage.get(job.request["InputLocation"])}
    longest = job.request.get("InvocationTimeoutSeconds", _LONGEST_WORK)
    call = Call(job.endpoint, fleet, variant, request)
    answer = call.answer(job.fault, longest)
    if answer.status not in _OK:
        variant.log.write(answer.body.decode(errors="replace"))
        kind = "client" if answer.status in _CLIENT else "server"
        raise _FailedJobError(
            f"ClientError: Received {kind} error ({answer.status}) from model. "
            "See the SageMaker Endpoint logs in your account for more information.",
            answer.body,
            answer.content_type,
        )
    capture.take(call, answer)
    return answer


def _record_failure(job: Job, storage: Storage, error: _FailedJobError, key: str | None) -> None:
    if job.failure is not None:
        try:
            storage.put(job.failure, error.body, error.content_type, key)
        except StorageError as unwritten:
            LOG.warning("the failure of %s is lost: %s", job.request["InferenceId"], unwritten)


# ---- notifications


def _event(job: Job, status: str) -> Json:
    parameters = {"endpointName": "EndpointName", "inputLocation": "InputLocation", "contentType": "ContentType"}
    return {
        "awsRegion": job.endpoint.place.region,
        "eventTime": _written(now()),
        "receivedTime": _written(job.received),
        "invocationStatus": status,
        "requestParameters": {name: job.request[key] for name, key in parameters.items() if key in job.request},
        "inferenceId": job.request["InferenceId"],
        "eventVersion": "1.0",
        "eventSource": "aws:sagemaker",
        "eventName": "InferenceResult",
    }


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _succeeded(job: Job, answer: Answer) -> Json:
    parameters = {"contentType": answer.content_type, "outputLocation": job.output}
    return _event(job, "Completed") | {"responseParameters": parameters}


def _failed(job: Job, error: _FailedJobError) -> Json:
    located = {"failureLocation": job.failure} if job.failure else {}
    return _event(job, "Failed") | {"failureReason": str(error)} | located


def _notify(job: Job, variant: ServedVariant, config: Json, body: bytes, event: Json) -> None:
    """Publish the event to the topic for it, if there is one and the role may."""
    settings = config.get("NotificationConfig", {})
    is_success = event["invocationStatus"] == "Completed"
    topic = settings.get("SuccessTopic" if is_success else "ErrorTopic")
    if not topic:
        return
    kind = "SUCCESS_NOTIFICATION_TOPIC" if is_success else "ERROR_NOTIFICATION_TOPIC"
    if kind in settings.get("IncludeInferenceResponseIn", []) and len(body) <= _LARGEST_NOTIFIED:
        event |= {"responseBody": {"content": body.decode(errors="replace"), "encoding": "UTF-8"}}
    place = job.endpoint.place
    verdict = access.grants_of(variant.log.role, place).verdict(access.Ask("sns:Publish", topic))
    if not verdict.allowed:
        LOG.warning("%s may not publish to %s", variant.log.role, topic)
        return
    sns: Any = connect_to(aws_access_key_id=place.account, region_name=topic.split(":")[3]).sns
    sns.publish(TopicArn=topic, Message=json.dumps(event))
