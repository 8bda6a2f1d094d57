"""CloudWatch Logs: a stream keeps its last events only, so that a sandbox that runs for days does not fill the memory.

LocalStack keeps every event. Half of what one call of GetLogEvents returns at most is enough for a page of a console, and
a stream with an event for each request is full after six minutes at 15 requests per second:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.services.logs.provider import MotoLogStream  # type: ignore[attr-defined]  # its import replaces the method
from localstack.utils.patch import Patch

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS_PER_STREAM: Final = 5_000


def apply_patches() -> None:
    """Drop a stream's oldest events beyond the bound."""
    original: Callable[..., str] = MotoLogStream.put_log_events

    def put_log_events(stream: MotoLogStream, log_events: list[dict[str, Any]]) -> str:
        token = original(stream, log_events)
        del stream.events[:-EVENTS_PER_STREAM]
        return token

    # by class and name: the decorator `patch` would look for the method in the module of the function that replaced it
    Patch(MotoLogStream, "put_log_events", put_log_events).apply()
