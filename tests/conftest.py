"""What the tiers share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# importlib mode leaves them out: planning.py, the handler, and what packs it
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "lambda"))
sys.path.insert(0, str(Path(__file__).parents[1] / "lambda/src"))

from planning import Planner, planning

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker have all tests of a file, and one all that look at the same plans."""
    for item in items:
        planning = item.path.parent.name == "plan" or item.path.name == "test_pack.py"
        item.add_marker(pytest.mark.xdist_group("plans" if planning else item.path.name))


@pytest.fixture(scope="session")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    """Make plans in a copy of the tree."""
    with planning(tmp_path_factory.mktemp("planning")) as made:
        yield made
