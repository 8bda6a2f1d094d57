"""Every entry point that a package declares names something that exists. LocalStack starts without those that do not."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


def declared() -> Iterator[EntryPoint]:
    """Read the files themselves: an environment may still have the metadata of an earlier installation."""
    for package in ("sandbox", "tools"):
        project: dict[str, Any] = tomllib.loads((ROOT / package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for group, entries in {"console_scripts": project["scripts"], **project.get("entry-points", {})}.items():
            yield from (EntryPoint(name, value, group) for name, value in entries.items())


@pytest.mark.parametrize("entry_point", [pytest.param(each, id=f"{each.group}: {each.name}") for each in declared()])
def test_a_declared_entry_point_exists(entry_point: EntryPoint) -> None:
    entry_point.load()
