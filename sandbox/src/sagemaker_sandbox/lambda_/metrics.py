"""The metrics that Lambda publishes for a function.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.aws import metrics
from sagemaker_sandbox.aws.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE: Final = "AWS/Lambda"

_LOCK: Final = threading.Lock()
_RUNNING: Final[Counter[str]] = Counter()


@contextmanager
def running(function_arn: str) -> Iterator[None]:
    """Count an invocation as concurrent while it runs."""
    name = _unqualified(function_arn)
    with _LOCK:
        _RUNNING[name] += 1
        concurrent = _RUNNING[name]
    _record(function_arn, {"ConcurrentExecutions": (concurrent, "Count")})
    try:
        yield
    finally:
        with _LOCK:
            _RUNNING[name] -= 1


def record_invocation(function_arn: str, duration_ms: float, *, is_error: bool) -> None:
    """Record the end of an invocation of a function, version or alias."""
    values: dict[str, tuple[float, str]] = {
        "Invocations": (1, "Count"),
        "Errors": (is_error, "Count"),
        "Throttles": (0, "Count"),
        "Duration": (duration_ms, "Milliseconds"),
    }
    _record(function_arn, values)


def record_throttle(function_arn: str) -> None:
    """Record an invocation that was rejected for lack of concurrency."""
    _record(function_arn, {"Throttles": (1, "Count")})


def _record(function_arn: str, values: metrics.Values) -> None:
    _, partition, _, region, account, _, name, *qualifier = function_arn.split(":")
    scope = Scope(account, region, partition)
    metrics.record(scope, {"FunctionName": name}, values, NAMESPACE)
    if qualifier:
        metrics.record(scope, {"FunctionName": name, "Resource": f"{name}:{qualifier[0]}"}, values, NAMESPACE)


def _unqualified(function_arn: str) -> str:
    return ":".join(function_arn.split(":")[:7])
