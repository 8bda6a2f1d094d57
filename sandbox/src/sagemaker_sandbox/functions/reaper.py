"""Kills what LocalStack started as soon as LocalStack is gone, however it went.

Run as a script with nothing but the standard library: ``python -I -S reaper.py LOCK``. Reads lines ``+PGID`` and
``-PGID``; at the end of its input, which comes with LocalStack's end, it kills the process groups that are left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys


def main() -> None:
    """Hold the lock, as every function's process does, until there is nothing left to kill."""
    with open(sys.argv[1], "a", encoding="utf-8") as lock:  # noqa: PTH123 (pathlib would double the start-up time)
        fcntl.flock(lock, fcntl.LOCK_SH)
        groups: set[int] = set()
        for line in sys.stdin:
            (groups.add if line.startswith("+") else groups.discard)(int(line[1:]))
        for group in groups:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
