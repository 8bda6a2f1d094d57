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


def statements(source: str) -> tuple[list[tuple[str, int]], list[str]]:
    """Return a module's statements with their lines, without names, and the names."""
    tree = Bare().visit(ast.parse(source))
    names = []
    for node in ast.walk(tree):
        for field in ("id", "arg", "name", "asname", "attr", "module"):
            if isinstance(getattr(node, field, None), str):
                names.append(getattr(node, field))
                setattr(node, field, "")
    return [(ast.dump(node), node.lineno) for node in tree.body], names


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
    sources = {name: statements((SOURCE / name).read_text())[0] for name in contents()}
    assert {name: statements(text)[0] for name, text in contents().items()} == sources


def test_a_name_is_the_same_in_the_whole_archive_and_no_other() -> None:
    pairs = {
        pair
        for name, text in contents().items()
        for pair in zip(statements((SOURCE / name).read_text())[1], statements(text)[1], strict=True)
    }
    assert len({name for name, _ in pairs}) == len(pairs) == len({shorter for _, shorter in pairs})


def test_functions_classes_and_attributes_keep_their_names() -> None:
    def kept(source: str) -> list[str]:
        found = list(ast.walk(Bare().visit(ast.parse(source))))
        names = [node.name for node in found if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        return names + [node.attr for node in found if isinstance(node, ast.Attribute)]

    assert {name: kept(text) for name, text in contents().items()} == {
        name: kept((SOURCE / name).read_text()) for name in contents()
    }


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
