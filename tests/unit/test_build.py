"""The committed archive is what lambda/build.py makes of lambda/src, and no more."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import tokenize
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from serving import BIKES, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from serving import Function

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT / "lambda/dist/handler.zip"
SOURCE = ROOT / "lambda/src"


class Bare(ast.NodeTransformer):
    """Takes docstrings and types out of a syntax tree."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        lone = isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.body[1:]
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) and not lone:
            node.body = node.body[1:]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return node if node.value is None else ast.Assign([node.target], node.value, lineno=node.lineno)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module in ("__future__", "typing") else node


def statements(source: str) -> list[tuple[str, int]]:
    """Return a module's statements with their lines."""
    tree = Bare().visit(ast.parse(source))
    return [(ast.dump(node), node.lineno) for node in tree.body]


def contents() -> dict[str, str]:
    with zipfile.ZipFile(ARCHIVE) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_rebuilt_archive_is_the_committed_one(tmp_path: Path) -> None:
    built = tmp_path / "handler.zip"
    previous = os.umask(0o077)
    try:
        subprocess.run([sys.executable, "lambda/build.py", built], cwd=ROOT, check=True, capture_output=True)
    finally:
        os.umask(previous)
    assert built.read_bytes() == ARCHIVE.read_bytes()


def test_the_archive_holds_every_source_and_nothing_else() -> None:
    assert set(contents()) == {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py")}


def test_the_archive_holds_every_statement_on_its_own_line() -> None:
    sources = {name: statements((SOURCE / name).read_text()) for name in contents()}
    assert {name: statements(text) for name, text in contents().items()} == sources


def test_the_archive_has_no_comment() -> None:
    tokens = [token for text in contents().values() for token in tokenize.generate_tokens(io.StringIO(text).readline)]
    assert [token.string for token in tokens if token.type == tokenize.COMMENT] == []


def test_the_archive_is_under_64_kib() -> None:
    assert ARCHIVE.stat().st_size < 64 * 1024


def test_the_archive_itself_answers(load: Callable[..., Function], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "prediction_api"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(ARCHIVE)
    function = load(BIKES)
    assert str(ARCHIVE) in function.module.__file__
    assert function({"instances": ROWS[:1]}) == {"predictions": [0.6487212707001282]}
