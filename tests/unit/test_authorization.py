"""Tokens that the function verifies itself, because everyone may call its public URL."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from issuing import STRANGER, Issuer, Token, issuing
from serving import BIKES, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from serving import Endpoint, Function

BODY = json.dumps({"instances": ROWS})
PREDICTIONS = {"instances": ROWS}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@pytest.fixture
def open_url(load: Callable[..., Function], issuer: Issuer) -> Function:
    tokens = {"issuer": issuer.url, "audiences": ["predictions"], "scopes": ["predict"], "jwks_uri": None}
    return load(BIKES, JWT=json.dumps(tokens))


def test_a_valid_token_predicts(open_url: Function, issuer: Issuer) -> None:
    status, document, _ = open_url.post(BODY, authorization=Token().header(issuer))
    assert (status, len(document["predictions"])) == (200, len(ROWS))


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (None, (401, "unauthorized", "Bearer")),
        (Token(key=STRANGER), (401, "unauthorized", 'Bearer error="invalid_token"')),
        (Token(expires_in=-60), (401, "unauthorized", 'Bearer error="invalid_token"')),
        (Token({"aud": "other"}), (401, "unauthorized", 'Bearer error="invalid_token"')),
        (Token(scheme="Basic"), (401, "unauthorized", 'Bearer error="invalid_token"')),
        (Token({"scope": "read"}), (403, "access_denied", 'Bearer error="insufficient_scope"')),
    ],
    ids=["none", "signature", "expired", "audience", "scheme", "scope"],
)
def test_another_request_is_told_what_its_token_lacks(
    open_url: Function, endpoint: Endpoint, issuer: Issuer, token: Token | None, expected: tuple[int, str, str]
) -> None:
    headers = {"authorization": token.header(issuer)} if token else {}
    status, document, answered = open_url.post(BODY, **headers)
    assert (status, document["code"], answered["www-authenticate"]) == expected
    assert document["status"] == status
    assert answered["content-type"] == "application/problem+json"
    assert endpoint.calls == []


def test_an_issuer_that_fails_is_not_blamed_on_the_caller(open_url: Function, issuer: Issuer, capsys: pytest.CaptureFixture[str]) -> None:
    issuer.fails = True
    status, document, headers = open_url.post(BODY, authorization=Token().header(issuer))
    assert (status, document["code"], headers["retry-after"]) == (503, "issuer_failed", "5")
    assert issuer.url not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("event", "alias", "code"),
    [
        (PREDICTIONS, "public", "unauthorized"),
        ({"drain": True}, "public", "unauthorized"),
        (PREDICTIONS, "live", None),
        (PREDICTIONS, "7", None),
        ({"drain": True}, "live", None),
    ],
    ids=["direct_event", "drain", "other_alias", "version", "drain_by_other_alias"],
)
def test_every_event_by_the_public_alias_needs_a_token_and_others_have_iams_permission(
    open_url: Function, event: Any, alias: str, code: str | None
) -> None:
    assert open_url(event, milliseconds=1_200, alias=alias).get("code") == code


def test_a_function_behind_a_gateway_does_not_load_the_libraries(load: Callable[..., Function], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("jwt_authorizer", "prediction_api"))]:
        monkeypatch.delitem(sys.modules, name)
    assert load(BIKES).post(BODY)[0] == 200
    assert "jwt_authorizer.tokens" not in sys.modules
