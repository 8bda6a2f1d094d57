# SPDX-License-Identifier: Apache-2.0
"""The routes of the API: method and path to operation. The Allow header of a 405 lists what they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .request import Request

PREDICT, FETCH = "predict", "fetch"


class Route(NamedTuple):
    """A method and a path of the OpenAPI document, and the operation that they ask for.

    Paths are not compared: API Gateway has matched them, with a base path that the function does not know, and a
    function URL sends every path to the function. ``{id}`` is the request's ``identifier``.
    """

    method: str
    path: str
    operation: str
    purpose: str


REAL_TIME = (Route("POST", "/predictions", PREDICT, "to request predictions"),)
ASYNCHRONOUS = (*REAL_TIME, Route("GET", "/predictions/{id}", FETCH, "to fetch them"))


def match(routes: Sequence[Route], request: Request) -> str:
    """Return the operation that a request asks for. Raises Problem if no route has its method."""
    for route in routes:
        if route.method == request.method:
            return route.operation
    if not request.http:  # a direct event is a body before anything else: its form decides
        return PREDICT
    allowed = sorted(route.method for route in routes)
    ways = " or ".join(f"{route.method} {route.purpose}" for route in routes)
    raise Problem("method_not_allowed", f"Use {ways}.", headers={"allow": ", ".join(allowed)})
