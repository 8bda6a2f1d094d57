# SPDX-License-Identifier: Apache-2.0
"""Notes about one invocation of the function, taken while its event is answered."""

from __future__ import annotations


class Invocation:
    """For the response's headers, the log line and the metrics. ``started`` is on the clock of ``time.monotonic``."""

    __slots__ = ("inference_id", "model_seconds", "rows", "started")

    def __init__(self, inference_id: str, started: float) -> None:
        self.started = started
        self.inference_id = inference_id
        self.rows = 0
        self.model_seconds = 0.0
