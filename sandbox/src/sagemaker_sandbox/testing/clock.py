"""The clock of SageMaker's waits: bakes, wait intervals and cooldowns that take minutes on AWS take seconds here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_SPEED: Final = 100.0


@dataclass
class _Clock:
    speed: float = DEFAULT_SPEED


_CLOCK: Final = _Clock()


def speed() -> float:
    """Return how many of AWS's seconds pass in one second."""
    return _CLOCK.speed


def set_speed(speed: float) -> None:
    """Set how many of AWS's seconds pass in one second; it is above 0, and 1 is real time."""
    _CLOCK.speed = speed


def shortened(seconds: float) -> float:
    """Return how long a wait of ``seconds`` on AWS takes here."""
    return seconds / _CLOCK.speed
