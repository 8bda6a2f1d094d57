"""The commands that the documentation shows: how checks/commands.py reads them, and that none escapes it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCES_WITHOUT_COMMANDS = {"", "console", "hcl", "javascript", "json", "python", "text", "tf", "yaml"}


def load() -> Any:
    specification = importlib.util.spec_from_file_location("documented", ROOT / "checks" / "commands.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # dataclasses look it up
    specification.loader.exec_module(module)
    return module


documented = load()


def markdown() -> dict[str, str]:
    """Return the text of every page by its path."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    names = listed or [path.relative_to(ROOT).as_posix() for path in ROOT.glob("**/*.md") if "/." not in f"/{path.relative_to(ROOT)}"]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(documented, "ROOT", tmp_path)
    return tmp_path / "page.md"


def test_a_command_ends_where_its_output_or_the_next_command_begins(page: Path) -> None:
    page.write_text("```console\n$ one \\\n    --more\nout\n$ two\n```\n```\n$ three\n```\n")
    found = [(command.line, command.text, command.output) for command in documented.commands("page.md")]
    assert found == [(2, "one \\\n    --more", ["out"]), (5, "two", [])]


@pytest.mark.parametrize(
    ("expected", "output"),
    [
        ([], "anything\n"),
        (["a"], "a\n"),
        (["a"], "\r\na\r\n"),
        (["a"], "\x1b[1m\x1b[32ma\x1b[0m\n"),
        (["..."], "a\nb\n"),
        (["a", "..."], "a\n"),
        (["...", "b", "..."], "a\nb\nc\n"),
        (["took ... s"], "took 7.6 s\n"),
        (['{"id": "..."}'], '{"id": "x.y"}\n'),
    ],
)
def test_an_output_as_printed_is_accepted(expected: list[str], output: str) -> None:
    assert documented.matches(expected, output)


@pytest.mark.parametrize(
    ("expected", "output"),
    [
        (["a"], ""),
        (["a"], "b\n"),
        (["a"], "a\nb\n"),
        (["a", "c"], "a\nb\nc\n"),
        (["...", "b"], "a\nb\nc\n"),
        (["a.c"], "abc\n"),
    ],
)
def test_another_output_is_rejected(expected: list[str], output: str) -> None:
    assert not documented.matches(expected, output)


def follow(page: Path, text: str) -> list[str]:
    """Follow a page in a shell and return the commands that it came to."""
    page.write_text(text)
    (page.parent / ".venv" / "bin").mkdir(parents=True)
    said: list[str] = []
    try:
        documented.follow(page.parent, documented.commands("page.md"), said.append)
    except documented.MismatchError as error:
        said.append(f"mismatch: {str(error).splitlines()[1]}")
    return said


def test_a_page_shares_one_shell(page: Path) -> None:
    said = follow(page, "```console\n$ cd / && a=1\n$ echo $PWD $a\n/ 1\n```\n")
    assert said == ["page.md:2: $ cd / && a=1", "page.md:3: $ echo $PWD $a"]


@pytest.mark.parametrize("wrong", ["false", "echo b\na", "exit 3", "cat no-such-file"])
def test_the_first_command_that_fails_or_prints_something_else_ends_the_page(page: Path, wrong: str) -> None:
    said = follow(page, f"```console\n$ true\n$ {wrong}\n$ echo never\n```\n")
    assert said[:2] == ["page.md:2: $ true", f"page.md:3: $ {wrong.splitlines()[0]}"]
    assert said[2].startswith("mismatch: ends with")
    assert len(said) == 3


def test_every_exception_names_a_command_and_a_reason() -> None:
    pages = {page: documented.commands(page) for page in documented.pages()}
    for known in documented.exceptions():
        assert known["reason"]
        assert [command for command in pages[known["page"]] if documented.is_exception(command)], known


def test_every_block_of_commands_is_one_that_is_run() -> None:
    block = re.compile(r"^ *```([\w-]*).*\n(?:(?! *```).*\n)* *```$", re.MULTILINE)
    fences = {(name, kind) for name, text in markdown().items() for kind in block.findall(text)}
    assert {(name, kind) for name, kind in fences if kind not in FENCES_WITHOUT_COMMANDS} == set()
    assert {name for name, text in markdown().items() if re.search(r"^ *\$ ", text, re.MULTILINE)} <= set(documented.pages())


def test_every_make_command_in_the_pages_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z0-9 -]*):", makefile, re.MULTILINE))
    known = {name for line in targets for name in line.split()} | {"PYTHON"}
    shown = {(name, word) for name, text in markdown().items() for word in re.findall(r"(?:`|\$ |&& |\()make ([a-z][a-z0-9-]*)", text)}
    assert shown
    assert {(name, word) for name, word in shown if word not in known} == set()
