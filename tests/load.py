"""Steady load on an API for as long as something else takes, with every answer kept."""

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
    """One request: when it was sent and how long it took, in seconds, and what came back or went wrong."""

    sent: float
    took: float
    answer: Any = None
    error: Exception | None = None


@dataclass
class Load:
    """Calls ``send`` at ``rate`` requests a second, whatever the answers take, from ``threads`` threads.

    ``send`` makes one request and returns what is to be kept of its answer; an exception is kept as well. Times are
    seconds since the beginning.
    """

    send: Callable[[], Any]
    rate: float = 25.0
    threads: int = 12
    answered: list[Answered] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin, and return when answers come as fast as requests go: what had to start is started."""
        self._begun = time.monotonic()
        self._stop = threading.Event()
        self._numbers = itertools.count()
        self._running = [threading.Thread(target=self._run, daemon=True) for _ in range(self.threads)]
        for thread in self._running:
            thread.start()
        while self.count(self.now() - 1, self.now()) < self.rate - 1:
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop sending, and wait for the last answers."""
        self._stop.set()
        for thread in self._running:
            thread.join()
        self.answered.sort(key=lambda answered: answered.sent)

    def now(self) -> float:
        """Return the seconds since the beginning."""
        return time.monotonic() - self._begun

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
