"""The steps of an invocation that LocalStack does not have, at their place among its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.services.apigateway.next_gen.execute_api import handlers
from localstack.services.apigateway.next_gen.execute_api.gateway import RestApiGateway
from localstack.utils.patch import patch

from sagemaker_sandbox.patches.api_gateway import (
    access_log,
    addresses,
    cognito_authorizers,
    compression,
    domain_names,
    firewall,
    lambda_authorizers,
    metrics,
    resource_policy,
    signed_requests,
    throttling,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolo.gateway import HandlerChain
    from rolo.gateway.chain import Handler
    from rolo.response import Response

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any


def apply_patches() -> None:
    """Add the steps to every gateway that LocalStack creates."""

    @patch(RestApiGateway.__init__)
    def init(original: Callable[..., None], self: RestApiGateway) -> None:
        original(self)
        self.request_handlers[:] = [step for handler in self.request_handlers for step in (handler, *_steps_after(handler))]
        self.response_handlers.extend(map(_on_response, (addresses.localize, compression.compress, access_log.write, metrics.record)))


def _steps_after(handler: Handler[Any]) -> list[Handler[Any]]:
    if handler is handlers.parse_request:
        return [_on_request(firewall.check), _on_request(compression.decompress)]
    if handler is handlers.route_request:
        authorizers = (signed_requests.authorize, cognito_authorizers.authorize, lambda_authorizers.authorize)
        return list(map(_on_request, (domain_names.check_endpoint, resource_policy.authorize, *authorizers)))
    if handler is handlers.api_key_validation_handler:
        return [_on_request(throttling.throttle), _on_request(domain_names.restore_path)]
    return []


def _on_request(step: Callable[[Context], None]) -> Handler[Any]:
    def handle(chain: HandlerChain[Any], context: Context, response: Response) -> None:  # noqa: ARG001
        step(context)

    return handle


def _on_response(step: Callable[[Context, Response], None]) -> Handler[Any]:
    def handle(chain: HandlerChain[Any], context: Context, response: Response) -> None:  # noqa: ARG001
        step(context, response)

    return handle
