"""AssumeRole: who may assume a role, as its trust policy and the caller's own policies say.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.iam.access_control import PermissionResult

from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.principals import can_assume, service_can_assume

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.principals import Caller
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json


def service_denial(service: str, role: str, scope: Scope, source_arn: str = "") -> str | None:
    """Return None if a role trusts an AWS service, which is named without its domain, otherwise AWS's sentence."""
    principal = service if service.endswith(".amazonaws.com") else f"{service}.amazonaws.com"
    if service_can_assume(principal, role, scope, source_arn):
        return None
    return f"User: {principal} is not authorized to perform: sts:AssumeRole on resource: {role}"


def caller_denial(caller: Caller, request: Json, scope: Scope) -> str | None:
    """Return None if a role trusts the caller, or trusts the account and the caller's policies allow it."""
    role, context = request["RoleArn"], _context(caller, request)
    access = AccessRequest("sts:AssumeRole", role, context)
    account = caller.arn.split(":")[4]
    root = f"arn:{scope.partition}:iam::{account}:root"
    own = can_assume(role, scope, kind="AWS", principals=caller.principals or (root, account), context=context)
    shared = can_assume(role, scope, kind="AWS", principals=(*caller.principals, root, account), context=context)
    if PermissionResult.DENIED not in {own, shared}:
        is_same_account = role.split(":")[4] == account
        if own is PermissionResult.PERMITTED and is_same_account:
            return None
        if PermissionResult.PERMITTED in {own, shared}:
            return caller.denial(access)
    return f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"


def _context(caller: Caller, request: Json) -> dict[str, str]:
    context = {
        "aws:PrincipalArn": caller.principals[-1] if caller.principals else caller.arn,
        "aws:PrincipalAccount": caller.arn.split(":")[4],
        "aws:SecureTransport": "true",
        "sts:RoleSessionName": request["RoleSessionName"],
    }
    return context | ({"sts:ExternalId": request["ExternalId"]} if request.get("ExternalId") else {})
