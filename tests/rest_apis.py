"""REST APIs with a function of their own in the sandbox, as the tests of its API Gateway need them."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

if TYPE_CHECKING:
    from collections.abc import Callable

# boto3 creates its clients' classes at run time, and JSON can be anything
type Client = Any
type Json = Any

STAGE = "v1"


@dataclass(frozen=True)
class RestApi:
    """A deployed API."""

    id: str
    url: str

    def call(self, path: str = "/hello", method: str = "GET", **options: Json) -> requests.Response:
        """Send a request, regardless of the user's proxy."""
        return requests.request(method, f"{self.url}{path}", proxies={"http": ""}, timeout=30, **options)


def create_function(client: Callable[..., Client], code: str) -> str:
    """Create a Lambda function from the text of its module, whose function is ``handler``; return its ARN."""
    name = f"gateway-{uuid4().hex[:8]}"
    service = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [service]}))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.py", code)
    created = client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="main.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": buffer.getvalue()},
    )
    client("lambda").get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})
    return str(created["FunctionArn"])


def operation(function_arn: str, *, integration: dict[str, Json] | None = None, **extra: Json) -> dict[str, Json]:
    """Return an operation of an OpenAPI document that calls the function."""
    calls = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function_arn}/invocations",
    }
    return {"responses": {"200": {"description": "fine"}}, "x-amazon-apigateway-integration": calls | (integration or {})} | extra


def deploy(client: Callable[..., Client], sandbox_url: str, paths: dict[str, Json], **root: Json) -> RestApi:
    """Deploy an API to the stage ``v1``; ``root`` are further members of the OpenAPI document."""
    document = {"openapi": "3.0.1", "info": {"title": f"gateway-{uuid4().hex[:8]}", "version": "1"}, "paths": paths} | root
    gateway = client("apigateway")
    api = gateway.import_rest_api(body=json.dumps(document))["id"]
    gateway.create_deployment(restApiId=api, stageName=STAGE)
    return RestApi(api, f"{sandbox_url}/_aws/execute-api/{api}/{STAGE}")


def set_stage(client: Callable[..., Client], api: RestApi, **values: str) -> None:
    """Set properties of an API's stage: paths of patch operations, without the first slash."""
    operations = [{"op": "replace", "path": f"/{path}", "value": value} for path, value in values.items()]
    client("apigateway").update_stage(restApiId=api.id, stageName=STAGE, patchOperations=operations)
