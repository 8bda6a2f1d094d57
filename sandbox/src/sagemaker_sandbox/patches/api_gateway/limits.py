"""Size limits that AWS enforces and LocalStack does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    IntegrationFailureError,
    RequestTooLargeError,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.method_request import MethodRequestHandler
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import RestApiAwsProxyIntegration
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.http import Response
    from localstack.services.apigateway.next_gen.execute_api.context import EndpointResponse, RestApiInvocationContext

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_BODY_BYTES: Final = 10 * 1024 * 1024

_TOO_LONG: Final = "Request Too Long"


def apply_patches() -> None:
    """Enforce the body limit, and answer 413 for an event that exceeds Lambda's limit."""

    @patch(MethodRequestHandler.__call__)
    def method_request(
        original: Callable[..., None],
        self: MethodRequestHandler,
        chain: object,
        context: RestApiInvocationContext,
        response: Response,
    ) -> None:
        request = context.invocation_request
        if request and len(request.get("body") or b"") > MAX_BODY_BYTES:
            raise RequestTooLargeError(_TOO_LONG)
        original(self, chain, context, response)

    @patch(RestApiAwsProxyIntegration.invoke)
    def integrate(
        original: Callable[..., EndpointResponse], self: RestApiAwsProxyIntegration, context: RestApiInvocationContext
    ) -> EndpointResponse:
        try:
            return original(self, context)
        except IntegrationFailureError as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and cause.response["Error"]["Code"] == "RequestEntityTooLargeException":
                raise RequestTooLargeError(_TOO_LONG) from error
            raise
