"""AWS Signer in the sandbox, and Lambda's verification of the packages that it signed."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagemaker_sandbox.host.control import Sandbox

type Client = Any
type Json = Any

BUCKET = "packages"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


def package(source: str = "def handler(event, context): return 1") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        if source:
            archive.writestr("main.py", source)
    return packed.getvalue()


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


@pytest.fixture(scope="module")
def s3(client: Callable[..., Client]) -> Client:
    made = client("s3")
    made.create_bucket(Bucket=BUCKET)
    made.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return made


@pytest.fixture
def profile(client: Callable[..., Client]) -> Json:
    """Create a signing profile; return its name and the ARN of its version."""
    name = f"profile_{uuid4().hex[:8]}"
    made = client("signer").put_signing_profile(profileName=name, platformId="AWSLambda-SHA384-ECDSA")
    return {"name": name, "version": made["profileVersionArn"]}


@pytest.fixture
def sign(client: Callable[..., Client], s3: Client, profile: Json) -> Callable[..., Json]:
    """Return a function that signs a package; it returns the description of the job."""

    def signed(content: bytes, signer: Client | None = None, **others: Json) -> Json:
        signer = signer or client("signer")
        version = s3.put_object(Bucket=BUCKET, Key="unsigned.zip", Body=content)["VersionId"]
        request = {
            "profileName": profile["name"],
            "source": {"s3": {"bucketName": BUCKET, "key": "unsigned.zip", "version": version}},
            "destination": {"s3": {"bucketName": BUCKET, "prefix": "signed/"}},
            **others,
        }
        return signer.describe_signing_job(jobId=signer.start_signing_job(**request)["jobId"])

    return signed


def test_a_job_writes_the_signed_package_under_its_own_id(sign: Callable[..., Json], s3: Client, profile: Json) -> None:
    job = sign(package())
    assert (job["status"], job["profileName"]) == ("Succeeded", profile["name"])
    assert job["signedObject"]["s3"] == {"bucketName": BUCKET, "key": f"signed/{job['jobId']}.zip"}
    body = s3.get_object(Bucket=BUCKET, Key=job["signedObject"]["s3"]["key"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"main.py": b"def handler(event, context): return 1"}


def test_a_job_is_listed(client: Callable[..., Client], sign: Callable[..., Json]) -> None:
    job = sign(package())
    assert job["jobId"] == client("signer").list_signing_jobs()["jobs"][0]["jobId"]


def test_a_token_starts_one_job(sign: Callable[..., Json]) -> None:
    assert sign(package(), clientRequestToken="once")["jobId"] == sign(package(), clientRequestToken="once")["jobId"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"text", "is not a zip file"), (package(""), "is empty")],
    ids=["no zip file", "an empty zip file"],
)
def test_only_a_package_can_be_signed(sign: Callable[..., Json], content: bytes, reason: str) -> None:
    job = sign(content)
    assert job["status"] == "Failed"
    assert reason in job["statusReason"]
    assert "signedObject" not in job


def test_a_signed_package_is_not_signed_again(sign: Callable[..., Json], s3: Client) -> None:
    signed = s3.get_object(Bucket=BUCKET, Key=sign(package())["signedObject"]["s3"]["key"])["Body"].read()
    assert "already has a signature" in sign(signed)["statusReason"]


def test_an_unknown_profile_signs_nothing(sign: Callable[..., Json]) -> None:
    with pytest.raises(ClientError) as error:
        sign(package(), profileName="unknown")
    assert code_of(error) == "ResourceNotFoundException"


def test_a_canceled_profile_signs_nothing(client: Callable[..., Client], sign: Callable[..., Json], profile: Json) -> None:
    client("signer").cancel_signing_profile(profileName=profile["name"])
    with pytest.raises(ClientError) as error:
        sign(package())
    assert code_of(error) == "ValidationException"


def test_a_profile_has_a_name_that_aws_accepts(client: Callable[..., Client]) -> None:
    with pytest.raises(ClientError) as error:
        client("signer").put_signing_profile(profileName="with-hyphen", platformId="AWSLambda-SHA384-ECDSA")
    assert code_of(error) == "ValidationException"


def test_a_signer_needs_permissions_for_both_objects(client: Callable[..., Client], sandbox: Sandbox, sign: Callable[..., Json]) -> None:
    iam, name = client("iam"), f"signer-{uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    theirs = boto3.client(
        "signer",
        endpoint_url=sandbox.url,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    codes = {}
    granted = ["signer:*", "s3:GetObjectVersion", "s3:PutObject"]
    for left in [*granted, "nothing"]:
        statement = {"Effect": "Allow", "Action": [action for action in granted if action != left], "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="sign", PolicyDocument=document)
        try:
            codes[left] = sign(package(), theirs)["status"]
        except ClientError as error:
            codes[left] = error.response["Error"]["Code"]
    assert codes == dict.fromkeys(granted, "AccessDeniedException") | {"nothing": "Succeeded"}


@pytest.fixture
def deploy(client: Callable[..., Client], profile: Json) -> Iterator[Callable[..., Json]]:
    """Return a function that creates a function with a code signing configuration for the profile."""
    functions, iam, name = client("lambda"), client("iam"), f"signed-{uuid4().hex[:8]}"
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    made: list[str] = []

    def create(code: Json, policy: str = "Enforce") -> Json:
        configuration = functions.create_code_signing_config(
            AllowedPublishers={"SigningProfileVersionArns": [profile["version"]]},
            CodeSigningPolicies={"UntrustedArtifactOnDeployment": policy},
            Tags={"team": "a"},
        )["CodeSigningConfig"]
        function = functions.create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.13",
            Handler="main.handler",
            Code=code,
            CodeSigningConfigArn=configuration["CodeSigningConfigArn"],
        )
        made.append(name)
        functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})
        return function | {"CodeSigningConfigArn": configuration["CodeSigningConfigArn"]}

    yield create
    for each in made:
        functions.delete_function(FunctionName=each)


def location(job: Json) -> Json:
    signed = job["signedObject"]["s3"]
    return {"S3Bucket": signed["bucketName"], "S3Key": signed["key"]}


def test_a_function_shows_who_signed_its_package(
    client: Callable[..., Client], sign: Callable[..., Json], deploy: Callable[..., Json], profile: Json
) -> None:
    job = sign(package())
    function = deploy(location(job))
    assert function["SigningProfileVersionArn"] == profile["version"]
    assert function["SigningJobArn"].endswith(f":/signing-jobs/{job['jobId']}")
    kept = client("lambda").get_function_code_signing_config(FunctionName=function["FunctionName"])
    assert kept["CodeSigningConfigArn"] == function["CodeSigningConfigArn"]
    assert client("lambda").list_tags(Resource=function["CodeSigningConfigArn"])["Tags"] == {"team": "a"}


@pytest.mark.parametrize("signed_by", ["nobody", "another profile"])
def test_a_function_is_not_created_from_a_package_that_an_allowed_profile_did_not_sign(
    client: Callable[..., Client], sign: Callable[..., Json], deploy: Callable[..., Json], signed_by: str
) -> None:
    code = {"ZipFile": package()}
    if signed_by == "another profile":
        other = f"other_{uuid4().hex[:8]}"
        client("signer").put_signing_profile(profileName=other, platformId="AWSLambda-SHA384-ECDSA")
        code = location(sign(package(), profileName=other))
    with pytest.raises(ClientError) as error:
        deploy(code)
    assert code_of(error) == "CodeVerificationFailedException"


def test_a_function_is_not_updated_to_a_package_without_a_signature(
    client: Callable[..., Client], sign: Callable[..., Json], deploy: Callable[..., Json]
) -> None:
    name, functions = deploy(location(sign(package())))["FunctionName"], client("lambda")
    with pytest.raises(ClientError) as error:
        functions.update_function_code(FunctionName=name, ZipFile=package())
    assert code_of(error) == "CodeVerificationFailedException"
    signed = functions.update_function_code(FunctionName=name, **location(sign(package("def handler(event, context): return 2"))))
    assert "SigningJobArn" in signed


def test_a_configuration_that_only_warns_accepts_every_package(deploy: Callable[..., Json]) -> None:
    assert "SigningJobArn" not in deploy({"ZipFile": package()}, "Warn")
