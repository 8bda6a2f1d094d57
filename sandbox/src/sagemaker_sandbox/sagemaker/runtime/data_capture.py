"""Data capture: an endpoint's requests and responses as JSON lines in S3, written about once a second."""

from __future__ import annotations

import base64
import json
import logging
import random
import threading
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.aws.s3 import Storage, StorageError
from sagemaker_sandbox.aws.types import now

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.containers.base import Answer
    from sagemaker_sandbox.sagemaker.runtime.invocation import Invocation

LOG = logging.getLogger(__name__)
_FLUSH_SECONDS: Final = 1.0
_SUCCESS: Final = range(200, 300)


@dataclass(frozen=True)
class _File:
    """The lines that are written to one object together."""

    storage: Storage
    folder: str
    kms_key: str | None


_LOCK: Final = threading.Lock()
_LINES: Final[dict[_File, list[str]]] = {}
_WAKE: Final = threading.Event()
_STARTED: Final = threading.Event()


def capture(invocation: Invocation, answer: Answer) -> None:
    """Capture a successful request with its answer, if the endpoint captures data and the request is sampled."""
    config = invocation.fleet.settings.get("DataCaptureConfig")
    if config is None or not config.get("EnableCapture", True) or answer.status not in _SUCCESS:
        return
    if random.random() * 100 >= config["InitialSamplingPercentage"]:  # noqa: S311  sampling, no secret
        return
    moment = now()
    names = (invocation.endpoint.name, invocation.variant.name, moment.strftime("%Y/%m/%d/%H"))
    folder = "/".join((config["DestinationS3Uri"].rstrip("/"), *names))
    file = _File(Storage(invocation.endpoint.scope, invocation.variant.role), folder, config.get("KmsKeyId"))
    line = json.dumps(event(config, invocation.request, answer, moment))
    with _LOCK:
        _LINES.setdefault(file, []).append(line)
        if not _STARTED.is_set():
            _STARTED.set()
            threading.Thread(target=_run, name="data-capture", daemon=True).start()
    _WAKE.set()


def event(config: Mapping[str, Any], request: Json, answer: Answer, moment: datetime) -> Json:
    """Return the document of one line."""
    modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
    headers = config.get("CaptureContentTypeHeader", {})
    sides = {
        "Input": ("endpointInput", request.get("ContentType"), request["Body"]),
        "Output": ("endpointOutput", answer.content_type, answer.body),
    }
    captured = {
        name: {"observedContentType": content_type, "mode": side.upper(), **_encoded(body, content_type, headers)}
        for side, (name, content_type, body) in sides.items()
        if modes & {side, "InputAndOutput"}
    }
    metadata: Json = {"eventId": str(uuid.uuid4()), "inferenceTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if "InferenceId" in request:
        metadata["inferenceId"] = request["InferenceId"]
    if "CustomAttributes" in request:
        metadata["customAttributes"] = [request["CustomAttributes"]]
    return {"captureData": captured, "eventMetadata": metadata, "eventVersion": "0"}


def _encoded(body: bytes, content_type: str | None, headers: Mapping[str, list[str]]) -> Json:
    media = (content_type or "").partition(";")[0].strip().lower()
    for encoding, name in (("CSV", "CsvContentTypes"), ("JSON", "JsonContentTypes")):
        if media in (listed.lower() for listed in headers.get(name, [])):
            return {"data": body.decode(errors="replace"), "encoding": encoding}
    return {"data": base64.b64encode(body).decode(), "encoding": "BASE64"}


def _run() -> None:
    while True:
        _WAKE.wait()
        _WAKE.clear()
        time.sleep(_FLUSH_SECONDS)
        with _LOCK:
            files = dict(_LINES)
            _LINES.clear()
        for file, lines in files.items():
            _write(file, lines)


def _write(file: _File, lines: list[str]) -> None:
    moment = now()
    name = f"{moment.strftime('%M-%S')}-{moment.microsecond // 1000:03}-{uuid.uuid4()}.jsonl"
    body = "".join(f"{line}\n" for line in lines).encode()
    try:
        file.storage.put(f"{file.folder}/{name}", body, "application/octet-stream", file.kms_key)
    except StorageError as error:
        LOG.warning("captured data could not be written: %s", error)
    except Exception:
        LOG.exception("captured data could not be written")
