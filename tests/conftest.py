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


@pytest.fixture(scope="session")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    """Make plans in a copy of the tree."""
    with planning(tmp_path_factory.mktemp("planning")) as made:
        yield made
