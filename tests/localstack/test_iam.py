"""IAM in the sandbox: who may call, which signatures are accepted, and that policies apply to every service's calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from hosting import ACCOUNT, IMAGE, allow, archive, constant, error_of, message_of, policy, unique

if TYPE_CHECKING:
    from collections.abc import Callable

    from hosting import Hosting

ANY_ROOT = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
TRUST_LAMBDA = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
UNKNOWN = "ASIAUNKNOWN000000000"


@dataclass
class Role:
    """A role and its clients."""

    hosting: Hosting
    arn: str

    @property
    def name(self) -> str:
        """The role's name."""
        return self.arn.rpartition("/")[2]

    def client(self, service: str, **settings: Any) -> Any:
        """Return a client of a new session ``test``."""
        keys = self.hosting.client("sts").assume_role(RoleArn=self.arn, RoleSessionName="test", **settings)["Credentials"]
        return self.hosting.session(service, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def put(self, *statements: dict[str, Any]) -> None:
        """Replace the role's policy."""
        self.hosting.client("iam").put_role_policy(RoleName=self.name, PolicyName="granted", PolicyDocument=policy(*statements))


@pytest.fixture
def role(hosting: Hosting) -> Callable[..., Role]:
    """Return a function that creates a role, which the account's administrator may assume."""
    return lambda *statements: Role(hosting, hosting.role(*statements, trust=ANY_ROOT))


@pytest.fixture(scope="module")
def bucket(hosting: Hosting) -> str:
    """Return a bucket with the objects ``mine/1`` and ``others/1``."""
    s3, name = hosting.client("s3"), unique("iam")
    s3.create_bucket(Bucket=name)
    for key in ("mine/1", "others/1"):
        s3.put_object(Bucket=name, Key=key, Body=b"content")
    return name


@pytest.fixture(scope="module")
def key(hosting: Hosting) -> str:
    return str(hosting.client("kms").create_key()["KeyMetadata"]["Arn"])


def code_of(call: Callable[[], object]) -> str:
    """Make a call that must fail; return the error's code."""
    return str(error_of(call)["Error"]["Code"])


# ---- signatures


CALLS: dict[str, Callable[[Any], object]] = {
    "s3": lambda client: client.list_buckets(),
    "sts": lambda client: client.get_caller_identity(),
    "iam": lambda client: client.list_roles(),
    "lambda": lambda client: client.list_functions(),
    "logs": lambda client: client.describe_log_groups(),
    "sagemaker": lambda client: client.list_endpoints(),
    "sagemaker-runtime": lambda client: client.invoke_endpoint(EndpointName="any", Body=b"1"),
    "apigateway": lambda client: client.get_rest_apis(),
}
QUERY, JSON = ("InvalidClientTokenId", "SignatureDoesNotMatch"), ("UnrecognizedClientException", "InvalidSignatureException")
CODES = dict.fromkeys(CALLS, JSON) | {"s3": ("InvalidAccessKeyId", "SignatureDoesNotMatch"), "sts": QUERY, "iam": QUERY}


@pytest.mark.parametrize("service", CALLS)
def test_an_unknown_access_key_is_rejected(hosting: Hosting, service: str) -> None:
    client = hosting.session(service, UNKNOWN, "test")
    assert code_of(lambda: CALLS[service](client)) == CODES[service][0]


@pytest.mark.parametrize("service", CALLS)
def test_a_wrong_secret_is_rejected(hosting: Hosting, service: str) -> None:
    client = hosting.session(service, ACCOUNT, "wrong")
    assert code_of(lambda: CALLS[service](client)) == CODES[service][1]


def test_a_sessions_key_needs_its_own_secret_and_token(hosting: Hosting, role: Callable[..., Role]) -> None:
    arn = role(allow("s3:ListAllMyBuckets", "*")).arn
    sts = hosting.client("sts")
    one, other = (sts.assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"] for name in ("one", "other"))
    key, secret, token = one["AccessKeyId"], one["SecretAccessKey"], one["SessionToken"]
    assert hosting.session("s3", key, secret, token).list_buckets()["ResponseMetadata"]
    assert code_of(hosting.session("s3", key, other["SecretAccessKey"], token).list_buckets) == "SignatureDoesNotMatch"
    assert code_of(hosting.session("s3", key, secret, other["SessionToken"]).list_buckets) == "InvalidAccessKeyId"
    assert code_of(hosting.session("s3", key, secret).list_buckets) == "InvalidAccessKeyId"


def test_a_users_deactivated_key_is_rejected(hosting: Hosting) -> None:
    iam, name = hosting.client("iam"), unique("user")
    iam.create_user(UserName=name)
    created = iam.create_access_key(UserName=name)["AccessKey"]
    client = hosting.session("sts", created["AccessKeyId"], created["SecretAccessKey"])
    assert client.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/{name}"
    iam.update_access_key(UserName=name, AccessKeyId=created["AccessKeyId"], Status="Inactive")
    assert code_of(client.get_caller_identity) == "InvalidClientTokenId"


def test_a_changed_request_is_rejected(hosting: Hosting, bucket: str) -> None:
    url = hosting.client("s3").generate_presigned_url("get_object", {"Bucket": bucket, "Key": "mine/1"})
    assert requests.get(url, timeout=10).content == b"content"
    assert requests.get(url.replace("mine", "others"), timeout=10).status_code == 403


def test_an_unsigned_request_is_rejected(hosting: Hosting, bucket: str) -> None:
    assert requests.get(f"{hosting.url}/{bucket}/mine/1", timeout=10).status_code == 403
    unsigned = requests.post(f"{hosting.url}/", {"Action": "ListRoles", "Version": "2010-05-08"}, timeout=10)
    assert (unsigned.status_code, "MissingAuthenticationToken" in unsigned.text) == (403, True)
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/iam/aws4_request"}
    incomplete = requests.post(f"{hosting.url}/", {"Action": "ListRoles", "Version": "2010-05-08"}, headers=headers, timeout=10)
    assert (incomplete.status_code, "IncompleteSignature" in incomplete.text) == (403, True)


def test_a_compressed_body_is_verified_as_it_was_sent(hosting: Hosting) -> None:
    config = Config(request_min_compression_size_bytes=1)
    settings: dict[str, Any] = {"endpoint_url": hosting.url, "region_name": hosting.region, "config": config}
    client: Any = boto3.client("cloudwatch", aws_access_key_id=ACCOUNT, aws_secret_access_key="test", **settings)  # noqa: S106
    answer = client.put_metric_data(Namespace="mine", MetricData=[{"MetricName": "m" * 200, "Value": 1}])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


# ---- permissions


def test_the_denial_of_each_protocol_is_aws_s(role: Callable[..., Role], bucket: str) -> None:
    made = role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/mine/*"))
    error = error_of(lambda: made.client("s3").get_object(Bucket=bucket, Key="others/1"))
    assert (error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]) == (403, "AccessDenied")
    assert error["Error"]["Message"] == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{made.name}/test is not authorized to perform: s3:GetObject on resource: "
        f"arn:aws:s3:::{bucket}/others/1 because no identity-based policy allows the s3:GetObject action"
    )
    denied = {service: code_of(lambda service=service: CALLS[service](made.client(service))) for service in CALLS if service != "sts"}
    assert denied == dict.fromkeys(denied, "AccessDeniedException") | {"s3": "AccessDenied", "iam": "AccessDenied"}


def test_a_role_cannot_extend_its_own_permissions(hosting: Hosting, role: Callable[..., Role]) -> None:
    made = role(allow("s3:*", "*"))
    everything = policy(allow("*", "*"))
    iam = made.client("iam")
    for call in (
        lambda: iam.put_role_policy(RoleName=made.name, PolicyName="more", PolicyDocument=everything),
        lambda: iam.attach_role_policy(RoleName=made.name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
        lambda: iam.update_assume_role_policy(RoleName=made.name, PolicyDocument=policy(ANY_ROOT)),
    ):
        assert code_of(call) == "AccessDenied"
    assert "more" not in hosting.client("iam").list_role_policies(RoleName=made.name)["PolicyNames"]


def test_every_service_asks_for_its_own_action_and_resource(hosting: Hosting, role: Callable[..., Role]) -> None:
    arn = f"arn:aws:{{}}:us-east-1:{ACCOUNT}:{{}}"
    hosting.client("logs").create_log_group(logGroupName="mine")
    made = role(
        allow("lambda:UpdateFunctionCode", arn.format("lambda", "function:mine")),
        allow("logs:CreateLogStream", arn.format("logs", "log-group:mine:*")),
        allow("sagemaker:DescribeEndpoint", arn.format("sagemaker", "endpoint/mine")),
        allow("sns:Publish", arn.format("sns", "mine")),
        {
            "Effect": "Allow",
            "Action": "cloudwatch:PutMetricData",
            "Resource": "*",
            "Condition": {"StringEquals": {"cloudwatch:namespace": "mine"}},
        },
    )
    calls: dict[str, Callable[[Any, str], object]] = {
        "lambda": lambda client, name: client.update_function_code(FunctionName=name, ZipFile=b"1"),
        "logs": lambda client, name: client.create_log_stream(logGroupName=name, logStreamName="1"),
        "sagemaker": lambda client, name: client.describe_endpoint(EndpointName=name),
        "sns": lambda client, name: client.publish(TopicArn=arn.format("sns", name), Message="1"),
        "cloudwatch": lambda client, name: client.put_metric_data(Namespace=name, MetricData=[{"MetricName": "m", "Value": 1}]),
    }

    def denied(service: str, name: str) -> bool:
        try:
            calls[service](made.client(service), name)
        except ClientError as error:
            return "is not authorized to perform" in error.response["Error"]["Message"]
        return False

    assert {(service, name): denied(service, name) for service in calls for name in ("mine", "others")} == {
        (service, name): name == "others" for service in calls for name in ("mine", "others")
    }


def test_a_role_passes_only_roles_that_it_may_pass(role: Callable[..., Role]) -> None:
    made, passed = role(allow("sagemaker:CreateModel", "*")), role()
    model = {"ModelName": unique("model"), "PrimaryContainer": {"Image": "any"}, "ExecutionRoleArn": passed.arn}
    error = error_of(lambda: made.client("sagemaker").create_model(**model))["Error"]
    assert f"is not authorized to perform: iam:PassRole on resource: {passed.arn}" in error["Message"]
    made.put(allow("sagemaker:CreateModel", "*"), allow("iam:PassRole", passed.arn))
    assert made.client("sagemaker").create_model(**model)["ModelArn"]


def test_only_a_role_that_may_list_a_bucket_sees_that_an_object_is_missing(role: Callable[..., Role], bucket: str) -> None:
    made = role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    assert code_of(lambda: made.client("s3").get_object(Bucket=bucket, Key="mine/absent")) == "AccessDenied"
    made.put(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    assert code_of(lambda: made.client("s3").get_object(Bucket=bucket, Key="mine/absent")) == "NoSuchKey"


def test_everything_but_named_actions_and_resources_can_be_allowed(role: Callable[..., Role], bucket: str) -> None:
    s3 = role({"Effect": "Allow", "NotAction": "s3:Put*", "NotResource": f"arn:aws:s3:::{bucket}/others/*"}).client("s3")
    assert s3.get_object(Bucket=bucket, Key="mine/1")["Body"].read() == b"content"
    assert code_of(lambda: s3.get_object(Bucket=bucket, Key="others/1")) == "AccessDenied"
    assert code_of(lambda: s3.put_object(Bucket=bucket, Key="mine/2", Body=b"")) == "AccessDenied"


def test_a_policy_is_read_as_it_was_written(hosting: Hosting) -> None:
    iam = hosting.client("iam")
    statement = allow("apigateway:PUT", "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F*")
    arn = iam.create_policy(PolicyName=unique("policy"), PolicyDocument=policy(statement))["Policy"]["Arn"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]
    assert document["Statement"] == [statement]


# ---- keys and buckets


def test_an_encrypted_object_needs_its_key(hosting: Hosting, role: Callable[..., Role], bucket: str, key: str) -> None:
    encrypted = {"Bucket": bucket, "Key": "mine/encrypted", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    hosting.client("s3").put_object(**encrypted, Body=b"secret")
    objects = [allow(f"s3:{action}Object", f"arn:aws:s3:::{bucket}/*") for action in ("Get", "Put")]
    made = role(*objects)
    s3 = made.client("s3")
    read: Callable[[], Any] = lambda: s3.get_object(Bucket=bucket, Key="mine/encrypted")  # noqa: E731
    assert f"is not authorized to perform: kms:Decrypt on resource: {key}" in error_of(read)["Error"]["Message"]
    assert "kms:GenerateDataKey" in error_of(lambda: s3.put_object(**encrypted, Body=b""))["Error"]["Message"]
    made.put(*objects, allow("kms:Decrypt", key))
    assert read()["Body"].read() == b"secret"
    assert "kms:GenerateDataKey" in error_of(lambda: s3.put_object(**encrypted, Body=b""))["Error"]["Message"]
    made.put(*objects, allow("kms:GenerateDataKey", key))
    s3.put_object(**encrypted, Body=b"changed")


def test_an_artifact_of_a_key_that_the_role_may_not_use_cannot_be_a_model(hosting: Hosting, bucket: str, key: str) -> None:
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    hosting.client("s3").put_object(Bucket=bucket, Key="model.tar.gz", Body=archive(("xgboost-model", constant(1))), **encrypted)
    role = Role(hosting, hosting.role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")))
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://{bucket}/model.tar.gz"}
    model = {"ModelName": unique("model"), "PrimaryContainer": container, "ExecutionRoleArn": role.arn}
    assert message_of(lambda: hosting.sagemaker.create_model(**model)).startswith("Could not access model data")
    role.put(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), allow("kms:Decrypt", key))
    hosting.sagemaker.create_model(**model)
    assert hosting.prediction(hosting.start(hosting.config(model["ModelName"]))) == 1


def test_s3s_own_key_needs_no_permission(hosting: Hosting, role: Callable[..., Role], bucket: str) -> None:
    hosting.client("s3").put_object(Bucket=bucket, Key="mine/managed", Body=b"1", ServerSideEncryption="aws:kms")
    s3 = role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")).client("s3")
    assert s3.get_object(Bucket=bucket, Key="mine/managed")["Body"].read() == b"1"


def test_a_keys_policy_must_allow_its_use(hosting: Hosting, role: Callable[..., Role], bucket: str) -> None:
    made = role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), allow("kms:Decrypt", "*"))
    administrator = {"Effect": "Allow", "Action": "kms:PutKeyPolicy", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Resource": "*"}
    kms = hosting.client("kms")
    arn = kms.create_key(Policy=policy(administrator))["KeyMetadata"]["Arn"]
    hosting.client("s3").put_object(Bucket=bucket, Key="mine/own", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId=arn)
    s3 = made.client("s3")
    error = error_of(lambda: s3.get_object(Bucket=bucket, Key="mine/own"))["Error"]
    assert error["Message"].endswith("because no resource-based policy allows the kms:Decrypt action")
    user = {"Effect": "Allow", "Action": "kms:Decrypt", "Principal": {"AWS": made.arn}, "Resource": "*"}
    kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=policy(administrator, user))
    assert s3.get_object(Bucket=bucket, Key="mine/own")["Body"].read() == b"1"


def test_a_buckets_policy_denies_and_allows(hosting: Hosting, role: Callable[..., Role]) -> None:
    s3, name = hosting.client("s3"), unique("policy")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="1", Body=b"1")
    reader, other = role(allow("s3:GetObject", f"arn:aws:s3:::{name}/*")), role()
    either = {"Principal": {"AWS": [reader.arn, other.arn]}, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    tls = {"Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    s3.put_bucket_policy(Bucket=name, Policy=policy({"Effect": "Allow"} | either, {"Effect": "Deny"} | tls))
    for made in (reader, other):
        assert made.client("s3").get_object(Bucket=name, Key="1")["Body"].read() == b"1"
    s3.put_bucket_policy(Bucket=name, Policy=policy({"Effect": "Deny"} | either))
    error = error_of(lambda: reader.client("s3").get_object(Bucket=name, Key="1"))["Error"]
    assert error["Message"].endswith("with an explicit deny in a resource-based policy")


def test_a_policys_variables_and_global_keys_have_values(hosting: Hosting, bucket: str) -> None:
    iam, name = hosting.client("iam"), unique("mine")
    iam.create_user(UserName=name)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    own = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/${{aws:username}}/*")
    own["Condition"] = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}, "IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(own))
    s3 = hosting.session("s3", keys["AccessKeyId"], keys["SecretAccessKey"])
    s3.put_object(Bucket=bucket, Key=f"{name}/1", Body=b"")
    assert code_of(lambda: s3.put_object(Bucket=bucket, Key="others/2", Body=b"")) == "AccessDenied"


# ---- assuming roles


def test_a_role_that_trusts_a_service_cannot_be_assumed_by_the_account(hosting: Hosting) -> None:
    arn = hosting.role(trust=TRUST_LAMBDA)
    error = error_of(lambda: hosting.client("sts").assume_role(RoleArn=arn, RoleSessionName="test"))
    assert error["Error"]["Code"] == "AccessDenied"
    assert error["Error"]["Message"].endswith(f"is not authorized to perform: sts:AssumeRole on resource: {arn}")


def test_a_role_that_does_not_trust_lambda_cannot_be_a_functions(hosting: Hosting, role: Callable[..., Role]) -> None:
    settings = {"FunctionName": unique("f"), "Runtime": "python3.13", "Handler": "main.handler", "Code": {"ZipFile": b"1"}}
    error = error_of(lambda: hosting.client("lambda").create_function(**settings, Role=role().arn))["Error"]
    assert error["Message"] == "The role defined for the function cannot be assumed by Lambda."


def test_the_external_id_of_a_trust_policy_must_match(hosting: Hosting) -> None:
    arn = hosting.role(trust=ANY_ROOT | {"Condition": {"StringEquals": {"sts:ExternalId": "ours"}}})
    assume = hosting.client("sts").assume_role
    assert code_of(lambda: assume(RoleArn=arn, RoleSessionName="test")) == "AccessDenied"
    assert code_of(lambda: assume(RoleArn=arn, RoleSessionName="test", ExternalId="theirs")) == "AccessDenied"
    assert assume(RoleArn=arn, RoleSessionName="test", ExternalId="ours")["Credentials"]


def test_a_role_assumes_a_role_that_trusts_it(hosting: Hosting, role: Callable[..., Role]) -> None:
    first, stranger = role(), role()
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": first.arn}}
    second = hosting.role(trust=trust)
    assert first.client("sts").assume_role(RoleArn=second, RoleSessionName="test")["Credentials"]
    assert code_of(lambda: stranger.client("sts").assume_role(RoleArn=second, RoleSessionName="test")) == "AccessDenied"


def test_a_role_that_trusts_the_account_needs_a_policy_to_be_assumed(role: Callable[..., Role]) -> None:
    first, second = role(), role()
    assert code_of(lambda: first.client("sts").assume_role(RoleArn=second.arn, RoleSessionName="test")) == "AccessDenied"
    first.put(allow("sts:AssumeRole", second.arn))
    assert first.client("sts").assume_role(RoleArn=second.arn, RoleSessionName="test")["Credentials"]


def test_a_caller_may_always_ask_who_it_is(role: Callable[..., Role]) -> None:
    made = role()
    assert made.client("sts").get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{made.name}/test"
