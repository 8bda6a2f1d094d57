"""Steady load on an API while something else happens, recording every response."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


@dataclass(frozen=True)
class Answered:
    """One request: when it was sent and how long it took, in seconds, and its response or error."""

    sent: float
    took: float
    answer: Any = None
    error: Exception | None = None


@dataclass
class Load:
    """Calls ``send`` at ``rate`` requests per second from ``threads`` threads, however long the responses take.

    ``send`` makes one request and returns what to record of its response; an exception is also recorded. Times are in
    seconds since the start.
    """

    send: Callable[[], Any]
    rate: float
    threads: int = 6
    answered: list[Answered] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start, and return when responses arrive at the rate of the requests: the deployment has warmed up."""
        self._begun = time.monotonic()
        self._stop = threading.Event()
        self._numbers = itertools.count()
        self._running = [threading.Thread(target=self._run, daemon=True) for _ in range(self.threads)]
        for thread in self._running:
            thread.start()
        while self.count(self.now() - 1, self.now()) < self.rate - 1:
            time.sleep(0.05)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop sending, and wait for the last responses."""
        self._stop.set()
        for thread in self._running:
            thread.join()
        self.answered.sort(key=lambda answered: answered.sent)

    def now(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._begun

    def keep_on(self, seconds: float) -> None:
        """Return when a request that was sent so many seconds from now, or later, has been answered."""
        end = self.now() + seconds
        while self.answered[-1].sent < end:
            time.sleep(0.05)

    def _run(self) -> None:
        while True:
            due = next(self._numbers) / self.rate
            if self._stop.wait(max(due - self.now(), 0)):
                return
            sent = self.now()
            try:
                answered = Answered(sent, 0.0, self.send())
            except Exception as error:
                answered = Answered(sent, 0.0, error=error)
            self.answered.append(Answered(sent, self.now() - sent, answered.answer, answered.error))

    def count(self, start: float, end: float) -> int:
        """Count the requests that were answered between two times."""
        return sum(start <= answered.sent + answered.took < end for answered in list(self.answered))
