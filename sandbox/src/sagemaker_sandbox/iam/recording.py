"""A record of the calls that the sandbox served, with the permissions that each needed: the evidence for a least-privilege policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagemaker_sandbox.aws.policies import AccessRequest

type _Key = tuple[object, ...]


@dataclass
class _Record:
    """The calls in the order in which each was made first; None while nothing is recorded."""

    calls: dict[_Key, dict[str, Any]] | None = None
    lock: Lock = field(default_factory=Lock)


_RECORD: Final = _Record()


def start() -> None:
    """Record from now on, beginning with no calls."""
    with _RECORD.lock:
        _RECORD.calls = {}


def stop() -> None:
    """Forget the calls, and record no more."""
    with _RECORD.lock:
        _RECORD.calls = None


def is_on() -> bool:
    """Return whether calls are recorded."""
    return _RECORD.calls is not None


def calls() -> list[dict[str, Any]]:
    """Return the recorded calls; equal ones are one, with their count."""
    with _RECORD.lock:
        return [dict(call) for call in (_RECORD.calls or {}).values()]


def add(*, caller: str, service: str, operation: str, needed: Sequence[AccessRequest], denied: str | None) -> None:
    """Record one call, if calls are recorded."""
    permissions = [{"action": each.action, "resource": each.resource, "context": dict(each.context)} for each in needed]
    key = (caller, service, operation, denied, *((each.action, each.resource, *sorted(each.context.items())) for each in needed))
    made = {"caller": caller, "service": service, "operation": operation, "permissions": permissions, "denied": denied}
    with _RECORD.lock:
        if _RECORD.calls is not None:
            found = _RECORD.calls.setdefault(key, made | {"count": 0})
            found["count"] += 1
