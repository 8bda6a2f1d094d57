"""The tokens of a user pool.

Claims: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html and
...-using-the-id-token.html. Verification:
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from joserfc import jwk, jwt
from joserfc.errors import JoseError

from sagemaker_sandbox.cognito import pools

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sagemaker_sandbox.cognito.pools import UserPool

type Claims = dict[str, Any]

_ALGORITHM: Final = "RS256"
_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_HOUR: Final = 3600
# by token_use: the member of a client with the validity, and the member of TokenValidityUnits with its unit, which is hours by default
_VALIDITY: Final = {"access": ("AccessTokenValidity", "AccessToken"), "id": ("IdTokenValidity", "IdToken")}


class TokenError(Exception):
    """A token that none of the pools issued."""


class ExpiredTokenError(TokenError):
    """A token of a pool that is no longer valid."""


def new_key() -> jwk.RSAKey:
    """Return a key for a pool."""
    return jwk.RSAKey.generate_key(2048, {"kid": secrets.token_urlsafe(33), "alg": _ALGORITHM, "use": "sig"})


def sign(pool: UserPool, claims: Mapping[str, Any]) -> str:
    """Return a token with these claims."""
    return str(jwt.encode({"kid": pool.json_web_key.kid, "alg": _ALGORITHM}, dict(claims), pool.json_web_key))


def validity(client: Any, token_use: str) -> int:
    """Return for how many seconds an app client's tokens are valid: an hour by default. AWS's minimum of five minutes is not enforced."""
    member, unit = _VALIDITY[token_use]
    settings: Mapping[str, Any] = client.extended_config if client else {}
    chosen = int(settings.get(member) or 0)
    return chosen * _SECONDS[(settings.get("TokenValidityUnits") or {}).get(unit, "hours")] if chosen else _HOUR


def of_client(pool: UserPool, client: Any, scopes: Iterable[str]) -> str:
    """Return the access token of an app client that acts for itself."""
    now = int(time.time())
    times = {"auth_time": now, "iat": now, "exp": now + validity(client, "access")}
    claims = {"sub": client.id, "client_id": client.id, "token_use": "access", "scope": " ".join(scopes), "version": 2}
    return sign(pool, {"iss": pools.issuer(pool), "jti": str(uuid4())} | claims | times)


def verify(token: str, candidates: Iterable[UserPool]) -> Claims:
    """Return the claims of a token that one of the pools signed, names as its issuer, and has not expired."""
    for pool in candidates:
        try:
            claims: Claims = jwt.decode(token, pool.json_web_key, algorithms=[_ALGORITHM]).claims
        except (JoseError, ValueError):
            continue
        if claims.get("iss") != pools.issuer(pool):
            continue
        if claims["exp"] <= time.time():
            raise ExpiredTokenError
        return claims
    raise TokenError
