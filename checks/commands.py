"""Follow pages of the documentation as a reader with a shell would, and fail on the first command whose output is not as printed.

    python checks/commands.py                         every page
    python checks/commands.py README.md docs/sandbox.md
    python checks/commands.py --fresh docs/tutorial/README.md      as a newcomer: in a clone of HEAD, with nothing installed

A page's ```console blocks are run in order in one bash, in a copy of the repository with a sandbox of its own. A line that begins with `$ `
is a command; it continues after a backslash. The lines below it are its output: `...` stands for any text in a line, and on a line of its
own for any lines. A command without output below it must only succeed. Commands that cannot run here are listed in commands.yaml, with the
reason.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Self

import yaml

ROOT = Path(__file__).resolve().parents[1]
EXCEPTIONS = Path(__file__).with_suffix(".yaml")
NOT_COPIED = (".git", ".venv*", ".sandbox", ".build", ".terraform*", ".*_cache", ".hypothesis", "__pycache__", "*.tfstate*", "node_modules")
NOT_INHERITED = ("AWS_", "MAKE", "MFLAGS", "PYTEST_", "VIRTUAL_ENV", "PYTHONPATH")
END = "end-of-a-documented-command"
COLORS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Command:
    """A command of a page, with the output that the page prints below it."""

    page: str
    line: int
    text: str
    output: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the place and the command."""
        return f"{self.page}:{self.line}: $ {self.text}"


class MismatchError(Exception):
    """A command failed, or printed something else. The message shows both."""


def main() -> int:
    """Follow the pages that the command line names, or all. Return 0, or 1 after printing the first mismatch."""
    parser = argparse.ArgumentParser(description="Run the commands of the documentation and compare their output.")
    parser.add_argument("pages", nargs="*", help="pages to follow (default: every page with commands)")
    parser.add_argument("--fresh", action="store_true", help="clone HEAD, and install everything that the pages install, without a cache")
    options = parser.parse_args()
    start = monotonic()
    try:
        with clone() if options.fresh else copy() as folder:
            for name in options.pages or pages():
                follow(folder, commands(name), say=lambda line: print(f"{monotonic() - start:6.1f} s  {line}", flush=True))
    except MismatchError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def pages() -> list[str]:
    """Return the pages with commands, the README first."""
    found = [path.relative_to(ROOT).as_posix() for pattern in ("*.md", "*/**/*.md") for path in sorted(ROOT.glob(pattern))]
    shown = [name for name in found if not any(part.startswith(".") for part in Path(name).parts) and commands(name)]
    return sorted(shown, key=lambda name: (name != "README.md", not name.startswith("docs/"), name))


def commands(page: str) -> list[Command]:
    """Return the commands in the console blocks of a page."""
    found: list[Command] = []
    inside = continued = False
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            inside, continued = line == "```console", False
        elif inside and (continued or line.startswith("$ ")):
            if continued:
                found[-1].text += f"\n{line}"
            else:
                found.append(Command(page, number, line.removeprefix("$ ")))
            continued = line.endswith("\\")
        elif inside:
            found[-1].output.append(line)
    return found


def exceptions() -> list[dict[str, Any]]:
    """Return the commands that do not run here: page, command and reason."""
    listed: list[dict[str, Any]] = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))
    return listed


def is_exception(command: Command) -> bool:
    """Whether a command is listed with a reason."""
    return any(
        command.page == known["page"] and (known["command"] == "*" or command.text.startswith(known["command"])) for known in exceptions()
    )


@contextmanager
def copy() -> Iterator[Path]:
    """Copy the repository, which shares the installed packages, and stop its sandbox afterwards."""
    with temporary_folder() as folder:
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        for name in (".venv", ".venv-clients", ".venv-clients-v3", ".venv-checkov"):
            (folder / name).symlink_to((ROOT / name).resolve())
        yield folder


@contextmanager
def clone() -> Iterator[Path]:
    """Clone what is committed, and stop its sandbox afterwards."""
    with temporary_folder() as folder:
        subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT.as_uri(), folder], check=True)
        yield folder


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Return a folder that does not exist yet. The sandbox that the commands started there is stopped afterwards."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve() / "clone"
        try:
            yield folder
        finally:
            subprocess.run(["make", "down"], cwd=folder, check=False, capture_output=True)


def follow(folder: Path, listed: Sequence[Command], say: Any) -> None:
    """Run the commands of one page in one shell. Raises MismatchError."""
    with Shell(folder) as shell:
        for command in listed:
            if is_exception(command):
                say(f"skipped {command}")
                continue
            say(str(command))
            code, output = shell.run(command.text)
            if code or not matches(command.output, output):
                expected = "\n".join(command.output) or "(any output)"
                raise MismatchError(f"{command}\nends with {code}. The page prints:\n{expected}\n\nbut the command prints:\n{output}")


def matches(expected: Sequence[str], output: str) -> bool:
    """Whether an output is as a page prints it."""
    if not any(line.strip() for line in expected):
        return True
    patterns = [r"(?:.*\n)*" if line.strip() == "..." else line_pattern(line) + r"\n" for line in expected]
    text = "".join(f"{line.rstrip()}\n" for line in COLORS.sub("", output).strip("\r\n").splitlines())
    return bool(re.fullmatch("".join(patterns), text))


def line_pattern(line: str) -> str:
    """Return the pattern of one line, in which `...` stands for any text."""
    return ".*".join(re.escape(part) for part in line.rstrip().split("..."))


class Shell:
    """One bash, as a reader has open, in a folder."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder."""
        self.folder = folder

    def __enter__(self) -> Self:
        """Start bash with answers to Terraform's questions and a curl without a progress bar, as in a terminal."""
        self.private = tempfile.TemporaryDirectory()
        tools = Path(self.private.name)
        (tools / ".curlrc").write_text("silent\nshow-error\n", encoding="utf-8")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=self.folder,
            env=inherited
            | {
                "PATH": os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if not Path(part).is_relative_to(ROOT)),
                "PIP_NO_CACHE_DIR": "1",
                "UV_NO_CACHE": "1",
                "CURL_HOME": str(tools),
                "TF_CLI_ARGS": "-no-color",
                "TF_CLI_ARGS_apply": "-auto-approve",
                "TF_CLI_ARGS_destroy": "-auto-approve",
            },
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self

    def run(self, command: str) -> tuple[int, str]:
        """Run a command in the shell. Return its exit code and what it printed."""
        script = Path(self.private.name) / "command"
        script.write_text(f"{command}\n", encoding="utf-8")
        if not self.process.stdin or not self.process.stdout:
            raise RuntimeError("the shell has no pipes")
        self.process.stdin.write(f". {script} </dev/null; printf '\\n{END} %s\\n' $?\n")
        self.process.stdin.flush()
        lines: list[str] = []
        for line in self.process.stdout:
            if line.startswith(END):
                return int(line.split()[1]), "".join(lines)
            lines.append(line)
        return self.process.wait(), "".join(lines)

    def __exit__(self, *_: object) -> None:
        """End bash."""
        self.process.terminate()
        self.process.communicate()
        self.private.cleanup()


if __name__ == "__main__":
    sys.exit(main())
