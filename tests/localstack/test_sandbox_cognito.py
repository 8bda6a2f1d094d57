"""User pools in the sandbox sign tokens, and REST APIs with a Cognito authorizer let in the callers that AWS would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from botocore import UNSIGNED
from rest_apis import RestApi, create_function, deploy, operation
from user_pools import FLOWS, FOR_MACHINES, OTHER_SCOPE, PASSWORD, SCOPE, USER, Pool, claims_of, create_pool, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

type Client = Any
type Json = Any

BACKEND = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"])}
"""


@pytest.fixture(scope="module")
def pool(client: Callable[..., Client], sandbox: Sandbox) -> Pool:
    return create_pool(client, sandbox)


@pytest.fixture(scope="module")
def stranger(client: Callable[..., Client], sandbox: Sandbox) -> Pool:
    """Create a pool that no API names."""
    return create_pool(client, sandbox)


@pytest.fixture(scope="module")
def for_users(pool: Pool) -> str:
    return str(pool.add_client(**FLOWS, ReadAttributes=["email", "email_verified"])["ClientId"])


@pytest.fixture(scope="module")
def for_machines(pool: Pool) -> Json:
    return pool.add_client(**FOR_MACHINES)


@pytest.fixture(scope="module")
def signed_in(pool: Pool, for_users: str) -> Json:
    return pool.sign_in(for_users)


def test_a_users_tokens_are_signed_with_the_pools_published_key(pool: Pool, for_users: str, signed_in: Json) -> None:
    identity, access = claims_of(pool, signed_in["IdToken"]), claims_of(pool, signed_in["AccessToken"])
    assert (identity["token_use"], identity["aud"], identity["email"]) == ("id", for_users, "ada@example.com")
    assert (access["token_use"], access["client_id"], access["scope"]) == ("access", for_users, "aws.cognito.signin.user.admin")
    assert identity["exp"] - identity["iat"] == signed_in["ExpiresIn"] == 3600


def test_an_administrator_can_sign_a_user_in(pool: Pool, for_users: str) -> None:
    parameters = {"USERNAME": USER, "PASSWORD": PASSWORD}
    answer = pool.cognito.admin_initiate_auth(
        UserPoolId=pool.id, ClientId=for_users, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    assert claims_of(pool, answer["AuthenticationResult"]["IdToken"])["cognito:username"] == USER


def test_a_user_signs_in_without_credentials_of_the_account(client: Callable[..., Client], for_users: str) -> None:
    parameters = {"USERNAME": USER, "PASSWORD": PASSWORD}
    cognito = client("cognito-idp", signature_version=UNSIGNED)
    assert cognito.initiate_auth(ClientId=for_users, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)["AuthenticationResult"]
    with pytest.raises(Exception, match="MissingAuthenticationToken"):
        cognito.list_user_pools(MaxResults=1)


def test_a_wrong_password_gets_no_token(pool: Pool, for_users: str) -> None:
    with pytest.raises(Exception, match="NotAuthorizedException"):
        pool.cognito.initiate_auth(
            ClientId=for_users, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": USER, "PASSWORD": "Wrong-horse-1"}
        )


def test_every_pool_has_a_key_of_its_own(pool: Pool, stranger: Pool) -> None:
    assert {key.key_id for key in keys_of(pool).keys}.isdisjoint(key.key_id for key in keys_of(stranger).keys)


def test_a_pool_publishes_its_issuer(pool: Pool) -> None:
    answer = requests.get(f"{pool.url}/{pool.id}/.well-known/openid-configuration", proxies={"http": ""}, timeout=30).json()
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool.id}"
    assert (answer["issuer"], answer["jwks_uri"]) == (issuer, f"{issuer}/.well-known/jwks.json")


@pytest.mark.parametrize("document", ["jwks.json", "openid-configuration"])
def test_a_pool_that_does_not_exist_publishes_nothing(sandbox: Sandbox, document: str) -> None:
    answer = requests.get(f"{sandbox.url}/us-east-1_none/.well-known/{document}", proxies={"http": ""}, timeout=30)
    assert (answer.status_code, answer.json()) == (404, {"message": "User pool us-east-1_none does not exist."})


@pytest.mark.parametrize(("requested", "granted"), [(None, f"{SCOPE} {OTHER_SCOPE}"), (OTHER_SCOPE, OTHER_SCOPE)], ids=["all", "one"])
def test_an_app_client_gets_a_token_with_its_scopes(pool: Pool, for_machines: Json, requested: str | None, granted: str) -> None:
    answer = pool.request_token(for_machines, requested).json()
    claims = claims_of(pool, answer["access_token"])
    assert (claims["token_use"], claims["scope"], claims["sub"]) == ("access", granted, for_machines["ClientId"])
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)


@pytest.mark.parametrize(
    ("changed", "form", "error"),
    [
        ({"ClientSecret": "wrong"}, {}, "invalid_client"),
        ({"ClientId": "other"}, {}, "invalid_client"),
        ({}, {"scope": "predictions/other"}, "invalid_scope"),
        ({}, {"scope": "aws.cognito.signin.user.admin"}, "invalid_scope"),
        ({}, {"grant_type": "password"}, "unsupported_grant_type"),
        ({}, {"grant_type": ""}, "invalid_request"),
    ],
    ids=["secret", "client", "scope", "user_scope", "grant", "no_grant"],
)
def test_another_request_gets_no_token(pool: Pool, for_machines: Json, changed: Json, form: dict[str, str], error: str) -> None:
    answer = pool.request_token(for_machines | changed, **form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_an_app_client_without_the_flow_gets_no_token(pool: Pool) -> None:
    answer = pool.request_token(pool.add_client(GenerateSecret=True), SCOPE)
    assert (answer.status_code, answer.json()) == (400, {"error": "unauthorized_client"})


def scheme(pool: Pool, **settings: Json) -> dict[str, Json]:
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [pool.arn], **settings},
    }


@pytest.fixture(scope="module")
def guarded(client: Callable[..., Client], sandbox: Sandbox, pool: Pool) -> RestApi:
    """Deploy an API with a path for each way to use a Cognito authorizer."""
    backend = create_function(client, BACKEND)
    schemes = {
        "pool": scheme(pool, authorizerResultTtlInSeconds=0),
        "cached": scheme(pool, authorizerResultTtlInSeconds=60),
        "for_others": scheme(pool, identityValidationExpression="other-client", authorizerResultTtlInSeconds=0),
        "gone": scheme(pool, providerARNs=[f"{pool.arn}gone"]),
    }
    paths = {
        "/identity": {"get": operation(backend, security=[{"pool": []}])},
        "/scoped": {"get": operation(backend, security=[{"pool": [SCOPE, "predictions/admin"]}])},
        "/signed-in": {"get": operation(backend, security=[{"pool": ["aws.cognito.signin.user.admin"]}])},
        "/cached": {"get": operation(backend, security=[{"cached": []}])},
        "/for-others": {"get": operation(backend, security=[{"for_others": []}])},
        "/gone": {"get": operation(backend, security=[{"gone": []}])},
    }
    return deploy(client, sandbox.url, paths, components={"securitySchemes": schemes})


def call(api: RestApi, path: str, token: str | None) -> requests.Response:
    return api.call(path, headers={} if token is None else {"Authorization": token})


def rejection(answer: requests.Response) -> tuple[int, str, Json]:
    return answer.status_code, answer.headers["x-amzn-ErrorType"], answer.json()


UNAUTHORIZED = (401, "UnauthorizedException", {"message": "Unauthorized"})


@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer "])
def test_a_method_without_scopes_accepts_an_identity_token(guarded: RestApi, signed_in: Json, prefix: str) -> None:
    assert call(guarded, "/identity", prefix + signed_in["IdToken"]).status_code == 200


def test_the_function_gets_the_tokens_claims_as_texts(guarded: RestApi, pool: Pool, for_users: str, signed_in: Json) -> None:
    claims, given = claims_of(pool, signed_in["IdToken"]), call(guarded, "/identity", signed_in["IdToken"]).json()["claims"]
    assert {name: given[name] for name in ("aud", "email_verified", "token_use", "auth_time")} == {
        "aud": for_users,
        "email_verified": "true",
        "token_use": "id",
        "auth_time": str(claims["auth_time"]),
    }
    assert given["exp"] == time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(claims["exp"]))


@pytest.mark.parametrize("scope", [SCOPE, f"{OTHER_SCOPE} {SCOPE}"], ids=["one", "two"])
def test_a_method_with_scopes_accepts_an_access_token_with_one_of_them(
    guarded: RestApi, pool: Pool, for_machines: Json, scope: str
) -> None:
    answer = call(guarded, "/scoped", pool.machine_token(for_machines, scope))
    assert (answer.status_code, answer.json()["claims"]["scope"]) == (200, scope)


def test_a_users_access_token_has_cognitos_own_scope(guarded: RestApi, signed_in: Json) -> None:
    assert call(guarded, "/signed-in", signed_in["AccessToken"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/identity", "AccessToken"), ("/scoped", "IdToken"), ("/scoped", "AccessToken"), ("/for-others", "IdToken"), ("/gone", "IdToken")],
    ids=["access_token", "identity_token", "scope", "client", "pool_gone"],
)
def test_a_token_that_the_method_does_not_accept_is_unauthorized(guarded: RestApi, signed_in: Json, path: str, kind: str) -> None:
    assert rejection(call(guarded, path, signed_in[kind])) == UNAUTHORIZED


@pytest.mark.parametrize("token", [None, "", "Bearer ", "nonsense", "a.b.c"], ids=["missing", "empty", "scheme", "text", "dots"])
def test_a_request_without_a_token_is_unauthorized(guarded: RestApi, token: str | None) -> None:
    assert rejection(call(guarded, "/identity", token)) == UNAUTHORIZED


def test_a_token_of_another_pool_is_unauthorized(guarded: RestApi, stranger: Pool) -> None:
    token = stranger.sign_in(str(stranger.add_client(**FLOWS)["ClientId"]))["IdToken"]
    assert rejection(call(guarded, "/identity", token)) == UNAUTHORIZED


def test_a_token_whose_claims_were_changed_is_unauthorized(guarded: RestApi, stranger: Pool, signed_in: Json) -> None:
    header, _, signature = signed_in["IdToken"].split(".")
    other = stranger.sign_in(str(stranger.add_client(**FLOWS)["ClientId"]))["IdToken"].split(".")[1]
    assert rejection(call(guarded, "/identity", f"{header}.{other}.{signature}")) == UNAUTHORIZED


@pytest.fixture(scope="module")
def brief(pool: Pool) -> str:
    """Create an app client whose tokens are valid for five seconds; AWS's minimum is five minutes."""
    validity = {"IdTokenValidity": 5, "TokenValidityUnits": {"IdToken": "seconds"}}
    return str(pool.add_client(**FLOWS, **validity)["ClientId"])


def test_an_expired_token_is_unauthorized_unless_its_result_is_kept(guarded: RestApi, pool: Pool, signed_in: Json, brief: str) -> None:
    paths = ("/identity", "/cached")
    assert [call(guarded, path, signed_in["IdToken"]).status_code for path in paths] == [200, 200]  # whatever starts late has started
    token = pool.sign_in(brief)["IdToken"]
    assert [call(guarded, path, token).status_code for path in paths] == [200, 200]
    time.sleep(max(0.0, claims_of(pool, token)["exp"] - time.time()))
    assert rejection(call(guarded, "/identity", token)) == (401, "UnauthorizedException", {"message": "The incoming token has expired"})
    assert call(guarded, "/cached", token).status_code == 200
