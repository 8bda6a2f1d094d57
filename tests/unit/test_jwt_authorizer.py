"""The authorizer that verifies JSON Web Tokens, in front of an issuer that is an HTTP server of the test."""

from __future__ import annotations

import importlib
import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from issuing import CURVE, STRANGER, Issuer, Token, issuing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    type Claims = dict[str, Any]
    type Decide = Callable[[str], Any]

ROOT = Path(__file__).resolve().parents[2]
ARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/POST/predictions"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@pytest.fixture
def load(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Decide]:
    """Return a function that loads the authorizer with settings; it authorizes the header Authorization."""
    monkeypatch.syspath_prepend(str(ROOT / "lambda/src"))

    def load(**settings: Any) -> Decide:
        known = {"issuer": issuer.url, "audiences": ["predictions", "app"], "scopes": [], "jwks_uri": None}
        monkeypatch.setenv("JWT", json.dumps(known | settings))
        sys.modules.pop("jwt_authorizer.handler", None)
        handler = importlib.import_module("jwt_authorizer.handler").handler
        return lambda header: handler({"type": "TOKEN", "authorizationToken": header, "methodArn": ARN}, None)

    return load


@pytest.mark.parametrize(
    "token",
    [
        Token(),
        Token(key=CURVE, algorithm="ES256", kid="ec"),
        Token({"aud": ["other", "app"]}),
        Token({"aud": None, "client_id": "app"}),
        Token(expires_in=-5),
        Token(scheme="bearer"),
    ],
    ids=["rsa", "curve", "one_of_several_audiences", "client_of_cognito", "clock_skew", "scheme_in_lower_case"],
)
def test_a_valid_token_allows_every_path_of_the_stage(load: Callable[..., Decide], issuer: Issuer, token: Token) -> None:
    decision = load()(token.header(issuer))
    statement = decision["policyDocument"]["Statement"][0]
    assert (decision["principalId"], statement["Effect"]) == ("ada", "Allow")
    assert statement["Resource"] == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/*"
    assert decision["context"]["scope"] == "read predict"


@pytest.mark.parametrize(
    "token",
    [
        Token(key=STRANGER),
        Token(kid="unknown"),
        Token({"iss": "https://other.example.com"}),
        Token({"aud": "other"}),
        Token({"aud": None, "client_id": "other"}),
        Token({"aud": None}),
        Token(expires_in=-60),
        Token({"exp": None}),
        Token(valid_in=120),
        Token(key="x" * 64, algorithm="HS256"),
        Token(key=None, algorithm="none"),
        Token(scheme="Basic"),
    ],
    ids=[
        "signature", "unknown_key", "issuer", "audience", "client", "no_audience",
        "expired", "never_expires", "not_yet", "symmetric", "unsigned", "scheme",
    ],
)  # fmt: skip
def test_a_token_that_is_not_valid_is_unauthorized(load: Callable[..., Decide], issuer: Issuer, token: Token) -> None:
    decide = load()
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        decide(token.header(issuer))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer a.b.c", "x"])
def test_a_header_without_a_token_is_unauthorized_without_a_fetch(load: Callable[..., Decide], issuer: Issuer, header: str) -> None:
    decide = load()
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        decide(header)
    assert issuer.fetched == []


@pytest.mark.parametrize(
    ("claims", "effect"),
    [
        ({}, "Allow"),
        ({"scope": "predictor"}, "Deny"),
        ({"scope": None}, "Deny"),
        ({"scope": None, "scp": ["predict"]}, "Allow"),
        ({"scope": None, "scp": "write predict"}, "Allow"),
        ({"scope": None, "scp": 1}, "Deny"),
    ],
    ids=["scope", "other_scope", "no_scope", "list", "text", "number"],
)
def test_a_token_needs_one_of_the_scopes(load: Callable[..., Decide], issuer: Issuer, claims: Claims, effect: str) -> None:
    decision = load(scopes=["predict", "admin"])(Token(claims).header(issuer))
    assert decision["policyDocument"]["Statement"][0]["Effect"] == effect


def test_keys_are_fetched_once_for_many_tokens(load: Callable[..., Decide], issuer: Issuer) -> None:
    decide = load()
    for token in (Token(), Token(), Token(key=CURVE, algorithm="ES256", kid="ec")):
        decide(token.header(issuer))
    assert issuer.fetched == ["/.well-known/openid-configuration", "/keys"]


def test_unknown_keys_are_not_fetched_for_each_token(load: Callable[..., Decide], issuer: Issuer) -> None:
    decide = load(jwks_uri=f"{issuer.url}/keys")
    decide(Token().header(issuer))
    for kid in ("a", "b", "c"):
        with pytest.raises(Exception, match="Unauthorized"):
            decide(Token(kid=kid).header(issuer))
    assert issuer.fetched == ["/keys"]


def test_an_issuer_that_fails_is_not_blamed_on_the_caller(load: Callable[..., Decide], issuer: Issuer) -> None:
    issuer.fails = True
    decide = load(jwks_uri=f"{issuer.url}/keys")
    with pytest.raises(Exception, match="keys cannot be read"):
        decide(Token().header(issuer))
    issuer.fails = False
    assert decide(Token().header(issuer))["principalId"] == "ada"


def test_the_layer_has_the_pinned_packages_for_both_architectures() -> None:
    pinned = dict(line.split(" ")[0].split("==") for line in (ROOT / "lambda/layers/jwt.txt").read_text().splitlines() if "==" in line)
    with zipfile.ZipFile(ROOT / "lambda/dist/jwt.zip") as archive:
        names = archive.namelist()
        metadata = [archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA")]
    found = {text.split("\nName: ")[1].split("\n")[0].lower(): text.split("\nVersion: ")[1].split("\n")[0] for text in metadata}
    assert found == pinned
    assert {name.rpartition("-313-")[2] for name in names if name.endswith(".so")} == {"x86_64-linux-gnu.so", "aarch64-linux-gnu.so"}
