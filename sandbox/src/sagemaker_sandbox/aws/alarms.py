"""Evaluation of CloudWatch alarms at the speed of the sandbox's clock, which shortens their periods."""

from __future__ import annotations

import logging
import math
import operator
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.aws import metric_math
from sagemaker_sandbox.aws.metrics import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sagemaker_sandbox.aws.metrics import Dimensions, Sample
    from sagemaker_sandbox.aws.types import Json

LOG = logging.getLogger(__name__)

_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_STATISTICS: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "Average": fmean,
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}


@dataclass(frozen=True)
class _Metric:
    namespace: str
    name: str
    dimensions: Dimensions
    statistic: str
    period: float

    @classmethod
    def parse(cls, metric: Json, statistic: str, period: float) -> _Metric:
        dimensions = frozenset((each["Name"], each["Value"]) for each in metric.get("Dimensions", []))
        return cls(metric["Namespace"], metric["MetricName"], dimensions, statistic, period)

    def value(self, samples: Iterable[Sample]) -> float | None:
        """Return the statistic of this metric's samples; None if there are none."""
        own = [each.value for each in samples if self._is_of(each)]
        if not own:
            return None
        if self.statistic.startswith("p"):
            return sorted(own)[max(math.ceil(len(own) * float(self.statistic[1:]) / 100) - 1, 0)]
        return float(_STATISTICS[self.statistic](own))

    def _is_of(self, sample: Sample) -> bool:
        return (sample.namespace, sample.metric, sample.dimensions) == (self.namespace, self.name, self.dimensions)


@dataclass(frozen=True)
class Alarm:
    """A metric alarm; ``result`` is the ID of the metric or expression that it compares."""

    settings: Mapping[str, Any]
    metrics: Mapping[str, _Metric]
    expressions: Mapping[str, str] = field(default_factory=dict)
    result: str = "metric"

    @classmethod
    def parse(cls, alarm: Json, namespace: str | None = NAMESPACE) -> Alarm | None:
        """Parse an alarm as DescribeAlarms returns it; return None for an alarm on another namespace's metrics, unless that is None."""
        if "Metrics" not in alarm:
            if namespace not in {None, alarm["Namespace"]}:
                return None
            statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
            return cls(alarm, {"metric": _Metric.parse(alarm, statistic, alarm["Period"])})
        metrics: dict[str, _Metric] = {}
        expressions: dict[str, str] = {}
        result = alarm["Metrics"][0]["Id"]
        for query in alarm["Metrics"]:
            if query.get("ReturnData", len(alarm["Metrics"]) == 1):
                result = query["Id"]
            if "Expression" in query:
                expressions[query["Id"]] = query["Expression"]
                continue
            stat = query["MetricStat"]
            if namespace not in {None, stat["Metric"]["Namespace"]}:
                return None
            metrics[query["Id"]] = _Metric.parse(stat["Metric"], stat["Stat"], stat["Period"])
        return cls(alarm, metrics, expressions, result)

    @property
    def name(self) -> str:
        """The alarm's name."""
        name: str = self.settings["AlarmName"]
        return name

    @property
    def period(self) -> float:
        """The length of a data point on AWS, in seconds."""
        return max(metric.period for metric in self.metrics.values())

    @property
    def seconds(self) -> float:
        """The time on AWS that one evaluation looks back."""
        return self.period * float(self.settings["EvaluationPeriods"])

    def is_breached(self, samples: Sequence[Sample], now: float, speed: float) -> bool:
        """Return whether enough of the last periods breach the threshold, including the current one at ``now``."""
        length = self.period / speed
        last = int(now / length)
        count = self.settings["EvaluationPeriods"]
        windows = range(max(last - count + 1, 0), last + 1)
        needed = self.settings.get("DatapointsToAlarm") or count
        return sum(self._breaches(samples, window * length, length) for window in windows) >= int(needed)

    def _breaches(self, samples: Sequence[Sample], start: float, length: float) -> bool:
        inside = [sample for sample in samples if start <= sample.time < start + length]
        values = {identity: metric.value(inside) for identity, metric in self.metrics.items()}
        try:
            for identity, expression in self.expressions.items():
                values[identity] = metric_math.evaluate(expression, values)
        except metric_math.ExpressionError as error:
            LOG.warning("the alarm %s is not evaluated: the sandbox does not support the expression %s", self.name, error)
            return False
        value = values[self.result]
        if value is None:
            return self.settings.get("TreatMissingData") == "breaching"
        return _COMPARISONS[self.settings["ComparisonOperator"]](value, self.settings["Threshold"])
