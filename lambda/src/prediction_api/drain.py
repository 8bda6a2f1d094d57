# SPDX-License-Identifier: Apache-2.0
"""The event by which an update waits for the requests of the function's previous version, before it deletes their endpoint."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class Context(Protocol):
        """The parts of the context object that the handler uses."""

        function_version: str

        def get_remaining_time_in_millis(self) -> int:
            """Return the milliseconds left until Lambda stops the function."""


EVENT = {"drain": True}
FIRST_VERSION = "1"
SPARE_SECONDS = 1.0


def drain(context: Context) -> dict[str, float]:
    """Wait until a request that began before this has ended, and return how many seconds that took.

    A request runs no longer than the function's timeout, so this waits for nearly all of it. Nothing precedes the first version.
    """
    left = context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS
    seconds = 0.0 if context.function_version == FIRST_VERSION else max(left, 0.0)
    sleep(seconds)
    return {"seconds": seconds}
