"""Methods with IAM authorization: the request must be signed, and its signer allowed to invoke the method.

https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html. The types of the errors are those of
https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html, which does not say what an
unknown key or an incomplete signature is: here, an invalid signature. The signature is that of the URL as it was called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    AccessDeniedError,
    ExpiredTokenError,
    InvalidSignatureError,
    MissingAuthTokenError,
)
from localstack.utils.aws.arns import get_partition
from moto.iam.access_control import PermissionResult

from sagemaker_sandbox.aws.credentials import find_key, find_session, is_administrator
from sagemaker_sandbox.aws.policies import AccessRequest, evaluate_policies
from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.aws.signatures import Signature
from sagemaker_sandbox.patches.api_gateway import resource_policy
from sagemaker_sandbox.patches.api_gateway.invoke_arns import ACTION, method_arn

if TYPE_CHECKING:
    from localstack.http import Request

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any

_SERVICE: Final = "execute-api"
_WRONG_SIGNATURE: Final = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
    "signing method. Consult the service documentation for details."
)


def authorize(context: Context) -> None:
    """Raise the error for a request that a method with IAM authorization rejects; otherwise note who signed it."""
    if context.resource_method.get("authorizationType") != "AWS_IAM":
        return
    request: Request = context.request
    if not request.headers.get("Authorization"):
        raise MissingAuthTokenError("Missing Authentication Token")
    signature = _verified(request, context)
    scope = Scope.at(context.account_id, context.region)
    caller = Caller.of(signature.key, Scope(get_account_id_from_access_key_id(signature.key), scope.region, scope.partition))
    denial = _denial(caller, context)
    if denial is not None:
        raise AccessDeniedError(denial.replace(method_arn(context), resource_policy.shown(context)))
    context.context_variables["identity"] |= _identity(signature, caller, scope)


def _verified(request: Request, context: Context) -> Signature:
    """Return a request's signature, or raise the error for one that is not valid."""
    signature = Signature.of(request)
    if signature is None:
        raise InvalidSignatureError("Authorization header requires Credential, SignedHeaders and Signature of AWS4-HMAC-SHA256.")
    if (signature.service, signature.region) != (_SERVICE, context.region):
        raise InvalidSignatureError(f"Credential should be scoped to the service {_SERVICE} and the region {context.region}.")
    key = find_key(signature.key, get_partition(context.region))
    if key is None or (key.token is not None and request.headers.get("X-Amz-Security-Token") != key.token):
        raise InvalidSignatureError("The security token included in the request is invalid.")
    if not signature.is_made_with(key.secret, request):
        raise InvalidSignatureError(_WRONG_SIGNATURE)
    if key.is_expired:
        raise ExpiredTokenError("The security token included in the request is expired")
    return signature


def _denial(caller: Caller, context: Context) -> str | None:
    """Return why a caller may not invoke the method. One of another account needs its own permission and the API's policy."""
    request, policy = resource_policy.access_request(context), resource_policy.policy_of(context)
    account = caller.arn.split(":")[4]
    if account == context.account_id and caller.permissions is not None:
        return caller.denial(request, policy)
    request = AccessRequest(request.action, request.resource, caller.context() | dict(request.context))
    root = f"arn:{get_partition(context.region)}:iam::{account}:root"
    named = policy.statements_for((*caller.principals, root, account)) if policy is not None else []
    result = evaluate_policies([{"Statement": named}], request)
    if result is PermissionResult.DENIED:
        return caller.denied(request, "with an explicit deny in a resource-based policy")
    if account == context.account_id or (result is PermissionResult.PERMITTED and _is_allowed(caller, request)):
        return None
    return caller.denied(request, f"because no resource-based policy allows the {ACTION} action")


def _is_allowed(caller: Caller, request: AccessRequest) -> bool:
    return caller.permissions is None or caller.permissions.decide(request).allowed


def _identity(signature: Signature, caller: Caller, scope: Scope) -> dict[str, str]:
    """Return the signer as the access log and the function see it."""
    session = None if is_administrator(signature.key) else find_session(signature.key, scope.account, scope.partition)
    principal = session.user_id if session is not None else caller.arn.rpartition("/")[2]
    return {
        "accessKey": signature.key,
        "accountId": scope.account,
        "caller": principal,
        "user": principal,
        "userArn": caller.arn,
    }
