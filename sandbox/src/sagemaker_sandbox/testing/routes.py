"""The HTTP routes by which a test injects faults, sets the clock, chooses alarms and counts requests."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from localstack.http import Request, Response, route

from sagemaker_sandbox.testing import alarm_evaluation, clock, documents, faults
from sagemaker_sandbox.testing.documents import DocumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SPEED: Final = {"pace": documents.number("a number above 0: AWS's seconds per second", lambda speed: speed > 0, is_required=True)}
_ALARMS: Final = {"prefix": documents.text(is_required=True)}
_ROUTES: Final = (
    "POST /_sandbox/faults",
    "DELETE /_sandbox/faults",
    "GET /_sandbox/pace",
    "PUT /_sandbox/pace",
    "PUT /_sandbox/alarms",
    "DELETE /_sandbox/alarms",
    "GET /_sandbox/calls",
    "PUT /_sandbox/calls",
    "DELETE /_sandbox/calls",
    "GET /_sandbox/endpoints/NAME/invocations",
    "GET /_sandbox/endpoints/NAME/traffic",
    "GET /_sandbox/status",
)


class Endpoints(Protocol):
    """Counts of requests to endpoints in every account and Region of the sandbox."""

    def exists(self, endpoint: str) -> bool:
        """Return whether there is an endpoint with exactly this name."""

    def invocations(self, endpoint: str) -> int:
        """Count the invocations that reached a container of the endpoint."""

    def traffic(self, endpoint: str) -> dict[str, int]:
        """Count the requests to each variant of the fleet that serves the endpoint, shadow variants included."""


class TestingRoutes:
    """One method per path and HTTP method. An invalid request gets a problem document that lists every error."""

    def __init__(self, endpoints: Endpoints) -> None:
        """Report on ``endpoints``."""
        self._endpoints = endpoints

    @route("/_sandbox/faults", methods=["POST"])
    def set_faults(self, request: Request) -> Response:
        """Replace all injected faults with one document or a list of them."""
        try:
            faults.set_faults(documents.parse(request.get_data()), self._endpoints.exists)
        except DocumentError as error:
            return _problem(HTTPStatus.BAD_REQUEST, str(error), error.problems)
        return Response(status=HTTPStatus.NO_CONTENT)

    @route("/_sandbox/faults", methods=["DELETE"])
    def clear_faults(self, _request: Request) -> Response:
        """Remove all injected faults."""
        faults.clear_faults()
        return Response(status=HTTPStatus.NO_CONTENT)

    @route("/_sandbox/pace", methods=["GET"])
    def speed(self, _request: Request) -> Response:
        """Return how many of AWS's seconds pass in one second, in waits and cooldowns."""
        return _json({"pace": clock.speed()})

    @route("/_sandbox/pace", methods=["PUT"])
    def set_speed(self, request: Request) -> Response:
        """Set the speed of the clock, ``{"pace": 100}``."""
        try:
            document = documents.checked(documents.parse(request.get_data()), _SPEED)
        except DocumentError as error:
            return _problem(HTTPStatus.BAD_REQUEST, f'{error}. Send {{"pace": NUMBER}}', error.problems)
        clock.set_speed(document["pace"])
        return Response(status=HTTPStatus.NO_CONTENT)

    @route("/_sandbox/alarms", methods=["PUT"])
    def evaluate_alarms(self, request: Request) -> Response:
        """Evaluate the alarms whose names begin with a prefix at the speed of the clock, ``{"prefix": "bikes-"}``."""
        try:
            document = documents.checked(documents.parse(request.get_data()), _ALARMS)
        except DocumentError as error:
            return _problem(HTTPStatus.BAD_REQUEST, f'{error}. Send {{"prefix": TEXT}}', error.problems)
        alarm_evaluation.start(document["prefix"])
        return Response(status=HTTPStatus.NO_CONTENT)

    @route("/_sandbox/alarms", methods=["DELETE"])
    def leave_alarms(self, _request: Request) -> Response:
        """Leave all alarms to LocalStack again."""
        alarm_evaluation.stop()
        return Response(status=HTTPStatus.NO_CONTENT)

    @route("/_sandbox/endpoints/<name>/invocations", methods=["GET"])
    def invocations(self, _request: Request, name: str) -> Response:
        """Return how many requests have reached the endpoint's model."""
        return _json({"count": self._endpoints.invocations(name)}) if self._endpoints.exists(name) else _no_endpoint(name)

    @route("/_sandbox/endpoints/<name>/traffic", methods=["GET"])
    def traffic(self, _request: Request, name: str) -> Response:
        """Return how many requests each variant has received."""
        return _json(self._endpoints.traffic(name)) if self._endpoints.exists(name) else _no_endpoint(name)

    @route("/_sandbox/<path:path>")
    def other(self, request: Request, path: str) -> Response:
        """Answer a path or method that does not exist with those that do."""
        return _problem(HTTPStatus.NOT_FOUND, f"{request.method} /_sandbox/{path} does not exist. The sandbox has {', '.join(_ROUTES)}")


def _no_endpoint(name: str) -> Response:
    return _problem(HTTPStatus.NOT_FOUND, f"there is no endpoint {documents.shown(name)}")


def _problem(status: HTTPStatus, detail: str, problems: Sequence[Problem] = ()) -> Response:
    errors = [{"pointer": problem.pointer, "detail": problem.detail} for problem in problems]
    content = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    response = _json(content | ({"errors": errors} if errors else {}), status)
    response.content_type = "application/problem+json"
    return response


def _json(content: Mapping[str, object], status: int = HTTPStatus.OK) -> Response:
    response = Response(status=status)
    response.set_json(content)
    return response
