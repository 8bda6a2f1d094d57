# SPDX-License-Identifier: Apache-2.0
"""Calls within a request's time: several at once, each tried again as long as a whole attempt fits."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING

from .client import CONNECT_SECONDS
from .concurrency import side_by_side
from .endpoint_errors import problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .calls import Payload, Payloads, Target
    from .settings import Limits

PAUSES = {"model_not_ready": 1.0, "endpoint_throttled": 0.5}  # seconds before the second attempt
PAUSE = 0.05  # the same for all other problems


class Attempts:
    """The limits of calls to an endpoint. ``steps`` is how many calls of AWS one attempt consists of."""

    def __init__(self, limits: Limits, steps: int = 1) -> None:
        timeout = limits.attempt_timeout_in_milliseconds / 1000
        self._seconds = steps * (timeout + min(CONNECT_SECONDS, timeout))
        self._most = limits.attempts_per_call
        self._concurrency = limits.concurrent_calls

    def run[Result](
        self, call: Callable[[bytes, Target], Result], payloads: Payloads, target: Target, deadline: float
    ) -> list[tuple[Result, int]]:
        """Return the result of a call for each payload with its number of rows, in order. Raises Problem if any fails.

        ``deadline`` is on the clock of ``time.monotonic``.
        """
        if type(payloads) is list and deadline - monotonic() >= self._seconds:
            return [(self._retry(call, body, target, deadline), rows) for body, rows in payloads]
        return self._side_by_side(call, payloads, target, deadline)

    def _side_by_side[Result](
        self, call: Callable[[bytes, Target], Result], payloads: Payloads, target: Target, deadline: float
    ) -> list[tuple[Result, int]]:
        def one(payload: Payload) -> tuple[Result, int]:
            return self._retry(call, payload[0], target, deadline), payload[1]

        return side_by_side(one, payloads, deadline, self._concurrency)

    def _retry[Result](self, call: Callable[[bytes, Target], Result], body: bytes, target: Target, deadline: float) -> Result:
        attempt = 1
        while True:
            try:
                return call(body, target)
            except Exception as error:
                problem = problem_of(error, targeted=bool(target.named))
                pause = PAUSES.get(problem.code, PAUSE) * 2 ** (attempt - 1)
                fits = monotonic() + pause + self._seconds <= deadline
                if not problem.retryable or attempt >= self._most or not fits:
                    raise problem from error
            sleep(pause)
            attempt += 1
