"""Authentication: a request's access key must exist, and its signature must be made with that key's secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localstack.aws.protocol.service_router import determine_aws_protocol, determine_aws_service_model
from localstack.utils.aws.arns import get_partition

from sagemaker_sandbox.aws.credentials import find_key, is_of_another_sandbox
from sagemaker_sandbox.aws.signatures import Signature
from sagemaker_sandbox.iam import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import ServiceModel
    from localstack.aws.api import CommonServiceException, RequestContext
    from localstack.http import Request
    from rolo.gateway import HandlerChain
    from rolo.response import Response

type _MakeError = Callable[[ServiceModel], CommonServiceException]

_OF_AN_API: Final = "execute-api"
"""The service name in signatures for API Gateway's own APIs, which have access control of their own."""


def authenticate(chain: HandlerChain[RequestContext], context: RequestContext, response: Response) -> None:  # noqa: ARG001
    """Reject a request of an unknown signer; LocalStack's requests to itself are not signed for real.

    This precedes everything that may change the request. The service is found only for the error.
    """
    if context.internal_request_params is not None:
        return
    request = context.request
    error = _error(request)
    if error is None:
        return
    service = determine_aws_service_model(request)
    if service is not None:
        context.service, context.protocol = service, determine_aws_protocol(request, service)
        context.operation = service.operation_model(service.operation_names[0])
        raise error(service)


def _error(request: Request) -> _MakeError | None:
    signature = Signature.of(request)
    if signature is None:
        # the word that begins the headers of Signature Version 4 and of its predecessor, but of no other scheme
        return errors.incomplete if request.headers.get("Authorization", "").startswith("AWS") else None
    if signature.service == _OF_AN_API:
        return None
    if is_of_another_sandbox(signature.key):
        return errors.other_sandbox
    key = find_key(signature.key, get_partition(signature.region))
    if key is None or (key.token is not None and request.headers.get("X-Amz-Security-Token") != key.token):
        return errors.unknown_key
    if not signature.is_made_with(key.secret, request):
        return errors.wrong_signature
    return errors.expired if key.is_expired else None
