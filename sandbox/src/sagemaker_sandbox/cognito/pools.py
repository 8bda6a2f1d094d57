"""User pools, which moto keeps: where to find one, its issuer and its public keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from moto.cognitoidp.models import cognitoidp_backends

if TYPE_CHECKING:
    from collections.abc import Iterator

# moto's CognitoIdpUserPool
type UserPool = Any

_ARN: Final = re.compile(r"arn:[a-z-]+:cognito-idp:(?P<region>[^:]+):(?P<account>\d{12}):userpool/(?P<id>.+)")


def by_arn(arn: str) -> UserPool | None:
    """Return the pool with this ARN; None if there is none."""
    found = _ARN.fullmatch(arn)
    return cognitoidp_backends[found["account"]][found["region"]].user_pools.get(found["id"]) if found else None


def by_id(pool_id: str) -> UserPool | None:
    """Return the pool with this ID, in any account."""
    return next((pool for pool in _all() if pool.id == pool_id), None)


def by_domain(prefix: str, region: str) -> UserPool | None:
    """Return the pool with this domain prefix in a Region."""
    return next((pool for pool in _all() if pool.region == region and pool.domain and pool.domain.domain == prefix), None)


def issuer(pool: UserPool) -> str:
    """Return the claim ``iss`` of a pool's tokens."""
    return f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.id}"


def public_keys(pool: UserPool) -> dict[str, Any]:
    """Return a pool's JSON Web Key Set."""
    return {"keys": [pool.json_web_key.as_dict(private=False)]}


def _all() -> Iterator[UserPool]:
    for regions in list(cognitoidp_backends.values()):
        for backend in list(regions.values()):
            yield from list(backend.user_pools.values())
