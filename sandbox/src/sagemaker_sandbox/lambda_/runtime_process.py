"""A function's process: an ``awslambdaric`` whose surroundings look like Lambda's."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from sagemaker_sandbox.host import locks, settings
from sagemaker_sandbox.lambda_ import reaper as reaper_script
from sagemaker_sandbox.lambda_.runtime_api import Event, Exit, Invocation, RuntimeApi

if TYPE_CHECKING:
    from collections.abc import Mapping

# the modules that Lambda's Python runtime contains in addition to the standard library
RUNTIME_MODULES = (
    "awslambdaric",
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "runtime_client",
    "s3transfer",
    "simplejson",
    "six",
    "snapshot_restore_py",
    "urllib3",
)

_FIRST_USE = threading.Lock()


@dataclass(frozen=True)
class Folders:
    """The folders of one execution environment; the comments give their paths in Lambda."""

    task: Path  # /var/task
    layers: Path  # /opt
    home: Path

    @property
    def output(self) -> Path:
        """The file with everything that this environment's processes have written."""
        return self.home / "output"


class RuntimeProcess:
    """A started process and the Runtime API that it calls."""

    def __init__(self, handler: str, environment: Mapping[str, str], folders: Folders) -> None:
        """Start the process; ``environment`` is what Lambda sets, without what depends on the machine."""
        self.started = time.monotonic()
        self._api = RuntimeApi()
        reaper = _reaper()
        with folders.output.open("ab") as output:
            self._process = subprocess.Popen(
                # no site-packages: only the folders in PYTHONPATH can be imported from
                [sys.executable, "-S", "-s", "-P", "-X", "utf8", "-m", "awslambdaric", handler],
                cwd=folders.task,
                env=_variables(folders, environment) | {"AWS_LAMBDA_RUNTIME_API": self._api.address},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[reaper.lock],
            )
        reaper.watch(self._process.pid)
        threading.Thread(target=self._wait, name="lambda-process", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        """Whether the process is running."""
        return self._process.poll() is None

    @property
    def memory_mb(self) -> int:
        """The resident memory in MiB; 0 if the process has ended."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss) >> 20
        except psutil.Error:
            return 0

    def deliver(self, invocation: Invocation) -> None:
        """Deliver an invocation to the process."""
        self._api.deliver(invocation)

    def event(self, deadline: float) -> Event | None:
        """Return the next event, or ``None`` if there is none before ``deadline`` (on ``time.monotonic``'s clock)."""
        try:
            return self._api.events.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return None

    def kill(self) -> None:
        """Kill the process and everything that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        _reaper().forget(self._process.pid)

    def _wait(self) -> None:
        self._api.events.put(Exit(self._process.wait()))
        self._api.close()


def _variables(folders: Folders, environment: Mapping[str, str]) -> dict[str, str]:
    machine = _machine(folders)
    own_path = environment.get("PYTHONPATH")
    return machine | dict(environment) | ({"PYTHONPATH": f"{machine['PYTHONPATH']}:{own_path}"} if own_path else {})


def _machine(folders: Folders) -> dict[str, str]:
    """Return the variables that hold paths on this machine."""
    layers = folders.layers
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    runtime = _runtime_folder()
    python_path = [folders.task, layers / "python/lib" / version / "site-packages", layers / "python", runtime]
    library_path = [folders.task / "lib", layers / "lib", *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return {
        "PATH": f"/usr/local/bin:/usr/bin:/bin:{layers / 'bin'}",
        "LD_LIBRARY_PATH": ":".join(map(str, library_path)),
        "PYTHONPATH": ":".join(map(str, python_path)),
        "LANG": "en_US.UTF-8",
        "HOME": str(folders.home),
        "TMPDIR": str(folders.home),
        "LAMBDA_TASK_ROOT": str(folders.task),
        "LAMBDA_RUNTIME_DIR": str(runtime),
    }


def _runtime_folder() -> Path:
    """Return a folder of links to the runtime's modules and to nothing else that is installed (/var/runtime)."""
    with _FIRST_USE:
        return _linked_runtime_folder()


@functools.cache
def _linked_runtime_folder() -> Path:
    folder = settings.functions_folder() / "runtime"
    folder.mkdir(parents=True)
    for name in RUNTIME_MODULES:
        target = _location(name)
        (folder / target.name).symlink_to(target)
    return folder


def _location(module: str) -> Path:
    """Return the file or folder of an installed module, or of the stand-in beside this file."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        return Path(__file__).with_name(f"{module}.py")
    return Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)


class _Reaper:
    """The process that outlives LocalStack just long enough to kill what LocalStack has left running."""

    def __init__(self) -> None:
        path = settings.root() / locks.FUNCTIONS
        # the processes inherit it, so that `down` can tell when the last one has ended
        self.lock = locks.share(path)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", reaper_script.__file__, path],
            env={},
            stdin=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        self._write(f"+{group}\n")

    def forget(self, group: int) -> None:
        self._write(f"-{group}\n")

    def _write(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(line.encode())


def _reaper() -> _Reaper:
    with _FIRST_USE:
        return _started_reaper()


@functools.cache
def _started_reaper() -> _Reaper:
    return _Reaper()
