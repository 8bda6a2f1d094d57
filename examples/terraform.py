"""Run Terraform so that an interrupt never costs its state.

After one interrupt, Terraform ends by itself: it stops what it has begun, writes its state and releases the lock. A second interrupt, or
output that nobody reads, ends it before that, and the next run fails because the state lacks resources that exist. Terraform
therefore runs in its own process group, which Ctrl-C does not reach. The first SIGINT, SIGTERM or SIGHUP is passed on to it, and its output
is read until it has ended.

A resource whose creation was under way exists after an interrupt without being in the state, because Terraform cancels the request and not
its effect (https://github.com/hashicorp/terraform/issues/33358). `adopt` imports such resources, so that the next apply can continue.

A state contains the API key, so its files are readable by their owner only.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PRIVATE = 0o077
STATES = "terraform.tfstate*"
EXISTS = re.compile(r"AlreadyExists|AlreadyOwned|already exist|ResourceConflict|ConflictException")
# IDs to import resources by, where it is not their name: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs
IMPORT_IDS = {
    "aws_api_gateway_stage": "{rest_api_id}/{stage_name}",
    "aws_lambda_alias": "{function_name}/{name}",
    "aws_lambda_function": "{function_name}",
    "aws_lambda_permission": "{function_name}:{qualifier}/{statement_id}",
    "aws_s3_bucket": "{bucket}",
}


class AdoptionError(Exception):
    """There is no plan of what to import. The message is Terraform's."""


class Terraform:
    """Terraform in the folder of a root module, with the given environment variables."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        """Remember the folder and the variables."""
        self.folder = folder
        self.variables = variables

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command and return what it printed. Raises KeyboardInterrupt after Terraform has ended, if a signal arrived."""
        command = self._command(arguments)
        with self._started(command, subprocess.PIPE) as (process, _):
            output, errors = process.communicate()
        return subprocess.CompletedProcess(command, process.returncode, output, errors)

    def follow(self, *arguments: str, line: Callable[[str], None]) -> int:
        """Run a command, call `line` with each line that it prints, and return its exit code.

        Raises as `run` does. If `line` raises OSError, because nobody reads what it prints, Terraform is interrupted, and the error is
        raised after it has ended.
        """
        failure: OSError | None = None
        with self._started(self._command(arguments), subprocess.STDOUT) as (process, interrupt):
            for text in process.stdout or ():
                try:
                    line(text)
                except OSError as error:
                    failure = failure or error
                    interrupt.send()
        if failure:
            raise failure
        return process.wait()

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return ["terraform", f"-chdir={self.folder}", *arguments]

    @contextmanager
    def _started(self, command: list[str], errors: int) -> Iterator[tuple[subprocess.Popen[str], "Interrupt"]]:
        for state in self.folder.glob(STATES):
            state.chmod(state.stat().st_mode & ~PRIVATE)
        with interrupts() as interrupt:
            process = subprocess.Popen(
                command,
                env=self.variables,
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                process_group=0,
                umask=PRIVATE,
            )
            interrupt.process = process
            try:
                yield process, interrupt
            except BaseException:  # whatever it is, Terraform must end well
                interrupt.send()
                raise
            finally:
                for stream in (process.stdout, process.stderr):
                    if stream and not stream.closed:
                        deque(stream, maxlen=0)
                process.wait()


def existing(event: Mapping[str, Any]) -> str | None:
    """Return the address of a resource that could not be created because it exists, from an event of `apply -json`."""
    found = event.get("diagnostic", {})
    said = f"{found.get('summary')} {found.get('detail')}"
    return found.get("address") if EXISTS.search(said) else None


def adopt(terraform: Terraform, addresses: Collection[str]) -> None:
    """Import those of the resources into the state that exist and are not in it, by the names that Terraform would give them.

    Raises AdoptionError if there is no plan. A resource that cannot be imported is left to the next apply, which says why.
    """
    with TemporaryDirectory() as folder:
        plan = f"{folder}/plan"
        _succeed(terraform.run("plan", "-input=false", "-no-color", f"-out={plan}"))
        changes = json.loads(_succeed(terraform.run("show", "-json", plan)))["resource_changes"]
    for change in changes:
        if change["address"] in addresses and change["change"]["actions"] == ["create"]:
            with suppress(KeyError):
                identifier = IMPORT_IDS.get(change["type"], "{name}").format_map(change["change"]["after"])
                terraform.run("import", "-input=false", "-no-color", change["address"], identifier)


def _succeed(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode:
        raise AdoptionError(done.stderr.strip())
    return done.stdout


class Interrupt:
    """The one interrupt that a process gets, however often the user asks for it."""

    def __init__(self) -> None:
        """Wait for a signal and a process."""
        self._process: subprocess.Popen[str] | None = None
        self._sent = False
        self.asked = False

    @property
    def process(self) -> subprocess.Popen[str] | None:
        """The process to interrupt."""
        return self._process

    @process.setter
    def process(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        if self.asked:
            self.send()

    def handle(self, _signal: int, _frame: FrameType | None) -> None:
        """Handle a signal: pass the first one on."""
        self.asked = True
        with suppress(OSError):  # print would not work in a signal handler
            os.write(sys.stderr.fileno(), b"\ninterrupted: waiting for Terraform to end and to write its state\n")
        self.send()

    def send(self) -> None:
        """Interrupt the process, unless that was done."""
        if self._process and not self._sent:
            self._sent = True
            self._process.send_signal(signal.SIGINT)


@contextmanager
def interrupts() -> Iterator[Interrupt]:
    """Collect signals in an Interrupt; afterwards, raise KeyboardInterrupt if there was one."""
    interrupt = Interrupt()
    before = {number: signal.signal(number, interrupt.handle) for number in SIGNALS}
    try:
        yield interrupt
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupt.asked:
        raise KeyboardInterrupt
