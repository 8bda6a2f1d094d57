"""Application Auto Scaling's operations. Add an operation here and to ``OPERATIONS``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.autoscaling import alarms
from sagemaker_sandbox.autoscaling.capacity import CONCURRENCY, INSTANCES, Capacity
from sagemaker_sandbox.autoscaling.errors import ObjectNotFoundException, ResourceNotFoundException
from sagemaker_sandbox.autoscaling.models import Action, Policy, Target, store_of
from sagemaker_sandbox.aws.errors import ValidationException
from sagemaker_sandbox.aws.validation import violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botocore.model import OperationModel

    from sagemaker_sandbox.autoscaling.models import AutoScalingStore
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

    type Operation = Callable[[Scope, AutoScalingStore, Json], Json | None]

_IDENTITY: Final = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_SUSPENSIONS: Final = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
_CONFIGURATIONS: Final = {
    "StepScaling": "StepScalingPolicyConfiguration",
    "TargetTrackingScaling": "TargetTrackingScalingPolicyConfiguration",
}
_METRICS: Final = {
    "SageMakerVariantInvocationsPerInstance": INSTANCES,
    "SageMakerVariantConcurrentRequestsPerModelHighResolution": INSTANCES,
    "SageMakerVariantProvisionedConcurrencyUtilization": CONCURRENCY,
}
_SCHEDULES: Final = r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\(([1-9]\d*) (minute|hour|day)s?\)|cron\(\S+ \S+ \S+ \S+ \S+ \S+\)"


# ---- targets


def register_scalable_target(scope: Scope, store: AutoScalingStore, request: Json) -> Json:
    """Register a variant or change its bounds; its capacity is brought within them."""
    capacity = Capacity.of(scope, request["ResourceId"], request["ScalableDimension"])
    with store.lock:
        target = store.targets.get(_key(request))
        minimum = request.get("MinCapacity", target and target.minimum)
        maximum = request.get("MaxCapacity", target and target.maximum)
        if minimum is None or maximum is None:
            raise ValidationException("MinCapacity and MaxCapacity must be specified to register a new scalable target")
        capacity.check(minimum, maximum)
        if target is None:
            target = Target(scope, *_key(request), minimum, maximum, _role(scope), dict.fromkeys(_SUSPENSIONS, False))
            store.targets[_key(request)] = target
        target.minimum, target.maximum = minimum, maximum
        target.suspended |= request.get("SuspendedState", {})
        target.tags |= request.get("Tags", {})
    capacity.bring_within(minimum, maximum)
    return {"ScalableTargetARN": target.arn}


def _role(scope: Scope) -> str:
    """Return the service-linked role, which is used whatever role a request specifies."""
    service = "sagemaker.application-autoscaling.amazonaws.com"
    name = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
    return f"arn:{scope.partition}:iam::{scope.account}:role/aws-service-role/{service}/{name}"


def describe_scalable_targets(_scope: Scope, store: AutoScalingStore, request: Json) -> Json:
    """List targets, a page at a time."""
    wanted = request.get("ResourceIds")
    targets = [target for target in _targets(store, request) if not wanted or target.resource in wanted]
    return _page(request, "ScalableTargets", [_target(target) for target in targets])


def _target(target: Target) -> Json:
    return _identity(target) | {
        "MinCapacity": target.minimum,
        "MaxCapacity": target.maximum,
        "RoleARN": target.role,
        "CreationTime": target.created,
        "SuspendedState": target.suspended,
        "ScalableTargetARN": target.arn,
    }


def deregister_scalable_target(_scope: Scope, store: AutoScalingStore, request: Json) -> None:
    """Deregister a target with its policies and scheduled actions."""
    with store.lock:
        target = _found(store, request, "No scalable target found")
        del store.targets[_key(request)]
    for policy in target.policies.values():
        alarms.delete(target, policy)


# ---- policies


def put_scaling_policy(_scope: Scope, store: AutoScalingStore, request: Json) -> Json:
    """Create a policy or replace its configuration."""
    with store.lock:
        target = _found(store, request, "No scalable target registered")
        name = request["PolicyName"]
        policy = target.policies.get(name)
        request.setdefault("PolicyType", policy.settings["PolicyType"] if policy else "StepScaling")
        _check_policy(request["PolicyType"], request)
        if policy is None:
            policy = target.policies[name] = Policy(target.arn_of("scalingPolicy", name), request)
        policy.settings = request
    alarms.replace(target, policy)
    return {"PolicyARN": policy.arn, "Alarms": policy.alarms}


def _check_policy(policy_type: str, request: Json) -> None:
    name = _CONFIGURATIONS.get(policy_type)
    given = [key for key in request if key.endswith("PolicyConfiguration")]
    if name is None:
        raise ValidationException(f"The sandbox supports the policy types {' and '.join(_CONFIGURATIONS)}, but not {policy_type}.")
    if given != [name]:
        raise ValidationException(f"A policy of type {policy_type} must have a {name} and no other configuration")
    configuration = request[name]
    if policy_type == "StepScaling":
        _check_steps(configuration)
    else:
        _check_metric(configuration, request["ScalableDimension"])


def _check_steps(configuration: Json) -> None:
    steps = configuration.get("StepAdjustments")
    if not steps or "AdjustmentType" not in configuration:
        raise ValidationException("A step scaling policy must have an AdjustmentType and at least one StepAdjustment")
    bounds = [(step.get("MetricIntervalLowerBound"), step.get("MetricIntervalUpperBound")) for step in steps]
    if any(low is None and high is None for low, high in bounds) and len(steps) > 1:
        raise ValidationException("At least one of MetricIntervalLowerBound and MetricIntervalUpperBound must be specified")
    if any(low is not None and high is not None and low >= high for low, high in bounds):
        raise ValidationException("MetricIntervalLowerBound must be less than MetricIntervalUpperBound")


def _check_metric(configuration: Json, dimension: str) -> None:
    predefined, customized = (configuration.get(f"{kind}MetricSpecification") for kind in ("Predefined", "Customized"))
    if (predefined is None) == (customized is None):
        raise ValidationException("Exactly one of a predefined and a customized metric specification must be given")
    if predefined and _METRICS.get(predefined["PredefinedMetricType"]) != dimension:
        fitting = " or ".join(name for name, scaled in _METRICS.items() if scaled == dimension)
        raise ValidationException(
            f"Predefined metric type {predefined['PredefinedMetricType']} does not fit the scalable dimension {dimension}; {fitting} does"
        )
    if customized and ("Metrics" in customized) == ("MetricName" in customized):
        raise ValidationException("A customized metric specification must have either Metrics or MetricName")


def describe_scaling_policies(_scope: Scope, store: AutoScalingStore, request: Json) -> Json:
    """List policies, a page at a time."""
    names = request.get("PolicyNames")
    found = [
        _policy(target, policy)
        for target in _targets(store, request)
        for name, policy in target.policies.items()
        if not names or name in names
    ]
    return _page(request, "ScalingPolicies", found)


def _policy(target: Target, policy: Policy) -> Json:
    name = _CONFIGURATIONS[policy.settings["PolicyType"]]
    return _identity(target) | {
        "PolicyARN": policy.arn,
        "PolicyName": policy.settings["PolicyName"],
        "PolicyType": policy.settings["PolicyType"],
        name: policy.settings[name],
        "Alarms": policy.alarms,
        "CreationTime": policy.created,
    }


def delete_scaling_policy(_scope: Scope, store: AutoScalingStore, request: Json) -> None:
    """Delete a policy and the alarms that it created."""
    with store.lock:
        target = _found(store, request, "No scalable target found")
        policy = target.policies.pop(request["PolicyName"], None)
    if policy is None:
        raise ObjectNotFoundException(f"No scaling policy found for {_identified(request)}, name: {request['PolicyName']}")
    alarms.delete(target, policy)


# ---- scheduled actions


def put_scheduled_action(_scope: Scope, store: AutoScalingStore, request: Json) -> None:
    """Create or change a scheduled action; start and end times that are not repeated are removed."""
    name = request["ScheduledActionName"]
    with store.lock:
        target = _found(store, request, "No scalable target registered")
        action = target.actions.get(name)
        kept = {key: value for key, value in action.settings.items() if not key.endswith("Time")} if action else {}
        settings = kept | request
        _check_action(settings, target)
        if action is None:
            action = target.actions[name] = Action(target.arn_of("scheduledAction", name), settings)
        action.settings = settings


def _check_action(settings: Json, target: Target) -> None:
    schedule = settings.get("Schedule")
    if schedule is None or re.fullmatch(_SCHEDULES, schedule) is None:
        raise ValidationException(f"Invalid schedule: {schedule}. It must be at(), rate() or cron() with six fields")
    bounds = settings.get("ScalableTargetAction", {})
    if not bounds:
        raise ValidationException("ScalableTargetAction must have a MinCapacity, a MaxCapacity or both")
    if bounds.get("MinCapacity", target.minimum) > bounds.get("MaxCapacity", target.maximum):
        raise ValidationException("Maximum capacity cannot be less than minimum capacity")


def describe_scheduled_actions(_scope: Scope, store: AutoScalingStore, request: Json) -> Json:
    """List scheduled actions, a page at a time."""
    names = request.get("ScheduledActionNames")
    found = [
        _identity(target) | action.settings | {"ScheduledActionARN": action.arn, "CreationTime": action.created}
        for target in _targets(store, request)
        for name, action in target.actions.items()
        if not names or name in names
    ]
    return _page(request, "ScheduledActions", found)


def delete_scheduled_action(_scope: Scope, store: AutoScalingStore, request: Json) -> None:
    """Delete a scheduled action."""
    name = request["ScheduledActionName"]
    with store.lock:
        target = _found(store, request, "No scalable target found")
        if target.actions.pop(name, None) is None:
            raise ObjectNotFoundException(f"No scheduled action found for {_identified(request)}, name: {name}")


def describe_scaling_activities(_scope: Scope, _store: AutoScalingStore, request: Json) -> Json:
    """Return no scaling activities: the sandbox keeps no record of them."""
    return _page(request, "ScalingActivities", [])


# ---- tags


def tag_resource(_scope: Scope, store: AutoScalingStore, request: Json) -> None:
    """Tag a target."""
    with store.lock:
        _tagged(store, request).tags.update(request["Tags"])


def untag_resource(_scope: Scope, store: AutoScalingStore, request: Json) -> None:
    """Remove tags from a target."""
    with store.lock:
        tags = _tagged(store, request).tags
        for key in request["TagKeys"]:
            tags.pop(key, None)


def list_tags_for_resource(_scope: Scope, store: AutoScalingStore, request: Json) -> Json:
    """List a target's tags."""
    return {"Tags": _tagged(store, request).tags}


def _tagged(store: AutoScalingStore, request: Json) -> Target:
    arn = request["ResourceARN"]
    for target in list(store.targets.values()):
        if target.arn == arn:
            return target
    raise ResourceNotFoundException(arn)


# ---- shared by the operations


def _key(request: Json) -> tuple[str, str]:
    return request["ResourceId"], request["ScalableDimension"]


def _identified(request: Json) -> str:
    namespace, resource, dimension = (request[name] for name in _IDENTITY)
    return f"service namespace: {namespace}, resource ID: {resource}, scalable dimension: {dimension}"


def _found(store: AutoScalingStore, request: Json, message: str) -> Target:
    target = store.targets.get(_key(request))
    if target is None:
        raise ObjectNotFoundException(f"{message} for {_identified(request)}")
    return target


def _targets(store: AutoScalingStore, request: Json) -> list[Target]:
    return [
        target
        for target in list(store.targets.values())
        if request.get("ResourceId") in {None, target.resource} and request.get("ScalableDimension") in {None, target.dimension}
    ]


def _identity(target: Target) -> dict[str, Any]:
    return dict(zip(_IDENTITY, ("sagemaker", target.resource, target.dimension), strict=True))


def _page(request: Json, key: str, items: Iterable[Json]) -> Json:
    found = list(items)
    start = int(request.get("NextToken") or 0)
    end = start + request.get("MaxResults", 50)
    return {key: found[start:end]} | ({"NextToken": str(end)} if end < len(found) else {})


OPERATIONS: dict[str, Operation] = {
    "DeleteScalingPolicy": delete_scaling_policy,
    "DeleteScheduledAction": delete_scheduled_action,
    "DeregisterScalableTarget": deregister_scalable_target,
    "DescribeScalableTargets": describe_scalable_targets,
    "DescribeScalingActivities": describe_scaling_activities,
    "DescribeScalingPolicies": describe_scaling_policies,
    "DescribeScheduledActions": describe_scheduled_actions,
    "ListTagsForResource": list_tags_for_resource,
    "PutScalingPolicy": put_scaling_policy,
    "PutScheduledAction": put_scheduled_action,
    "RegisterScalableTarget": register_scalable_target,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}


def perform(scope: Scope, operation: OperationModel, request: Json) -> Json:
    """Return the response to a request as botocore's model parses it. Raises errors worded like AWS's."""
    shape = operation.input_shape
    if shape is not None and (message := violations(shape, request)):
        raise ValidationException(message)
    if request.get("ServiceNamespace", "sagemaker") != "sagemaker":
        raise ValidationException("The sandbox scales only the namespace sagemaker.")
    return OPERATIONS[operation.name](scope, store_of(scope), request) or {}
