"""The HTTP routes by which a test injects faults, sets the clock and counts requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from localstack.http import Request, Response, route

from sagemaker_sandbox.testing import clock, faults

if TYPE_CHECKING:
    from collections.abc import Mapping


class Endpoints(Protocol):
    """Counts of requests to endpoints in every account and Region of the sandbox."""

    def invocations(self, endpoint: str) -> int:
        """Count the invocations that reached a container of the endpoint; 0 if it does not exist."""

    def traffic(self, endpoint: str) -> dict[str, int]:
        """Count the requests to each variant of the fleet that serves the endpoint, shadow variants included."""


class TestingRoutes:
    """One method per path and HTTP method."""

    def __init__(self, endpoints: Endpoints) -> None:
        """Report on ``endpoints``."""
        self._endpoints = endpoints

    @route("/_sandbox/faults", methods=["POST"])
    def set_faults(self, request: Request) -> Response:
        """Replace all injected faults with one document or a list of them; 400 explains an invalid one."""
        try:
            given = json.loads(request.get_data())
            faults.set_faults(given if isinstance(given, list) else [given])
        except (ValueError, AttributeError) as error:
            return _json({"message": str(error)}, 400)
        return Response(status=204)

    @route("/_sandbox/faults", methods=["DELETE"])
    def clear_faults(self, _request: Request) -> Response:
        """Remove all injected faults."""
        faults.clear_faults()
        return Response(status=204)

    @route("/_sandbox/pace", methods=["GET"])
    def speed(self, _request: Request) -> Response:
        """Return how many of AWS's seconds pass in one second, in waits and cooldowns."""
        return _json({"pace": clock.speed()})

    @route("/_sandbox/pace", methods=["PUT"])
    def set_speed(self, request: Request) -> Response:
        """Set the speed of the clock, ``{"pace": 100}``; 400 explains an invalid one."""
        try:
            clock.set_speed(float(json.loads(request.get_data())["pace"]))
        except (ValueError, TypeError, KeyError) as error:
            return _json({"message": f'{error}; send {{"pace": NUMBER}}'}, 400)
        return Response(status=204)

    @route("/_sandbox/endpoints/<name>/invocations", methods=["GET"])
    def invocations(self, _request: Request, name: str) -> Response:
        """Return how many requests have reached the endpoint's model."""
        return _json({"count": self._endpoints.invocations(name)})

    @route("/_sandbox/endpoints/<name>/traffic", methods=["GET"])
    def traffic(self, _request: Request, name: str) -> Response:
        """Return how many requests each variant has received."""
        return _json(self._endpoints.traffic(name))


def _json(content: Mapping[str, object], status: int = 200) -> Response:
    response = Response(status=status)
    response.set_json(content)
    return response
