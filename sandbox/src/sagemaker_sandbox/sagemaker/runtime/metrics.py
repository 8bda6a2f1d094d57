"""The metrics that SageMaker publishes for an invocation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.aws.metrics import record

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.models import Endpoint, Fleet, ServedVariant

_OVERHEAD_MICROSECONDS: Final = 1000.0
"""SageMaker's own share of the latency; the sandbox has no overhead of its own to measure."""
_SUCCESS: Final = range(200, 300)
_CLIENT_ERROR: Final = range(400, 500)


@dataclass(frozen=True)
class Measurement:
    """The container's status (0: a timeout), the time until its answer, and the requests in progress at the time."""

    status: int
    seconds: float
    concurrent: int


def record_invocation(endpoint: Endpoint, fleet: Fleet, variant: ServedVariant, measured: Measurement) -> None:
    """Record one request to a variant of the fleet that served ``endpoint``.

    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    """
    status, seconds, concurrent = measured.status, measured.seconds, measured.concurrent
    values = {
        "Invocations": (1, "None"),
        "InvocationsPerInstance": (1 / (variant.instances or 1), "None"),
        "Invocation4XXErrors": (status in _CLIENT_ERROR, "None"),
        "Invocation5XXErrors": (status not in _SUCCESS and status not in _CLIENT_ERROR, "None"),
        "InvocationModelErrors": (status not in _SUCCESS, "None"),
        "ModelLatency": (seconds * 1e6, "Microseconds"),
        "OverheadLatency": (_OVERHEAD_MICROSECONDS, "Microseconds"),
        "ConcurrentRequestsPerModel": (concurrent, "None"),
    }
    if provisioned := (variant.serverless or {}).get("ProvisionedConcurrency"):
        values["ServerlessProvisionedConcurrencyUtilization"] = (min(concurrent / provisioned, 1.0), "None")
    dimensions = {"EndpointName": endpoint.name, "VariantName": variant.name}
    record(endpoint.scope, dimensions, values)
    record(endpoint.scope, dimensions | {"EndpointConfigName": fleet.config}, values)
