"""The handler decodes both response formats of the XGBoost container: one row and many, numbers and vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from container_releases import KINDS, Containers

if TYPE_CHECKING:
    from hosting import Hosting

RELEASES = ["1.0-1", "3.0-5"]  # rows joined by commas, and a line for each; ``extensive`` has the other releases


@pytest.fixture(scope="module")
def containers(hosting: Hosting) -> Containers:
    return Containers(hosting)


@pytest.mark.parametrize("objective", KINDS)
@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
@pytest.mark.parametrize("release", RELEASES)
def test_predictions_are_the_boosters(
    containers: Containers, monkeypatch: pytest.MonkeyPatch, release: str, accept: str, objective: str
) -> None:
    containers.check(monkeypatch, release, accept, objective)
