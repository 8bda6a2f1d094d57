"""The index of AWS's services, which LocalStack would otherwise build for seconds at each start."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from localstack.aws import spec
from sagemaker_sandbox.host import service_index, settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

STATIC_LIBRARIES = "usr/lib/localstack"  # of LocalStack's file system


def test_localstack_reads_the_index_of_the_environment_in_every_root(tmp_path: Path) -> None:
    indexes = []
    for name in ("first", "second"):
        service_index.link(tmp_path / name)
        (index,) = (settings.volume(tmp_path / name) / STATIC_LIBRARIES).iterdir()
        indexes.append(index)
    first, second = indexes
    assert first.samefile(second)
    assert "sagemaker" in spec.load_service_index_cache(str(first)).service_names
    assert first.name == spec._get_catalog_filename()  # noqa: SLF001  # where LocalStack looks for it


def test_a_second_start_links_the_index_again(tmp_path: Path) -> None:
    service_index.link(tmp_path)
    service_index.link(tmp_path)
    assert (settings.volume(tmp_path) / STATIC_LIBRARIES).is_symlink()


def test_an_environment_that_cannot_be_written_to_leaves_the_index_to_localstack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/dev/null")
    service_index.link(tmp_path)
    assert not (settings.volume(tmp_path) / STATIC_LIBRARIES).exists()
