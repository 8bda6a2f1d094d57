# SPDX-License-Identifier: Apache-2.0
"""Whether the endpoint serves, by its own status: GET /health. The model is not called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from .endpoint_errors import problem_of
from .memo import Memo, Recent
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


class Health:
    """The health of an endpoint, described at most every few seconds by each environment of the function.

    ``connect`` makes the client of a service: when health is first asked for, because SageMaker's model is large (300 ms).
    """

    def __init__(self, connect: Callable[[str], Any], endpoint: str) -> None:
        self._clients = Memo(connect, 1)
        self._endpoint = endpoint
        self._recent = Recent(self._described, SECONDS_KEPT)

    def status(self) -> str:
        """Return the endpoint's status. Raises Problem unless it serves, or if it cannot be described."""
        status = self._recent.value()
        if isinstance(status, Problem):
            raise Problem(status.code, status.detail, notes=status.notes)
        if status not in SERVING:
            raise Problem("endpoint_not_in_service", f"The endpoint's status is {status}.")
        return status

    def _described(self) -> str | Problem:
        try:
            return str(self._clients["sagemaker"].describe_endpoint(EndpointName=self._endpoint)["EndpointStatus"])
        except Exception as error:  # raises again what no call can raise
            return _unknown(error)


def _unknown(error: Exception) -> Problem:
    """Return why there is no status. SageMaker rejects a name that no endpoint has with "Could not find endpoint"."""
    if isinstance(error, ClientError) and "could not find" in error.response["Error"].get("Message", "").lower():
        return Problem("endpoint_not_in_service", "The endpoint does not exist.")
    problem = problem_of(error)
    if problem.code == "endpoint_access_denied":
        return Problem(problem.code, "The function's role is not allowed to describe the endpoint.", notes=problem.notes)
    return problem
