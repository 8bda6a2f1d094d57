"""The committed archive is what lambda/build.py makes."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT / "lambda/dist/handler.zip"
SOURCE = ROOT / "lambda/src"


def test_the_rebuilt_archive_is_the_committed_one(tmp_path: Path) -> None:
    built = tmp_path / "handler.zip"
    previous = os.umask(0o077)
    try:
        subprocess.run([sys.executable, "lambda/build.py", built], cwd=ROOT, check=True, capture_output=True)
    finally:
        os.umask(previous)
    assert built.read_bytes() == ARCHIVE.read_bytes()


def test_the_archive_holds_the_sources_and_nothing_else() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {path.relative_to(SOURCE).as_posix(): path.read_bytes() for path in SOURCE.rglob("*.py")}


def test_the_archive_is_under_64_kib() -> None:
    assert ARCHIVE.stat().st_size < 64 * 1024
