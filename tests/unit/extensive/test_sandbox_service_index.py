"""The index of AWS's services, built for an environment that has none."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sagemaker_sandbox.host import service_index, settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_an_environment_inside_a_container_has_an_index_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERRIDE_IN_DOCKER", "1")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    service_index.link(tmp_path / "root")
    assert (settings.volume(tmp_path / "root") / "usr/lib/localstack").is_symlink()
