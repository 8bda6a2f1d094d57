# SPDX-License-Identifier: Apache-2.0
"""Show how far a run is: a bar with rate and time left in a terminal, and a line now and then elsewhere."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from .predict.run import Progress as Done

LINE_EVERY_SECONDS = 10.0


@contextmanager
def shown(console: Console) -> Iterator[Callable[[Done], None]]:
    """Yield a function that shows the progress on a console."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[text]}"), TimeRemainingColumn(elapsed_when_finished=True))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=1.0, text="")
        clock = _Clock()

        def update(done: Done) -> None:
            bar.update(task, completed=done.share, text=f"{done.rows:,} rows, {clock.rate(done):,.0f}/s")

        yield update


class _Clock:
    """Measures the rate of the rows that were requested in this process."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def rate(self, done: Done) -> float:
        """Return the rows per second."""
        return done.new / max(0.001, time.monotonic() - self._began)


class _Lines:
    """Prints a line every ten seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._clock = _Clock()
        self._began = self._last = time.monotonic()
        self._first_share = 0.0  # where an earlier process stopped

    def __call__(self, done: Done) -> None:
        now = time.monotonic()
        if not done.new:
            self._first_share = done.share
        if now - self._last < LINE_EVERY_SECONDS:
            return
        self._last = now
        left = (now - self._began) * (1 - done.share) / max(done.share - self._first_share, 0.001)
        rate = self._clock.rate(done)
        self._console.print(f"{done.rows:,} rows, {done.share:.0%}, {rate:,.0f} rows/s, {left:,.0f} s left", highlight=False)
