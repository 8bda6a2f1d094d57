"""SageMaker hosting in the sandbox, through boto3: creates roles, models and endpoints, and invokes them."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import tarfile
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import clients
import numpy as np
import xgboost
from botocore.config import Config
from botocore.exceptions import ClientError
from sagemaker_sandbox.host import settings as sandbox_settings

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "222233334444"
REGION = "us-east-1"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5"
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}}
PULL = (
    {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
    {"Effect": "Allow", "Action": "ecr:*", "Resource": "arn:aws:ecr:*:*:repository/*"},
)
SECONDS = 20
# between two looks at a state: a request to the sandbox costs 10 ms of CPU, which what it waits for could use
LONGEST_PAUSE = 0.1


@cache
def constant(value: float) -> bytes:
    """Return a booster that predicts ``value`` for any three numbers."""
    rows = np.eye(3)
    settings = {"base_score": value, "nthread": 1}
    return bytes(xgboost.train(settings, xgboost.DMatrix(rows, np.full(3, value)), 1).save_raw("ubj"))


def archive(*members: tuple[str, bytes] | tarfile.TarInfo) -> bytes:
    """Return a reproducible model.tar.gz of files, or of entries without content."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
                continue
            entry = tarfile.TarInfo(member[0])
            entry.size = len(member[1])
            tar.addfile(entry, io.BytesIO(member[1]))
    return gzip.compress(packed.getvalue(), mtime=0)


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str) -> dict[str, Any]:
    """Return a statement that allows one action on one resource."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def eventually[T](read: Callable[[], T], wanted: Callable[[T], bool]) -> T:
    """Poll until the value is wanted, and return it; fail with the last one after ``SECONDS``."""
    end = time.monotonic() + SECONDS
    pause = 0.02
    while not wanted(value := read()):
        assert time.monotonic() < end, value
        time.sleep(pause)
        pause = min(LONGEST_PAUSE, 1.5 * pause)
    return value


def error_of(call: Callable[[], object]) -> dict[str, Any]:
    """Make a call that must fail; return boto3's error response."""
    try:
        call()
    except ClientError as error:
        return dict(error.response)
    message = "the call succeeded"
    raise AssertionError(message)


def message_of(call: Callable[[], object]) -> str:
    """Make a call that must raise a ValidationException; return its message."""
    error = error_of(call)["Error"]
    assert error["Code"] == "ValidationException", error
    return str(error["Message"])


@dataclass
class Hosting:
    """An account in the sandbox."""

    url: str
    account: str = ACCOUNT
    region: str = REGION
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Return a client with the account's root credentials."""
        if service not in self._clients:
            self._clients[service] = self.session(service, self.account, sandbox_settings.ADMINISTRATOR_SECRET)
        return self._clients[service]

    def session(self, service: str, key: str, secret: str, token: str | None = None, **settings: Any) -> Any:
        """Return a client with given credentials, which leaves the validation of parameters to the sandbox."""
        config = Config(retries={"total_max_attempts": 1}, parameter_validation=False, **settings)
        return clients.create(
            service,
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=config,
        )

    @property
    def sagemaker(self) -> Any:
        """The control plane's client."""
        return self.client("sagemaker")

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of one of the account's SageMaker resources."""
        return f"arn:aws:sagemaker:{self.region}:{self.account}:{kind}/{name}"

    def artifact(self, content: bytes) -> str:
        """Store an artifact; return its S3 URI."""
        bucket = f"models-{self.account}"
        self.client("s3").create_bucket(Bucket=bucket)
        key = f"{unique('artifact')}/model.tar.gz"
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
        return f"s3://{bucket}/{key}"

    def role(self, *statements: dict[str, Any], trust: dict[str, Any] = TRUST) -> str:
        """Create a role that may pull images, and by default read every model and alarm; return its ARN."""
        name = unique("role")
        iam = self.client("iam")
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        granted = policy(
            *(
                statements
                or (
                    allow("s3:GetObject", f"arn:aws:s3:::models-{self.account}/*"),
                    allow("cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:*"),
                )
            )
        )
        iam.put_role_policy(RoleName=name, PolicyName="granted", PolicyDocument=granted)
        iam.put_role_policy(RoleName=name, PolicyName="pull", PolicyDocument=policy(*PULL))
        return arn

    def model(self, value: float | bytes = 1.0, image: str = IMAGE, **settings: Any) -> str:
        """Create a model that predicts one value, or a model from an archive; return its name."""
        packed = value if isinstance(value, bytes) else archive(("xgboost-model", constant(value)))
        container = {"Image": image, "ModelDataUrl": self.artifact(packed)} | settings
        name = unique("model")
        self.sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=self.role())
        return name

    def config(self, *models: str, weights: tuple[float, ...] = (), **settings: Any) -> str:
        """Create an endpoint configuration with a variant for each model, named after it; return its name."""
        variants = [
            {"VariantName": model, "ModelName": model, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1} for model in models
        ]
        for variant, weight in zip(variants, weights, strict=False):
            variant["InitialVariantWeight"] = weight
        name = unique("config")
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants, **settings)
        return name

    def start(self, config: str, **settings: Any) -> str:
        """Create an endpoint and wait until it is in service or has failed; return its name."""
        name = unique("Endpoint")
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config, **settings)
        self.settled(name)
        return name

    def endpoint(self, value: float = 1.0) -> str:
        """Create an endpoint that predicts one value; return its name."""
        return self.start(self.config(self.model(value)))

    def settled(self, name: str) -> dict[str, Any]:
        """Wait until an endpoint is in service or has failed; return its description."""
        return eventually(
            lambda: self.sagemaker.describe_endpoint(EndpointName=name),
            lambda endpoint: endpoint["EndpointStatus"] in {"InService", "Failed"},
        )

    def invoke(self, name: str, body: str | bytes = "1,2,3", client: Any = None, **parameters: str) -> Any:
        """Invoke an endpoint, with CSV by default; return boto3's response."""
        parameters = {"ContentType": "text/csv"} | parameters
        return (client or self.client("sagemaker-runtime")).invoke_endpoint(EndpointName=name, Body=body, **parameters)

    def prediction(self, name: str, **parameters: Any) -> float:
        """Invoke an endpoint with one row; return its prediction."""
        return float(self.invoke(name, **parameters)["Body"].read())

    def call(self, method: str, path: str, document: object = None, **headers: str) -> tuple[int, bytes]:
        """Send bytes, or any other value as JSON, to a path of the sandbox; return status and body."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=SECONDS)
        try:
            connection.request(method, path, document if isinstance(document, bytes) else json.dumps(document), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def invocations(self, name: str) -> int:
        """Count the invocations that reached the endpoint's model."""
        return int(json.loads(self.call("GET", f"/_sandbox/endpoints/{name}/invocations")[1])["count"])

    def traffic(self, name: str) -> dict[str, int]:
        """Count the requests to each variant of the endpoint, copies for shadow variants included."""
        return dict(json.loads(self.call("GET", f"/_sandbox/endpoints/{name}/traffic")[1]))


def unique(prefix: str) -> str:
    """Return a name that is not used anywhere else."""
    return f"{prefix}-{uuid4().hex[:8]}"
