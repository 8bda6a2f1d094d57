"""Cognito's user pools, as moto keeps them: with moto alone, all pools share one key, and tokens are always valid for an hour."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from localstack.utils.patch import patch
from moto.cognitoidp.models import CognitoIdpUserPool

from sagemaker_sandbox.cognito import tokens

if TYPE_CHECKING:
    from collections.abc import Callable


def apply_patches() -> None:
    """Give each pool a key of its own, and its tokens the validity that the app client sets."""

    @patch(CognitoIdpUserPool.__init__)
    def init(original: Callable[..., None], self: CognitoIdpUserPool, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        self.json_web_key = tokens.new_key()

    @patch(CognitoIdpUserPool.create_jwt)
    def create_jwt(
        original: Callable[..., tuple[str, int]],
        self: CognitoIdpUserPool,
        *arguments: str,
        extra_data: dict[str, Any],
    ) -> tuple[str, int]:
        client_id, _, token_use = arguments
        seconds = tokens.validity(self.clients.get(client_id), token_use)
        claims = extra_data | {"iat": int(time.time())}
        token, _ = original(self, *arguments, expires_in=seconds, extra_data=claims)
        # moto's header names the key that all its pools share
        return tokens.sign(self, tokens.verify(token, [self])), seconds
