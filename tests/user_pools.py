"""User pools in the sandbox, and their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import jwt
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

type Client = Any
type Json = Any

USER, PASSWORD = "ada", "Correct-horse-1"
SCOPE, OTHER_SCOPE = "predictions/predict", "predictions/read"
FLOWS = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
FOR_MACHINES = {
    "GenerateSecret": True,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": [SCOPE, OTHER_SCOPE],
}


@dataclass(frozen=True)
class Pool:
    """A user pool with a user, a resource server and a domain."""

    cognito: Client
    id: str
    arn: str
    domain: str
    url: str

    def add_client(self, **settings: Json) -> Json:
        """Create an app client."""
        name = f"client-{uuid4().hex[:8]}"
        return self.cognito.create_user_pool_client(UserPoolId=self.id, ClientName=name, **settings)["UserPoolClient"]

    def sign_in(self, client_id: str) -> Json:
        """Return the tokens of the user."""
        parameters = {"USERNAME": USER, "PASSWORD": PASSWORD}
        answer = self.cognito.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
        return answer["AuthenticationResult"]

    def request_token(self, client: Json, scope: str | None = None, **changes: str) -> requests.Response:
        """Request an app client's token from the pool's domain."""
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {}) | changes
        headers = {"Host": f"{self.domain}.auth.us-east-1.amazoncognito.com"}
        credentials = (client["ClientId"], client.get("ClientSecret", ""))
        return requests.post(f"{self.url}/oauth2/token", form, headers=headers, auth=credentials, proxies={"http": ""}, timeout=30)

    def machine_token(self, client: Json, scope: str = SCOPE) -> str:
        """Return an app client's token."""
        return str(self.request_token(client, scope).json()["access_token"])


def create_pool(client: Callable[..., Client], sandbox: Sandbox) -> Pool:
    """Create a pool with a user that has signed up."""
    cognito, name = client("cognito-idp"), f"pool-{uuid4().hex[:8]}"
    created = cognito.create_user_pool(PoolName=name)["UserPool"]
    scopes = [{"ScopeName": each.partition("/")[2], "ScopeDescription": each} for each in (SCOPE, OTHER_SCOPE)]
    cognito.create_resource_server(UserPoolId=created["Id"], Identifier="predictions", Name="predictions", Scopes=scopes)
    cognito.create_user_pool_domain(UserPoolId=created["Id"], Domain=name)
    attributes = [{"Name": "email", "Value": "ada@example.com"}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=created["Id"], Username=USER, UserAttributes=attributes)
    cognito.admin_set_user_password(UserPoolId=created["Id"], Username=USER, Password=PASSWORD, Permanent=True)
    return Pool(cognito, created["Id"], created["Arn"], name, sandbox.url)


def keys_of(pool: Pool) -> jwt.PyJWKSet:
    """Fetch the pool's public keys."""
    answer = requests.get(f"{pool.url}/{pool.id}/.well-known/jwks.json", proxies={"http": ""}, timeout=30)
    return jwt.PyJWKSet.from_dict(answer.json())


def claims_of(pool: Pool, token: str) -> Json:
    """Verify a token as any client of the pool's keys does."""
    key = keys_of(pool)[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, ["RS256"], options={"verify_aud": False}, issuer=f"https://cognito-idp.us-east-1.amazonaws.com/{pool.id}")
