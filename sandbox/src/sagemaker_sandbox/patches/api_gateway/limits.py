"""Size limits that AWS enforces and LocalStack does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    IntegrationFailureError,
    RequestTooLargeError,
)
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import RestApiAwsProxyIntegration
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.services.apigateway.next_gen.execute_api.context import EndpointResponse, RestApiInvocationContext

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_BODY_BYTES: Final = 10 * 1024 * 1024

_TOO_LONG: Final = "Request Too Long"


def apply_patches() -> None:
    """Answer 413 for an event that exceeds Lambda's limit."""

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


def check_size(size: int) -> None:
    """Raise the error for a body that exceeds the limit."""
    if size > MAX_BODY_BYTES:
        raise RequestTooLargeError(_TOO_LONG)
