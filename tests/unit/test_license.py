"""Every Python file that reaches a user's account or machine names its license: the function's archive, and the installable package."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINE = "# SPDX-License-Identifier: Apache-2.0"  # https://spdx.dev/learn/handling-license-info


@pytest.mark.parametrize("folder", ["lambda/src", "tools/src"])
def test_every_shipped_source_begins_with_its_license(folder: str) -> None:
    without = [path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.py") if path.read_text().split("\n")[0] != LINE]
    assert without == []


def test_the_committed_archive_names_the_license_in_every_source() -> None:
    with zipfile.ZipFile(ROOT / "lambda/dist/handler.zip") as archive:
        sources = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".py")}
    assert [name for name, text in sources.items() if not text.startswith(LINE)] == []


def test_the_package_has_the_repositorys_license() -> None:
    named = tomllib.loads((ROOT / "tools/pyproject.toml").read_text())["project"]["license"]
    assert LINE.endswith(named)
    assert "Apache License\n                           Version 2.0" in (ROOT / "LICENSE").read_text()
