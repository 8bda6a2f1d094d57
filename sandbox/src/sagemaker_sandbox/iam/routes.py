"""The routes by which a client records calls, and reads which permissions they needed."""

from __future__ import annotations

from http import HTTPStatus

from localstack.http import Request, Response, route

from sagemaker_sandbox.iam import recording

_PATH = "/_sandbox/calls"


class RecordingRoutes:
    """One method per HTTP method."""

    @route(_PATH, methods=["PUT"])
    def start(self, _request: Request) -> Response:
        """Record from now on, beginning with no calls."""
        recording.start()
        return Response(status=HTTPStatus.NO_CONTENT)

    @route(_PATH, methods=["DELETE"])
    def stop(self, _request: Request) -> Response:
        """Forget the calls, and record no more."""
        recording.stop()
        return Response(status=HTTPStatus.NO_CONTENT)

    @route(_PATH, methods=["GET"])
    def calls(self, _request: Request) -> Response:
        """Return the calls since the recording began."""
        response = Response()
        response.set_json({"recording": recording.is_on(), "calls": recording.calls()})
        return response
