# SPDX-License-Identifier: Apache-2.0
"""Cross-origin requests: which pages of other origins may read a response (Fetch standard, CORS protocol).

API Gateway answers the preflight requests; the headers of the function's own responses are the function's to set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .request import Request
    from .response import Response

ANY = "*"
# modules/api/cors.tf lists the same ones for the gateway's responses
EXPOSED = "allow, location, retry-after, x-amzn-sagemaker-inference-id, x-request-id"


class CrossOrigin:
    """The origins whose pages may read responses; without any, responses stay as they are."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origins)

    def applied(self, request: Request, response: Response) -> Response:
        """Return an HTTP response with the headers for the request's origin, or a direct one as it is."""
        if not self._origins or not request.http:
            return response
        headers: dict[str, str] = response["headers"]
        if ANY in self._origins:
            return response | {"headers": headers | _permission(ANY)}
        origin = request.header("Origin")
        return response | {"headers": headers | {"vary": "Origin"} | (_permission(origin) if origin in self._origins else {})}


def _permission(origin: str) -> dict[str, str]:
    return {"access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED}
