"""The sandbox's own paths on LocalStack's port."""

from __future__ import annotations

import json
import os

from localstack.http import Request, Response, route
from localstack.services.edge import ROUTER

from sagemaker_sandbox.sagemaker import faults
from sagemaker_sandbox.settings import ROOT_VARIABLE


def add() -> None:
    """Register every route with LocalStack's router."""
    ROUTER.add(Routes())


class Routes:
    """One method per path."""

    @route("/_sandbox/status", methods=["GET"])
    def status(self, _request: Request) -> Response:
        """Who serves here, so that a client never takes another LocalStack for its own."""
        return _json({"root": os.environ[ROOT_VARIABLE], "pid": os.getpid()})

    @route("/_sandbox/faults", methods=["POST"])
    def set_faults(self, request: Request) -> Response:
        """Replace the endpoints' faults by one document or a list of them; 400 says what is wrong with one."""
        try:
            given = json.loads(request.get_data())
            faults.set_faults(given if isinstance(given, list) else [given])
        except (ValueError, AttributeError) as error:
            return _json({"message": str(error)}, 400)
        return Response(status=204)

    @route("/_sandbox/faults", methods=["DELETE"])
    def clear_faults(self, _request: Request) -> Response:
        """Take every fault away."""
        faults.clear_faults()
        return Response(status=204)

    @route("/_sandbox/endpoints/<name>/invocations", methods=["GET"])
    def invocations(self, _request: Request, name: str) -> Response:
        """How many requests have reached the endpoint's model."""
        return _json({"count": faults.invocations(name)})


def _json(content: dict[str, object], status: int = 200) -> Response:
    response = Response(status=status)
    response.set_json(content)
    return response
