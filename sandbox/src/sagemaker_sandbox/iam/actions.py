"""The IAM actions of an operation, and the resources that it performs them on.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html:
an action is named after its operation, unless it is listed here or its service has a module of its own. Its resource
is the ARN in the request, or one of the templates below; for what has neither, only a policy with the resource ``*``
allows it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.s3_access import key_arn
from sagemaker_sandbox.iam import firewall_actions, gateway_actions, role_actions, s3_actions, scaling_actions

if TYPE_CHECKING:
    from collections.abc import Callable

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
    "cloudwatch": {"AlarmName": "alarm:{}", "AlarmNames": "alarm:{}"},
    "cognito-idp": {"UserPoolId": "userpool/{}"},
    "ecr": {"repositoryName": "repository/{}"},
    "lambda": {"FunctionName": "function:{}", "LayerName": "layer:{}"},
    "logs": {"logGroupName": "log-group:{}"},
    "sagemaker": {
        "EndpointName": "endpoint/{}",
        "EndpointConfigName": "endpoint-config/{}",
        "ModelName": "model/{}",
    },
    "signer": {"profileName": "/signing-profiles/{}", "jobId": "/signing-jobs/{}"},
    "sqs": {"QueueName": "{}"},
    "ssm": {"Name": "parameter/{}"},
    "states": {"name": "stateMachine:{}"},
}
# by the same, without a Region in the ARN
_GLOBAL: Final = {"cloudwatch": {"DashboardName": "dashboard/{}", "DashboardNames": "dashboard/{}"}}

# the further action that a call with tags needs, on the resource that it creates:
# https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-service-with-iam.html (AddTags),
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html, and the API references of CreateLogGroup,
# PutMetricAlarm and PutCompositeAlarm
_TAGS: Final = {
    "cloudwatch": ("Put", "Tags", "TagResource"),
    "lambda": ("CreateFunction", "Tags", "TagResource"),
    "logs": ("CreateLogGroup", "tags", "TagResource"),
    "sagemaker": ("Create", "Tags", "AddTags"),
}

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
    if prefix in _OWN:
        return _OWN[prefix](operation, request, scope)
    action = f"{prefix}:{action_of(prefix, operation.name)}"
    context = {key: request[name] for name, key in _CONTEXTS.get(prefix, {}).items() if request.get(name)}
    context |= {"ec2:Region": scope.region} if prefix == "ec2" else {}
    resources = _resources(prefix, operation.name, request, scope)
    needed = [
        AccessRequest(action, resource, context) for resource in (["*"] if _is_on_composite_alarms(operation, request) else resources)
    ]
    return [*needed, *_tags(prefix, operation.name, request, resources[0]), *_passed_roles(prefix, request)]


# services whose actions or resources follow rules of their own
_OWN: Final[dict[str, Callable[[OperationModel, Json, Scope], list[AccessRequest]]]] = {
    "apigateway": gateway_actions.access_requests,
    "application-autoscaling": lambda operation, request, scope: scaling_actions.access_requests(operation.name, request, scope),
    "iam": lambda operation, request, scope: role_actions.access_requests(operation.name, request, scope),
    "s3": lambda operation, request, scope: s3_actions.access_requests(operation.name, request, scope),
    "wafv2": lambda operation, request, scope: firewall_actions.access_requests(operation.name, request, scope),
}


def prefix_of(service: ServiceModel) -> str:
    """Return the prefix of a service's actions."""
    return _PREFIXES.get(service.signing_name, str(service.signing_name))


def action_of(prefix: str, operation: str) -> str:
    """Return the action of an operation of any service but S3 and API Gateway."""
    return _ACTIONS.get((prefix, operation), operation)


def _resources(prefix: str, operation: str, request: Json, scope: Scope) -> list[str]:
    if prefix == "kms":
        return [key_arn(scope, request["KeyId"]) or "*"] if request.get("KeyId") else ["*"]
    if prefix == "logs" and "logGroupName" in request:
        return [_on_logs(operation, request, scope)]
    if prefix == "sqs" and request.get("QueueUrl"):
        account, name = str(request["QueueUrl"]).split("/")[-2:]
        return [f"arn:{scope.partition}:sqs:{scope.region}:{account}:{name}"]
    return _named(prefix, operation, request, scope) or [_arn_in(prefix, request)]


def _is_on_composite_alarms(operation: OperationModel, request: Json) -> bool:
    """Return whether a request is for composite alarms, which CloudWatch allows with a permission on ``*`` alone.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html and API_DescribeAlarms.html
    """
    describes = operation.name == "DescribeAlarms" and "CompositeAlarm" in (request.get("AlarmTypes") or [])
    return describes or operation.name == "PutCompositeAlarm"


def _named(prefix: str, operation: str, request: Json, scope: Scope) -> list[str]:
    everywhere = f"arn:{scope.partition}:{prefix}::{scope.account}:"
    return [
        *(
            _arn(prefix, template, _qualified(operation, name, request), scope)
            for parameter, template in _RESOURCES.get(prefix, {}).items()
            for name in _names(request.get(parameter))
        ),
        *(
            everywhere + template.format(name)
            for parameter, template in _GLOBAL.get(prefix, {}).items()
            for name in _names(request.get(parameter))
        ),
    ]


def _qualified(operation: str, name: str, request: Json) -> str:
    """Return a function with the version or alias that is invoked, or a layer with its version, which ARNs name as well.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
    """
    qualifier = request.get("Qualifier" if operation.startswith("Invoke") else "VersionNumber")
    return f"{name}:{qualifier}" if qualifier else name


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


def _tags(prefix: str, operation: str, request: Json, resource: str) -> list[AccessRequest]:
    begins, parameter, action = _TAGS.get(prefix, ("", "", ""))
    is_tagged = bool(begins) and operation.startswith(begins) and bool(request.get(parameter))
    return [AccessRequest(f"{prefix}:{action}", resource)] if is_tagged else []


def _passed_roles(prefix: str, request: Json) -> list[AccessRequest]:
    return [
        AccessRequest("iam:PassRole", request[parameter], {"iam:PassedToService": service})
        for (owner, parameter), service in _PASSED_ROLES.items()
        if owner == prefix and request.get(parameter)
    ]
