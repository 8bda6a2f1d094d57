"""Many generated requests to an API whose own document describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schema_requests import requests_without_a_finding

if TYPE_CHECKING:
    from pathlib import Path

    from deployments import Deployment

FEWEST_REQUESTS = 400


def test_schemathesis_finds_nothing_wrong_with_more_requests(penguins: Deployment, tmp_path: Path) -> None:
    assert requests_without_a_finding(penguins, tmp_path, examples=300) > FEWEST_REQUESTS
