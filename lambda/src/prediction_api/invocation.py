# SPDX-License-Identifier: Apache-2.0
"""Notes about one invocation of the function, taken while its event is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Invocation:
    """For the response's headers and the log line with its metrics. ``started`` is on the clock of ``time.monotonic``.

    ``called`` is the time at which the payloads were ready and the calls began, on the same clock; 0 if they never did.
    ``target`` holds the variant or model that the caller names, as arguments of boto3's calls; ``variant`` is the one that answered.
    """

    __slots__ = ("called", "inference_id", "model_seconds", "request_id", "rows", "started", "target", "variant")

    def __init__(self, request_id: str, started: float) -> None:
        self.started = started
        self.request_id = self.inference_id = request_id
        self.target: Mapping[str, str] = {}
        self.variant = ""
        self.rows = 0
        self.called = 0.0
        self.model_seconds = 0.0
