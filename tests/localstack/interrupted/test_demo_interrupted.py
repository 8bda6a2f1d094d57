"""`make demo` interrupted while it runs, and then run again.

`make interrupts` tries each moment and each way by itself; `make test` leaves this file out, because each case takes a minute.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.timeout(900)  # a test runs the demo several times

ROOT = Path(__file__).resolve().parents[3]
SECONDS_TO_END = 60
# The demo prints these at the moments: sandbox, training, init, first resources, and the endpoint, for which Terraform waits.
MOMENTS = ["[1/4]", "25/150 trees", "terraform init", " create ", "aws_sagemaker_endpoint_configuration"]


class Interrupt(NamedTuple):
    """When to interrupt the demo, and how: Ctrl-C reaches every process in the foreground, and SIGTERM is for make.

    Without a signal, nobody reads any longer what the demo prints, as in `make demo | head`.
    """

    moment: str
    signal: signal.Signals | None


CASES = [Interrupt(moment, number) for moment in MOMENTS for number in (signal.SIGINT, signal.SIGTERM, None)]


class Run(NamedTuple):
    """The output and exit code of a demo, and those of its processes that are left."""

    text: str
    code: int
    left: list[str]


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Let the demo inherit SIGINT as from a terminal: what a shell runs in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """Copy the repository, which shares the installed packages, and stop its sandbox afterwards."""
    copy = tmp_path / "clone"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.tfstate*", "tests"))
    (copy / ".venv").symlink_to((ROOT / ".venv").resolve())
    yield copy
    subprocess.run(["make", "down"], cwd=copy, check=True, capture_output=True)


def demo(tree: Path, interrupt: Interrupt | None = None) -> Run:
    """Run `make demo` in a session of its own, as a terminal does."""
    lines = []
    with subprocess.Popen(
        ["make", "demo"], cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            if interrupt and interrupt.moment in line:
                how, interrupt = interrupt.signal, None
                if how is None:
                    break
                send = os.killpg if how == signal.SIGINT else os.kill
                send(process.pid, how)
        assert not interrupt, "".join(lines)
    return Run("".join(lines), process.returncode, left(process.pid))


def left(session: int) -> list[str]:
    """Return the commands of a session that are still running, after a moment for those that are ending."""
    deadline = time.monotonic() + SECONDS_TO_END
    while (found := running(session)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def running(session: int) -> list[str]:
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    return [args for pid, state, args in (line.split(None, 2) for line in listed.splitlines()) if "Z" not in state and of(pid) == session]


def of(pid: str) -> int | None:
    try:
        return os.getsid(int(pid))
    except ProcessLookupError:
        return None


def describe(case: Interrupt) -> str:
    return f"{case.signal.name if case.signal else 'end of reading'} at {case.moment.strip()}"


@pytest.mark.parametrize("case", CASES, ids=describe)
def test_a_demo_that_was_interrupted_leaves_no_process_and_the_next_one_continues(tree: Path, case: Interrupt) -> None:
    interrupted, whole = demo(tree, case), demo(tree)
    assert whole.code == 0, f"{interrupted.text}\n{whole.text}"
    assert (interrupted.left, whole.left) == ([], [])
    assert interrupted.code
    states = list((tree / "examples" / "bikeshare").glob("terraform.tfstate*"))
    assert {oct(stat.S_IMODE(state.stat().st_mode)) for state in states} == {"0o600"}
