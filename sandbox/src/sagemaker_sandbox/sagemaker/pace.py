"""How fast time passes for SageMaker: bakes, waits and cooldowns that take minutes on AWS take seconds here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT: Final = 100.0


@dataclass
class _Pace:
    factor: float = DEFAULT


_PACE: Final = _Pace()


def factor() -> float:
    """Return how many of AWS's seconds pass in one."""
    return _PACE.factor


def set_factor(factor: float) -> None:
    """Let ``factor`` of AWS's seconds pass in one from now on; 1 is real time. ValueError unless above 0."""
    if not factor > 0:
        raise ValueError(f"pace is {factor!r}; it must be a number above 0: so many of AWS's seconds pass in one")
    _PACE.factor = factor


def shortened(seconds: float) -> float:
    """Return how long a wait of ``seconds`` on AWS lasts here."""
    return seconds / _PACE.factor
