"""A user pool's token is accepted by its signature, issuer and expiry."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from sagemaker_sandbox.cognito import tokens
from sagemaker_sandbox.cognito.pools import issuer

POOL, OTHER = (SimpleNamespace(id=f"us-east-1_{name}", region="us-east-1", json_web_key=tokens.new_key()) for name in "ab")
VALID = {"iss": issuer(POOL), "token_use": "id", "exp": int(time.time()) + 86_400}


def test_a_token_of_one_of_the_pools_is_accepted() -> None:
    assert tokens.verify(tokens.sign(POOL, VALID), [OTHER, POOL]) == VALID


@pytest.mark.parametrize(
    ("signer", "claims", "error"),
    [
        (OTHER, VALID, tokens.TokenError),
        (POOL, VALID | {"iss": issuer(OTHER)}, tokens.TokenError),
        (POOL, {name: value for name, value in VALID.items() if name != "iss"}, tokens.TokenError),
        (POOL, VALID | {"exp": int(time.time())}, tokens.ExpiredTokenError),
    ],
    ids=["key", "issuer", "no_issuer", "expired"],
)
def test_another_token_is_rejected(signer: Any, claims: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(tokens.TokenError) as raised:
        tokens.verify(tokens.sign(signer, claims), [POOL])
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({}, 3600),
        ({"IdTokenValidity": 2}, 7200),
        ({"IdTokenValidity": 5, "TokenValidityUnits": {"IdToken": "minutes"}}, 300),
        ({"AccessTokenValidity": 2}, 3600),
        ({"IdTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "days"}}, 3600),
    ],
    ids=["default", "hours", "minutes", "other_token", "other_unit"],
)
def test_a_client_sets_the_validity_of_its_tokens(settings: dict[str, Any], seconds: int) -> None:
    assert tokens.validity(SimpleNamespace(extended_config=settings), "id") == seconds
