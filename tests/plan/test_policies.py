"""Every policy that an example plans, held against AWS's service authorization reference."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from authorization import Kind, findings, is_of_type
from planning import TREE, Plan, Planner

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = sorted(file.parent.name for file in TREE.glob("examples/*/main.tf"))
# Inputs that no example sets: networks, a key, a contract in S3, capture, notifications, dead letters, and several models of one endpoint.
EVERY_GRANT = """
locals {
  contract = {
    features = [for name in ["a", "b", "c"] : { name = name, type = "number", example = "1" }]
    columns  = ["a", "b", "c"]
  }
  large = { # too large for the environment of a function
    features = concat(local.contract.features, [{ name = "d", type = "category", values = [for each in range(200) : sha256(each)] }])
    columns  = local.contract.columns
  }
  key = "arn:aws:kms:us-east-1:123456789012:key/11111111-aaaa-bbbb-cccc-222222222222"
  other_key = "arn:aws:kms:us-east-1:210987654321:key/5678efab"
}

module "fleet" {
  source = "../"

  name        = "fleet"
  kms_key_arn = local.key
  contract    = merge(local.large, { payload = { targets = ["model"] } })
  model       = { artifact = "s3://models/many/", multi_model = {}, kms_key_arns = [local.other_key] }
  handler = {
    contract_bucket        = "contracts"
    kms_key_arns           = [local.other_key]
    dead_letter_target_arn = "arn:aws:sqs:us-east-1:123456789012:failed"
  }
  monitoring = {
    capture  = { s3_uri = "s3://models/captured" }
    rollback = { alarm_names = ["revenue"] }
  }
  network = {
    handler  = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
    endpoint = { subnet_ids = ["subnet-2"], security_group_ids = ["sg-2"] }
  }
}

module "queue" {
  source = "../"

  name        = "queue"
  kms_key_arn = local.key
  contract    = local.contract
  model       = { artifact = "s3://models/model.tar.gz", kms_key_arns = [local.other_key] }
  handler     = { kms_key_arns = [local.other_key], dead_letter_target_arn = "arn:aws:sns:us-east-1:123456789012:failed" }
  capacity = { async = {
    s3_uri = "s3://models/queue"
    notifications = {
      success_topic_arn = "arn:aws:sns:us-east-1:123456789012:done"
      error_topic_arn   = "arn:aws:sns:us-east-1:123456789012:failed"
    }
  } }
}
"""
LOGS = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/predict"
METRICS = {"Action": "cloudwatch:PutMetricData", "Condition": {"StringEquals": {"cloudwatch:namespace": "Predictions"}}}
INTERFACES = "arn:aws:ec2:eu-west-1:123456789012:network-interface/*"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"


@pytest.fixture(params=[*EXAMPLES, "every-grant"])
def plan(request: pytest.FixtureRequest, planner: Planner) -> Plan:
    """Plan each example, and a root module with everything that no example switches on."""
    if request.param in EXAMPLES:
        return planner.plan(f"examples/{request.param}")
    root = planner.tree / request.param
    root.mkdir(exist_ok=True)
    (root / "main.tf").write_text(EVERY_GRANT, encoding="utf-8")
    return planner.plan(request.param)


def test_aws_would_match_every_statement_of_every_policy(plan: Plan) -> None:
    judged = list(policies(plan))
    assert [f"{where}: {finding}" for where, kind, policy in judged for finding in findings(policy, kind)] == []
    assert {Kind.IDENTITY, Kind.TRUST} <= {kind for _, kind, _ in judged}


def test_every_statement_of_an_identity_policy_has_a_sid(plan: Plan) -> None:
    nameless = [
        where
        for where, kind, policy in policies(plan)
        for statement in policy["Statement"]
        if kind is Kind.IDENTITY and not statement.get("Sid")
    ]
    assert nameless == []


def test_every_policy_is_known_before_the_apply(plan: Plan) -> None:
    holders = [change for change in plan.document["resource_changes"] if re.match(r"aws_iam_|aws_kms_key$|.*_policy$", change["type"])]
    unknown = [
        change["address"]
        for change in holders
        for attribute in ("policy", "assume_role_policy", "access_policy")
        if change["change"]["after_unknown"].get(attribute) is True
    ]
    assert holders
    assert unknown == []


def test_no_policy_is_attached_that_the_plan_does_not_show(plan: Plan) -> None:
    assert [attached["policy_arn"] for attached in plan.resources("aws_iam_role_policy_attachment")] == []


def policies(plan: Plan) -> Iterator[tuple[str, Kind, Any]]:
    """Find the policies of a plan, wherever a resource holds one: its address, what it belongs to, the document."""
    for change in plan.document["resource_changes"]:
        for path, document in documents(change["change"]["after"] or {}, ""):
            yield f"{change['address']}{path}", kind_of(change["type"], path), document


def documents(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Find the policy documents in a JSON value; a text that is JSON itself is looked into."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, dict) and "Statement" in value:
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from documents(each, f"{path}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from documents(each, f"{path}[{number}]")


def kind_of(type_: str, path: str) -> Kind:
    """Tell what a policy belongs to, from the type of its resource and the attribute that holds it."""
    if path == ".assume_role_policy":
        return Kind.TRUST
    if type_.startswith("aws_iam_"):
        return Kind.IDENTITY
    return Kind.KEY if type_.startswith("aws_kms_") else Kind.RESOURCE


# ---- mistakes that are found


def judged(statement: dict[str, Any], kind: Kind = Kind.IDENTITY) -> list[str]:
    """Return the findings in a policy of one statement, which allows something unless it says otherwise."""
    return findings({"Statement": [{"Sid": "S", "Effect": "Allow"} | statement]}, kind)


def allow(action: object, resource: object, **elements: object) -> dict[str, Any]:
    return {"Action": action, "Resource": resource} | elements


def when(operator: str, key: str, value: object) -> dict[str, Any]:
    return {operator: {key: value}}


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        # a wrong action
        (allow("s3:GetObjekt", "arn:aws:s3:::models/*"), "AWS has no action s3:GetObjekt"),
        (allow("sagemaker-runtime:InvokeEndpoint", "*"), "AWS has no action sagemaker-runtime:InvokeEndpoint"),
        (allow(["s3:GetObject", "s3:Fetch*"], "arn:aws:s3:::models/*"), "AWS has no action s3:Fetch*"),
        ({"Effect": "Deny"} | allow("s3:Lose*", "*"), "AWS has no action s3:Lose*"),
        # a resource of the wrong type
        (allow("s3:GetObject", "arn:aws:s3:::models"), "no action of the statement acts on arn:aws:s3:::models"),
        (allow("s3:ListBucket", "arn:aws:s3:::models/*"), "no action of the statement acts on arn:aws:s3:::models/*"),
        (allow("logs:PutLogEvents", LOGS), f"no action of the statement acts on {LOGS}"),
        (
            allow("sagemaker:InvokeEndpoint", "arn:aws:sagemaker:eu-west-1:123456789012:endpoint-config/demand"),
            "no action of the statement acts on arn:aws:sagemaker:eu-west-1:123456789012:endpoint-config/demand",
        ),
        (
            allow("s3:GetObject", ["arn:aws:s3:::models/*", "arn:aws:s3:::models"]),
            "no action of the statement acts on arn:aws:s3:::models",
        ),
        (
            {"Effect": "Deny"} | allow("s3:PutObject", "arn:aws:s3:::models"),
            "no action of the statement acts on arn:aws:s3:::models",
        ),
        # an action that no resource of the statement is meant for
        (
            allow(["s3:GetObject", "s3:ListBucket"], "arn:aws:s3:::models/*"),
            "s3:ListBucket acts on accesspoint, bucket, and no resource is one",
        ),
        (
            allow("ec2:CreateNetworkInterface", INTERFACES),
            "ec2:CreateNetworkInterface is also checked against subnet, which no resource names",
        ),
        # an action without a resource type, on one
        (
            METRICS | {"Resource": "arn:aws:cloudwatch:eu-west-1:123456789012:*"},
            'cloudwatch:PutMetricData has no resource type; allow it on "*", in a statement of its own',
        ),
        (
            allow(["ecr:BatchGetImage", "ecr:GetAuthorizationToken"], "arn:aws:ecr:eu-west-1:123456789012:repository/a"),
            'ecr:GetAuthorizationToken has no resource type; allow it on "*", in a statement of its own',
        ),
        # an action that AWS allows on everything only, although it has a resource type
        (
            allow("cloudwatch:PutCompositeAlarm", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a"),
            'cloudwatch:PutCompositeAlarm has to be allowed on "*", in a statement of its own',
        ),
        # everything
        (allow("s3:GetObject", "*"), 's3:GetObject has resource types; name the resource instead of "*"'),
        (
            allow(["ecr:BatchGetImage", "ecr:GetAuthorizationToken"], "*"),
            'ecr:BatchGetImage has resource types; name the resource instead of "*"',
        ),
        (METRICS | {"Resource": ["*", "arn:aws:s3:::models"]}, '"*" makes the other resources useless'),
        (
            allow("cloudwatch:PutMetricData", "*"),
            'cloudwatch:PutMetricData on "*" needs a condition; AWS supports cloudwatch:namespace',
        ),
        (
            allow("cloudwatch:PutMetricData", "*", Condition=when("StringEquals", "aws:SourceAccount", "1")),
            'cloudwatch:PutMetricData on "*" needs a condition; AWS supports cloudwatch:namespace',
        ),
        ({"Action": "s3:GetObject"}, "it has neither Resource nor NotResource"),
        # a condition key that no request of the action carries
        (
            allow("cloudwatch:PutMetricData", "*", Condition=when("StringEquals", "cloudwatch:name", "P")),
            "cloudwatch:PutMetricData has no condition key cloudwatch:name",
        ),
        (
            allow("s3:GetObject", "arn:aws:s3:::models/*", Condition=when("StringLike", "s3:prefix", "a")),
            "s3:GetObject has no condition key s3:prefix",
        ),
        (
            allow("s3:GetObject", "arn:aws:s3:::models/*", Condition=when("StringEquals", "aws:SourceAcount", "1")),
            "s3:GetObject has no condition key aws:sourceacount",
        ),
    ],
)
def test_a_statement_that_aws_would_not_match_is_found(statement: dict[str, Any], finding: str) -> None:
    assert f"statement S: {finding}" in judged(statement)


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:GetObject", "arn:aws:s3:::models/a/b.tar.gz"),
        allow("S3:getobject", ["arn:aws:s3:::models/*", "arn:aws:s3:::mod*"]),
        allow(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::models", "arn:aws:s3:::models/*"]),
        allow("s3:ListBucket", "arn:aws:s3:::models", Condition=when("StringLike", "s3:prefix", "a/*")),
        allow(["logs:DescribeLogStreams", "logs:PutLogEvents"], [LOGS, f"{LOGS}:*"]),
        METRICS | {"Resource": "*"},
        allow("ecr:GetAuthorizationToken", "*"),
        allow("cloudwatch:PutCompositeAlarm", "*"),
        allow("cloudwatch:DescribeAlarms", "*"),
        allow("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a"),
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
        allow("ec2:DescribeSubnets", "*", Condition=when("StringEquals", "ec2:Region", "eu-west-1")),
        allow("ec2:DeleteNetworkInterface", INTERFACES, Condition=when("ArnLike", "ec2:Subnet", "arn:aws:ec2:*")),
        allow("ec2:DeleteNetworkInterface", "arn:aws:ec2:eu-west-1:123456789012:*/*"),
        allow("kms:Decrypt", KEY, Condition=when("StringEquals", "kms:EncryptionContext:aws:s3:arn", "a")),
        allow("s3:GetObject", "arn:aws:s3:::models/*", Condition=when("ArnEquals", "lambda:SourceFunctionArn", "a")),
        allow("s3:GetObject", "arn:aws:s3:::models/*", Condition=when("StringEquals", "aws:PrincipalTag/team", "a")),
        {"Effect": "Deny"} | allow("s3:*", "*", Condition=when("Bool", "aws:SecureTransport", "false")),
    ],
)
def test_a_statement_that_aws_matches_passes(statement: dict[str, Any]) -> None:
    assert judged(statement) == []


def test_a_key_policy_may_call_its_key_everything() -> None:
    assert judged(allow("kms:Decrypt", "*"), Kind.KEY) == []
    assert judged(allow("kms:Decrypt", "*"), Kind.RESOURCE) != []


def test_a_resource_policy_cannot_ask_which_function_calls() -> None:
    statement = allow("s3:GetObject", "arn:aws:s3:::models/*", Condition=when("ArnEquals", "lambda:SourceFunctionArn", "a"))
    assert judged(statement, Kind.RESOURCE) == ["statement S: s3:GetObject has no condition key lambda:sourcefunctionarn"]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ({"Action": "sts:AssumeRole", "Condition": when("StringEquals", "aws:SourceAccount", "1")}, False),
        ({"Action": "sts:AssumeRole", "Condition": when("StringEquals", "sts:ExternalId", "1")}, False),
        ({"Action": "sts:AssumeRoles"}, True),
        ({"Action": "sts:AssumeRole", "Condition": when("StringEquals", "sts:External", "1")}, True),
    ],
)
def test_a_trust_policy_is_judged_by_action_and_condition(statement: dict[str, Any], *, found: bool) -> None:
    assert bool(judged(statement, Kind.TRUST)) == found


@pytest.mark.parametrize(
    ("arn", "template", "common"),
    [
        ("arn:aws:s3:::a/b/c", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", True),
        ("arn:aws:s3:::a/", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", False),
        ("arn:aws:s3:::a*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", True),
        ("arn:aws:s3:::${aws:username}", "arn:${Partition}:s3:::${BucketName}", True),
        ("arn:aws:s3:::?", "arn:${Partition}:s3:::${BucketName}", True),
        ("arn:aws:s3:::?/", "arn:${Partition}:s3:::${BucketName}", False),
        ("arn:*:endpoint/a", "arn:${Partition}:sagemaker:${Region}:${Account}:endpoint/${EndpointName}", True),
        ("arn:*:model/a", "arn:${Partition}:sagemaker:${Region}:${Account}:endpoint/${EndpointName}", False),
        ("arn:aws:sns::1:a", "arn:${Partition}:sns:${Region}:${Account}:${TopicName}", False),
    ],
)
def test_an_arn_is_of_a_type_if_one_arn_fits_both(arn: str, template: str, *, common: bool) -> None:
    assert is_of_type(arn, template) == common


def test_a_policy_is_found_wherever_a_plan_holds_it() -> None:
    policy = {"Statement": []}
    api = json.dumps({"openapi": "3.0.1", "x-amazon-apigateway-policy": policy})
    values = {"policy": json.dumps(policy), "inline_policy": [{"policy": json.dumps(policy)}], "body": api, "name": "{"}
    assert list(documents(values, "")) == [
        (".policy", policy),
        (".inline_policy[0].policy", policy),
        (".body.x-amazon-apigateway-policy", policy),
    ]


def test_a_policy_is_judged_as_what_it_belongs_to() -> None:
    assert kind_of("aws_iam_role", ".assume_role_policy") is Kind.TRUST
    assert kind_of("aws_iam_role", ".inline_policy[0].policy") is Kind.IDENTITY
    assert kind_of("aws_kms_key", ".policy") is Kind.KEY
    assert kind_of("aws_s3_bucket_policy", ".policy") is Kind.RESOURCE
