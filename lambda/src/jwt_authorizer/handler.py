# SPDX-License-Identifier: Apache-2.0
"""Entry point of the authorizer: a TOKEN event of API Gateway in, a policy out.

Results: API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer". The error Unauthorized becomes a 401, a
policy that denies a 403, and any other error a 500.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from .tokens import InvalidToken, MissingScope, Tokens

if TYPE_CHECKING:
    from typing import Any

TOKENS = Tokens(**json.loads(os.environ["JWT"]))


class AuthorizationError(Exception):
    """An error whose text decides about the response."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Return the policy for the caller: every path of the stage, or none."""
    try:
        claims = TOKENS.claims(event["authorizationToken"])
    except InvalidToken as error:
        _log("token_invalid", str(error))
        raise AuthorizationError("Unauthorized") from None
    except MissingScope:
        return _policy("Deny", event["methodArn"], {})
    except Exception as error:  # of the issuer, whose message may repeat a URL with a secret
        _log("issuer_failed", type(error).__name__)
        raise AuthorizationError("The issuer's keys cannot be read.") from None
    return _policy("Allow", event["methodArn"], claims)


def _policy(effect: str, method_arn: str, claims: dict[str, Any]) -> dict[str, Any]:
    api, stage = method_arn.split("/")[:2]
    # the policy is kept for the token, whichever path it was first used for
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": f"{api}/{stage}/*"}
    context = {name: claims[name] for name in ("sub", "client_id", "scope") if isinstance(claims.get(name), str)}
    return {
        "principalId": str(claims.get("sub", "unknown")),
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }


def _log(code: str, error: str) -> None:
    print(json.dumps({"level": "WARNING", "code": code, "error": error}), flush=True)
