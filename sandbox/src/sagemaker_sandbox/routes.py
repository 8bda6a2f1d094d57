"""The sandbox's own paths on LocalStack's port."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from localstack.http import Response, route
from localstack.services.edge import ROUTER

from sagemaker_sandbox.settings import ROOT_VARIABLE

if TYPE_CHECKING:
    from localstack.http import Request


def add() -> None:
    """Register every route with LocalStack's router."""
    ROUTER.add(Routes())


class Routes:
    """One method per path."""

    @route("/_sandbox/status", methods=["GET"])
    def status(self, _request: Request) -> Response:
        """Who serves here, so that a client never takes another LocalStack for its own."""
        return Response.for_json({"root": os.environ[ROOT_VARIABLE], "pid": os.getpid()})
