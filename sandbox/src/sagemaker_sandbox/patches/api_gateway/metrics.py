"""The metrics of REST APIs, by API and by stage.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.aws import metrics
from sagemaker_sandbox.aws.scope import Scope

if TYPE_CHECKING:
    from rolo.response import Response

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any

NAMESPACE: Final = "AWS/ApiGateway"


def record(context: Context, response: Response) -> None:
    """Record a request that has been answered."""
    if context.deployment is None or context.context_variables is None:
        return
    status = response.status_code
    values: dict[str, tuple[float, str]] = {
        "Count": (1, "Count"),
        "4XXError": (HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR, "Count"),
        "5XXError": (status >= HTTPStatus.INTERNAL_SERVER_ERROR, "Count"),
        "Latency": (max(0, time.time_ns() // 1_000_000 - context.context_variables["requestTimeEpoch"]), "Milliseconds"),
    }
    latency = (context.logging_context_variables or {}).get("integrationLatency")
    if latency is not None:
        values["IntegrationLatency"] = (float(latency), "Milliseconds")
    scope = Scope.at(context.account_id, context.region)
    name = {"ApiName": context.deployment.rest_api.rest_api["name"]}
    metrics.record(scope, name, values, NAMESPACE)
    metrics.record(scope, name | {"Stage": context.stage}, values, NAMESPACE)
