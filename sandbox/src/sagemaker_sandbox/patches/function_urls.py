"""Function URLs with IAM authentication, which LocalStack does not check.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: a caller needs a valid signature and both actions. The messages
are those of API Gateway, because no public source quotes Lambda's.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.http import Response
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.urlrouter import FunctionUrlRouter
from localstack.utils.aws.arns import get_partition
from localstack.utils.patch import patch

from sagemaker_sandbox.aws.credentials import find_key
from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.aws.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.http import Request

_ACTIONS: Final = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
_CONTEXT: Final = {"lambda:InvokedViaFunctionUrl": "true", "lambda:FunctionUrlAuthType": "AWS_IAM"}


def apply_patches() -> None:
    """Reject callers of a URL with IAM authentication that are not allowed to invoke the function by it."""

    @patch(FunctionUrlRouter.handle_lambda_url_invocation)
    def handle_lambda_url_invocation(
        original: Callable[..., Response], self: FunctionUrlRouter, request: Request, api_id: str, region: str, **parts: str
    ) -> Response:
        found = _signed_function(api_id, region)
        reason = _denial(request, region, found) if found else None
        return _forbidden(reason) if reason else original(self, request, api_id, region, **parts)


def _signed_function(url: str, region: str) -> str | None:
    """Return the ARN of the function that a URL with IAM authentication invokes."""
    configurations: list[Any] = [
        configuration
        for account in lambda_stores
        for function in lambda_stores[account][region].functions.values()
        for configuration in function.function_url_configs.values()
    ]
    signed = (each for each in configurations if each.url_id.lower() == url.lower() and each.auth_type == "AWS_IAM")
    return next((str(each.function_arn) for each in signed), None)


def _denial(request: Request, region: str, function: str) -> str | None:
    signature = Signature.of(request)
    if signature is None or (signature.service, signature.region) != ("lambda", region):
        return "Missing Authentication Token"
    partition = get_partition(region)
    key = find_key(signature.key, partition)
    if key is None or (key.token is not None and request.headers.get("X-Amz-Security-Token") != key.token):
        return "The security token included in the request is invalid."
    if not signature.is_made_with(key.secret, request):
        return "The request signature we calculated does not match the signature you provided."
    if key.is_expired:
        return "The security token included in the request is expired"
    caller = Caller.of(signature.key, Scope(get_account_id_from_access_key_id(signature.key), region, partition))
    denials = (caller.denial(AccessRequest(action, function, _CONTEXT)) for action in _ACTIONS)
    return next((denial for denial in denials if denial), None)


def _forbidden(message: str) -> Response:
    return Response(
        json.dumps({"Message": message}), 403, {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}
    )
