"""SageMaker's metrics in the sandbox's CloudWatch: gathered in memory, written about once a second."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from sagemaker_sandbox.sagemaker.alarm import NAMESPACE, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.sagemaker.invocation import Call
    from sagemaker_sandbox.sagemaker.store import Json, Place

LOG = logging.getLogger(__name__)
_FLUSH_SECONDS: Final = 1.0
_MOST_PER_REQUEST: Final = 500
_OVERHEAD_MICROSECONDS: Final = 1000.0
"""What SageMaker adds to the model's time; the sandbox has nothing of its own to measure."""
_OK: Final = range(200, 300)
_CLIENT: Final = range(400, 500)

type Values = Mapping[str, tuple[float, str]]
"""Values and units by the metrics' names."""
type Series = tuple[str, str, tuple[tuple[str, str], ...]]
"""A metric's name, its unit and its dimensions."""


@dataclass
class _Statistics:
    count: int = 0
    total: float = 0.0
    least: float = math.inf
    most: float = -math.inf

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.least, self.most = min(self.least, value), max(self.most, value)

    def datum(self, series: Series) -> Json:
        name, unit, dimensions = series
        return {
            "MetricName": name,
            "Unit": unit,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions],
            "StatisticValues": {
                "SampleCount": self.count,
                "Sum": self.total,
                "Minimum": self.least,
                "Maximum": self.most,
            },
        }


type _Gathered = dict[Place, dict[Series, _Statistics]]

_LOCK: Final = threading.Lock()
_WRITING: Final = threading.Lock()
_GATHERED: _Gathered = {}
_WAKE: Final = threading.Event()
_STARTED: Final = threading.Event()


class Recorder:
    """Keeps the single values of an account's metrics in a region from now on; for a deployment's alarms."""

    def __init__(self, place: Place) -> None:
        """Begin."""
        self._place, self._begun = place, time.monotonic()
        self._samples: list[Sample] = []
        with _LOCK:
            _RECORDERS.append(self)

    def now(self) -> float:
        """Return the seconds since the beginning, which samples are timed by."""
        return time.monotonic() - self._begun

    def samples(self) -> list[Sample]:
        """Return what was recorded so far."""
        with _LOCK:
            return list(self._samples)

    def close(self) -> None:
        """Record nothing more."""
        with _LOCK:
            _RECORDERS.remove(self)

    def take(self, place: Place, dimensions: Mapping[str, str], values: Values) -> None:
        """Keep values of metrics; the caller holds the lock."""
        if place == self._place:
            now, key = self.now(), frozenset(dimensions.items())
            self._samples.extend(Sample(now, name, key, value) for name, (value, _) in values.items())


_RECORDERS: Final[list[Recorder]] = []


def record(place: Place, dimensions: Mapping[str, str], values: Values) -> None:
    """Add one value to each metric of ``values``, which maps names to value and unit."""
    key = tuple(dimensions.items())
    with _LOCK:
        gathered = _GATHERED.setdefault(place, defaultdict(_Statistics))
        for name, (value, unit) in values.items():
            gathered[name, unit, key].add(value)
        for recorder in _RECORDERS:
            recorder.take(place, dimensions, values)
        if not _STARTED.is_set():
            _STARTED.set()
            threading.Thread(target=_run, name="sagemaker-metrics", daemon=True).start()
    _WAKE.set()


def record_invocation(call: Call, status: int, seconds: float, at_once: int) -> None:
    """Record one request that a container has answered with ``status`` (0: not in time) after ``seconds``.

    ``at_once`` requests were with the variant then.
    """
    endpoint, variant = call.endpoint, call.variant
    values = {
        "Invocations": (1, "None"),
        "InvocationsPerInstance": (1 / (variant.instances or 1), "None"),
        "Invocation4XXErrors": (status in _CLIENT, "None"),
        "Invocation5XXErrors": (status not in _OK and status not in _CLIENT, "None"),
        "InvocationModelErrors": (status not in _OK, "None"),
        "ModelLatency": (seconds * 1e6, "Microseconds"),
        "OverheadLatency": (_OVERHEAD_MICROSECONDS, "Microseconds"),
        "ConcurrentRequestsPerModel": (at_once, "None"),
    }
    if provisioned := (variant.serverless or {}).get("ProvisionedConcurrency"):
        values["ServerlessProvisionedConcurrencyUtilization"] = (min(at_once / provisioned, 1.0), "None")
    dimensions = {"EndpointName": endpoint.name, "VariantName": variant.name}
    record(endpoint.place, dimensions, values)
    record(endpoint.place, dimensions | {"EndpointConfigName": call.fleet.config}, values)


def flush() -> None:
    """Write what is gathered, before this returns."""
    with _WRITING:
        with _LOCK:
            gathered = dict(_GATHERED)
            _GATHERED.clear()
        for place, series in gathered.items():
            _write(place, [statistics.datum(key) for key, statistics in series.items()])


def _write(place: Place, data: list[Json]) -> None:
    cloudwatch: Any = connect_to(aws_access_key_id=place.account, region_name=place.region).cloudwatch
    try:
        for start in range(0, len(data), _MOST_PER_REQUEST):
            cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data[start : start + _MOST_PER_REQUEST])
    except (BotoCoreError, ClientError):
        LOG.exception("metrics are lost")


def _run() -> None:
    while True:
        _WAKE.wait()
        _WAKE.clear()
        threading.Event().wait(_FLUSH_SECONDS)
        flush()
