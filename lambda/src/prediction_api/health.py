# SPDX-License-Identifier: Apache-2.0
"""Whether the endpoint serves, by its own status: GET /health. The model is not called."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from .endpoint_errors import problem_of
from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SECONDS_KEPT = 5.0
# DescribeEndpoint's statuses with a fleet that answers: an update has "no availability loss" (UpdateEndpoint), and neither
# maintenance nor a roll-back takes the old fleet away (DescribeEndpoint, EndpointStatus)
SERVING = frozenset({"InService", "Updating", "SystemUpdating", "RollingBack"})


class SwitchedOffHealth:
    """The health of an endpoint that is switched off."""

    def status(self) -> str:
        """Raise the problem endpoint_off."""
        raise Problem("endpoint_off")


class EndpointHealth:
    """The health of an endpoint, described at most every few seconds by each environment of the function.

    ``connect`` makes SageMaker's client: when health is first asked for, because its model is large (300 ms).
    """

    def __init__(self, connect: Callable[[], Any], endpoint: str, clock: Callable[[], float] = monotonic) -> None:
        self._connect = connect
        self._client: Any = None
        self._endpoint = endpoint
        self._clock = clock
        self._expires = 0.0
        self._status: str | Problem = ""

    def status(self) -> str:
        """Return the endpoint's status. Raises Problem unless it serves, or if it cannot be described."""
        if self._clock() >= self._expires:
            self._status = self._described()
            self._expires = self._clock() + SECONDS_KEPT
        if isinstance(self._status, Problem):
            raise Problem(self._status.code, self._status.detail, notes=self._status.notes)
        if self._status not in SERVING:
            raise Problem("endpoint_not_in_service", f"The endpoint's status is {self._status}.")
        return self._status

    def _described(self) -> str | Problem:
        try:
            if self._client is None:
                self._client = self._connect()
            return str(self._client.describe_endpoint(EndpointName=self._endpoint)["EndpointStatus"])
        except Exception as error:  # raises again what no call can raise
            return _unknown(error)


def _unknown(error: Exception) -> Problem:
    """Return why there is no status. SageMaker rejects the name of no endpoint with "Could not find endpoint"."""
    if isinstance(error, ClientError) and "could not find" in error.response["Error"].get("Message", "").lower():
        return Problem("endpoint_not_in_service", "The endpoint does not exist.")
    problem = problem_of(error)
    if problem.code == "endpoint_access_denied":
        return Problem(problem.code, "The function's role is not allowed to describe the endpoint.", notes=problem.notes)
    return problem
