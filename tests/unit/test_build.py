"""The committed archive is what lambda/build.py makes of lambda/src, and no more."""

from __future__ import annotations

import importlib.util
import marshal
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

import pytest
from serving import BIKES, ROWS

ROOT = Path(__file__).resolve().parents[2]
if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Function

ARCHIVE = ROOT / "lambda/dist/handler.zip"
SOURCE = ROOT / "lambda/src"
HEADER = 16  # bytes of a .pyc before its code (PEP 552)
UNCHECKED_HASH = 0b01
LARGEST = 256 * 1024
SIGNATURE = ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_flags", "co_varnames", "co_freevars", "co_cellvars")
CODE = ("co_code", "co_names", "co_exceptiontable")
PLACE = ("co_filename", "co_name", "co_qualname", "co_firstlineno", "co_linetable")


def contents(path: Path = ARCHIVE) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def meaning(name: str, content: bytes) -> Any:
    """Return a source as it is, and bytecode as the code that it holds: marshal may write equal code in several ways."""
    return content if name.endswith(".py") else (content[:HEADER], described(marshal.loads(content[HEADER:])))  # noqa: S302 - our own


def described(code: CodeType) -> list[Any]:
    constants = [described(value) if isinstance(value, CodeType) else repr(value) for value in code.co_consts]
    return [*(getattr(code, name) for name in SIGNATURE + CODE + PLACE), constants]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("build") / "handler.zip"
    previous = os.umask(0o077)
    try:
        subprocess.run([sys.executable, "lambda/build.py", path], cwd=ROOT, check=True, capture_output=True)
    finally:
        os.umask(previous)
    return path


def test_the_committed_archive_holds_what_a_rebuilt_one_holds(rebuilt: Path) -> None:
    committed, fresh = contents(), contents(rebuilt)
    assert list(committed) == list(fresh)
    assert [name for name in fresh if meaning(name, committed[name]) != meaning(name, fresh[name])] == []


def test_two_builds_give_the_same_bytes(rebuilt: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    again = tmp_path / "again.zip"
    subprocess.run([sys.executable, "lambda/build.py", again], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert again.read_bytes() == rebuilt.read_bytes()


def test_the_archive_holds_every_source_its_bytecode_and_nothing_else() -> None:
    sources = {path.relative_to(SOURCE).as_posix(): path.read_bytes() for path in SOURCE.rglob("*.py")}
    held = contents()
    assert {name: content for name, content in held.items() if name.endswith(".py")} == sources
    bytecode = {importlib.util.cache_from_source(name, optimization="") for name in sources}
    assert {name for name in held if not name.endswith(".py")} == bytecode


def test_bytecode_is_of_its_source_and_never_compared_with_it() -> None:
    held = contents()
    for name in [name for name in held if name.endswith(".py")]:
        header = held[importlib.util.cache_from_source(name, optimization="")][:HEADER]
        assert header[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(header[4:8], "little") == UNCHECKED_HASH
        assert header[8:] == importlib.util.source_hash(held[name])


def test_bytecode_names_its_source_by_its_path_in_the_function() -> None:
    held = contents()
    compiled = {name: marshal.loads(held[name][HEADER:]) for name in held if name.endswith(".pyc")}  # noqa: S302 - our own
    assert {code.co_filename for code in compiled.values()} == {
        f"/var/task/{name.replace('__pycache__/', '').replace('.cpython-313.pyc', '.py')}" for name in compiled
    }


def test_members_have_fixed_times_and_modes_and_sorted_names() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        members = archive.infolist()
    assert [member.filename for member in members] == sorted(member.filename for member in members)
    assert {(member.date_time, member.external_attr >> 16) for member in members} == {((1980, 1, 1, 0, 0, 0), 0o100644)}


def test_the_archive_is_under_256_kib() -> None:
    assert ARCHIVE.stat().st_size < LARGEST


def test_the_unpacked_archive_runs_its_bytecode_without_compiling(tmp_path: Path) -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    for source in tmp_path.rglob("*.py"):  # where bytecode is missing or stale, this would be compiled, and fail
        source.write_text("raise SystemExit('compiled')\n")
    program = "import prediction_api.service as module; print(module.__cached__)"
    command = [sys.executable, "-B", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert Path(done.stdout.strip()) == tmp_path / "prediction_api/__pycache__/service.cpython-313.pyc"


def test_the_archive_itself_answers(load: Callable[..., Function], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "prediction_api"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(ARCHIVE)
    function = load(BIKES)
    assert str(ARCHIVE) in function.module.__file__
    assert function({"instances": ROWS[:1]}) == {"predictions": [0.6487212707001282]}
