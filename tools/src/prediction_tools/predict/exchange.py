# SPDX-License-Identifier: Apache-2.0
"""One request until it has a final response: retries, and the results of asynchronous endpoints."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import tenacity

from .errors import PredictError
from .messages import Request, Response
from .transport import ConnectionFailedError

if TYPE_CHECKING:
    from threading import Event

    from .transport import Transport

FIRST_WAIT_IN_SECONDS = 0.5
LONGEST_WAIT_IN_SECONDS = 30.0  # unless the API asks for a longer one
POLL_IN_SECONDS = 2.0  # where the API gives no Retry-After


class StoppedError(Exception):
    """The run was stopped while a request waited."""


class _Transient(Exception):  # noqa: N818
    """A failure that may pass."""

    def __init__(self, explanation: str, retry_after: float = 0.0) -> None:
        super().__init__(explanation)
        self.retry_after = retry_after


class Exchange:
    """Sends requests through a transport, and tries again for ``patience`` seconds. ``stopped`` ends every wait."""

    def __init__(self, transport: Transport, patience: float, stopped: Event) -> None:
        self._transport = transport
        self._stopped = stopped
        self._retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Transient),
            wait=_wait,
            stop=tenacity.stop_before_delay(patience),
            sleep=self._sleep,
            reraise=True,
        )

    def request(self, request: Request) -> Response:
        """Return the final response. Raises PredictError if none came in time, and StoppedError."""
        response = self._attempt(request)
        while response.status == HTTPStatus.ACCEPTED:
            self._sleep(response.retry_after or POLL_IN_SECONDS)
            request = Request("GET", str(response.document.get("location") or request.path))
            response = self._attempt(request)
        return response

    def _attempt(self, request: Request) -> Response:
        try:
            return self._retrying.copy()(self._send, request)
        except _Transient as error:
            raise PredictError(f"The API did not recover in time: {error}") from None

    def _send(self, request: Request) -> Response:
        if self._stopped.is_set():
            raise StoppedError
        try:
            response = self._transport.send(request)
        except ConnectionFailedError as error:
            raise _Transient(str(error)) from None
        if response.retryable:
            raise _Transient(response.explanation, response.retry_after)
        return response

    def _sleep(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise StoppedError


_backoff = tenacity.wait_exponential_jitter(multiplier=FIRST_WAIT_IN_SECONDS, max=LONGEST_WAIT_IN_SECONDS, jitter=FIRST_WAIT_IN_SECONDS)


def _wait(state: tenacity.RetryCallState) -> float:
    """Return the seconds until the next attempt: at least what the API asks for."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, _Transient) else 0.0
    return max(asked, _backoff(state))
