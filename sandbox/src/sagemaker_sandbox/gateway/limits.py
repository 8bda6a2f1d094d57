"""Sizes that AWS refuses and LocalStack takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    IntegrationFailureError,
    RequestTooLargeError,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.method_request import MethodRequestHandler
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import RestApiAwsProxyIntegration
from localstack.services.lambda_.invocation.lambda_models import RequestEntityTooLargeException
from localstack.services.lambda_.invocation.lambda_service import LambdaService

from sagemaker_sandbox.mending import mends

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.http import Response
    from localstack.services.apigateway.next_gen.execute_api.context import EndpointResponse, RestApiInvocationContext
    from localstack.services.lambda_.invocation.lambda_models import InvocationResult

REST_API_BODY_BYTES = 10 * 1024 * 1024
FUNCTION_EVENT_BYTES = 6 * 1024 * 1024

_TOO_LONG = "Request Too Long"


def mend() -> None:
    """Patch the gateway's body limit, Lambda's event limit, and the gateway's answer to the latter."""

    @mends(MethodRequestHandler, "__call__")
    def method_request(
        original: Callable[..., None],
        self: MethodRequestHandler,
        chain: object,
        context: RestApiInvocationContext,
        response: Response,
    ) -> None:
        request = context.invocation_request
        if request and len(request.get("body") or b"") > REST_API_BODY_BYTES:
            raise RequestTooLargeError(_TOO_LONG)
        original(self, chain, context, response)

    @mends(LambdaService, "invoke")
    def invoke(
        original: Callable[..., InvocationResult | None],
        self: LambdaService,
        *,
        payload: bytes | None,
        **others: object,
    ) -> InvocationResult | None:
        if len(payload or b"") > FUNCTION_EVENT_BYTES:
            message = f"Request must be smaller than {FUNCTION_EVENT_BYTES} bytes for the InvokeFunction operation"
            raise RequestEntityTooLargeException(message)
        return original(self, payload=payload, **others)

    @mends(RestApiAwsProxyIntegration, "invoke")
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
