"""checks/release.py: a tag is released only with its version, its changelog and its own archive."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def release() -> Any:
    spec = importlib.util.spec_from_file_location("release", ROOT / "checks/release.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what a release consists of, ready for v1.2.3."""
    shutil.copytree(ROOT / "lambda", tmp_path / "lambda", ignore=shutil.ignore_patterns(".build", "__pycache__", "layers"))
    for name in ("pyproject.toml", "tools/pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 1.2.3 - 2026-12-01\n\n### Added\n\n- All.\n\n## 1.2.2 - 2026-11-01\n\n- Old.\n"
    )
    return tmp_path


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(tree: Path) -> None:
        path = tree / name
        path.write_text(path.read_text().replace(old, new, 1))

    return change


def test_a_tag_with_everything_in_place_is_released(release: Any, tree: Path) -> None:
    assert list(release.problems(tree, "v1.2.3")) == []


def test_the_notes_are_the_section_of_the_version(release: Any, tree: Path) -> None:
    assert release.notes(tree, "1.2.3") == "### Added\n\n- All."


@pytest.mark.parametrize("tag", ["1.2.3", "v1.2", "v01.2.3", "v1.2.3+build", "v1.2.3-"])
def test_a_tag_that_is_not_a_semantic_version_is_rejected(release: Any, tree: Path, tag: str) -> None:
    assert "is not a semantic version" in next(release.problems(tree, tag))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (edit("tools/pyproject.toml", "1.2.3", "1.2.2"), "tools/pyproject.toml has version 1.2.2; write 1.2.3"),
        (edit("CHANGELOG.md", "## 1.2.3 - 2026-12-01", "## Unreleased"), "CHANGELOG.md has no section '## 1.2.3 - YYYY-MM-DD'"),
        (edit("lambda/src/prediction_api/routes.py", "POST", "PUT"), "prediction_api/__pycache__/routes.cpython-313.pyc. Run make zip"),
        (
            lambda tree: (tree / "lambda/src/prediction_api/more.py").touch(),
            "prediction_api/__pycache__/more.cpython-313.pyc. Run make zip",
        ),
    ],
)
def test_a_tag_whose_files_do_not_belong_to_it_is_rejected(release: Any, tree: Path, change: Callable[[Path], None], sentence: str) -> None:
    change(tree)
    assert sentence in "\n".join(release.problems(tree, "v1.2.3"))
