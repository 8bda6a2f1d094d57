"""Application Auto Scaling's actions, and the caller's permissions on the target and its alarms, which the service asks for as well.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_applicationautoscaling.html
https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html
https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.iam.models import iam_backends

from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.principals import find_role

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

_KEYS: Final = {
    "ServiceNamespace": "application-autoscaling:service-namespace",
    "ScalableDimension": "application-autoscaling:scalable-dimension",
}
_ON_ALARMS: Final = {
    "PutScalingPolicy": ("cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms"),
    "DeleteScalingPolicy": ("cloudwatch:DeleteAlarms",),
}
_SERVICE: Final = "sagemaker.application-autoscaling.amazonaws.com"
_ROLE: Final = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"


def access_requests(operation: str, request: Json, scope: Scope) -> list[AccessRequest]:
    """Return everything that a request to Application Auto Scaling must be allowed to do."""
    action = f"application-autoscaling:{operation}"
    if operation.startswith("Describe"):
        return [AccessRequest(action, "*")]
    # the ARN of a target ends with an ID, which only requests about tags contain
    target = request.get("ResourceARN") or scope.arn("application-autoscaling", "scalable-target/*")
    context = {key: request[name] for name, key in _KEYS.items() if request.get(name)}
    needed = [AccessRequest(action, target, context)]
    if operation == "RegisterScalableTarget":
        needed += [AccessRequest("application-autoscaling:TagResource", target)] if request.get("Tags") else []
        needed += _on_endpoint(request, scope)
    alarm = scope.arn("cloudwatch", f"alarm:TargetTracking-{request.get('ResourceId')}-*")
    return [*needed, *(AccessRequest(each, alarm) for each in _ON_ALARMS.get(operation, ()))]


def _on_endpoint(request: Json, scope: Scope) -> list[AccessRequest]:
    """Return the permissions on the endpoint, and that to create the service's role unless the account has it."""
    if request.get("ServiceNamespace") != "sagemaker":
        return []
    endpoint = scope.arn("sagemaker", request["ResourceId"].partition("/variant/")[0].lower())
    needed = [AccessRequest(f"sagemaker:{each}", endpoint) for each in ("DescribeEndpoint", "UpdateEndpointWeightsAndCapacities")]
    if find_role(iam_backends[scope.account][scope.partition], _ROLE) is None:
        role = f"arn:{scope.partition}:iam::{scope.account}:role/aws-service-role/{_SERVICE}/{_ROLE}"
        needed.append(AccessRequest("iam:CreateServiceLinkedRole", role, {"iam:AWSServiceName": _SERVICE}))
    return needed
