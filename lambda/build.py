"""Build lambda/dist/handler.zip from lambda/src: the same bytes from the same sources, on any machine.

Entries are sorted and stored, with one fixed time and mode, and the archive replaces the old one in one step.
What only people and type checkers read is left out, which a cold start would have to read as well; every line keeps its
number, so that a traceback fits the source.
Usage: python lambda/build.py [PATH]
"""

import ast
import os
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "dist" / "handler.zip"
TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
MODE = 0o100644
UNIX = 3
INDENT = 4
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
TYPING = ("if TYPE_CHECKING:", "from typing import TYPE_CHECKING")


def build(path: Path = ARCHIVE, source: Path = HERE / "src") -> Path:
    """Write the archive of every Python file under ``source`` and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for module in sorted(source.rglob("*.py"), key=lambda module: module.relative_to(source).as_posix()):
                entry = zipfile.ZipInfo(module.relative_to(source).as_posix(), TIME)
                entry.create_system = UNIX
                entry.external_attr = MODE << 16
                archive.writestr(entry, strip(module.read_text(encoding="utf-8")))
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def strip(source: str) -> str:
    """Return the source without docstrings, comment lines and types, indented by one space a level."""
    lines = ["", *source.splitlines()]
    cuts = [_line(number, line) for number, line in enumerate(lines) if line.lstrip().startswith("#")]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) and (node.body[1:] or isinstance(node, ast.Module)):
            cuts += _whole(node.body[0], lines)
        if isinstance(node, ast.If | ast.ImportFrom) and ast.unparse(node).startswith(TYPING):
            cuts += _whole(node, lines)
        if isinstance(node, ast.arg) and node.annotation:
            cuts.append((node.lineno, node.col_offset + len(node.arg), node.end_col_offset or 0))
        if isinstance(node, ast.FunctionDef) and node.returns:
            cuts.append((node.returns.lineno, node.returns.col_offset - len(" -> "), node.returns.end_col_offset or 0))
    for number, start, end in sorted(cuts, reverse=True):
        lines[number] = lines[number][:start] + lines[number][end:]
    return "".join(" " * ((len(line) - len(line.lstrip())) // INDENT) + line.lstrip() + "\n" for line in lines[1:])


def _whole(node: ast.stmt, lines: list[str]) -> list[tuple[int, int, int]]:
    return [_line(number, lines[number]) for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)]


def _line(number: int, line: str) -> tuple[int, int, int]:
    return number, 0, len(line)


if __name__ == "__main__":
    print(build(*map(Path, sys.argv[1:2])))
