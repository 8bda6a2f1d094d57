"""Access to the applied API: keys and their rotation, tokens, signatures, pages of other origins, a domain name."""

from __future__ import annotations

import gzip
import http.client
import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from deployments import SECONDS, Answer
from hosting import eventually
from issuing import Issuer, Token, issuing
from load import Load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deployments import Deployment
    from sagemaker_sandbox.host.control import Sandbox

type RootModule = Any  # defined in conftest.py, which cannot be imported
type Json = Any

SHOP, LOCAL, STRANGER = "https://shop.example.com", "http://localhost:8000", "https://other.example.com"
DOMAIN = "predictions.example.com"
MAIN = """
variable "endpoint" { type = string }
variable "issuer" { type = string }
variable "keys" { type = set(string) }
variable "team" { type = string }

variable "about" {
  type    = string
  default = null
}

locals {
  penguins = yamldecode(file("${path.module}/../penguins/contract.yaml"))
  contract = merge(local.penguins, { for about in var.about[*] : "output" => merge(local.penguins.output, { description = about }) })
  capacity = { existing = { name = var.endpoint } }
}

module "keys" {
  source   = "../../"
  name     = "by-key"
  contract = local.contract
  capacity = local.capacity
  tags     = { team = var.team }
  api = {
    auth = { key = { clients = {
      shop  = { keys = var.keys }
      other = {}
      slow  = { rate_per_second = 0.1, burst = 1 }
    } } }
    cors           = { origins = ["https://shop.example.com", "http://localhost:8000"] }
    further_stages = { trial = {} }
    canary         = { percent_of_requests = 50 }
  }
}

module "tokens" {
  source   = "../../"
  name     = "by-token"
  contract = local.contract
  capacity = local.capacity
  api = {
    auth = { jwt = { issuer = var.issuer, audiences = ["predictions"], scopes = ["predict"] } }
    cors = { origins = ["https://shop.example.com"] }
    domain = {
      name                     = "predictions.example.com"
      certificate_arn          = "arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d"
      base_path                = "penguins"
      disable_default_endpoint = true
    }
    minimum_compression_size_in_bytes = 1024
  }
}

module "signed" {
  source   = "../../"
  name     = "by-signature"
  contract = local.contract
  capacity = local.capacity
  api = {
    auth     = { iam = {} }
    access   = { cidr_blocks = ["127.0.0.0/8"] }
    firewall = { body_limit_in_bytes = 8192, blocked_cidr_blocks = ["203.0.113.0/24"] }
  }
}

module "url" {
  source   = "../../"
  name     = "by-url"
  contract = local.contract
  capacity = local.capacity
  api      = { kind = "function_url", auth = { iam = {} } }
}

module "open" {
  source   = "../../"
  name     = "by-open-url"
  contract = local.contract
  capacity = local.capacity
  api = {
    kind = "function_url"
    auth = { jwt = { issuer = var.issuer, audiences = ["predictions"], scopes = ["predict"] } }
    cors = { origins = ["https://shop.example.com"] }
  }
}

output "keys" {
  value     = module.keys
  sensitive = true
}

output "others" {
  value     = { tokens = module.tokens, signed = module.signed, url = module.url, open = module.open }
  sensitive = true
}
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@pytest.fixture(scope="module")
def root(terraform: Callable[..., RootModule], penguins: Deployment, issuer: Issuer) -> RootModule:
    """Apply three APIs in front of one endpoint."""
    module = terraform("examples/access", {"main.tf": MAIN})
    module.apply(endpoint=penguins.outputs["endpoint_name"], issuer=issuer.url, keys=["1"], team="a")
    return module


@pytest.fixture(scope="module")
def apis(root: RootModule) -> dict[str, Json]:
    return {"keys": root.output("keys"), **root.output("others")}


class Caller:
    """Sends requests to one API: by its default URL, or by a host name."""

    def __init__(self, sandbox: Sandbox, outputs: Json, stage: str = "") -> None:
        self.sandbox = sandbox
        self.outputs = outputs
        self.base = f"/_aws/execute-api/{outputs['rest_api_id']}/{stage or outputs['stage_name']}"
        self.sample = outputs["sample_request"]

    def send(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.port, timeout=SECONDS)
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            known = {name.lower(): value for name, value in answer.getheaders()}
            content = answer.read()
            text = gzip.decompress(content) if known.get("content-encoding") == "gzip" else content
            return Answer(answer.status, known, text.decode())
        finally:
            connection.close()

    def predict(self, base: str | None = None, **headers: str) -> Answer:
        return self.send(
            "POST", f"{self.base if base is None else base}/predictions", self.sample, content_type="application/json", **headers
        )


@pytest.fixture(scope="module")
def keyed(sandbox: Sandbox, apis: dict[str, Json]) -> Caller:
    return Caller(sandbox, apis["keys"])


def problem(answer: Answer) -> tuple[int, str]:
    """Return the status and code of a problem document, after a look at what every one of them has."""
    document = answer.document
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == document["request_id"]
    assert document["status"] == answer.status
    return answer.status, document["code"]


def readable(answer: Answer, origin: str) -> bool:
    """Whether a browser lets a page of an origin read a response."""
    return answer.headers.get("access-control-allow-origin") in {"*", origin}


@pytest.mark.parametrize("client", ["shop", "other"])
@pytest.mark.parametrize("stage", ["v1", "trial"])
def test_each_client_predicts_with_its_own_key_in_each_stage(sandbox: Sandbox, apis: dict[str, Json], client: str, stage: str) -> None:
    caller = Caller(sandbox, apis["keys"], stage)
    assert caller.predict(x_api_key=apis["keys"]["api_keys"][client]["1"]).status == 200


def name_keys(root: RootModule, *names: str) -> None:
    """Apply the API of one client with these keys; the others need no change."""
    root.variables["keys"] = list(names)
    root.run("apply", "-input=false", "-auto-approve", "-refresh=false", "-target=module.keys")


def test_a_key_is_rotated_under_load_without_a_failed_request(root: RootModule, keyed: Caller) -> None:
    used = {"key": keyed.outputs["api_keys"]["shop"]["1"]}
    with Load(lambda: keyed.predict(x_api_key=used["key"]).status, rate=20.0) as load:
        name_keys(root, "1", "2")
        both = root.output("keys")["api_keys"]["shop"]
        used["key"] = both["2"]
        # those that were sent with the old key are answered by now
        time.sleep(0.5)
        name_keys(root, "2")
    assert [answered for answered in load.answered if answered.answer != 200] == []
    assert len(load.answered) > 40
    assert both["1"] != both["2"]
    assert problem(keyed.predict(x_api_key=both["1"])) == (403, "api_key_invalid")


def test_a_second_plan_is_empty(root: RootModule, apis: dict[str, Json]) -> None:
    assert apis
    assert root.changes() == ""


def test_a_tag_does_not_deploy_the_api_again(root: RootModule, apis: dict[str, Json]) -> None:
    assert apis
    planned = root.run("plan", "-input=false", "-refresh=false", "-target=module.keys", "-var", "team=b").stdout
    assert "aws_api_gateway_rest_api.this will be updated" in planned
    assert "aws_api_gateway_deployment" not in planned


def test_a_changed_description_is_deployed(root: RootModule, keyed: Caller) -> None:
    about = "The species of a penguin, by its size"
    root.run("apply", "-input=false", "-auto-approve", "-refresh=false", "-target=module.keys", "-var", f"about={about}")
    trial = Caller(keyed.sandbox, keyed.outputs, "trial").base
    assert about in keyed.send("GET", f"{trial}/openapi.json").text
    assert about in keyed.send("GET", f"{trial}/").text
    # half of this stage's requests go to the new deployment
    eventually(lambda: keyed.send("GET", f"{keyed.base}/").text, lambda page: about in page)
    eventually(lambda: keyed.send("GET", f"{keyed.base}/").text, lambda page: about not in page)


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        ((403, "api_key_invalid"), {"method": "POST", "path": "/predictions", "x_api_key": "x" * 20}),
        ((404, "route_unknown"), {"method": "GET", "path": "/other"}),
        ((405, "method_not_allowed"), {"method": "GET", "path": "/predictions"}),
        ((405, "method_not_allowed"), {"method": "POST", "path": "/health"}),
        ((400, "body_malformed"), {"method": "POST", "path": "/predictions", "body": "{"}),
        ((400, "instances_invalid"), {"method": "POST", "path": "/predictions", "body": '{"instances": [["x"]]}'}),
    ],
    ids=["key", "path", "method", "method_of_health", "malformed", "invalid"],
)
def test_a_page_can_read_every_problem(keyed: Caller, expected: tuple[int, str], request_: dict[str, str]) -> None:
    sent = {"x_api_key": keyed.outputs["api_keys"]["other"]["1"], "content_type": "application/json", "origin": SHOP} | request_
    answer = keyed.send(sent.pop("method"), keyed.base + sent.pop("path"), sent.pop("body", ""), **sent)
    assert problem(answer) == expected
    assert readable(answer, SHOP)


def test_a_body_over_the_limit_is_rejected_by_the_gateway(keyed: Caller) -> None:
    key = keyed.outputs["api_keys"]["other"]["1"]
    answer = keyed.send("POST", f"{keyed.base}/predictions", b" " * 10_485_761, x_api_key=key, content_type="application/json")
    assert (answer.status, answer.document) == (413, {"message": "Request Too Long"})


def test_a_client_that_sends_too_much_is_throttled(keyed: Caller) -> None:
    answers = [keyed.predict(x_api_key=keyed.outputs["api_keys"]["slow"]["1"], origin=LOCAL) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 429, 429]
    assert problem(answers[1]) == (429, "throttled")
    assert answers[1].headers["retry-after"] == "1"
    assert readable(answers[1], LOCAL)


@pytest.mark.parametrize("path", ["/predictions", "/openapi.json", "/health"])
@pytest.mark.parametrize("origin", [SHOP, LOCAL])
def test_a_preflight_request_of_an_allowed_origin_needs_no_key(keyed: Caller, path: str, origin: str) -> None:
    answer = keyed.send("OPTIONS", keyed.base + path, origin=origin, access_control_request_method="POST")
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, origin)
    assert "x-api-key" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-methods"] == ("POST" if path == "/predictions" else "GET")
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", [STRANGER, f"{SHOP}.evil.org", "null"])
def test_a_page_of_another_origin_may_not_call(keyed: Caller, origin: str) -> None:
    preflight = keyed.send("OPTIONS", f"{keyed.base}/predictions", origin=origin, access_control_request_method="POST")
    assert not readable(preflight, origin)
    assert not readable(keyed.predict(x_api_key=keyed.outputs["api_keys"]["other"]["1"], origin=origin), origin)


@pytest.mark.parametrize("path", ["/predictions", "/openapi.json", "/health"])
def test_a_page_can_read_every_route(keyed: Caller, path: str) -> None:
    key = keyed.outputs["api_keys"]["other"]["1"]
    method, body = ("POST", keyed.sample) if path == "/predictions" else ("GET", "")
    answer = keyed.send(method, keyed.base + path, body, x_api_key=key, origin=LOCAL, content_type="application/json")
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, LOCAL)


def test_an_endpoint_that_serves_is_healthy(keyed: Caller) -> None:
    answer = keyed.send("GET", f"{keyed.base}/health", x_api_key=keyed.outputs["api_keys"]["other"]["1"])
    assert (answer.status, answer.document) == (200, {"endpoint_status": "InService"})


def token(issuer: Issuer, **claims: Json) -> str:
    return Token(claims).header(issuer)


@pytest.fixture(scope="module")
def tokens(sandbox: Sandbox, apis: dict[str, Json]) -> Caller:
    return Caller(sandbox, apis["tokens"])


@pytest.mark.parametrize("stage", ["v1", "trial"])
def test_the_document_of_each_stage_names_its_own_address(sandbox: Sandbox, apis: dict[str, Json], stage: str) -> None:
    caller = Caller(sandbox, apis["keys"], stage)
    document = caller.send("GET", f"{caller.base}/openapi.json").document
    assert document["servers"][0]["url"].endswith(f"/{stage}")


def test_the_document_names_the_domain_name_and_base_path(tokens: Caller) -> None:
    document = tokens.send("GET", "/penguins/openapi.json", host=DOMAIN).document
    assert document["servers"] == [{"url": f"https://{DOMAIN}/penguins"}]


def test_a_large_response_is_compressed_for_a_client_that_accepts_it(tokens: Caller) -> None:
    plain = tokens.send("GET", "/penguins/openapi.json", host=DOMAIN)
    packed = tokens.send("GET", "/penguins/openapi.json", host=DOMAIN, accept_encoding="gzip")
    assert [answer.headers.get("content-encoding") for answer in (plain, packed)] == [None, "gzip"]
    assert packed.text == plain.text


def test_a_valid_token_predicts_at_the_domain_name(tokens: Caller, issuer: Issuer) -> None:
    answer = tokens.predict("/penguins", host=DOMAIN, authorization=token(issuer), origin=SHOP)
    assert (answer.status, readable(answer, SHOP)) == (200, True)
    assert tokens.outputs["predictions_url"] == f"https://{DOMAIN}/penguins/predictions"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"exp": 1}, (401, "unauthorized")),
        ({"aud": "other"}, (401, "unauthorized")),
        ({"iss": "https://other.example.com"}, (401, "unauthorized")),
        ({"scope": "read"}, (403, "access_denied")),
    ],
    ids=["expired", "audience", "issuer", "scope"],
)
def test_another_token_is_rejected(tokens: Caller, issuer: Issuer, claims: Json, expected: tuple[int, str]) -> None:
    answer = tokens.predict("/penguins", host=DOMAIN, authorization=token(issuer, **claims), origin=SHOP)
    assert problem(answer) == expected
    assert readable(answer, SHOP)


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic YTpi"}], ids=["none", "basic"])
def test_a_request_without_a_token_is_unauthorized(tokens: Caller, headers: dict[str, str]) -> None:
    assert problem(tokens.predict("/penguins", host=DOMAIN, **headers)) == (401, "unauthorized")


def test_a_401_names_the_scheme(tokens: Caller) -> None:
    assert tokens.predict("/penguins", host=DOMAIN).headers["www-authenticate"] == "Bearer"


def test_the_page_of_an_api_with_tokens_needs_none(tokens: Caller, issuer: Issuer) -> None:
    answer = tokens.send("GET", "/penguins/", host=DOMAIN)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '"auth":"jwt"' in answer.text
    assert f'"issuer":"{issuer.url}"' in answer.text


def test_the_default_endpoint_is_disabled_beside_the_domain_name(tokens: Caller, issuer: Issuer) -> None:
    assert tokens.predict(authorization=token(issuer)).status == 403


@pytest.fixture(scope="module")
def signed(sandbox: Sandbox, apis: dict[str, Json]) -> Caller:
    return Caller(sandbox, apis["signed"])


@pytest.fixture(scope="module")
def role(client: Callable[..., Json]) -> Callable[[str], Credentials]:
    """Return a function that creates a role with a policy, and assumes it."""

    def create(policy: str) -> Credentials:
        name = f"caller-{time.time_ns()}"
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arn = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        client("iam").put_role_policy(RoleName=name, PolicyName="call", PolicyDocument=policy)
        found = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])

    return create


def predict_signed(caller: Caller, credentials: Credentials) -> Answer:
    headers = {"Content-Type": "application/json"}
    request = AWSRequest("POST", f"http://127.0.0.1:{caller.sandbox.port}{caller.base}/predictions", headers, caller.sample)
    SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
    return caller.send(
        "POST", f"{caller.base}/predictions", caller.sample, **{name.replace("-", "_"): v for name, v in request.headers.items()}
    )


def test_the_policy_for_callers_is_what_a_caller_needs(signed: Caller, role: Callable[[str], Credentials]) -> None:
    policies = signed.outputs["caller_policies"]
    assert predict_signed(signed, role(policies["api"])).status == 200
    assert problem(predict_signed(signed, role(policies["function"]))) == (403, "access_denied")


def call_url(sandbox: Sandbox, outputs: Json, credentials: Credentials | None, **headers_: str) -> Answer:
    host = outputs["predictions_url"].split("/")[2].partition(":")[0]
    headers = {"Content-Type": "application/json", "Host": f"{host}:{sandbox.port}", **headers_}
    request = AWSRequest("POST", f"http://{headers['Host']}/predictions", headers, outputs["sample_request"])
    if credentials:
        SigV4Auth(credentials, "lambda", "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=SECONDS)
    connection.request("POST", "/predictions", outputs["sample_request"], dict(request.headers.items()))
    answer = connection.getresponse()
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode())


def test_a_function_url_needs_the_signature_of_a_caller_with_the_policy(
    sandbox: Sandbox, apis: dict[str, Json], role: Callable[[str], Credentials]
) -> None:
    policies = apis["url"]["caller_policies"]
    assert call_url(sandbox, apis["url"], role(policies["api"])).document.keys() == {"predictions"}
    assert call_url(sandbox, apis["url"], role(policies["endpoint"])).status == 403
    assert call_url(sandbox, apis["url"], None).status == 403


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({}, (200, None, None)),
        ({"exp": 1}, (401, "unauthorized", 'Bearer error="invalid_token"')),
        ({"aud": "other"}, (401, "unauthorized", 'Bearer error="invalid_token"')),
        ({"scope": "read"}, (403, "access_denied", 'Bearer error="insufficient_scope"')),
        (None, (401, "unauthorized", "Bearer")),
    ],
    ids=["valid", "expired", "audience", "scope", "none"],
)
def test_a_public_function_url_needs_a_token(
    sandbox: Sandbox, apis: dict[str, Json], issuer: Issuer, claims: Json, expected: tuple[int, str | None, str | None]
) -> None:
    headers = {} if claims is None else {"Authorization": token(issuer, **claims)}
    answer = call_url(sandbox, apis["open"], None, **headers)
    assert (answer.status, answer.document.get("code"), answer.headers.get("www-authenticate")) == expected
    assert answer.status == 200 or problem(answer) == expected[:2]


def test_without_a_token_everyone_can_invoke_the_public_alias_in_vain(apis: dict[str, Json], client: Callable[..., Json]) -> None:
    public = apis["open"]["function_arn"] + ":public"
    for event in (json.loads(apis["open"]["sample_request"]), {"drain": True}):
        answer = client("lambda").invoke(FunctionName=public, Payload=json.dumps(event))
        assert json.loads(answer["Payload"].read())["code"] == "unauthorized"
    answer = client("lambda").invoke(FunctionName=apis["open"]["function_alias_arn"], Payload=apis["open"]["sample_request"])
    assert "predictions" in json.loads(answer["Payload"].read())


def test_a_public_url_is_open_by_the_policy_of_its_alias(sandbox: Sandbox, apis: dict[str, Json], client: Callable[..., Json]) -> None:
    name = apis["open"]["function_name"]
    found = json.loads(client("lambda").get_policy(FunctionName=name, Qualifier="public")["Policy"])["Statement"]
    assert {each["Sid"]: each["Action"] for each in found} == {
        "FunctionURLAllowPublicAccess": "lambda:InvokeFunctionUrl",  # the provider's own
        "InvokeByTheUrl": "lambda:InvokeFunctionUrl",
        "InvokeTheAlias": "lambda:InvokeFunction",
    }
    with pytest.raises(Exception, match="ResourceNotFound"):
        client("lambda").get_policy(FunctionName=name, Qualifier="live")
    removed = next(each["Sid"] for each in found if each["Action"] == "lambda:InvokeFunction")
    client("lambda").remove_permission(FunctionName=name, StatementId=removed, Qualifier="public")
    assert call_url(sandbox, apis["open"], None).document == {"Message": "Forbidden"}
    client("lambda").add_permission(
        FunctionName=name, StatementId=removed, Qualifier="public", Action="lambda:InvokeFunction", Principal="*"
    )


def test_the_firewall_blocks_a_body_above_its_limit_before_anything_else(signed: Caller) -> None:
    answer = signed.send("POST", f"{signed.base}/predictions", b" " * 8193, content_type="application/json")
    assert problem(answer) == (403, "access_denied")
    assert answer.document["detail"] == "The request was blocked by a firewall rule."


def test_a_request_that_is_not_signed_is_rejected(signed: Caller) -> None:
    assert problem(signed.predict()) == (403, "access_denied")


def test_the_policies_of_the_function_and_the_endpoint_are_what_their_callers_need(
    signed: Caller, role: Callable[[str], Credentials], penguins: Deployment
) -> None:
    policies = signed.outputs["caller_policies"]
    session = {"function": role(policies["function"]), "endpoint": role(policies["endpoint"])}
    alias = signed.outputs["function_alias_arn"]
    found = as_caller("lambda", session["function"], signed.sandbox).invoke(FunctionName=alias, Payload=signed.sample)
    assert "predictions" in json.loads(found["Payload"].read())
    with pytest.raises(Exception, match="AccessDenied"):
        as_caller("lambda", session["endpoint"], signed.sandbox).invoke(FunctionName=alias, Payload=signed.sample)
    runtime = as_caller("sagemaker-runtime", session["endpoint"], signed.sandbox)
    with pytest.raises(Exception, match="ModelError"):  # allowed, but the model rejects the payload
        runtime.invoke_endpoint(EndpointName=penguins.outputs["endpoint_name"], Body=b"x", ContentType="text/csv")


def as_caller(service: str, credentials: Credentials, sandbox: Sandbox) -> Json:
    return boto3.session.Session().client(
        service,
        endpoint_url=sandbox.url,
        region_name="us-east-1",
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
    )
