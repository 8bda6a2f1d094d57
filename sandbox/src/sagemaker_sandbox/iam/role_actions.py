"""IAM's own actions: the role, user, group or policy that a call names, and the permissions boundary that a condition may ask for.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.iam.models import iam_backends

from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.principals import find_role

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

_TEMPLATES: Final = {"RoleName": "role/{}", "UserName": "user/{}", "GroupName": "group/{}", "PolicyName": "policy/{}"}
# the further action that a call with tags needs
_TAGGED: Final = {"CreateRole": "iam:TagRole", "CreatePolicy": "iam:TagPolicy", "CreateUser": "iam:TagUser"}


def access_requests(operation: str, request: Json, scope: Scope) -> list[AccessRequest]:
    """Return everything that a request to IAM must be allowed to do."""
    resource = _resource(request, scope)
    boundary = _boundary(operation, request, scope)
    needed = [AccessRequest(f"iam:{operation}", resource, {"iam:PermissionsBoundary": boundary} if boundary else {})]
    return [*needed, *([AccessRequest(_TAGGED[operation], resource)] if request.get("Tags") and operation in _TAGGED else [])]


def _resource(request: Json, scope: Scope) -> str:
    """Return the role, user or group, which a policy's name may go with; IAM's ARNs have no Region."""
    if "PolicyArn" in request and "RoleName" not in request:
        return str(request["PolicyArn"])
    named = next((template.format(request[name]) for name, template in _TEMPLATES.items() if request.get(name)), None)
    return f"arn:{scope.partition}:iam::{scope.account}:{named}" if named else "*"


def _boundary(operation: str, request: Json, scope: Scope) -> str | None:
    """Return the boundary that a call sets, or else that of the role which it changes."""
    if request.get("PermissionsBoundary"):
        return str(request["PermissionsBoundary"])
    if operation.startswith(("Create", "Get", "List")) or not request.get("RoleName"):
        return None
    role = find_role(iam_backends[scope.account][scope.partition], request["RoleName"])
    return role.permissions_boundary_arn if role is not None else None
