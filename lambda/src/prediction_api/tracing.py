# SPDX-License-Identifier: Apache-2.0
"""Subsegments of X-Ray for the three parts of a request: decode, invoke, encode.

Lambda makes the segment, decides which requests are sampled, and runs the daemon that the subsegments go to, by UDP: nobody waits, and
nothing fails if it does not listen. A document needs no SDK, whose import would cost a cold start more than these three lines.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import json
from contextlib import suppress
from os import urandom
from socket import AF_INET, SOCK_DGRAM, socket
from time import monotonic, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    from .invocation import Invocation
    from .problems import Problem

    class Trace(Protocol):
        """Subsegments that are sent, or not."""

        def write(self, invocation: Invocation, problem: Problem | None, /) -> None:
            """Send the subsegments of an invocation, if its trace is sampled."""


ADDRESS = "AWS_XRAY_DAEMON_ADDRESS"
TRACE = "_X_AMZN_TRACE_ID"  # Lambda sets it for each invocation
HEADER = '{"format": "json", "version": 1}\n'


def trace_of(environment: Mapping[str, str]) -> Trace:
    """Return the subsegments of a function whose tracing is on, or none."""
    host, _, port = environment.get(ADDRESS, "").rpartition(":")
    return Subsegments(environment, (host, int(port))) if host and port.isdecimal() else NoTrace()


class NoTrace:
    """No subsegments, because tracing is off."""

    def write(self, _invocation: Invocation, _problem: Problem | None) -> None:
        """Do nothing."""


class Subsegments:
    """Subsegments for the daemon at an address."""

    def __init__(self, environment: Mapping[str, str], address: tuple[str, int]) -> None:
        self._environment = environment
        self._address = address
        self._socket = socket(AF_INET, SOCK_DGRAM)
        self._socket.setblocking(False)

    def write(self, invocation: Invocation, problem: Problem | None) -> None:
        """Send the subsegments of an invocation, if its trace is sampled."""
        trace = self._environment.get(TRACE, "")
        if "Sampled=1" not in trace:
            return
        about = dict(part.split("=", 1) for part in trace.split(";") if "=" in part)
        if "Root" not in about or "Parent" not in about:
            return
        shared = {"trace_id": about["Root"], "parent_id": about["Parent"], "type": "subsegment"}
        for part in _parts(invocation, problem):
            with suppress(OSError):  # no daemon, or one that cannot keep up
                self._socket.sendto((HEADER + json.dumps(shared | part)).encode(), self._address)


def _parts(invocation: Invocation, problem: Problem | None) -> list[dict[str, Any]]:
    """Return the parts that an invocation reached, each with its start and end in wall-clock time."""
    end = monotonic()
    offset = time() - end
    called = invocation.called or end
    answered = called + invocation.model_seconds
    times = [("decode", invocation.started, called), ("invoke", called, answered), ("encode", answered, end)]
    parts: list[dict[str, Any]] = [
        {"name": name, "id": urandom(8).hex(), "start_time": offset + start, "end_time": offset + stop}
        for name, start, stop in times[: 3 if invocation.called else 1]
    ]
    parts[0]["annotations"] = {"request_id": invocation.request_id} | ({"code": problem.code} if problem else {})
    return parts
