"""Looks for words that this project does not use, in every text file of the repository; checks/glossary.yaml lists them.

    python checks/glossary.py [PATH …]    the whole tree, or only what is at these paths

It prints a line for each finding, with the place, the words found and what to write instead. The exit code is 1 if there is a finding.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import yaml
from tracked import files

if TYPE_CHECKING:
    from collections.abc import Iterator

TREE = Path(__file__).resolve().parents[1]
RULES = "checks/glossary.yaml"
NO_PROSE = ("LICENSE", "tools/LICENSE", RULES, "requirements/**", "**/*.csv", "**/*.zip", "**/*.npy")
"""Files that hold no text of ours, or the words themselves."""


@dataclass(frozen=True)
class Rule:
    """A word or phrase that is not used, what to write instead, and where the rule holds."""

    pattern: re.Pattern[str]
    write: str
    within: tuple[str, ...]
    exceptions: tuple[str, ...]
    unless: re.Pattern[str] | None

    def holds_for(self, path: str) -> bool:
        """Tell whether the rule is about the file."""
        return matches(path, self.within) and not matches(path, self.exceptions)

    def found_in(self, line: str) -> str | None:
        """Return the words in the line that are not used, or None."""
        found = self.pattern.search(line)
        return None if found is None or (self.unless and self.unless.search(line)) else found[0].strip()


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether the path matches one of the patterns."""
    return any(PurePath(path).full_match(pattern) for pattern in patterns)


def parsed(entry: dict[str, Any]) -> Rule:
    """Return an entry of the list as a rule."""
    words, flags = entry["not"], 0 if entry.get("case") else re.IGNORECASE
    start = r"(?<![A-Za-z])" if words[0].isalpha() or (words[0] == "(" and words[1] != "?") else ""
    end = r"(?![A-Za-z])" if not entry.get("case") else ""
    return Rule(
        pattern=re.compile(f"{start}(?:{words}){end}", flags),
        write=entry["write"],
        within=tuple(entry.get("in", ["**"])),
        exceptions=tuple(entry.get("except", [])),
        unless=re.compile(entry["unless"]) if "unless" in entry else None,
    )


def text_files(paths: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file that Git tracks or would track."""
    for path in files(TREE, paths):
        if not matches(path, NO_PROSE):
            yield path, (TREE / path).read_text(encoding="utf-8", errors="replace")


def findings(paths: list[str]) -> Iterator[str]:
    """Yield a line for each finding: the place, the words and what to write instead."""
    rules = [parsed(entry) for entry in yaml.safe_load((TREE / RULES).read_text(encoding="utf-8"))]
    for path, text in text_files(paths):
        concerned = [rule for rule in rules if rule.holds_for(path)]
        for number, line in enumerate([path.rsplit("/", 1)[-1], *text.splitlines()]):
            for rule in concerned:
                if words := rule.found_in(line):
                    place = f"{path}:{number}" if number else f"{path} (its name)"
                    yield f'{place}: "{words}": write {rule.write}'


def main(paths: list[str]) -> int:
    """Print the findings. Return the exit code."""
    found = list(findings(paths))
    print(*found, sep="\n", end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
