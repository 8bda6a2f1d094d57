"""CloudWatch Logs: a stream keeps its last events only, so that a sandbox that runs for days does not fill the memory.

LocalStack keeps every event. The bound is the number of events that one call of GetLogEvents returns at most:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.services.logs.provider import MotoLogStream  # type: ignore[attr-defined]  # its import replaces the method
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS_PER_STREAM: Final = 10_000


def apply_patches() -> None:
    """Drop a stream's oldest events beyond the bound."""

    @patch(MotoLogStream.put_log_events)
    def put_log_events(original: Callable[..., str], self: MotoLogStream, log_events: list[dict[str, Any]]) -> str:
        token = original(self, log_events)
        del self.events[:-EVENTS_PER_STREAM]
        return token
