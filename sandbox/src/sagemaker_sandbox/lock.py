"""Lock files that tell a live process from a stale note of one: the kernel drops the lock with its last holder."""

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

# ``is_held`` holds a lock for an instant itself
_GLANCE_SECONDS = 0.3


class Holder(TypedDict):
    """Who holds a lock: the process, which leads its group, and the port it was started for."""

    pid: int
    port: int


class HeldError(Exception):
    """Another live process holds the lock."""


def take(path: Path, port: int) -> IO[str]:
    """Return the open file whose life is the lock's; raises ``HeldError``."""
    file = path.open("a+", encoding="utf-8")
    deadline = time.monotonic() + _GLANCE_SECONDS
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
    """Return the descriptor whose life, in this process and in those that inherit it, is the lock's."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def is_held(path: Path) -> bool:
    """Whether a live process holds the lock."""
    try:
        with path.open("r+", encoding="utf-8") as file:
            return not _try(file, fcntl.LOCK_EX)
    except FileNotFoundError:
        return False


def holder(path: Path) -> Holder | None:
    """Return the live holder, or ``None`` when there is none, or none that has written its note yet."""
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
