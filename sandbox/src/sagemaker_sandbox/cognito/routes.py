"""The HTTP paths of user pools beside the API of Cognito.

A pool's documents are at its issuer, https://cognito-idp.REGION.amazonaws.com/POOL, and here also at the sandbox's own
address. The token endpoint is at the pool's domain, by the Host header:
https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from localstack.http import Request, Response, route

from sagemaker_sandbox.cognito import pools, token_endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

_POOL: Final = "/<regex('[a-z0-9-]+_[0-9A-Za-z]+'):pool_id>/.well-known"
_DOMAIN: Final = "<regex('[a-z0-9-]+'):prefix>.auth.<regex('[a-z0-9-]+'):region>.amazoncognito.com<regex('(:[0-9]+)?'):port>"


class UserPoolRoutes:
    """One method for each path."""

    @route(f"{_POOL}/jwks.json", methods=["GET"])
    def keys(self, _request: Request, pool_id: str) -> Response:
        """Return a pool's public keys."""
        pool = pools.by_id(pool_id)
        return _json(pools.public_keys(pool)) if pool else _no_pool(pool_id)

    @route(f"{_POOL}/openid-configuration", methods=["GET"])
    def configuration(self, _request: Request, pool_id: str) -> Response:
        """Return where the pool's keys are."""
        pool = pools.by_id(pool_id)
        if pool is None:
            return _no_pool(pool_id)
        issuer = pools.issuer(pool)
        known = {"response_types_supported": ["code", "token"], "subject_types_supported": ["public"]}
        signing = {"id_token_signing_alg_values_supported": ["RS256"]}
        return _json({"issuer": issuer, "jwks_uri": f"{issuer}/.well-known/jwks.json"} | known | signing)

    @route("/oauth2/token", host=_DOMAIN, methods=["POST"])
    def token(self, request: Request, prefix: str, region: str, **_: str) -> Response:
        """Return an access token for an app client."""
        pool = pools.by_domain(prefix, region)
        if pool is None:
            return _json({"message": f"No user pool has the domain {prefix}."}, HTTPStatus.NOT_FOUND)
        basic = request.authorization
        credentials = (basic.username or "", basic.password or "") if basic is not None and basic.type == "basic" else None
        try:
            return _json(token_endpoint.grant(pool, request.form, credentials))
        except token_endpoint.GrantError as error:
            return _json({"error": str(error)}, HTTPStatus.BAD_REQUEST)


def _no_pool(pool_id: str) -> Response:
    return _json({"message": f"User pool {pool_id} does not exist."}, HTTPStatus.NOT_FOUND)


def _json(content: Mapping[str, Any], status: int = HTTPStatus.OK) -> Response:
    response = Response(status=status)
    response.set_json(content)
    return response
