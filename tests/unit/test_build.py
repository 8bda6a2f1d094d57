"""The committed archive is what lambda/build.py makes of lambda/src, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from deflate import WINDOW, deflate
from hypothesis import given
from hypothesis import strategies as st
from serving import BIKES, ROWS

ROOT = Path(__file__).resolve().parents[2]
if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from serving import Function

ARCHIVE = ROOT / "lambda/dist/handler.zip"
SOURCE = ROOT / "lambda/src"


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
    assert contents() == {path.relative_to(SOURCE).as_posix(): path.read_text() for path in SOURCE.rglob("*.py")}


@given(st.lists(st.binary(max_size=9), max_size=9), st.data())
def test_what_is_compressed_is_what_comes_out(words: list[bytes], data: st.DataObject) -> None:
    content = b"".join(data.draw(st.lists(st.sampled_from(words or [b""]), max_size=200)))
    assert zlib.decompress(deflate(content), -zlib.MAX_WBITS) == content


def test_a_repetition_is_found_as_far_back_as_the_format_allows() -> None:
    word, other = bytes(range(200)), bytes(255 - byte % 55 for byte in range(WINDOW - 200))
    content = word + other + word
    packed = deflate(content)
    assert zlib.decompress(packed, -zlib.MAX_WBITS) == content
    assert len(packed) < len(deflate(word + other)) + 8


def test_the_archive_is_under_64_kib() -> None:
    assert ARCHIVE.stat().st_size < 64 * 1024


def test_the_archive_itself_answers(load: Callable[..., Function], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "prediction_api"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(ARCHIVE)
    function = load(BIKES)
    assert str(ARCHIVE) in function.module.__file__
    assert function({"instances": ROWS[:1]}) == {"predictions": [0.6487212707001282]}
