"""The time limit of an integration: 29 seconds, or what the integration says.

https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html. As on AWS, the function is not stopped.
"""

from __future__ import annotations

import contextvars
import copy
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Final

from localstack.services.apigateway.next_gen.execute_api.gateway_response import IntegrationTimeoutError
from localstack.services.apigateway.next_gen.execute_api.handlers.integration import IntegrationHandler
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.http import Response

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any

DEFAULT_MILLISECONDS: Final = 29_000

# as many as there can be requests whose callers no longer wait
_POOL: Final = ThreadPoolExecutor(512, "integration")


def apply_patches() -> None:
    """Answer INTEGRATION_TIMEOUT when the time is up, and note the latency for the access log."""

    @patch(IntegrationHandler.__call__)
    def integrate(original: Callable[..., None], self: IntegrationHandler, chain: object, context: Context, response: Response) -> None:
        if context.integration["type"] == "MOCK":
            original(self, chain, context, response)
            return
        # the integration may still write to its copy when this request has been answered
        own, started = copy.copy(context), time.monotonic()
        running = _POOL.submit(contextvars.copy_context().run, original, self, chain, own, response)
        done, _ = wait([running], int(context.integration.get("timeoutInMillis") or DEFAULT_MILLISECONDS) / 1000)
        context.logging_context_variables = {"integrationLatency": round((time.monotonic() - started) * 1000)}
        if not done:
            raise IntegrationTimeoutError("Endpoint request timed out")
        running.result()
        context.endpoint_response, context.invocation_response = own.endpoint_response, own.invocation_response
