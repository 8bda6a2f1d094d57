"""Authorization: every call of a role's session or a user is evaluated against its policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from sagemaker_sandbox.aws.credentials import find_key
from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.iam import errors, recording, trust
from sagemaker_sandbox.iam.actions import access_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localstack.aws.api import RequestContext
    from rolo.gateway import HandlerChain
    from rolo.response import Response

    from sagemaker_sandbox.aws.types import Json

_UNSIGNED: Final = "injectedaccesskey"
"""The key in the Authorization header that LocalStack adds to a request without one."""

_NOT_SIGNED: Final = "none"
"""The authentication of operations that need no signature and no permission, such as AssumeRoleWithSAML and InitiateAuth."""


def authorize(chain: HandlerChain[RequestContext], context: RequestContext, response: Response) -> None:  # noqa: ARG001
    """Reject a call that the caller's policies do not allow; the administrator and LocalStack itself may do everything."""
    if context.service is None or context.operation is None:
        return
    key = extract_access_key_id_from_auth_header(dict(context.request.headers))
    if context.operation.auth_type == _NOT_SIGNED:
        return
    if key == _UNSIGNED:
        raise errors.unsigned(context.service)
    scope, request = Scope.of(context), _parameters(context)
    if context.internal_request_params is None and find_key(key or "", scope.partition) is None:
        raise errors.unknown_key(context.service)  # of a presigned URL
    caller = Caller.of(key, scope)
    is_role_assumed = (context.service.service_name, context.operation.name) == ("sts", "AssumeRole")
    is_evaluated = not is_role_assumed and (caller.permissions is not None or recording.is_on())
    needed = access_requests(context.service, context.operation, request, scope) if is_evaluated else []
    denial = _trust_denial(caller, request, scope, context.internal_request_params) if is_role_assumed else _denial(caller, needed, scope)
    if recording.is_on() and context.internal_request_params is None:
        names = {"service": context.service.service_name, "operation": context.operation.name}
        recording.add(caller=caller.arn, **names, needed=needed, denied=denial)
    if denial is not None:
        raise errors.access_denied(context.service, denial)


def _denial(caller: Caller, needed: Iterable[AccessRequest], scope: Scope) -> str | None:
    """Return AWS's sentence about the first thing that is not allowed."""
    for each in needed:
        access = AccessRequest(each.action, each.resource, {"aws:RequestedRegion": scope.region} | dict(each.context))
        if (denial := caller.denial(access)) is not None:
            return denial
    return None


def _trust_denial(caller: Caller, request: Json, scope: Scope, internal: Mapping[str, object] | None) -> str | None:
    service = internal.get("service_principal") if internal is not None else None
    if service is not None:
        return trust.service_denial(str(service), request["RoleArn"], scope)
    if internal is not None and caller.permissions is None:
        return None
    return trust.caller_denial(caller, request, scope)


def _parameters(context: RequestContext) -> Json:
    return dict(context.service_request or {})
