"""examples/hardened and its foundation: applied, called with and without a signature, planned again without a change, and destroyed."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from deployments import Answer, Deployment, inventory, unpack

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

NAME = "example-hardened"
BODY = {"instances": [{"features": ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]}]}
COLUMNS = [[4, 0, 1, 1, 16.4, 20.455, 50, 26.0027, 2012, 12, 19, 2, 17]]
# two stacks, of which the provider waits 55 seconds each for the lifecycles of buckets to settle
pytestmark = pytest.mark.timeout(900)


@dataclass
class Stack:
    """Both stacks: the outputs of the service, what was seen while they were applied, and what is left of them."""

    outputs: dict[str, Any]
    answers: dict[str, Answer]
    expected: float
    function: dict[str, Any]
    unsigned: str
    buckets: dict[str, Any]
    plans: dict[str, str]
    left: str


def assumed(client: Callable[..., Any], policy: str) -> Credentials:
    """Create a role with a policy, and assume it."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = client("iam").create_role(RoleName="caller", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    client("iam").put_role_policy(RoleName="caller", PolicyName="call", PolicyDocument=policy)
    found = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])


def signed(deployment: Deployment, credentials: Credentials, method: str, path: str, body: str = "") -> Answer:
    """Send a request that is signed."""
    stage = f"/_aws/execute-api/{deployment.outputs['rest_api_id']}/{deployment.outputs['stage_name']}"
    url = f"http://127.0.0.1:{deployment.sandbox.port}{stage}{path}"
    request = AWSRequest(method, url, {"Content-Type": "application/json"}, body)
    SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
    return deployment.send(method, path, body, **{header.replace("-", "_"): value for header, value in request.headers.items()})


def emptied(client: Callable[..., Any], bucket: str) -> None:
    """Delete all versions of a bucket's objects, as its owner would before a destroy."""
    s3 = client("s3")
    found = s3.list_object_versions(Bucket=bucket)
    for each in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
        s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])


def update_without_signature(client: Callable[..., Any], function: str) -> str:
    """Deploy a package that nobody signed; return Lambda's error."""
    functions, package = client("lambda"), io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): pass")
    try:
        functions.update_function_code(FunctionName=function, ZipFile=package.getvalue())
    except functions.exceptions.CodeVerificationFailedException as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def stack(sandbox: Sandbox, terraform: Callable[..., RootModule], client: Callable[..., Any]) -> Stack:
    foundation = terraform("examples/hardened/foundation", shared=False)
    foundation.apply(name=NAME)
    service = dataclasses.replace(foundation, folder=foundation.folder.parent, variables={})
    # as the README does it
    (service.folder / "foundation.auto.tfvars.json").write_text(json.dumps(foundation.outputs()), encoding="utf-8")
    bikeshare = service.folder.parent / "bikeshare"
    subprocess.run([sys.executable, bikeshare / "train.py"], check=True, capture_output=True)
    service.init()
    service.apply(name=NAME)

    outputs = service.outputs()
    deployment = Deployment({**outputs, "api_key": ""}, sandbox)
    credentials = assumed(client, outputs["caller_policies"]["api"])
    answers = {
        "signed": signed(deployment, credentials, "POST", "/predictions", json.dumps(BODY)),
        "unsigned": deployment.predict(BODY),
        "health": signed(deployment, credentials, "GET", "/health"),
    }
    bucket = f"{NAME}-000000000000-us-east-1"
    s3 = client("s3")
    buckets = {
        "log": s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]["TargetBucket"],
        "replica": s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]["Rules"][0]["Destination"]["Bucket"],
        "region": s3.get_bucket_location(Bucket=f"{NAME}-replica-000000000000-us-west-2")["LocationConstraint"],
    }
    function = client("lambda").get_function(FunctionName=outputs["function_name"])
    unsigned = update_without_signature(client, outputs["function_name"])
    plans = {"service": service.changes(), "foundation": foundation.changes()}

    booster = unpack((bikeshare / ".build" / "model.tar.gz").read_bytes())
    score = booster.predict(xgb.DMatrix(np.array(COLUMNS, dtype=np.float32))).astype(float)[0]
    emptied(client, bucket)
    service.destroy()
    foundation.destroy()
    return Stack(outputs, answers, float(np.expm1(score)), function, unsigned, buckets, plans, inventory(client))


def test_a_signed_request_gets_the_models_prediction(stack: Stack) -> None:
    answer = stack.answers["signed"]
    assert (answer.status, answer.document) == (200, {"predictions": [pytest.approx(stack.expected, rel=1e-6)]})


def test_a_request_without_a_signature_is_rejected(stack: Stack) -> None:
    answer = stack.answers["unsigned"]
    assert (answer.status, answer.document["code"]) == (403, "access_denied")


def test_the_endpoint_is_healthy(stack: Stack) -> None:
    assert (stack.answers["health"].status, stack.answers["health"].document) == (200, {"endpoint_status": "InService"})


def test_the_function_runs_the_package_that_its_profile_signed(stack: Stack) -> None:
    configuration = stack.function["Configuration"]
    assert "/signing-profiles/example_hardened" in configuration["SigningProfileVersionArn"]
    assert ":/signing-jobs/" in configuration["SigningJobArn"]


def test_the_function_accepts_no_package_without_a_signature(stack: Stack) -> None:
    assert "CodeVerificationFailedException" in stack.unsigned


def test_the_bucket_has_its_log_and_its_replicas_where_foundation_put_them(stack: Stack) -> None:
    assert stack.buckets == {
        "log": f"{NAME}-log-000000000000-us-east-1",
        "replica": f"arn:aws:s3:::{NAME}-replica-000000000000-us-west-2",
        "region": "us-west-2",
    }


@pytest.mark.parametrize("which", ["service", "foundation"])
def test_a_second_plan_is_empty(stack: Stack, which: str) -> None:
    assert stack.plans[which] == ""


def test_destroy_leaves_nothing(stack: Stack) -> None:
    assert NAME not in stack.left
