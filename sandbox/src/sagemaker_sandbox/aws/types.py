"""Values as AWS's APIs carry them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

type Json = dict[str, Any]


def now() -> datetime:
    """Return the current time in UTC, to the millisecond that AWS's timestamps carry."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
