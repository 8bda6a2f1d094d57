"""Access to function URLs, which LocalStack does not check.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: a caller of a URL with IAM authentication needs a valid signature and
both actions. A URL without authentication is open if the policy of its function or alias allows both to everyone. The messages
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
from moto.iam.access_control import PermissionResult

from sagemaker_sandbox.aws.credentials import find_key
from sagemaker_sandbox.aws.policies import AccessRequest, evaluate_policies
from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.aws.resource_policies import ResourcePolicy
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.aws.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.http import Request

_ACTIONS: Final = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")


def apply_patches() -> None:
    """Reject callers of a URL that are not allowed to invoke the function by it."""

    @patch(FunctionUrlRouter.handle_lambda_url_invocation)
    def handle_lambda_url_invocation(
        original: Callable[..., Response], self: FunctionUrlRouter, request: Request, api_id: str, region: str, **parts: str
    ) -> Response:
        url = _url(api_id, region)
        reason = None if url is None else _denial(request, region, url) if url.auth_type == "AWS_IAM" else _denial_to_everyone(region, url)
        return _forbidden(reason) if reason else original(self, request, api_id, region, **parts)


def _url(name: str, region: str) -> Any:
    """Return LocalStack's configuration of a URL; None if there is none."""
    configurations: list[Any] = [
        configuration
        for account in lambda_stores
        for function in lambda_stores[account][region].functions.values()
        for configuration in function.function_url_configs.values()
    ]
    return next((each for each in configurations if each.url_id.lower() == name.lower()), None)


def _requests(url: Any) -> list[AccessRequest]:
    context = {"lambda:InvokedViaFunctionUrl": "true", "lambda:FunctionUrlAuthType": str(url.auth_type)}
    return [AccessRequest(action, str(url.function_arn), context) for action in _ACTIONS]


def _denial_to_everyone(region: str, url: Any) -> str | None:
    """Return why a URL without authentication rejects everyone: the policy of its function or alias does not allow both actions."""
    *_, account, _, name, qualifier = f"{url.function_arn}:$LATEST".split(":")[:8]
    permissions: Any = lambda_stores[account][region].functions[name].permissions.get(qualifier)
    policy = ResourcePolicy({"Statement": permissions.policy.Statement if permissions else []}, must_allow=False)
    open_to_all = {"Statement": policy.statements_for(())}
    allowed = all(evaluate_policies([open_to_all], each) is PermissionResult.PERMITTED for each in _requests(url))
    return None if allowed else "Forbidden"


def _denial(request: Request, region: str, url: Any) -> str | None:
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
    denials = (caller.denial(each) for each in _requests(url))
    return next((denial for denial in denials if denial), None)


def _forbidden(message: str) -> Response:
    return Response(
        json.dumps({"Message": message}), 403, {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}
    )
