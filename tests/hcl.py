"""The arguments that Terraform files set, and the attributes that they read; found in the text of the files.

A plan does not tell this: it leaves out `dynamic` blocks, locals, and everything that its inputs switch off. The files
must be valid, which `terraform validate` checks. python-hcl2 would do, but takes six seconds for a file of 250 lines.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

TREE = Path(__file__).resolve().parents[1]

# Terraform's own arguments and blocks, which no provider declares.
META = frozenset({"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"})

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)
  | <<-?(?P<heredoc>\w+)\n
  | (?P<quote>")
  | (?P<name>[A-Za-z_][\w-]*)
  | (?P<newline>\n)
  | (?P<other>==|=>|\S)
  | [^\S\n]+
    """,
    re.VERBOSE | re.DOTALL,
)


class Set(NamedTuple):
    """An argument or a nested block that a resource or data source sets."""

    owner: str  # `aws_lambda_function`, or `data.aws_region`
    path: tuple[str, ...]  # `("vpc_config", "subnet_ids")`


class Reference(NamedTuple):
    """An attribute that an expression reads from a resource or data source."""

    owner: str
    attribute: str


def files() -> list[Path]:
    """Return the Terraform files that every supported provider must accept: all but tests and fixtures that break a rule."""
    folders = [TREE / folder for folder in ("modules", "examples", "compliance/fixtures/good")]
    found = [*TREE.glob("*.tf"), *(file for folder in folders for file in folder.rglob("*.tf"))]
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(TREE).parts))


def owners() -> set[str]:
    """Return the resource types and data sources of the AWS provider that the files declare: `data.aws_region`."""
    declared = re.compile(r'^(?:resource|(data)) "(aws_\w+)"', re.MULTILINE)
    texts = (file.read_text(encoding="utf-8") for file in files())
    return {f"{found[1] or ''}.{found[2]}".lstrip(".") for text in texts for found in declared.finditer(text)}


def settings(text: str) -> Iterator[Set]:
    """Find what the resources and data sources of a file set, nested and dynamic blocks included."""
    blocks: list[list[str]] = []
    for line in _headers(text):
        if line == ["}"]:
            blocks.pop()
            continue
        opens = line[-1] == "{"
        if path := _path(blocks, line):
            yield path
        if opens:
            blocks.append(line[:-1])


def references(text: str) -> Iterator[Reference]:
    """Find the attributes that a file reads: `aws_iam_role.this.arn`, `data.aws_region.current.region`."""
    code = re.sub(r"(?m)^\s*(#|//).*$", "", text)
    dotted = r"(?<![\w.])(?P<data>data\.)?(?P<type>aws_\w+)\.[\w-]+(?P<index>\[(?:[^\[\]]|\[[^\[\]]*\])*\])?\.(?P<attribute>\w+)"
    for found in re.finditer(dotted, code):
        yield Reference(f"{found['data'] or ''}{found['type']}", found["attribute"])


def _path(blocks: list[list[str]], line: list[str]) -> Set | None:
    """Name what a line sets, given the blocks around it; None outside resources and for Terraform's own arguments."""
    if not blocks or blocks[0][0] not in ("resource", "data"):
        return None
    owner = blocks[0][1] if blocks[0][0] == "resource" else f"data.{blocks[0][1]}"
    names = [_block_name(block) for block in [*blocks[1:], line]]
    if names[0] in META or names[-1] is None or blocks[-1][0] == "dynamic":
        return None
    return Set(owner, tuple(name for name in names if name))


def _block_name(words: list[str]) -> str | None:
    """Return the name of a block or argument in the provider's schema; None for the `content` of a dynamic block."""
    if words[0] == "dynamic":
        return words[1]
    return None if words[0] == "content" else words[0]


def _headers(text: str) -> Iterator[list[str]]:
    """Yield each argument's name with `=`, each block's words with `{`, and each block's end, in the file's order."""
    depth = 0  # how many brackets of an expression are open
    words: list[str] = []
    in_value = False
    for sign in _tokens(text):
        if in_value:
            depth += (sign in "([{") - (sign in ")]}") if len(sign) == 1 else 0
            in_value = sign != "\n" or depth > 0
        elif sign == "=":
            yield [*words, "="]
            words, in_value = [], True
        elif sign == "{":
            yield [*words, "{"]
            words = []
        elif sign == "}":
            yield ["}"]
            words = []
        elif sign != "\n":
            words.append(sign.removeprefix('"'))
        if in_value and depth < 0:  # `block { argument = 1 }` on one line
            yield ["}"]
            depth, in_value = 0, False


def _tokens(text: str) -> Iterator[str]:
    """Yield names, strings with their opening quote, signs and line ends; comments and heredocs are left out."""
    at = 0
    while found := _TOKEN.match(text, at):
        at = found.end()
        if found["quote"]:
            end = _string_end(text, at)
            yield text[at - 1 : end - 1]
            at = end
        elif found["heredoc"]:
            closing = re.compile(rf"^[ \t]*{found['heredoc']}$", re.MULTILINE).search(text, at)
            assert closing, "a heredoc has no end"
            at = closing.end()
        elif not found["comment"] and found[0].strip(" \t"):
            yield found[0]


def _string_end(text: str, at: int) -> int:
    """Return the place after the quote that closes a string, whose templates may hold further strings."""
    while text[at] != '"':
        if text[at] == "\\":
            at += 2
        elif text.startswith(("${", "%{"), at) and text[at - 1] != text[at]:
            at = _template_end(text, at + 2)
        else:
            at += 1
    return at + 1


def _template_end(text: str, at: int) -> int:
    depth = 1
    while depth:
        if text[at] == '"':
            at = _string_end(text, at + 1)
            continue
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
    return at
