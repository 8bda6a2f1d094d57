"""The token endpoint of a user pool's domain, for app clients that act for themselves.

https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html: a client with a secret sends it by Basic
authentication or in the form, and without a scope gets all custom ones that it may use. The grants that begin in a browser
are not supported.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.cognito import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.cognito.pools import UserPool

_GRANT: Final = "client_credentials"


class GrantError(Exception):
    """A request without a token as its result; the argument is OAuth's code."""


def grant(pool: UserPool, form: Mapping[str, str], credentials: tuple[str, str] | None) -> dict[str, Any]:
    """Return the response to a form; ``credentials`` are those of the header Authorization."""
    if not form.get("grant_type"):
        raise GrantError("invalid_request")
    if form["grant_type"] != _GRANT:
        raise GrantError("unsupported_grant_type")
    client = _client(pool, *(credentials or (form.get("client_id", ""), form.get("client_secret", ""))))
    settings = client.extended_config
    if not settings.get("AllowedOAuthFlowsUserPoolClient") or _GRANT not in (settings.get("AllowedOAuthFlows") or []):
        raise GrantError("unauthorized_client")
    # those without a slash are OpenID Connect's and Cognito's own, which are about a user
    custom = [scope for scope in settings.get("AllowedOAuthScopes") or [] if "/" in scope]
    scopes = form.get("scope", "").split() or custom
    if not scopes or not set(scopes) <= set(custom):
        raise GrantError("invalid_scope")
    return {"access_token": tokens.of_client(pool, client, scopes), "expires_in": tokens.validity(client, "access"), "token_type": "Bearer"}


def _client(pool: UserPool, client_id: str, secret: str) -> Any:
    client = pool.clients.get(client_id)
    if client is None or not client.generate_secret or not secrets.compare_digest(client.secret.encode(), secret.encode()):
        raise GrantError("invalid_client")
    return client
