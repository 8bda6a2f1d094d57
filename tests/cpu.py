"""CPU time that each file of tests costs, which is what limits `make test`: printed after the results, the most expensive files first."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

SHOWN = 10
LEAST = 5.0  # seconds


class CpuByFile:
    """A pytest plugin. Something that several files share, such as the sandbox, counts for the first of them on each worker."""

    def __init__(self) -> None:
        self._seconds: Counter[str] = Counter()
        self._before = used()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
        """Read the clock after the last test of a file: this looks at each process of the machine."""
        result = yield
        if nextitem is None or nextitem.path != item.path:
            now = used()
            self._seconds[item.nodeid.partition("::")[0]] += now - self._before
            self._before = now
        return result

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send a worker's numbers to the main process."""
        if output := getattr(session.config, "workeroutput", None):
            output["cpu"] = dict(self._seconds)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Receive them."""
        self._seconds.update(getattr(node, "workeroutput", {}).get("cpu", {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the most expensive files."""
        files = [(name, seconds) for name, seconds in self._seconds.most_common(SHOWN) if seconds > LEAST]
        if files:
            terminalreporter.section(f"CPU: {self._seconds.total():.0f} s")
        for name, seconds in files:
            terminalreporter.write_line(f"{seconds:6.0f} s {name}")


def used() -> float:
    """Return the seconds of CPU that this process and its descendants have used, those that have ended included."""
    process = psutil.Process()
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):  # it has just ended, and then its parent has its time
            total += sum(each.cpu_times()[:4])
    return total
