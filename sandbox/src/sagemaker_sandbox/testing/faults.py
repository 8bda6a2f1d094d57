"""Injected faults: failures that a test orders for the next invocations of an endpoint."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.testing.documents import DocumentError, Member, Problem, integer, number, one_of, problems, shown, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ERROR: Final = {"status": integer("a status from 400 to 599", range(400, 600).__contains__), "message": text()}
_ANSWER_STATUS: Final = integer("a status from 200 to 599, or 0 for a timeout", lambda status: status == 0 or status in range(200, 600))

FAULTS: Final[dict[str, dict[str, Member]]] = {
    "access_denied": {},
    "body": {"body": text(), "content_type": text()},
    "connection_reset": {},
    "internal_dependency": _ERROR,
    "internal_failure": _ERROR,
    "model_error": {"status": _ANSWER_STATUS, "message": text()},
    "model_not_ready": _ERROR,
    "no_such_endpoint": {},
    "service_unavailable": _ERROR,
    "short_answer": {},
    "throttling": _ERROR | {"status": integer("400 or 429", (400, 429).__contains__)},
    "timeout": {"seconds": number("a number of seconds, 0 or more", lambda seconds: seconds >= 0)},
    "validation_error": _ERROR,
}
"""The settings of each fault by its name."""

_MEMBERS: Final = {
    "fault": one_of(*FAULTS),
    "endpoint": Member("the name of an endpoint, or *", lambda value: isinstance(value, str) and value != ""),
    "after": integer("a whole number, 0 or more", lambda count: count >= 0),
    "times": Member("a whole number, 1 or more, or null for no limit", lambda value: value is None or _is_count(value)),
}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


@dataclass
class Fault:
    """One injected fault of ``endpoint`` (``*`` for any): skips ``after`` invocations, then affects ``times``, or all."""

    endpoint: str
    name: str
    settings: Mapping[str, Any]
    after: int
    times: int | None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Fault:
        """Return the fault that a valid document describes."""
        settings = {key: value for key, value in document.items() if key not in _MEMBERS}
        return cls(document.get("endpoint", "*"), document["fault"], settings, document.get("after", 0), document.get("times"))


_LOCK: Final = threading.Lock()
_FAULTS: Final[list[Fault]] = []


def set_faults(given: object, endpoint_exists: Callable[[str], bool]) -> None:
    """Replace all injected faults with one document or a list of them. Raises DocumentError if one is invalid."""
    documents = given if isinstance(given, list) else [given]
    found = [
        problem
        for index, document in enumerate(documents)
        for problem in _problems(document, f"/{index}" if isinstance(given, list) else "", endpoint_exists)
    ]
    if found:
        raise DocumentError(*found)
    with _LOCK:
        _FAULTS[:] = map(Fault.of, documents)


def _problems(document: object, pointer: str, endpoint_exists: Callable[[str], bool]) -> Iterator[Problem]:
    name = document.get("fault") if isinstance(document, dict) else None
    if isinstance(document, dict) and (not isinstance(name, str) or name not in FAULTS):
        yield from problems({"fault": name} if "fault" in document else {}, _MEMBERS, pointer)
        return
    yield from problems(document, _MEMBERS | FAULTS.get(str(name), {}), pointer)
    endpoint = document.get("endpoint", "*") if isinstance(document, dict) else "*"
    if isinstance(endpoint, str) and endpoint not in {"", "*"} and not endpoint_exists(endpoint):
        yield Problem(f"{pointer}/endpoint", f"there is no endpoint {shown(endpoint)}; * stands for any, also for later ones")


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
