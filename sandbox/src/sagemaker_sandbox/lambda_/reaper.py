"""Kills the processes that LocalStack started as soon as LocalStack has ended, for whatever reason.

Runs as a script on the standard library alone: ``python -I -S reaper.py LOCK``. Reads lines ``+PGID`` and ``-PGID``; when
its input ends, because LocalStack has ended, it kills the remaining process groups.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys


def main() -> None:
    """Hold the lock, as every function's process does, until nothing is left to kill."""
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
