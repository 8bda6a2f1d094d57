# SPDX-License-Identifier: Apache-2.0
"""The routes of the API: path and method to operation. The Allow header of a 405 lists the methods of a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .request import Request

    # the last segment of a path -> method -> operation
    Routes = Mapping[str, Mapping[str, str]]

PREDICT, FETCH, HEALTH = "predict", "fetch", "health"
PURPOSES = {PREDICT: "to request predictions", FETCH: "to fetch them", HEALTH: "to check the endpoint"}

# Every other path is of predictions: API Gateway has matched it, with a base path that no setting names, and a
# function URL sends every path to the function.
OTHERS = ""
REAL_TIME = {"health": {"GET": HEALTH}, OTHERS: {"POST": PREDICT}}
ASYNCHRONOUS = {"health": {"GET": HEALTH}, OTHERS: {"POST": PREDICT, "GET": FETCH}}


def match(routes: Routes, request: Request) -> str:
    """Return the operation that a request asks for. Raises Problem if its path has none for its method."""
    operations = routes.get(request.path.rpartition("/")[2], routes[OTHERS])
    operation = operations.get(request.method)
    if operation is not None:
        return operation
    if not request.http:  # a direct event is a body before anything else: its form decides
        return PREDICT
    ways = " or ".join(f"{method} {PURPOSES[each]}" for method, each in operations.items())
    raise Problem("method_not_allowed", f"Use {ways}.", headers={"allow": ", ".join(sorted(operations))})
