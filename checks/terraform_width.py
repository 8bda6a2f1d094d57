"""Looks for lines of Terraform files that are wider than those of Python, unless the line is one string literal.

    python checks/terraform_width.py [PATH …]    all Terraform files, or only those at these paths

A literal cannot be wrapped in HCL, except as a heredoc; a line with a literal alone, its key or its place in a list may be of any width.
It prints a line for each finding. The exit code is 1 if there is a finding.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tracked import files

if TYPE_CHECKING:
    from collections.abc import Iterator

TREE = Path(__file__).resolve().parents[1]
FILES = ("*.tf", "*.tftest.hcl")
COLUMNS = 140
"""As in pyproject.toml for ruff."""

_BEFORE_A_LITERAL = re.compile(r'\s*(?:(?:[\w-]+|"[^"]*")\s*=\s*)?"')
_HEREDOC = re.compile(r"<<-?(\w+)$")
_TEMPLATE = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")


def is_literal(line: str) -> bool:
    """Tell whether the line is one string literal, with its key or a comma at most."""
    found = _BEFORE_A_LITERAL.match(line)
    return found is not None and line[_end_of_string(line, found.end()) :].strip() in ("", ",")


def _end_of_string(text: str, place: int) -> int:
    """Return the place after the quote that closes a string, whose templates may hold further strings."""
    while place < len(text) and text[place] != '"':
        if text[place] == "\\":
            place += 2
        elif found := _TEMPLATE.match(text, place):
            place = _end_of_template(text, found.end())
        else:
            place += 1
    return place + 1


def _end_of_template(text: str, place: int) -> int:
    depth = 1
    while place < len(text) and depth:
        if text[place] == '"':
            place = _end_of_string(text, place + 1)
        else:
            depth += (text[place] == "{") - (text[place] == "}")
            place += 1
    return place


def wide_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield number and width of each line that is too wide."""
    heredoc = ""  # the word that ends it
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > COLUMNS and (heredoc or not is_literal(line)):
            yield number, len(line)
        if heredoc:
            heredoc = "" if line.strip() == heredoc else heredoc
        elif found := _HEREDOC.search(line):
            heredoc = found[1]


def findings(paths: list[str]) -> Iterator[str]:
    """Yield a line for each finding: the place, the width and what to do."""
    for path in files(TREE, paths or FILES):
        for number, width in wide_lines((TREE / path).read_text(encoding="utf-8")):
            yield f"{path}:{number}: {width} columns; break the line so that it has at most {COLUMNS}"


def main(paths: list[str]) -> int:
    """Print the findings. Return the exit code."""
    found = list(findings(paths))
    print(*found, sep="\n", end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
