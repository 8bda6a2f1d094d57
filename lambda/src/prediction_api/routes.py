# SPDX-License-Identifier: Apache-2.0
"""The routes of the API: method and path to operation. The Allow header of a 405 lists what they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .request import Request

PREDICT, FETCH, HEALTH = "predict", "fetch", "health"


class Route:
    """A method and a path of the OpenAPI document, and the operation that they ask for.

    Only the end of an ``exact`` path is compared: API Gateway has matched them, with a base path that the function does
    not know, and a function URL sends every path to the function. ``{id}`` is the request's ``identifier``.
    """

    __slots__ = ("exact", "method", "operation", "path", "purpose")

    def __init__(self, method: str, path: str, operation: str, purpose: str, *, exact: bool = False) -> None:
        self.method = method
        self.path = path
        self.operation = operation
        self.purpose = purpose
        self.exact = exact

    def serves(self, request: Request) -> bool:
        """Whether a request of this method may be for the route."""
        return not self.exact or request.path.endswith(self.path)


REAL_TIME = (
    Route("POST", "/predictions", PREDICT, "to request predictions"),
    Route("GET", "/health", HEALTH, "to check the endpoint", exact=True),
)
ASYNCHRONOUS = (*REAL_TIME, Route("GET", "/predictions/{id}", FETCH, "to fetch them"))


def match(routes: Sequence[Route], request: Request) -> str:
    """Return the operation that a request asks for. Raises Problem if no route has its method."""
    for route in routes:
        if route.method == request.method and route.serves(request):
            return route.operation
    if not request.http:  # a direct event is a body before anything else: its form decides
        return PREDICT
    serving = [route for route in routes if route.serves(request)]
    allowed = sorted({route.method for route in serving})
    ways = " or ".join(f"{route.method} {route.purpose}" for route in serving)
    raise Problem("method_not_allowed", f"Use {ways}.", headers={"allow": ", ".join(allowed)})
