"""How fast time passes for SageMaker: bakes, waits and cooldowns that take minutes on AWS take seconds here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_PACE: Final = 100.0


@dataclass
class _Clock:
    pace: float = DEFAULT_PACE


_CLOCK: Final = _Clock()


def pace() -> float:
    """Return how many of AWS's seconds pass in one second."""
    return _CLOCK.pace


def set_pace(pace: float) -> None:
    """Set how many of AWS's seconds pass in one second; 1 is real time. Raises ValueError unless it is above 0."""
    if not pace > 0:
        raise ValueError(f"pace is {pace!r}; it must be a number above 0: how many of AWS's seconds pass in one second")
    _CLOCK.pace = pace


def shortened(seconds: float) -> float:
    """Return how long a wait of ``seconds`` on AWS takes here."""
    return seconds / _CLOCK.pace
