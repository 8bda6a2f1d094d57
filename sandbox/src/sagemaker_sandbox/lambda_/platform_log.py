"""The lines that the Lambda platform itself writes to a function's log."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class PlatformLog:
    """The platform's lines for one invocation, in the function's log format."""

    request_id: str
    version: str
    memory_size_mb: int
    as_json: bool
    # SystemLogLevel WARN, which only the JSON format supports
    is_silent: bool

    def start(self) -> str:
        """Return the line before the function's own."""
        if self.as_json:
            return self._record("platform.start", {"version": self.version})
        return f"START RequestId: {self.request_id} Version: {self.version}\n"

    def report(self, duration_ms: float, init_ms: float | None, memory_used_mb: int, status: str) -> str:
        """Return the lines after the function's own; ``status`` is success, timeout or error."""
        billed_ms = math.ceil(duration_ms + (init_ms or 0.0))
        if self.as_json:
            metrics = {
                "durationMs": round(duration_ms, 3),
                "billedDurationMs": billed_ms,
                "memorySizeMB": self.memory_size_mb,
                "maxMemoryUsedMB": memory_used_mb,
            } | ({} if init_ms is None else {"initDurationMs": round(init_ms, 3)})
            return self._record("platform.report", {"metrics": metrics, "status": status})
        fields = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {duration_ms:.2f} ms",
            f"Billed Duration: {billed_ms} ms",
            f"Memory Size: {self.memory_size_mb} MB",
            f"Max Memory Used: {memory_used_mb} MB",
            *([] if init_ms is None else [f"Init Duration: {init_ms:.2f} ms"]),
            *([] if status == "success" else [f"Status: {status}"]),
        ]
        return f"END RequestId: {self.request_id}\n" + "\t".join([*fields, "\n"])

    def _record(self, kind: str, record: dict[str, Any]) -> str:
        if self.is_silent:
            return ""
        content = {"time": now(), "type": kind, "record": {"requestId": self.request_id, **record}}
        return json.dumps(content) + "\n"


def now() -> str:
    """Return the time as Lambda writes it, such as 2026-01-31T12:00:00.000Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
