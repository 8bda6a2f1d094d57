"""The applied API behind Amazon Cognito: called with identity tokens of users, and with access tokens of app clients that have a scope."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from deployments import Answer, Deployment
from user_pools import FLOWS, OTHER_SCOPE, PASSWORD, SCOPE, USER, Pool, create_pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

type Client = Any
type Json = Any
type RootModule = Any  # defined in stacks.py

SHOP = "https://shop.example.com"
MAIN = """
variable "endpoint" { type = string }
variable "password" { type = string }
variable "sandbox" { type = string }

resource "aws_cognito_user_pool" "this" {
  name = "callers"
}

resource "aws_cognito_user_pool_domain" "this" {
  domain       = "callers"
  user_pool_id = aws_cognito_user_pool.this.id
}

resource "aws_cognito_resource_server" "this" {
  identifier   = "predictions"
  name         = "Predictions"
  user_pool_id = aws_cognito_user_pool.this.id

  dynamic "scope" {
    for_each = ["predict", "read"]
    content {
      scope_name        = scope.value
      scope_description = scope.value
    }
  }
}

resource "aws_cognito_user_pool_client" "users" {
  name                = "users"
  user_pool_id        = aws_cognito_user_pool.this.id
  explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
}

resource "aws_cognito_user_pool_client" "machines" {
  name                                 = "machines"
  user_pool_id                         = aws_cognito_user_pool.this.id
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = ["predictions/predict", "predictions/read"]

  depends_on = [aws_cognito_resource_server.this]
}

resource "aws_cognito_user" "ada" {
  user_pool_id = aws_cognito_user_pool.this.id
  username     = "ada"
  password     = var.password
}

locals {
  contract = yamldecode(file("${path.module}/../penguins/contract.yaml"))
  capacity = { existing = { name = var.endpoint } }
}

module "people" {
  source   = "../../"
  name     = "by-identity"
  contract = local.contract
  capacity = local.capacity
  api = {
    auth = { cognito = { user_pool_arns = [aws_cognito_user_pool.this.arn] } }
    cors = { origins = ["https://shop.example.com"] }
  }
}

module "machines" {
  source   = "../../"
  name     = "by-scope"
  contract = local.contract
  capacity = local.capacity
  api = {
    auth = { cognito = { user_pool_arns = [aws_cognito_user_pool.this.arn], scopes = ["predictions/predict"] } }
    page = false
  }
}

# Any client of the pool's keys accepts its tokens.
module "tokens" {
  source   = "../../"
  name     = "by-issuer"
  contract = local.contract
  capacity = local.capacity
  api = {
    auth = { jwt = {
      issuer    = "https://${aws_cognito_user_pool.this.endpoint}"
      audiences = [aws_cognito_user_pool_client.machines.id]
      scopes    = ["predictions/predict"]
      jwks_uri  = "${var.sandbox}/${aws_cognito_user_pool.this.id}/.well-known/jwks.json"
    } }
    domain = {
      name            = "machines.example.com"
      certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d"
      mutual_tls      = { truststore_uri = "s3://cas/truststore.pem" }
    }
    page = false
  }
}

output "people" {
  value     = module.people
  sensitive = true
}

output "machines" {
  value     = module.machines
  sensitive = true
}

output "tokens" {
  value     = module.tokens
  sensitive = true
}

output "pool" {
  value = { id = aws_cognito_user_pool.this.id, arn = aws_cognito_user_pool.this.arn, domain = aws_cognito_user_pool_domain.this.domain }
}

output "clients" {
  value = {
    users    = { ClientId = aws_cognito_user_pool_client.users.id }
    machines = { ClientId = aws_cognito_user_pool_client.machines.id, ClientSecret = aws_cognito_user_pool_client.machines.client_secret }
  }
  sensitive = true
}
"""


@pytest.fixture(scope="module")
def root(terraform: Callable[..., RootModule], penguins: Deployment, sandbox: Sandbox) -> RootModule:
    """Apply a user pool and three APIs for its tokens, in front of one endpoint."""
    module = terraform("examples/cognito", {"main.tf": MAIN})
    module.apply(endpoint=penguins.outputs["endpoint_name"], password=PASSWORD, sandbox=sandbox.url)
    return module


@pytest.fixture(scope="module")
def outputs(root: RootModule) -> dict[str, Json]:
    return dict(root.outputs())


@pytest.fixture(scope="module")
def pool(client: Callable[..., Client], sandbox: Sandbox, outputs: dict[str, Json]) -> Pool:
    return Pool(client("cognito-idp"), url=sandbox.url, **outputs["pool"])


@pytest.fixture(scope="module")
def people(sandbox: Sandbox, outputs: dict[str, Json]) -> Deployment:
    return Deployment(outputs["people"], sandbox)


@pytest.fixture(scope="module")
def machines(sandbox: Sandbox, outputs: dict[str, Json]) -> Deployment:
    return Deployment(outputs["machines"], sandbox)


@pytest.fixture(scope="module")
def signed_in(pool: Pool, outputs: dict[str, Json]) -> Json:
    return pool.sign_in(outputs["clients"]["users"]["ClientId"])


def predict(api: Deployment, token: str) -> Answer:
    return api.predict(api.outputs["sample_request"], authorization=token, origin=SHOP)


def assert_unauthorized(answer: Answer, detail: str = "") -> None:
    """Check a 401 as docs/errors.md describes it."""
    document = answer.document
    assert (answer.status, document["status"], document["code"]) == (401, 401, "unauthorized")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["x-request-id"] == document["request_id"]
    assert detail in document["detail"]


def test_a_user_predicts_with_an_identity_token(people: Deployment, signed_in: Json) -> None:
    for token in (signed_in["IdToken"], f"Bearer {signed_in['IdToken']}"):
        answer = predict(people, token)
        assert answer.document.keys() == {"predictions"}
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, SHOP)


def test_an_app_client_predicts_with_an_access_token_that_has_the_scope(machines: Deployment, pool: Pool, outputs: dict[str, Json]) -> None:
    client = outputs["clients"]["machines"]
    for scope in (SCOPE, f"{OTHER_SCOPE} {SCOPE}"):
        assert predict(machines, pool.machine_token(client, scope)).status == 200


def test_a_token_without_the_scope_is_unauthorized(machines: Deployment, pool: Pool, outputs: dict[str, Json], signed_in: Json) -> None:
    tokens = (pool.machine_token(outputs["clients"]["machines"], OTHER_SCOPE), signed_in["AccessToken"], signed_in["IdToken"])
    for token in tokens:
        assert_unauthorized(predict(machines, token))


def test_the_modules_own_authorizer_accepts_the_pools_tokens(
    sandbox: Sandbox, pool: Pool, outputs: dict[str, Json], signed_in: Json
) -> None:
    def call(token: str) -> int:
        headers = {"Host": "machines.example.com", "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        sample = outputs["tokens"]["sample_request"]
        return requests.post(f"{sandbox.url}/predictions", sample, headers=headers, proxies={"http": ""}, timeout=30).status_code

    client = outputs["clients"]["machines"]
    tokens = (pool.machine_token(client), pool.machine_token(client, OTHER_SCOPE), signed_in["IdToken"])
    assert [call(token) for token in tokens] == [200, 403, 401]


def test_only_the_domain_name_with_mutual_tls_answers(sandbox: Sandbox, pool: Pool, outputs: dict[str, Json]) -> None:
    token = pool.machine_token(outputs["clients"]["machines"])
    assert predict(Deployment(outputs["tokens"], sandbox), f"Bearer {token}").status == 403


def test_an_access_token_does_not_identify_its_user(people: Deployment, pool: Pool, outputs: dict[str, Json], signed_in: Json) -> None:
    for token in (signed_in["AccessToken"], pool.machine_token(outputs["clients"]["machines"])):
        assert_unauthorized(predict(people, token))


@pytest.mark.parametrize("token", ["", "Bearer ", "nonsense", "Basic YTpi"], ids=["none", "empty", "text", "basic"])
def test_a_request_without_a_token_is_unauthorized(people: Deployment, token: str) -> None:
    assert_unauthorized(predict(people, token))


def test_a_token_of_another_pool_is_unauthorized(people: Deployment, client: Callable[..., Client], sandbox: Sandbox) -> None:
    stranger = create_pool(client, sandbox)
    assert_unauthorized(predict(people, stranger.sign_in(str(stranger.add_client(**FLOWS)["ClientId"]))["IdToken"]))


def test_an_expired_token_is_unauthorized(people: Deployment, pool: Pool) -> None:
    brief = pool.add_client(**FLOWS, IdTokenValidity=1, TokenValidityUnits={"IdToken": "seconds"})
    token = pool.sign_in(str(brief["ClientId"]))["IdToken"]
    time.sleep(1)
    assert_unauthorized(predict(people, token))


def test_a_page_can_read_that_its_token_is_missing(people: Deployment) -> None:
    answer = predict(people, "")
    assert_unauthorized(answer)
    assert answer.headers["access-control-allow-origin"] == SHOP


def test_every_route_but_the_pages_needs_a_token(people: Deployment, machines: Deployment, signed_in: Json) -> None:
    assert_unauthorized(people.send("GET", "/health"))
    assert people.send("GET", "/health", authorization=signed_in["IdToken"]).status == 200
    assert [people.send("GET", path).status for path in ("/", "/docs", "/openapi.json")] == [200, 200, 200]
    assert_unauthorized(machines.send("GET", "/openapi.json"))


def test_a_preflight_request_needs_no_token(people: Deployment) -> None:
    answer = people.send("OPTIONS", "/predictions", origin=SHOP, access_control_request_method="POST")
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, SHOP)
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()


def test_the_document_says_that_callers_send_a_token(people: Deployment) -> None:
    document = people.send("GET", "/openapi.json").document
    assert document["components"]["securitySchemes"]["cognito"]["description"].startswith("An identity token")
    assert document["security"] == [{"cognito": []}]


def test_a_second_plan_is_empty(root: RootModule, outputs: dict[str, Json]) -> None:
    assert outputs
    assert root.changes() == ""


def test_the_user_can_still_sign_in_after_a_second_plan(pool: Pool, outputs: dict[str, Json]) -> None:
    parameters = {"USERNAME": USER, "PASSWORD": PASSWORD}
    client = outputs["clients"]["users"]["ClientId"]
    assert pool.cognito.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
