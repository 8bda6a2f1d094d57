# SPDX-License-Identifier: Apache-2.0
"""Bearer tokens that are JSON Web Tokens: verified with the keys that their issuer publishes.

PyJWT verifies the signature, the issuer, the audience and the times (RFC 7519); the layer of lambda/layers/jwt.txt has it.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.request import urlopen

import jwt

if TYPE_CHECKING:
    from typing import Any

    from jwt.types import Options

# of public keys alone: with a symmetric algorithm, a verifier could also sign (RFC 8725, section 3.1)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCK_SKEW_SECONDS = 30
FETCH_SECONDS = 3  # API Gateway waits 10 for an authorizer, which may fetch two documents
KEYS_KEPT_SECONDS = 600
REFETCH_SECONDS = 30  # between fetches because of unknown keys, which anyone can name


class InvalidToken(Exception):  # noqa: N818
    """A request without a valid token; the text is for the log."""


class MissingScope(Exception):  # noqa: N818
    """A valid token without any of the scopes."""


class Tokens:
    """The tokens of one issuer, for one of the audiences, with at least one of the scopes if there are any."""

    def __init__(self, issuer: str, audiences: list[str], scopes: list[str], jwks_uri: str | None) -> None:
        self._issuer = issuer
        self._audiences = audiences
        self._scopes = frozenset(scopes)
        self._jwks_uri = jwks_uri

    def claims(self, authorization: str) -> dict[str, Any]:
        """Return the claims of the token in an Authorization header.

        Raises InvalidToken or MissingScope, and PyJWKClientError, OSError or ValueError if the issuer's keys cannot be read.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidToken("not a Bearer token")
        claims = self._verified(token.strip())
        if self._scopes and self._scopes.isdisjoint(_scopes_of(claims)):
            raise MissingScope
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            if jwt.get_unverified_header(token).get("alg") not in ALGORITHMS:
                raise InvalidToken("algorithm")
            key = self._keys.get_signing_key_from_jwt(token)
            # an access token of Amazon Cognito has no aud, but the client that it was issued to
            payload = jwt.decode_complete(token, options={"verify_signature": False})["payload"]
            options: Options = {"require": ["exp", "iss"], "verify_aud": "aud" in payload}
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audiences,
                leeway=CLOCK_SKEW_SECONDS,
                options=options,
            )
        except jwt.PyJWKClientConnectionError:
            raise
        except (jwt.InvalidTokenError, jwt.PyJWKClientError) as error:
            raise InvalidToken(type(error).__name__) from error
        if "aud" not in claims and claims.get("client_id") not in self._audiences:
            raise InvalidToken("audience")
        return claims

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        uri = self._jwks_uri or _discovered(self._issuer)
        return jwt.PyJWKClient(uri, lifespan=KEYS_KEPT_SECONDS, timeout=FETCH_SECONDS, cooldown_duration=REFETCH_SECONDS)


def _discovered(issuer: str) -> str:
    """Return where an issuer publishes its keys (OpenID Connect Discovery 1.0, section 4). Raises OSError or ValueError."""
    # the plan accepts issuers with https only, except for this machine
    with urlopen(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=FETCH_SECONDS) as response:  # noqa: S310
        document = json.load(response)
    if not isinstance(document, dict) or document.get("issuer") != issuer or not isinstance(document.get("jwks_uri"), str):
        raise ValueError("the issuer's configuration names another issuer, or no keys")
    return str(document["jwks_uri"])


def _scopes_of(claims: dict[str, Any]) -> set[str]:
    """Return the scopes of a token: ``scope`` (RFC 8693, section 4.2), or ``scp``, as some issuers call it."""
    value = claims.get("scope", claims.get("scp", ""))
    if isinstance(value, list):
        return {each for each in value if isinstance(each, str)}
    return set(value.split()) if isinstance(value, str) else set()
