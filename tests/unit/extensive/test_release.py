"""checks/release.py: the committed layer of the authorizer is built again, of wheels that pip downloads for both architectures."""

from __future__ import annotations

import importlib.util
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def release() -> Any:
    spec = importlib.util.spec_from_file_location("release", ROOT / "checks/release.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what the authorizer's layer is made of, and the layer."""
    folder = tmp_path_factory.mktemp("layer")
    for name in ("layer.py", "build.py", "layers/jwt.txt", "dist/jwt.zip"):
        (folder / "lambda" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "lambda" / name, folder / "lambda" / name)
    return folder


def test_the_committed_layer_contains_the_pinned_wheels(release: Any, layer: Path) -> None:
    assert list(release.layer_problems(layer)) == []


def test_a_layer_with_something_else_is_rejected(release: Any, layer: Path) -> None:
    with zipfile.ZipFile(layer / "lambda/dist/jwt.zip", "a") as archive:
        archive.writestr("python/jwt/more.py", "pass")
    assert "jwt.zip does not contain the wheels of lambda/layers/jwt.txt: python/jwt/more.py." in next(release.layer_problems(layer))
