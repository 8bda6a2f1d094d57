"""Metrics in the sandbox's CloudWatch: aggregated in memory, written about once a second."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

LOG = logging.getLogger(__name__)
NAMESPACE: Final = "AWS/SageMaker"
_FLUSH_SECONDS: Final = 1.0
_MAX_DATA_PER_REQUEST: Final = 500

type Dimensions = frozenset[tuple[str, str]]
type Values = Mapping[str, tuple[float, str]]
"""A value and its unit by metric name."""
type Series = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""A metric's namespace, name, unit and dimensions."""


@dataclass(frozen=True)
class Sample:
    """One value of a metric; ``time`` is in seconds since its recorder started."""

    time: float
    metric: str
    dimensions: Dimensions
    value: float
    namespace: str = NAMESPACE


@dataclass
class _Statistics:
    count: int = 0
    total: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.minimum, self.maximum = min(self.minimum, value), max(self.maximum, value)

    def datum(self, series: Series) -> Json:
        _, name, unit, dimensions = series
        return {
            "MetricName": name,
            "Unit": unit,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions],
            "StatisticValues": {
                "SampleCount": self.count,
                "Sum": self.total,
                "Minimum": self.minimum,
                "Maximum": self.maximum,
            },
        }


_LOCK: Final = threading.Lock()
_WRITING: Final = threading.Lock()
_PENDING: Final[dict[Scope, dict[Series, _Statistics]]] = {}
_WAKE: Final = threading.Event()
_STARTED: Final = threading.Event()


class Recorder:
    """Keeps the single values of a scope's metrics from now on, for the alarms of a deployment."""

    def __init__(self, scope: Scope) -> None:
        """Start recording."""
        self._scope, self._started = scope, time.monotonic()
        self._samples: list[Sample] = []
        with _LOCK:
            _RECORDERS.append(self)

    def now(self) -> float:
        """Return the seconds since the recorder started, the clock of its samples."""
        return time.monotonic() - self._started

    def samples(self) -> list[Sample]:
        """Return everything recorded so far."""
        with _LOCK:
            return list(self._samples)

    def forget(self, seconds: float) -> None:
        """Drop the samples that are older."""
        with _LOCK:
            self._samples = [sample for sample in self._samples if sample.time >= self.now() - seconds]

    def close(self) -> None:
        """Stop recording."""
        with _LOCK:
            _RECORDERS.remove(self)

    def add(self, scope: Scope, dimensions: Mapping[str, str], values: Values, namespace: str) -> None:
        """Keep values of metrics; the caller holds the lock."""
        if scope == self._scope:
            now, key = self.now(), frozenset(dimensions.items())
            self._samples.extend(Sample(now, name, key, value, namespace) for name, (value, _) in values.items())


_RECORDERS: Final[list[Recorder]] = []


def record(scope: Scope, dimensions: Mapping[str, str], values: Values, namespace: str = NAMESPACE) -> None:
    """Add one value to each metric in ``values``."""
    key = tuple(dimensions.items())
    with _LOCK:
        pending = _PENDING.setdefault(scope, defaultdict(_Statistics))
        for name, (value, unit) in values.items():
            pending[namespace, name, unit, key].add(value)
        for recorder in _RECORDERS:
            recorder.add(scope, dimensions, values, namespace)
        if not _STARTED.is_set():
            _STARTED.set()
            threading.Thread(target=_run, name="metrics", daemon=True).start()
    _WAKE.set()


def observe(scope: Scope, dimensions: Mapping[str, str], values: Values, namespace: str) -> None:
    """Show values that somebody else has put into CloudWatch to the recorders."""
    with _LOCK:
        for recorder in _RECORDERS:
            recorder.add(scope, dimensions, values, namespace)


def flush() -> None:
    """Write all pending values before returning."""
    with _WRITING:
        with _LOCK:
            pending = dict(_PENDING)
            _PENDING.clear()
        for scope, series in pending.items():
            by_namespace: defaultdict[str, list[Json]] = defaultdict(list)
            for key, statistics in series.items():
                by_namespace[key[0]].append(statistics.datum(key))
            for namespace, data in by_namespace.items():
                _write(scope, namespace, data)


def _write(scope: Scope, namespace: str, data: list[Json]) -> None:
    cloudwatch = scope.client("cloudwatch")
    try:
        for start in range(0, len(data), _MAX_DATA_PER_REQUEST):
            cloudwatch.put_metric_data(Namespace=namespace, MetricData=data[start : start + _MAX_DATA_PER_REQUEST])
    except (BotoCoreError, ClientError):
        LOG.exception("metrics could not be written")


def _run() -> None:
    while True:
        _WAKE.wait()
        _WAKE.clear()
        time.sleep(_FLUSH_SECONDS)
        flush()
