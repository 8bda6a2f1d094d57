"""Requests that AWS rejects: the sandbox returns each service's own error code, and AWS's message."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import requests
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from hosting import ACCOUNT, IMAGE, allow, unique

if TYPE_CHECKING:
    from hosting import Hosting

ROLE = "arn:aws:iam::222233334444:role/any"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ALARM = {
    "AlarmName": "any",
    "Namespace": "AWS/SageMaker",
    "MetricName": "Invocations",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
TOPIC = "arn:aws:sns:us-east-1:222233334444:any"
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    "MinCapacity": 1,
    "MaxCapacity": 2,
}


def archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("main.py", "def handler(event, context): pass")
    return content.getvalue()


FUNCTION = {"FunctionName": "any", "Runtime": "python3.13", "Handler": "main.handler", "Role": ROLE, "Code": {"ZipFile": archive()}}


def tags(count: int, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: f"key-{number}", value: "value"} for number in range(count)]


def document(size: int) -> str:
    """Return a policy of at least ``size`` characters."""
    resource = f"arn:aws:s3:::{'x' * size}"
    return json.dumps({"Version": "2012-10-17", "Statement": [allow("s3:GetObject", resource)]})


def called(hosting: Hosting, service: str, operation: str, parameters: dict[str, Any]) -> tuple[str, str]:
    """Call an operation that must fail; return the error's code and message."""
    with pytest.raises(ClientError) as error:
        getattr(hosting.client(service), operation)(**parameters)
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


MODEL = [
    # required
    ("iam", "create_role", {"RoleName": "any"}, "ValidationError", "Value null at 'assumeRolePolicyDocument' ", "not be null"),
    ("sns", "publish", {"TopicArn": TOPIC}, "ValidationError", "Value null at 'message' ", "not be null"),
    ("apigateway", "create_rest_api", {}, "BadRequestException", "Value null at 'name' ", "not be null"),
    ("kms", "encrypt", {"KeyId": "any"}, "ValidationException", "Value null at 'plaintext' ", "not be null"),
    # enum
    (
        "cloudwatch",
        "put_metric_alarm",
        ALARM | {"ComparisonOperator": "Above"},
        "ValidationError",
        "Value 'Above' at 'comparisonOperator' ",
        "enum value set",
    ),
    (
        "lambda",
        "create_function",
        FUNCTION | {"PackageType": "Tar"},
        "ValidationException",
        "Value 'Tar' at 'packageType' ",
        "enum value set",
    ),
    ("kms", "create_key", {"KeySpec": "DES"}, "ValidationException", "Value 'DES' at 'keySpec' ", "enum value set"),
    (
        "application-autoscaling",
        "register_scalable_target",
        TARGET | {"ResourceId": "endpoint/a/variant/b", "ServiceNamespace": "mine"},
        "ValidationException",
        "Value 'mine' at 'serviceNamespace' ",
        "enum value set",
    ),
    (
        "apigateway",
        "put_gateway_response",
        {"restApiId": "any", "responseType": "TEAPOT"},
        "BadRequestException",
        "Value 'TEAPOT' at 'responseType' ",
        "enum value set",
    ),
    # pattern
    (
        "iam",
        "create_role",
        {"RoleName": "a b", "AssumeRolePolicyDocument": TRUST},
        "ValidationError",
        "Value 'a b' at 'roleName' ",
        r"pattern: [\w+=,.@-]+",
    ),
    (
        "iam",
        "create_role",
        {"RoleName": "é", "AssumeRolePolicyDocument": TRUST},
        "ValidationError",
        "Value 'é' at 'roleName' ",
        r"pattern: [\w+=,.@-]+",
    ),
    ("logs", "create_log_group", {"logGroupName": "a b"}, "InvalidParameterException", "Value 'a b' at 'logGroupName' ", "pattern: "),
    ("lambda", "create_function", FUNCTION | {"Role": "mine"}, "ValidationException", "Value 'mine' at 'role' ", "pattern: "),
    (
        "sagemaker",
        "create_endpoint",
        {"EndpointName": "a_b", "EndpointConfigName": "c"},
        "ValidationException",
        "Value 'a_b' at 'endpointName' ",
        "pattern: ",
    ),
    # length
    (
        "iam",
        "create_role",
        {"RoleName": "r" * 65, "AssumeRolePolicyDocument": TRUST},
        "ValidationError",
        "at 'roleName' ",
        "length less than or equal to 64",
    ),
    (
        "iam",
        "create_role",
        {"RoleName": "any", "AssumeRolePolicyDocument": TRUST, "Tags": tags(51)},
        "ValidationError",
        "at 'tags' ",
        "length less than or equal to 50",
    ),
    (
        "cloudwatch",
        "put_metric_alarm",
        ALARM | {"AlarmActions": [TOPIC] * 6},
        "ValidationError",
        "at 'alarmActions' ",
        "length less than or equal to 5",
    ),
    (
        "lambda",
        "create_function",
        FUNCTION | {"Description": "d" * 257},
        "ValidationException",
        "at 'description' ",
        "length less than or equal to 256",
    ),
    (
        "logs",
        "create_log_group",
        {"logGroupName": "g" * 513},
        "InvalidParameterException",
        "at 'logGroupName' ",
        "length less than or equal to 512",
    ),
    (
        "kms",
        "encrypt",
        {"KeyId": "any", "Plaintext": b"p" * 4097},
        "ValidationException",
        "at 'plaintext' ",
        "length less than or equal to 4096",
    ),
    # range
    (
        "cloudwatch",
        "put_metric_alarm",
        ALARM | {"EvaluationPeriods": 0},
        "ValidationError",
        "Value '0' at 'evaluationPeriods' ",
        "value greater than or equal to 1",
    ),
    (
        "lambda",
        "create_function",
        FUNCTION | {"MemorySize": 64},
        "ValidationException",
        "Value '64' at 'memorySize' ",
        "value greater than or equal to 128",
    ),
    (
        "kms",
        "schedule_key_deletion",
        {"KeyId": "any", "PendingWindowInDays": 0},
        "ValidationException",
        "at 'pendingWindowInDays' ",
        "value greater than or equal to 1",
    ),
]

LIMITS = [
    (
        "s3",
        "put_object",
        {"Bucket": "b", "Key": "k", "Tagging": "&".join(f"k{n}=v" for n in range(11))},
        "BadRequest",
        "Object tags cannot be greater than 10",
    ),
    (
        "s3",
        "put_object_tagging",
        {"Bucket": "b", "Key": "k", "Tagging": {"TagSet": tags(11)}},
        "BadRequest",
        "Object tags cannot be greater than 10",
    ),
    ("s3", "put_object", {"Bucket": "b", "Key": "k", "Tagging": f"{'k' * 129}=v"}, "InvalidTag", "The TagKey you have provided is invalid"),
    (
        "s3",
        "put_object_tagging",
        {"Bucket": "b", "Key": "k", "Tagging": {"TagSet": [{"Key": "k", "Value": "v" * 257}]}},
        "InvalidTag",
        "The TagValue you have provided is invalid",
    ),
    (
        "s3",
        "put_bucket_tagging",
        {"Bucket": "b", "Tagging": {"TagSet": tags(51)}},
        "BadRequest",
        "Bucket tag count cannot be greater than 50",
    ),
    (
        "iam",
        "create_policy",
        {"PolicyName": "any", "PolicyDocument": document(6144)},
        "LimitExceeded",
        "Cannot exceed quota for PolicySize: 6144",
    ),
    (
        "iam",
        "create_role",
        {"RoleName": "any", "AssumeRolePolicyDocument": document(2048)},
        "LimitExceeded",
        "Cannot exceed quota for ACLSizePerRole: 2048",
    ),
    (
        "lambda",
        "create_function",
        FUNCTION | {"Environment": {"Variables": {"AB": "x" * 4096}}},
        "InvalidParameterValueException",
        "exceeded the 4KB limit",
    ),
    (
        "lambda",
        "create_function",
        FUNCTION | {"Timeout": 901},
        "ValidationException",
        "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ),
    (
        "logs",
        "put_retention_policy",
        {"logGroupName": "g", "retentionInDays": 2},
        "InvalidParameterException",
        "Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 1096, ",
    ),
    ("kms", "create_key", {"Tags": tags(51, "TagKey", "TagValue")}, "TagException", "Too many tags"),
    ("sns", "create_topic", {"Name": "any", "Tags": tags(51)}, "TagLimitExceeded", "tag quota of per resource exceeded"),
    (
        "cloudwatch",
        "put_metric_alarm",
        ALARM | {"Tags": tags(51)},
        "ValidationError",
        "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    ),
    (
        "apigateway",
        "create_api_key",
        {"name": "any", "value": "k" * 19},
        "BadRequestException",
        "API Key value should be at least 20 characters",
    ),
    (
        "apigateway",
        "create_api_key",
        {"name": "any", "value": "k" * 129},
        "BadRequestException",
        "API Key value should be at most 128 characters",
    ),
    (
        "apigateway",
        "create_stage",
        {"restApiId": "any", "stageName": "a.b", "deploymentId": "any"},
        "BadRequestException",
        "Stage name only allows a-zA-Z0-9_-",
    ),
    (
        "sagemaker",
        "create_model",
        {
            "ModelName": "m",
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": {"Image": IMAGE, "Environment": {f"K{n}": "v" * 1000 for n in range(40)}},
        },
        "ValidationException",
        "must not exceed 32768 bytes",
    ),
]


def case(row: tuple[Any, ...]) -> str:
    return f"{row[0]}-{row[1]}-{row[-1][:40]}"


@pytest.mark.parametrize(("service", "operation", "parameters", "code", "value", "constraint"), MODEL, ids=[case(row) for row in MODEL])
def test_a_request_that_violates_the_service_model_gets_the_services_own_error(  # noqa: PLR0913, PLR0917
    hosting: Hosting, service: str, operation: str, parameters: dict[str, Any], code: str, value: str, constraint: str
) -> None:
    found, message = called(hosting, service, operation, parameters)
    assert (found, message[:28]) == (code, "1 validation error detected:")
    assert value in message
    assert constraint in message


@pytest.mark.parametrize(("service", "operation", "parameters", "code", "message"), LIMITS, ids=[case(row) for row in LIMITS])
def test_a_request_over_a_documented_limit_is_rejected_as_on_aws(  # noqa: PLR0913, PLR0917
    hosting: Hosting, service: str, operation: str, parameters: dict[str, Any], code: str, message: str
) -> None:
    found = called(hosting, service, operation, parameters)
    assert found[0] == code
    assert message in found[1]


@pytest.mark.parametrize(
    ("service", "target", "content_type", "body", "code"),
    [
        ("sagemaker", "SageMaker.CreateModel", "application/x-amz-json-1.1", b'{"ModelName": ', "SerializationException"),
        ("sagemaker", "SageMaker.CreateModel", "application/x-amz-json-1.1", b'{"PrimaryContainer": "none"}', "SerializationException"),
        ("logs", "Logs_20140328.CreateLogGroup", "application/x-amz-json-1.1", b"\xff", "SerializationException"),
        ("s3", None, "application/xml", b"<Tagging><TagSet>", "MalformedXML"),
    ],
    ids=["an unfinished document", "a text in the place of an object", "no text", "unfinished XML"],
)
def test_a_malformed_request_is_the_clients_error(  # noqa: PLR0913, PLR0917
    hosting: Hosting, service: str, target: str | None, content_type: str, body: bytes, code: str
) -> None:
    headers = {"content-type": content_type} | ({"x-amz-target": target} if target else {})
    request = AWSRequest("POST" if target else "PUT", f"{hosting.url}/{'' if target else 'bucket?tagging'}", headers, body)
    sign = S3SigV4Auth if service == "s3" else SigV4Auth
    sign(Credentials(ACCOUNT, "test"), service, hosting.region).add_auth(request)
    answer = requests.request(str(request.method), str(request.url), headers=dict(request.headers), data=body, timeout=10)
    assert (answer.status_code, code in answer.text) == (400, True), answer.text


def test_the_inline_policies_of_a_role_have_one_limit_together(hosting: Hosting) -> None:
    iam, name = hosting.client("iam"), unique("role")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName=name, PolicyName="first", PolicyDocument=document(6000))
    iam.put_role_policy(RoleName=name, PolicyName="first", PolicyDocument=document(7000))
    found = called(hosting, "iam", "put_role_policy", {"RoleName": name, "PolicyName": "second", "PolicyDocument": document(4000)})
    assert found == ("LimitExceeded", f"Maximum policy size of 10240 bytes exceeded for role {name}")


def test_a_role_has_at_most_ten_managed_policies(hosting: Hosting) -> None:
    iam, name = hosting.client("iam"), unique("role")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    arns = [iam.create_policy(PolicyName=unique("policy"), PolicyDocument=document(1))["Policy"]["Arn"] for _ in range(11)]
    for arn in [*arns[:10], arns[0]]:
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    found = called(hosting, "iam", "attach_role_policy", {"RoleName": name, "PolicyArn": arns[10]})
    assert found == ("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")


def test_an_object_may_have_ten_tags(hosting: Hosting) -> None:
    s3, bucket = hosting.client("s3"), unique("tagged")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Tagging="&".join(f"k{n}=v" for n in range(10)))
    assert len(s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]) == 10


def test_a_sensitive_value_is_not_repeated(hosting: Hosting) -> None:
    parameters = {"KeyId": "any", "Plaintext": b"secret" * 1000}
    assert "secret" not in called(hosting, "kms", "encrypt", parameters)[1]
