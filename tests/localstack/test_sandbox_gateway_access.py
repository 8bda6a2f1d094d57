"""REST APIs in the sandbox let in the callers that AWS would: Lambda authorizers and signed requests."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from rest_apis import RestApi, create_function, deploy, operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

type Client = Any
type Json = Any

# returns the caller's identity from the event
BACKEND = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"].get("authorizer") or event["requestContext"]["identity"])}
"""
# decides by the token, and counts its calls
AUTHORIZER = """
calls = 0

def handler(event, context):
    global calls
    calls += 1
    token = event.get("authorizationToken") or event["headers"]["X-Token"]
    if token == "fail":
        raise ValueError("out of order")
    if token == "unauthorized":
        raise Exception("Unauthorized")
    if token == "nonsense":
        return {"principalId": "me"}
    if token == "list":
        return {"principalId": "me", "policyDocument": {"Statement": []}, "context": {"list": [1]}}
    effects = {"allow": ["Allow"], "deny": ["Allow", "Deny"]}.get(token, [])
    arn = event["methodArn"]
    return {
        "principalId": "me",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": effect, "Action": "execute-api:Invoke", "Resource": arn} for effect in effects],
        },
        "context": {"calls": calls, "good": True, "type": event["type"], "path": event.get("path", "")},
    }
"""


def scheme(authorizer: str, header: str, kind: str, **settings: Json) -> dict[str, Json]:
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{authorizer}/invocations"
    extension = {"type": kind, "authorizerUri": uri, **settings}
    return {
        "type": "apiKey",
        "name": header,
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": extension,
    }


@pytest.fixture(scope="module")
def backend(client: Callable[..., Client]) -> str:
    return create_function(client, BACKEND)


@pytest.fixture(scope="module")
def guarded(client: Callable[..., Client], sandbox: Sandbox, backend: str) -> RestApi:
    """Deploy an API with a path for each kind of Lambda authorizer."""
    authorizer = create_function(client, AUTHORIZER)
    sources = "method.request.header.X-Token, method.request.querystring.user"
    schemes = {
        "token": scheme(authorizer, "X-Token", "token", authorizerResultTtlInSeconds=0, identityValidationExpression="[a-z]+"),
        "cached": scheme(authorizer, "X-Token", "token"),
        "request": scheme(authorizer, "X-Token", "request", identitySource=sources, authorizerResultTtlInSeconds=300),
        "gone": scheme(f"{authorizer}-gone", "X-Token", "token"),
    }
    paths = {f"/{name}": {"get": operation(backend, security=[{name: []}])} for name in schemes}
    paths["/cached-too"] = paths["/cached"]
    return deploy(client, sandbox.url, paths, components={"securitySchemes": schemes})


def test_a_token_authorizer_lets_a_request_in_and_passes_its_context_on(guarded: RestApi) -> None:
    answer = guarded.call("/token", headers={"X-Token": "allow"})
    known = {name: answer.json()[name] for name in ("principalId", "good", "type")}
    assert (answer.status_code, known) == (200, {"principalId": "me", "good": "true", "type": "TOKEN"})


def test_a_request_authorizer_gets_the_whole_request(guarded: RestApi) -> None:
    answer = guarded.call("/request?user=a", headers={"X-Token": "allow"})
    assert (answer.json()["type"], answer.json()["path"]) == ("REQUEST", "/request")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/token", {}),
        ("/token", {"X-Token": ""}),
        ("/token", {"X-Token": "UPPER"}),
        ("/token", {"X-Token": "unauthorized"}),
        ("/request", {"X-Token": "allow"}),
        ("/request?user=", {"X-Token": "allow"}),
        ("/request?user=a", {}),
    ],
    ids=["missing", "empty", "expression", "function", "no_parameter", "empty_parameter", "no_header"],
)
def test_a_request_without_its_identity_source_is_unauthorized(guarded: RestApi, path: str, headers: dict[str, str]) -> None:
    answer = guarded.call(path, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("deny", "User is not authorized to access this resource with an explicit deny"),
        ("nothing", "User is not authorized to access this resource"),
    ],
)
def test_a_request_that_the_authorizers_policy_does_not_allow_is_denied(guarded: RestApi, token: str, message: str) -> None:
    answer = guarded.call("/token", headers={"X-Token": token})
    assert (answer.status_code, answer.json()) == (403, {"Message": message})


@pytest.mark.parametrize(
    ("path", "token", "kind"),
    [
        ("/token", "fail", "AuthorizerFailureException"),
        ("/token", "nonsense", "AuthorizerConfigurationException"),
        ("/token", "list", "AuthorizerConfigurationException"),
        ("/gone", "allow", "AuthorizerConfigurationException"),
    ],
)
def test_an_authorizer_that_does_not_work_is_an_internal_error(guarded: RestApi, path: str, token: str, kind: str) -> None:
    answer = guarded.call(path, headers={"X-Token": token})
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"], answer.json()) == (500, kind, {"message": None})


def test_an_authorizers_result_is_kept_by_identity_source(guarded: RestApi) -> None:
    def calls(path: str, token: str) -> Json:
        return guarded.call(path, headers={"X-Token": token}).json()["calls"]

    assert calls("/token", "allow") != calls("/token", "allow")
    assert calls("/request?user=b", "allow") == calls("/request?user=b", "allow") != calls("/request?user=c", "allow")


def test_a_kept_policy_decides_about_other_paths(guarded: RestApi) -> None:
    paths = ("/cached", "/cached", "/cached-too")
    assert [guarded.call(path, headers={"X-Token": "allow"}).status_code for path in paths] == [200, 200, 403]


@dataclass(frozen=True)
class Role:
    """A session of a role."""

    arn: str
    credentials: Credentials


@pytest.fixture(scope="module")
def role(client: Callable[..., Client]) -> Callable[..., Role]:
    """Return a function that creates a role with policy statements, and assumes it."""

    def create(*statements: dict[str, Json]) -> Role:
        name = f"caller-{uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arn = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        client("iam").put_role_policy(RoleName=name, PolicyName="invoke", PolicyDocument=policy)
        found = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return Role(arn, Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]))

    return create


def may(resource: str, effect: str = "Allow") -> dict[str, str]:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}


@pytest.fixture(scope="module")
def signed(client: Callable[..., Client], sandbox: Sandbox, backend: str) -> RestApi:
    """Deploy an API with IAM authorization."""
    iam = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
    one = operation(backend, security=[{"iam": []}])
    paths = {"/hello": {"get": one, "post": one}, "/other": {"x-amazon-apigateway-any-method": one}}
    return deploy(client, sandbox.url, paths, components={"securitySchemes": {"iam": iam}})


def sign(api: RestApi, credentials: Credentials, path: str = "/hello", method: str = "GET", data: bytes = b"") -> dict[str, str]:
    request = AWSRequest(method, f"{api.url}{path}", data=data)
    SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
    return dict(request.headers)


def test_an_unsigned_call_of_an_api_with_iam_authorization_is_rejected(signed: RestApi) -> None:
    answer = signed.call()
    assert (answer.status_code, answer.json()) == (403, {"message": "Missing Authentication Token"})
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


@pytest.mark.parametrize("resource", ["*", "arn:aws:execute-api:us-east-1:*:{id}/v1/GET/hello", "arn:aws:execute-api:*:*:{id}/*"])
def test_a_call_that_is_signed_by_a_role_that_may_invoke_the_method_is_answered(
    signed: RestApi, role: Callable[..., Role], resource: str
) -> None:
    caller = role(may(resource.format(id=signed.id)))
    answer = signed.call(headers=sign(signed, caller.credentials))
    identity = answer.json()
    assert (answer.status_code, identity["accessKey"]) == (200, caller.credentials.access_key)
    assert identity["userArn"].endswith("/test")
    assert identity["caller"].endswith(":test")


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [may("arn:aws:execute-api:us-east-1:000000000000:{id}/v1/POST/hello")],
        [may("arn:aws:execute-api:us-east-1:000000000000:{id}/v2/*")],
        [may("*"), may("arn:aws:execute-api:*:*:*/GET/hello", "Deny")],
        [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}],
    ],
    ids=["nothing", "method", "stage", "deny", "action"],
)
def test_a_call_that_is_signed_by_a_role_that_may_not_invoke_the_method_is_denied(
    signed: RestApi, role: Callable[..., Role], statements: list[dict[str, str]]
) -> None:
    caller = role(*({**each, "Resource": each["Resource"].format(id=signed.id)} for each in statements), may("arn:aws:execute-api:::none"))
    answer = signed.call(headers=sign(signed, caller.credentials))
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    resource = f"arn:aws:execute-api:us-east-1:********0000:{signed.id}/v1/GET/hello"
    assert f"is not authorized to perform: execute-api:Invoke on resource: {resource}" in answer.json()["Message"]


@pytest.mark.parametrize("body", [b"a=1&b=2", b'{"instances": []}', gzip.compress(b"hello")], ids=["form", "json", "gzip"])
def test_a_signature_includes_the_body_as_it_was_sent(signed: RestApi, role: Callable[..., Role], body: bytes) -> None:
    headers = sign(signed, role(may("*")).credentials, method="POST", data=body)
    form = {"Content-Type": "application/x-www-form-urlencoded"} | ({"Content-Encoding": "gzip"} if body[:2] == b"\x1f\x8b" else {})
    assert signed.call(method="POST", headers=headers | form, data=body).status_code == 200
    assert signed.call(method="POST", headers=headers | form, data=body + b" ").status_code in {403, 415}


@pytest.mark.parametrize("change", ["secret", "token", "key", "path", "region", "scheme"])
def test_a_call_with_another_signature_is_rejected(signed: RestApi, role: Callable[..., Role], change: str) -> None:
    known = role(may("*")).credentials
    wrong = {
        "secret": Credentials(known.access_key, "wrong", known.token),
        "token": Credentials(known.access_key, known.secret_key, "wrong"),
        "key": Credentials("ASIAQAAAAAAAAAAAAAAA", known.secret_key),
    }.get(change, known)
    headers = sign(signed, wrong, "/other" if change == "path" else "/hello")
    if change == "region":
        headers["Authorization"] = headers["Authorization"].replace("us-east-1", "eu-west-1")
    answer = signed.call(headers={"Authorization": "Bearer x"} if change == "scheme" else headers)
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (403, "InvalidSignatureException")


def test_any_method_of_a_path_can_require_a_signature(signed: RestApi, role: Callable[..., Role]) -> None:
    caller = role(may("*"))
    assert signed.call("/other", "PUT").status_code == 403
    assert signed.call("/other", "PUT", headers=sign(signed, caller.credentials, "/other", "PUT")).status_code == 200
