# SPDX-License-Identifier: Apache-2.0
"""Callers of a public function URL: nothing in front of the function authenticates them, so the function verifies their tokens.

Everyone may invoke the alias of such a URL, even without the URL (docs/decisions/0028-kinds-of-api.md). Therefore
every event that arrives there needs a token, whatever its form. Callers of any other alias or version have IAM's permission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwt_authorizer.tokens import InvalidToken, MissingScope, Tokens

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .invocation import Invocation
    from .request import Request
    from .response import Response
    from .service import Service

MISSING, INVALID, INSUFFICIENT = "Bearer", 'Bearer error="invalid_token"', 'Bearer error="insufficient_scope"'  # RFC 6750, section 3


class AuthorizedService:
    """A service that responds to requests with a valid token, and to those that need none."""

    def __init__(self, service: Service, tokens: Mapping[str, Any]) -> None:
        self._service = service
        self._tokens = Tokens(**tokens)

    def respond(self, request: Request, invocation: Invocation) -> Response:
        """Return the service's response. Raises Problem."""
        if request.http or request.public:
            self._verify(request.header("Authorization"))
        return self._service.respond(request, invocation)

    def _verify(self, authorization: str) -> None:
        if not authorization:
            raise Problem("unauthorized", headers={"www-authenticate": MISSING})
        try:
            self._tokens.claims(authorization)
        except InvalidToken as error:
            raise Problem("unauthorized", notes={"error": str(error)}, headers={"www-authenticate": INVALID}) from None
        except MissingScope:
            raise Problem("access_denied", headers={"www-authenticate": INSUFFICIENT}) from None
        except Exception as error:  # of the issuer, whose message may repeat a URL with a secret
            raise Problem("issuer_failed", notes={"error": type(error).__name__}) from None
