"""The handler decodes the responses of the XGBoost container's releases between the oldest and the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from container_releases import KINDS, Containers

if TYPE_CHECKING:
    from hosting import Hosting

RELEASES = ["1.2-1", "1.2-2", "1.3-1", "1.5-1", "1.7-1"]


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
