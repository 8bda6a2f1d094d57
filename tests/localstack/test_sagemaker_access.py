"""Permission to invoke an endpoint: the sandbox evaluates the policies in its IAM as AWS does."""

from __future__ import annotations

from typing import Any

import pytest
from hosting import ACCOUNT, REGION, Hosting, allow, error_of, policy, unique
from moto.iam.access_control import PermissionResult
from sagemaker_sandbox.aws.policies import AccessRequest, evaluate_policies, matches

INVOKE = "sagemaker:InvokeEndpoint"
ANY_ROOT = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/bikes"

ALLOWED, DENIED, NEUTRAL = PermissionResult.PERMITTED, PermissionResult.DENIED, PermissionResult.NEUTRAL


# ---- one statement


@pytest.mark.parametrize(
    ("statement", "result"),
    [
        ({"Action": INVOKE, "Resource": ARN}, ALLOWED),
        ({"Action": [INVOKE], "Resource": [ARN, "arn:aws:s3:::x"]}, ALLOWED),
        ({"Action": "SageMaker:invokeendpoint", "Resource": ARN}, ALLOWED),
        ({"Action": "sagemaker:Invoke*", "Resource": "arn:aws:sagemaker:*:*:endpoint/bik?s"}, ALLOWED),
        ({"Action": "*", "Resource": "*"}, ALLOWED),
        ({"Action": INVOKE, "Resource": ARN + "2"}, NEUTRAL),
        ({"Action": INVOKE, "Resource": ARN.removesuffix("s")}, NEUTRAL),
        ({"Action": INVOKE, "Resource": ARN.replace("bikes", "Bikes")}, NEUTRAL),
        ({"Action": INVOKE, "Resource": ARN.replace("bikes", "b.kes")}, NEUTRAL),
        ({"Action": INVOKE + "Async", "Resource": ARN}, NEUTRAL),
        ({"NotAction": "s3:*", "Resource": ARN}, ALLOWED),
        ({"NotAction": INVOKE, "Resource": ARN}, NEUTRAL),
        ({"Action": INVOKE, "NotResource": "arn:aws:s3:::x"}, ALLOWED),
        ({"Action": INVOKE, "NotResource": ARN}, NEUTRAL),
        ({"Effect": "Deny", "Action": INVOKE, "Resource": ARN}, DENIED),
        ({"Effect": "Deny", "Action": INVOKE, "Resource": ARN + "2"}, NEUTRAL),
        ({"Effect": "Deny", "Action": INVOKE, "NotResource": ARN}, NEUTRAL),
    ],
)
def test_a_statement_applies_to_its_actions_and_resources(statement: dict[str, Any], result: PermissionResult) -> None:
    assert evaluate_policies([{"Statement": {"Effect": "Allow"} | statement}], AccessRequest(INVOKE, ARN)) is result


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"sagemaker:TargetModel": "a.tar.gz"}}, True),
        ({"StringEquals": {"SageMaker:targetmodel": ["b", "a.tar.gz"]}}, True),
        ({"StringEquals": {"sagemaker:TargetModel": "A.tar.gz"}}, False),
        ({"StringEqualsIgnoreCase": {"sagemaker:TargetModel": "A.tar.gz"}}, True),
        ({"StringLike": {"sagemaker:TargetModel": "*.tar.??"}}, True),
        ({"StringNotLike": {"sagemaker:TargetModel": "*.tar.gz"}}, False),
        ({"StringNotEquals": {"sagemaker:TargetModel": "b"}}, True),
        ({"ForAnyValue:StringEquals": {"sagemaker:TargetModel": "a.tar.gz"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::x"}}, False),
        ({"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::x"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "1"}}, True),
        ({"Null": {"aws:SourceAccount": "true"}}, True),
        ({"Null": {"sagemaker:TargetModel": True}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        ({"StringEquals": {"sagemaker:TargetModel": "a.tar.gz", "aws:SourceAccount": "1"}}, False),
    ],
)
@pytest.mark.parametrize(("effect", "result"), [("Allow", ALLOWED), ("Deny", DENIED)])
def test_a_statement_applies_only_if_its_conditions_hold(
    condition: dict[str, Any], holds: bool, effect: str, result: PermissionResult
) -> None:
    statement = {"Effect": effect, "Action": INVOKE, "Resource": "*", "Condition": condition}
    request = AccessRequest(INVOKE, ARN, {"sagemaker:TargetModel": "a.tar.gz"})
    assert evaluate_policies([{"Statement": [statement]}], request) is (result if holds else NEUTRAL)


def test_a_deny_overrides_every_allow() -> None:
    documents = [{"Statement": [allow(INVOKE, "*")]}, {"Statement": [allow(INVOKE, ARN) | {"Effect": "Deny"}]}]
    assert evaluate_policies(documents, AccessRequest(INVOKE, ARN)) is DENIED


@pytest.mark.parametrize(("pattern", "text"), [("a.c", "abc"), ("a+", "aa"), ("a", "A"), ("a", "ab"), ("(a", "a")])
def test_only_star_and_question_mark_are_special(pattern: str, text: str) -> None:
    assert not matches(pattern, text)


# ---- callers of the runtime


@pytest.fixture(scope="module")
def endpoint(hosting: Hosting) -> str:
    return hosting.endpoint(4)


def caller(hosting: Hosting, role: str, **settings: str) -> Any:
    """Assume a role; return a runtime client of the session ``test``."""
    sts = hosting.client("sts")
    keys = sts.assume_role(RoleArn=role, RoleSessionName="test", **settings)["Credentials"]
    return hosting.session("sagemaker-runtime", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def denial(hosting: Hosting, endpoint: str, client: Any) -> str:
    """Invoke an endpoint, which must be denied; return the message after the resource."""
    error = error_of(lambda: hosting.invoke(endpoint, client=client))["Error"]
    assert error["Code"] == "AccessDeniedException"
    return str(error["Message"].partition(hosting.arn("endpoint", endpoint.lower()))[2])


def test_a_role_that_allows_the_endpoint_can_invoke_it(hosting: Hosting, endpoint: str) -> None:
    role = hosting.role(allow(INVOKE, hosting.arn("endpoint", endpoint.lower())), trust=ANY_ROOT)
    assert hosting.prediction(endpoint, client=caller(hosting, role)) == 4


def test_a_role_that_does_not_allow_it_is_denied_in_awss_wording(hosting: Hosting, endpoint: str) -> None:
    role = hosting.role(allow(INVOKE, hosting.arn("endpoint", "another")), trust=ANY_ROOT)
    error = error_of(lambda: hosting.invoke(endpoint, client=caller(hosting, role)))
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert error["Error"] == {
        "Code": "AccessDeniedException",
        "Message": f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{role.rpartition('/')[2]}/test is not authorized to "
        f"perform: {INVOKE} on resource: {hosting.arn('endpoint', endpoint.lower())} "
        f"because no identity-based policy allows the {INVOKE} action",
    }


def test_a_policy_with_the_names_original_case_allows_nothing(hosting: Hosting, endpoint: str) -> None:
    role = hosting.role(allow(INVOKE, hosting.arn("endpoint", endpoint)), trust=ANY_ROOT)
    assert denial(hosting, endpoint, caller(hosting, role)).startswith(" because no identity-based policy")


def test_access_to_a_missing_endpoint_is_denied_first(hosting: Hosting) -> None:
    role = hosting.role(allow("s3:GetObject", "arn:aws:s3:::x"), trust=ANY_ROOT)
    assert denial(hosting, "absent", caller(hosting, role))


def test_an_attached_policy_and_its_changes_take_effect_at_once(hosting: Hosting, endpoint: str) -> None:
    iam, role = hosting.client("iam"), hosting.role(allow("s3:GetObject", "arn:aws:s3:::x"), trust=ANY_ROOT)
    client = caller(hosting, role)
    right, wrong = (policy(allow(INVOKE, hosting.arn("endpoint", name))) for name in (endpoint.lower(), "another"))
    arn = iam.create_policy(PolicyName=unique("invoke"), PolicyDocument=right)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role.rpartition("/")[2], PolicyArn=arn)
    assert hosting.prediction(endpoint, client=client) == 4
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=wrong, SetAsDefault=True)
    assert denial(hosting, endpoint, client)


def test_an_explicit_deny_is_named(hosting: Hosting, endpoint: str) -> None:
    allowed = allow(INVOKE, "arn:aws:sagemaker:*:*:endpoint/*")
    role = hosting.role(allowed, allowed | {"Effect": "Deny"}, trust=ANY_ROOT)
    assert denial(hosting, endpoint, caller(hosting, role)) == " with an explicit deny in an identity-based policy"


def test_a_permissions_boundary_limits_the_role(hosting: Hosting, endpoint: str) -> None:
    iam, role = hosting.client("iam"), hosting.role(allow(INVOKE, "*"), trust=ANY_ROOT)
    document = policy(allow("s3:GetObject", "*"))
    arn = iam.create_policy(PolicyName=unique("boundary"), PolicyDocument=document)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName=role.rpartition("/")[2], PermissionsBoundary=arn)
    expected = f" because no permissions boundary allows the {INVOKE} action"
    assert denial(hosting, endpoint, caller(hosting, role)) == expected


def test_a_sessions_policy_limits_the_session(hosting: Hosting, endpoint: str) -> None:
    role = hosting.role(allow(INVOKE, "*"), trust=ANY_ROOT)
    client = caller(hosting, role, Policy=policy(allow(INVOKE, hosting.arn("endpoint", "another"))))
    assert denial(hosting, endpoint, client) == f" because no session policy allows the {INVOKE} action"


def test_a_user_has_the_permissions_of_its_groups(hosting: Hosting, endpoint: str) -> None:
    iam, name, group = hosting.client("iam"), unique("user"), unique("group")
    iam.create_user(UserName=name)
    iam.create_group(GroupName=group)
    iam.add_user_to_group(GroupName=group, UserName=name)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    client = hosting.session("sagemaker-runtime", keys["AccessKeyId"], keys["SecretAccessKey"])
    assert denial(hosting, endpoint, client)
    iam.put_group_policy(GroupName=group, PolicyName="invoke", PolicyDocument=policy(allow(INVOKE, "*")))
    assert hosting.prediction(endpoint, client=client) == 4


def test_root_credentials_are_allowed(hosting: Hosting, endpoint: str) -> None:
    assert hosting.prediction(endpoint) == 4
