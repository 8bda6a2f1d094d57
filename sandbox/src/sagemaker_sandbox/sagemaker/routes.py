"""Paths of SageMaker's sandbox on LocalStack's port, beside those of ``sagemaker_sandbox.routes``."""

from __future__ import annotations

import json

from localstack.http import Request, Response, route
from localstack.services.edge import ROUTER

from sagemaker_sandbox.sagemaker import pace
from sagemaker_sandbox.sagemaker.store import endpoints_named


def add() -> None:
    """Register every route with LocalStack's router."""
    ROUTER.add(Routes())


class Routes:
    """One method per path."""

    @route("/_sandbox/pace", methods=["GET"])
    def pace(self, _request: Request) -> Response:
        """Say how many of AWS's seconds pass in one, in waits and cooldowns."""
        return _json({"pace": pace.factor()})

    @route("/_sandbox/pace", methods=["PUT"])
    def set_pace(self, request: Request) -> Response:
        """Set the pace, ``{"pace": 100}``; 400 says what is wrong with it."""
        try:
            pace.set_factor(float(json.loads(request.get_data())["pace"]))
        except (ValueError, TypeError, KeyError) as error:
            return _json({"message": f'{error}; send {{"pace": NUMBER}}'}, 400)
        return Response(status=204)

    @route("/_sandbox/endpoints/<name>/traffic", methods=["GET"])
    def traffic(self, _request: Request, name: str) -> Response:
        """Say how many requests have reached each variant of the fleet that serves an endpoint, shadows included."""
        fleets = [endpoint.fleet for endpoint in endpoints_named(name) if endpoint.fleet]
        variants = [variant for fleet in fleets for variant in (*fleet.variants, *fleet.shadows)]
        return _json({variant.name: variant.traffic.count for variant in variants})


def _json(content: dict[str, object], status: int = 200) -> Response:
    response = Response(status=status)
    response.set_json(content)
    return response
