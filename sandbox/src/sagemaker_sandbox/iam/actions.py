"""The IAM actions of an operation, and the resources that it performs them on.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html:
an action is named after its operation, unless it is listed here. Its resource is the ARN in the request, or one of the
templates below; for what has neither, only a policy with the resource ``*`` allows it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.s3_access import key_arn
from sagemaker_sandbox.iam import s3_actions

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

# by the service's name in signatures, where IAM's prefix is another one
_PREFIXES: Final = {"monitoring": "cloudwatch"}
_ACTIONS: Final = {
    ("lambda", "Invoke"): "InvokeFunction",
    ("lambda", "InvokeAsync"): "InvokeFunction",
    ("lambda", "GetLayerVersionByArn"): "GetLayerVersion",
    ("lambda", "InvokeWithResponseStream"): "InvokeFunction",
    ("kms", "ReEncrypt"): "ReEncryptFrom",
    ("sns", "PublishBatch"): "Publish",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "SendMessageBatch"): "SendMessage",
}
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html: "no permissions are
# required to perform this operation"
_ALWAYS_ALLOWED: Final = frozenset({("sts", "GetCallerIdentity")})

# by IAM's prefix and the parameter that names the resource: the ARN after the account
_RESOURCES: Final[dict[str, dict[str, str]]] = {
    "cloudwatch": {"AlarmName": "alarm:{}", "AlarmNames": "alarm:{}", "DashboardName": "dashboard/{}"},
    "cognito-idp": {"UserPoolId": "userpool/{}"},
    "ecr": {"repositoryName": "repository/{}"},
    "iam": {"PolicyName": "policy/{}"},
    "lambda": {"FunctionName": "function:{}", "LayerName": "layer:{}"},
    "logs": {"logGroupName": "log-group:{}"},
    "sagemaker": {
        "EndpointName": "endpoint/{}",
        "EndpointConfigName": "endpoint-config/{}",
        "ModelName": "model/{}",
    },
    "sqs": {"QueueName": "{}"},
    "ssm": {"Name": "parameter/{}"},
    "states": {"name": "stateMachine:{}"},
}
_GLOBAL: Final = {"RoleName": "role/{}", "UserName": "user/{}", "GroupName": "group/{}", "PolicyName": "policy/{}"}

# condition keys that a parameter gives a value
_CONTEXTS: Final[dict[str, dict[str, str]]] = {
    "cloudwatch": {"Namespace": "cloudwatch:namespace"},
    "sagemaker": {"TargetModel": "sagemaker:TargetModel", "TargetVariant": "sagemaker:TargetVariant"},
}
# parameters by which a caller passes a role to a service
_PASSED_ROLES: Final = {
    ("lambda", "Role"): "lambda.amazonaws.com",
    ("sagemaker", "ExecutionRoleArn"): "sagemaker.amazonaws.com",
    ("states", "roleArn"): "states.amazonaws.com",
}


def access_requests(service: ServiceModel, operation: OperationModel, request: Json, scope: Scope) -> list[AccessRequest]:
    """Return everything that a request must be allowed to do."""
    prefix = prefix_of(service)
    if (prefix, operation.name) in _ALWAYS_ALLOWED:
        return []
    if prefix == "s3":
        return s3_actions.access_requests(operation.name, request, scope)
    if prefix == "apigateway":
        return [_on_api_gateway(operation, request, scope)]
    action = f"{prefix}:{action_of(prefix, operation.name)}"
    context = {key: request[name] for name, key in _CONTEXTS.get(prefix, {}).items() if request.get(name)}
    context |= {"ec2:Region": scope.region} if prefix == "ec2" else {}
    needed = [AccessRequest(action, resource, context) for resource in _resources(prefix, operation.name, request, scope)]
    return [*needed, *_passed_roles(prefix, request)]


def prefix_of(service: ServiceModel) -> str:
    """Return the prefix of a service's actions."""
    return _PREFIXES.get(service.signing_name, str(service.signing_name))


def action_of(prefix: str, operation: str) -> str:
    """Return the action of an operation of any service but S3 and API Gateway."""
    return _ACTIONS.get((prefix, operation), operation)


def _resources(prefix: str, operation: str, request: Json, scope: Scope) -> list[str]:
    if prefix == "kms":
        return [key_arn(scope, request["KeyId"]) or "*"] if request.get("KeyId") else ["*"]
    if prefix == "iam":
        return [_on_iam(request, scope)]
    if prefix == "logs" and "logGroupName" in request:
        return [_on_logs(operation, request, scope)]
    found = [
        _arn(prefix, template, name, scope)
        for parameter, template in _RESOURCES.get(prefix, {}).items()
        for name in _names(request.get(parameter))
    ]
    return found or [_arn_in(prefix, request)]


def _names(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def _arn(prefix: str, template: str, name: str, scope: Scope) -> str:
    if name.startswith("arn:"):
        return name
    if prefix == "lambda":
        name = re.sub(r"^(\d{12}:)?function:", "", name)
    # SageMaker's ARNs are in lower case, whatever the resource's name
    return scope.arn(prefix, template.format(name.lower() if prefix == "sagemaker" else name))


def _arn_in(prefix: str, request: Json) -> str:
    """Return the first ARN of the service among the parameters."""
    arns = [str(value) for value in request.values() if str(value).startswith("arn:") and str(value).split(":")[2] == prefix]
    return arns[0] if arns else "*"


def _on_logs(operation: str, request: Json, scope: Scope) -> str:
    """Return a log stream; IAM sees every log group as the prefix of one."""
    group = scope.arn("logs", f"log-group:{request['logGroupName']}")
    stream = request.get("logStreamName") or ""
    return group if operation in {"DescribeLogStreams", "FilterLogEvents"} else f"{group}:log-stream:{stream}"


def _on_iam(request: Json, scope: Scope) -> str:
    """Return the role, user or group, which a policy's name may go with; IAM's ARNs have no Region."""
    if "PolicyArn" in request and "RoleName" not in request:
        return str(request["PolicyArn"])
    named = next((template.format(request[name]) for name, template in _GLOBAL.items() if request.get(name)), None)
    return f"arn:{scope.partition}:iam::{scope.account}:{named}" if named else "*"


def _on_api_gateway(operation: OperationModel, request: Json, scope: Scope) -> AccessRequest:
    """Return API Gateway's actions, which are HTTP methods on paths."""
    method, path = operation.http["method"], operation.http["requestUri"]
    path = re.sub(r"\{(\w+)\+?\}", lambda name: str(request.get(_member(operation, name[1]), "")), path).partition("?")[0]
    return AccessRequest(f"apigateway:{method}", f"arn:{scope.partition}:apigateway:{scope.region}::{path}")


def _member(operation: OperationModel, location: str) -> str:
    """Return the parameter with this name in the path."""
    members = operation.input_shape.members if operation.input_shape else {}
    return next((name for name, shape in members.items() if shape.serialization.get("name", name) == location), location)


def _passed_roles(prefix: str, request: Json) -> list[AccessRequest]:
    return [
        AccessRequest("iam:PassRole", request[parameter], {"iam:PassedToService": service})
        for (owner, parameter), service in _PASSED_ROLES.items()
        if owner == prefix and request.get(parameter)
    ]
