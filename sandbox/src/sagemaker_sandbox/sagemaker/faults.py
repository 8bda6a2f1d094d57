"""Faults that a test asks for, and how often an endpoint's model was reached."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.sagemaker.store import endpoints_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KINDS: Final = (
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
    """One fault of ``endpoint`` (``*`` is any): skips ``after`` invocations, then meets ``times``, or all."""

    endpoint: str
    kind: str
    settings: Mapping[str, Any]
    after: int
    times: int | None

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Fault:
        """Read a fault from its JSON; ValueError names the legal values."""
        kind = document.get("fault")
        if kind not in KINDS:
            message = f"fault is {kind!r}; it must be one of {', '.join(KINDS)}"
            raise ValueError(message)
        settings = {key: value for key, value in document.items() if key not in {"endpoint", "fault", "after", "times"}}
        return cls(document.get("endpoint", "*"), kind, settings, document.get("after", 0), document.get("times"))


_LOCK: Final = threading.Lock()
_FAULTS: Final[list[Fault]] = []


def set_faults(documents: Sequence[Mapping[str, Any]]) -> None:
    """Replace all faults by ``documents``; ValueError for one that is none."""
    faults = [Fault.parse(document) for document in documents]
    with _LOCK:
        _FAULTS[:] = faults


def clear_faults() -> None:
    """Take every fault away."""
    with _LOCK:
        _FAULTS.clear()


def next_fault(endpoint: str) -> Fault | None:
    """Take the fault that this invocation of ``endpoint`` meets, which uses it up by one."""
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


def invocations(endpoint_name: str) -> int:
    """Count the invocations that have reached the containers of the endpoints of that name; 0 if there is none."""
    return sum(endpoint.invocations for endpoint in endpoints_named(endpoint_name))
