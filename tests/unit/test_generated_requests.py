"""Generated requests and events get predictions that equal the booster's, or a problem that is the caller's to fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generated import run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_thousand_generated_requests_and_events_are_answered_right(tmp_path: Path) -> None:
    result = run(1000, 200, 1, tmp_path)
    assert result.wrong == []
    assert result.requests[200] > 300
    assert result.events[200] > 30
