"""Lock files that distinguish a live process from a stale note: the kernel releases a lock with its last holder."""

from __future__ import annotations

import fcntl
import json
import os
import time
from typing import IO, TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "server.lock"
FUNCTIONS = "functions.lock"

# ``is_held`` itself holds the lock for an instant
_PROBE_SECONDS = 0.3


class Holder(TypedDict):
    """The process that holds a lock, which is also its group's leader, and the port that it serves."""

    pid: int
    port: int


class HeldError(Exception):
    """Another live process holds the lock."""


def acquire(path: Path, port: int) -> IO[str]:
    """Return an open file that holds the lock until it is closed. Raises ``HeldError``."""
    file = path.open("a+", encoding="utf-8")
    deadline = time.monotonic() + _PROBE_SECONDS
    while not _try(file, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            file.close()
            raise HeldError(str(path))
        time.sleep(0.01)
    file.truncate(0)
    json.dump(Holder(pid=os.getpid(), port=port), file)
    file.flush()
    return file


def share(path: Path) -> int:
    """Return a descriptor that holds a shared lock until this process and all that inherit it have closed it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def is_held(path: Path) -> bool:
    """Return whether a live process holds the lock."""
    try:
        with path.open("r+", encoding="utf-8") as file:
            return not _try(file, fcntl.LOCK_EX)
    except FileNotFoundError:
        return False


def holder(path: Path) -> Holder | None:
    """Return the live holder, or ``None`` if there is none or it has not written its note yet."""
    if not is_held(path):
        return None
    try:
        note: Holder = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note


def _try(file: IO[str], mode: int) -> bool:
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
