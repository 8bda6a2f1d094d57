"""Results of authorizers, kept for their time to live: https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DEFAULT_SECONDS: Final = 300


@dataclass
class Results[Result]:
    """Results by the names of what they depend on, and when they expire."""

    _kept: dict[tuple[str, ...], tuple[Result, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: tuple[str, ...], seconds: int, find: Callable[[], Result]) -> Result:
        """Return the result that is kept, or find it; zero seconds keep nothing."""
        with self._lock:
            result, expires = self._kept.get(name, (None, 0.0))
        if result is not None and expires > time.monotonic():
            return result
        found = find()
        if seconds:
            now = time.monotonic()
            with self._lock:
                for old in [old for old, (_, end) in self._kept.items() if end <= now]:
                    del self._kept[old]
                self._kept[name] = (found, now + seconds)
        return found


def seconds_of(authorizer: Mapping[str, Any]) -> int:
    """Return for how long an authorizer's results are kept."""
    seconds = authorizer.get("authorizerResultTtlInSeconds")
    return _DEFAULT_SECONDS if seconds is None else int(seconds)
