"""Injected faults: failures that a test orders for the next invocations of an endpoint."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FAULTS: Final = (
    "access_denied",
    "body",
    "connection_reset",
    "internal_dependency",
    "internal_failure",
    "model_error",
    "model_not_ready",
    "no_such_endpoint",
    "service_unavailable",
    "short_answer",
    "throttling",
    "timeout",
    "validation_error",
)


@dataclass
class Fault:
    """One injected fault of ``endpoint`` (``*`` for any): skips ``after`` invocations, then affects ``times``, or all."""

    endpoint: str
    name: str
    settings: Mapping[str, Any]
    after: int
    times: int | None

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Fault:
        """Read a fault from its JSON. Raises ValueError, which lists the valid names, for an unknown one."""
        name = document.get("fault")
        if name not in FAULTS:
            message = f"fault is {name!r}; it must be one of {', '.join(FAULTS)}"
            raise ValueError(message)
        settings = {key: value for key, value in document.items() if key not in {"endpoint", "fault", "after", "times"}}
        return cls(document.get("endpoint", "*"), name, settings, document.get("after", 0), document.get("times"))


_LOCK: Final = threading.Lock()
_FAULTS: Final[list[Fault]] = []


def set_faults(documents: Sequence[Mapping[str, Any]]) -> None:
    """Replace all injected faults with ``documents``. Raises ValueError for an invalid one."""
    faults = [Fault.parse(document) for document in documents]
    with _LOCK:
        _FAULTS[:] = faults


def clear_faults() -> None:
    """Remove all injected faults."""
    with _LOCK:
        _FAULTS.clear()


def next_fault(endpoint: str) -> Fault | None:
    """Return the fault that affects this invocation of ``endpoint``, and count it as used once."""
    with _LOCK:
        for fault in _FAULTS:
            if fault.endpoint not in {"*", endpoint} or fault.times == 0:
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
    return None
