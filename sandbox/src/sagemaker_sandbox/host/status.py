"""The route by which a client recognizes its own sandbox."""

from __future__ import annotations

import os

from localstack.http import Request, Response, route

from sagemaker_sandbox.host import settings


class StatusRoute:
    """``GET /_sandbox/status``."""

    @route(settings.STATUS_PATH, methods=["GET"])
    def status(self, _request: Request) -> Response:
        """Return the root folder and process ID, so that a client never mistakes another LocalStack for its own."""
        response = Response()
        response.set_json({"root": str(settings.root()), "pid": os.getpid()})
        return response
