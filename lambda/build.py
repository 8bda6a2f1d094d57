"""Build lambda/dist/handler.zip from lambda/src: the same bytes from the same sources, on any machine.

Entries are sorted and stored, with one fixed time and mode, and the archive replaces the old one in one step.
What only people and type checkers read is left out, which a cold start would have to read as well: docstrings,
comments, types, blanks, and the length of names that are local to functions. Every line keeps its number, and every
function, class and attribute its name, so that a traceback fits the source.
Usage: python lambda/build.py [PATH]
"""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import os
import sys
import tempfile
import tokenize
import zipfile
from collections import Counter
from itertools import chain, product
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Edit = tuple[int, int, int, str]  # number of a line, first column, column behind the last, what to put there

HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "dist" / "handler.zip"
TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
MODE = 0o100644
UNIX = 3
INDENT = 4
SCOPES = (ast.FunctionDef, ast.Lambda)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
TYPING = ("if TYPE_CHECKING:", "from typing import TYPE_CHECKING", "from __future__ import annotations")
OPENING, CLOSING, QUOTES = {*"([{"}, {*")]}"}, {*"'\""}


def build(path: Path = ARCHIVE, source: Path = HERE / "src") -> Path:
    """Write the archive of every Python file under ``source`` and return its path."""
    files = {file.relative_to(source).as_posix(): file.read_text(encoding="utf-8") for file in source.rglob("*.py")}
    return write(path, {name: text.encode() for name, text in strip(files).items()})


def write(path: Path, members: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    """Write a zip of files by name, in one step, and return its path; equal files give equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            for member in sorted(members):
                entry = zipfile.ZipInfo(member, TIME)
                entry.create_system = UNIX
                entry.external_attr = MODE << 16
                archive.writestr(entry, members[member], compression)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def strip(sources: Mapping[str, str]) -> dict[str, str]:
    """Return a package's sources by name without all that Python can do without."""
    bare = {name: _edit(source, _types(source)) for name, source in sources.items()}
    short = _short(bare.values())
    named = {name: _edit(source, _names(source, short)) for name, source in bare.items()}
    return {name: _edit(source, _blanks(source)) for name, source in named.items()}


def _edit(source: str, edits: Iterable[Edit]) -> str:
    lines = ["", *source.splitlines()]
    for number, start, end, text in sorted(edits, reverse=True):
        lines[number] = lines[number][:start] + text + lines[number][end:]
    return "\n".join(lines[1:]) + "\n"


def _short(sources: Iterable[str]) -> dict[str, str]:
    """Return short names for those that mean something within functions only, the same in the whole package.

    None is an attribute, a keyword of a call, or anything else that is known by its name outside of functions.
    """
    inner: Counter[str] = Counter()
    outer = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    for tree in map(ast.parse, sources):
        within = {node for function in ast.walk(tree) if isinstance(function, SCOPES) for node in ast.walk(function)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node in within:
                inner[node.id] += 1
            elif isinstance(node, ast.arg | ast.ExceptHandler):
                inner[str(_name(node))] += 1
            else:
                outer.update(_name(node).split("."))
            if isinstance(node, ast.ClassDef) and node.bases:  # a base may know its methods' parameters
                outer.update(
                    part.arg
                    for method in node.body
                    for part in ast.walk(method)
                    if isinstance(part, ast.arg) and part.arg != "self"
                )
    names = sorted(inner.keys() - outer, key=lambda name: (-inner[name], name))
    letters = map("".join, chain(ascii_lowercase, product(ascii_lowercase, repeat=2)))
    fresh = (name for name in letters if name not in outer and name not in inner)
    return {name: shorter for name, shorter in zip(names, fresh, strict=False) if len(shorter) < len(name)}


def _name(node: ast.AST) -> str:
    """Return the names in a node itself, with dots between them."""
    return ".".join(
        filter(None, (getattr(node, field, "") for field in ("name", "asname", "module", "attr", "arg", "id")))
    )


def _names(source: str, short: Mapping[str, str]) -> Iterator[Edit]:
    """Yield names that have a short one, and that."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.string in short:
            yield *token.start, token.end[1], short[token.string]


def _types(source: str) -> Iterator[Edit]:
    """Yield where docstrings are, annotations, and imports for them."""
    lines = ["", *source.splitlines()]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) and (node.body[1:] or isinstance(node, ast.Module)):
            yield from _whole(node.body[0], lines)
        if isinstance(node, ast.If | ast.ImportFrom) and ast.unparse(node).startswith(TYPING):
            yield from _whole(node, lines)
        if isinstance(node, ast.arg) and node.annotation:
            yield node.lineno, node.col_offset + len(node.arg), node.end_col_offset or 0, ""
        if isinstance(node, ast.AnnAssign) and node.value:
            yield node.lineno, node.target.end_col_offset or 0, node.annotation.end_col_offset or 0, ""
        if isinstance(node, ast.FunctionDef) and node.returns:
            yield node.returns.lineno, node.returns.col_offset - len(" -> "), node.returns.end_col_offset or 0, ""


def _blanks(source: str) -> Iterator[Edit]:
    """Yield where comments are, and blanks: all but one of an indent's four, and those that part no two words."""
    line, end, last = 0, 0, ""
    brackets = strings = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            continue
        (number, start), text = token.start, token.string
        if number != line:
            end, last = 0 if brackets else start // INDENT, ""
        if token.type == tokenize.COMMENT:
            yield number, end if last else 0, token.end[1], ""
        elif start > end and not strings and not _apart(last, text):
            yield number, end, start, ""
        if token.type == tokenize.OP:
            brackets += (text in OPENING) - (text in CLOSING)
        strings += (token.type == tokenize.FSTRING_START) - (token.type == tokenize.FSTRING_END)
        (line, end), last = token.end, text


def _apart(left: str, right: str) -> bool:
    """Whether two tokens would be another one without a blank."""
    ends = left[-1:], right[:1]
    return all(end.isalnum() or end == "_" for end in ends) or all(end in QUOTES for end in ends)


def _whole(node: ast.stmt, lines: list[str]) -> list[Edit]:
    return [_line(number, lines[number]) for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)]


def _line(number: int, line: str) -> Edit:
    return number, 0, len(line), ""


if __name__ == "__main__":
    print(build(*map(Path, sys.argv[1:2])))
