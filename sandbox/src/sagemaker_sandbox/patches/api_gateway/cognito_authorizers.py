"""Authorizers of the type COGNITO_USER_POOLS.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html: a method without scopes
takes an identity token; one with scopes an access token that has at least one of them, and rejects any other with "a 401
Unauthorized response". The validation expression is about the claim ``aud``, which an access token does not have.

The claims reach the function as texts, as a recorded event shows (github.com/eeg3/workspaces-portal, sample_events): ``exp``
and ``iat`` are dates, lists are joined by commas. AWS does not say whether a token that expires is rejected while the
authorizer's result is kept; here it is accepted until then.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from localstack.services.apigateway.next_gen.execute_api.gateway_response import AuthorizerConfigurationError, UnauthorizedError

from sagemaker_sandbox.cognito import pools, tokens
from sagemaker_sandbox.patches.api_gateway.authorizer_results import Results, seconds_of
from sagemaker_sandbox.patches.api_gateway.identity_sources import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.cognito.tokens import Claims

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any
type Authorizer = Mapping[str, Any]

_TYPE: Final = "COGNITO_USER_POOLS"
_REJECTED: Final = "Unauthorized"
_EXPIRED: Final = "The incoming token has expired"
_DATES: Final = ("exp", "iat")

_CLAIMS: Final[Results[Claims]] = Results()


def authorize(context: Context) -> None:
    """Raise the error for a request without a token that its method accepts; otherwise note the token's claims."""
    method = context.resource_method
    if method.get("authorizationType") != _TYPE:
        return
    authorizer = context.deployment.rest_api.authorizers.get(method.get("authorizerId"))
    if authorizer is None:
        raise AuthorizerConfigurationError
    token = re.sub("^bearer +", "", value_of(authorizer["identitySource"], context), flags=re.IGNORECASE)
    name = (context.api_id, context.stage, context.deployment_id, authorizer["id"], token)
    claims = _CLAIMS.get(name, seconds_of(authorizer), lambda: _verified(token, authorizer))
    if not _fits(claims, method.get("authorizationScopes") or []):
        raise UnauthorizedError(_REJECTED)
    context.context_variables["authorizer"] = {"claims": {name: _text(name, value) for name, value in claims.items()}}


def _verified(token: str, authorizer: Authorizer) -> Claims:
    """Return the claims of a token that one of the authorizer's pools issued."""
    found = map(pools.by_arn, authorizer.get("providerARNs") or [])
    try:
        claims = tokens.verify(token, [pool for pool in found if pool is not None])
    except tokens.ExpiredTokenError as error:
        raise UnauthorizedError(_EXPIRED) from error
    except tokens.TokenError as error:
        raise UnauthorizedError(_REJECTED) from error
    expression = authorizer.get("identityValidationExpression")
    if expression and not re.fullmatch(expression, claims.get("aud", "")):
        raise UnauthorizedError(_REJECTED)
    return claims


def _fits(claims: Claims, scopes: list[str]) -> bool:
    """Return whether a token is of the type that the method expects, with one of its scopes; an identity token has none."""
    if not scopes:
        return claims.get("token_use") == "id"
    return not set(scopes).isdisjoint(claims.get("scope", "").split())


def _text(name: str, value: object) -> str:
    if name in _DATES and isinstance(value, int):
        return datetime.fromtimestamp(value, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
