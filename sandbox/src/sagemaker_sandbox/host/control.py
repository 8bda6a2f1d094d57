"""Start and stop a sandbox: one LocalStack process whose state, log and lock are in one root folder."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagemaker_sandbox.host import environment, identity, locks, settings
from sagemaker_sandbox.host.process import LOCK_HELD_ELSEWHERE, PORT_TAKEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

START_SECONDS = 120.0
STOP_SECONDS = 30.0
_POLL_SECONDS = 0.05
_PORTS_TRIED = 50


class SandboxError(Exception):
    """The sandbox did not start or stop; the message says why and what to do."""


class _PortTakenError(Exception):
    """Another process took the port after it was found to be free."""


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    root: Path
    port: int
    pid: int

    @property
    def url(self) -> str:
        """The endpoint URL of every AWS service."""
        return f"http://{settings.HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables of this process as sourcing ``environment_file`` would leave them, for programs started from it."""
        return environment.applied(self.root, self.port)

    @property
    def environment_file(self) -> Path:
        """The file to source in a shell."""
        return self.root / environment.FILE

    @property
    def log(self) -> Path:
        """LocalStack's log."""
        return _log(self.root)

    def down(self) -> None:
        """Stop the sandbox; see ``down``."""
        down(self.root)


def up(root: Path, port: int | None = None, say: Callable[[str], None] = lambda _: None) -> Sandbox:
    """Return the sandbox of ``root``, and start it unless it is already running.

    ``port`` is where to start looking for a free port (default: the port of the last start, at first 4566); a sandbox that is
    already running keeps its own.
    ``say`` receives progress lines. Raises ``SandboxError``.
    """
    root = root.resolve()
    root.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    if locks.is_held(root / locks.SERVER):
        sandbox = _wait_until_ready(root, None)
        say(f"already up at {sandbox.url}")
    else:
        sandbox = _started(root, port or identity.last_port(root) or settings.DEFAULT_PORT, say)
        say(f"ready at {sandbox.url} after {time.monotonic() - started:.1f} s")
    identity.remember_port(root, sandbox.port)
    environment.write(root, sandbox.port)
    return sandbox


def find(root: Path) -> Sandbox | None:
    """Return the sandbox of ``root`` if it is running and responds."""
    root = root.resolve()
    note = locks.holder(root / locks.SERVER)
    if note is None or not _responds(root, note["port"]):
        return None
    return Sandbox(root, note["port"], note["pid"])


def down(root: Path) -> bool:
    """Stop the sandbox of ``root`` with all of its processes; return whether it was running.

    State is in memory only, so there is nothing to save and the processes are killed. Raises ``SandboxError`` if they
    cannot be.
    """
    root = root.resolve()
    was_up = locks.is_held(root / locks.SERVER)
    deadline = time.monotonic() + STOP_SECONDS
    while locks.is_held(root / locks.SERVER):
        if note := locks.holder(root / locks.SERVER):
            _kill_group(note["pid"])
        _pause(deadline, f"a process still holds {root / locks.SERVER}; end it by hand")
    while locks.is_held(root / locks.FUNCTIONS):
        _pause(deadline, f"a process still holds {root / locks.FUNCTIONS}; end it by hand")
    shutil.rmtree(settings.temporary_folder(root), ignore_errors=True)
    environment.remove(root)
    return was_up


def _started(root: Path, first_port: int, say: Callable[[str], None]) -> Sandbox:
    while True:
        port = _free_port(first_port)
        try:
            return _wait_until_ready(root, _start(root, port, say))
        except _PortTakenError:
            first_port = port + 1


def _start(root: Path, port: int, say: Callable[[str], None]) -> subprocess.Popen[bytes]:
    say(f"starting LocalStack on port {port}, log in {_log(root)}")
    with _log(root).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-I", "-m", "sagemaker_sandbox.host.process", str(root), str(port)],
            cwd=root,
            env=settings.server_environment(root, port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_ready(root: Path, process: subprocess.Popen[bytes] | None) -> Sandbox:
    """Wait for the server of ``root``: the given process, or whichever process holds the lock."""
    deadline = time.monotonic() + START_SECONDS
    while not (sandbox := find(root)):
        code = process.poll() if process else None
        if code == PORT_TAKEN:
            raise _PortTakenError
        if code == LOCK_HELD_ELSEWHERE:
            process = None
        elif code is not None or (process is None and not locks.is_held(root / locks.SERVER)):
            message = f"LocalStack ended while starting (exit code {code}). The end of {_log(root)}:\n{_tail(root)}"
            raise SandboxError(message)
        _pause(deadline, f"LocalStack does not respond. Read {_log(root)}, then stop it with `down`")
    return sandbox


def _pause(deadline: float, message: str) -> None:
    if time.monotonic() > deadline:
        raise SandboxError(message)
    time.sleep(_POLL_SECONDS)


def _responds(root: Path, port: int) -> bool:
    """Return whether the sandbox of ``root``, rather than another program, responds on ``port``."""
    connection = http.client.HTTPConnection(settings.HOST, port, timeout=2)
    try:
        connection.request("GET", settings.STATUS_PATH)
        return bool(json.load(connection.getresponse())["root"] == str(root))
    except (OSError, ValueError, TypeError, KeyError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free_port(first: int) -> int:
    for port in range(first, first + _PORTS_TRIED):
        if not _is_taken(port):
            return port
    message = f"no free port from {first} to {first + _PORTS_TRIED - 1}; choose another with --port"
    raise SandboxError(message)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        # on some systems a listener on all interfaces does not prevent binding to a single one
        if probe.connect_ex((settings.HOST, port)) == 0:
            return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, port))
        except OSError:
            return True
    return False


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(leader, 0)


def _log(root: Path) -> Path:
    return root / "localstack.log"


def _tail(root: Path) -> str:
    return "\n".join(_log(root).read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
