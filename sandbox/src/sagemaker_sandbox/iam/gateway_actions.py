"""API Gateway's actions, which are HTTP methods on paths, and three permissions beyond them.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from sagemaker_sandbox.aws.policies import AccessRequest

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

_POLICY_OF_A_BODY = b"x-amazon-apigateway-policy"


def access_requests(operation: OperationModel, request: Json, scope: Scope) -> list[AccessRequest]:
    """Return everything that a request to API Gateway must be allowed to do."""
    path = _path(operation, request, scope)
    named = {"apigateway:Request/ApiName": request["name"]} if operation.name == "CreateRestApi" and request.get("name") else {}
    needed = [AccessRequest(f"apigateway:{operation.http['method']}", path, named)]
    if request.get("tags") and operation.name.startswith(("Create", "Generate")):
        needed.append(AccessRequest("apigateway:PUT", _tags_of_new(path, scope)))
    if _sets_policy(operation.name, request):
        needed.append(AccessRequest("apigateway:UpdateRestApiPolicy", path))
    return needed


def _path(operation: OperationModel, request: Json, scope: Scope) -> str:
    uri = operation.http["requestUri"].partition("?")[0]
    return _arn(re.sub(r"\{(\w+)\+?\}", lambda name: _encoded(str(request.get(_member(operation, name[1]), ""))), uri), scope)


def _arn(path: str, scope: Scope) -> str:
    return f"arn:{scope.partition}:apigateway:{scope.region}::{path}"


def _encoded(value: str) -> str:
    return quote(value, safe="") if value.startswith("arn:") else value


def _tags_of_new(path: str, scope: Scope) -> str:
    """Return the tags of what a request creates, whose name is not known yet.

    In AWS's message the name is a star: https://github.com/mattclay/aws-terminator/pull/284
    """
    return _arn(f"/tags/{quote(path, safe='')}%2F*", scope)


def _sets_policy(operation: str, request: Json) -> bool:
    """Return whether a request sets an API's resource policy, directly or in the API's body."""
    if operation == "CreateRestApi":
        return bool(request.get("policy"))
    if operation == "UpdateRestApi":
        return any(each.get("path") == "/policy" for each in request.get("patchOperations") or [])
    return operation in {"PutRestApi", "ImportRestApi"} and _POLICY_OF_A_BODY in _bytes(request.get("body"))


def _bytes(body: object) -> bytes:
    """Return a body as LocalStack's parser has it: as bytes or as a stream, which can be read again."""
    if isinstance(body, bytes):
        return body
    if body is None or not hasattr(body, "read"):
        return b""
    content = bytes(body.read())
    body.seek(0)  # type: ignore[attr-defined]
    return content


def _member(operation: OperationModel, location: str) -> str:
    """Return the parameter with this name in the path."""
    members = operation.input_shape.members if operation.input_shape else {}
    return next((name for name, shape in members.items() if shape.serialization.get("name", name) == location), location)
