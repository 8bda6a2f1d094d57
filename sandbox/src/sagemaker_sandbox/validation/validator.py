"""The handler that validates each request once LocalStack has parsed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localstack.aws.api import CommonServiceException

from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.aws.validation import violations
from sagemaker_sandbox.validation.errors import is_applied, violation_code
from sagemaker_sandbox.validation.limits import LIMITS

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext
    from rolo.gateway import HandlerChain
    from rolo.response import Response


def validate(chain: HandlerChain[RequestContext], context: RequestContext, response: Response) -> None:  # noqa: ARG001
    """Reject a request that AWS rejects whatever the state of its resources, or because it exceeds a limit.

    LocalStack's requests to itself are made from requests that were validated. Authorization follows, because it needs the
    parameters that are required.
    """
    if context.internal_request_params is not None or context.service is None or context.operation is None:
        return
    service, operation, request = context.service.service_name, context.operation, dict(context.service_request or {})
    code = violation_code(context.service)
    if code is not None and operation.input_shape is not None:
        message = violations(operation.input_shape, request, lambda shape, kind: is_applied(service, shape, kind))
        if message is not None:
            raise CommonServiceException(code, message, 400, sender_fault=True)
    for limit in LIMITS.get((service, operation.name), ()):
        if (message := limit.check(request, Scope.of(context))) is not None:
            raise CommonServiceException(limit.code, message, limit.status, sender_fault=True)
