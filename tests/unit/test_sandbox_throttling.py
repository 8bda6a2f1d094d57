"""The sandbox's API Gateway: when a throttle or a quota lets a request pass."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

type Throttling = Any  # a module


@pytest.fixture(scope="module")
def throttling() -> Throttling:
    """Import LocalStack's API Gateway, which takes two seconds, only where these tests run: every worker imports every file."""
    from sagemaker_sandbox.patches.api_gateway import throttling

    return throttling


def test_a_bucket_is_full_at_first_and_is_refilled_at_its_rate(throttling: Throttling) -> None:
    now = 0.0
    meter = throttling.Meter(clock=lambda: now)
    limit = throttling.Limit(("a",), rate=2, burst=3)
    assert [meter.take(limit) for _ in range(4)] == [True, True, True, False]
    now = 0.4
    assert meter.take(limit) is False
    now = 0.5
    assert [meter.take(limit), meter.take(limit)] == [True, False]
    now = 60.0
    assert [meter.take(limit) for _ in range(4)] == [True, True, True, False]


def test_a_lower_burst_applies_at_once(throttling: Throttling) -> None:
    meter = throttling.Meter(clock=lambda: 0.0)
    assert meter.take(throttling.Limit(("a",), rate=1, burst=9))
    assert [meter.take(throttling.Limit(("a",), rate=1, burst=1)), meter.take(throttling.Limit(("a",), rate=1, burst=1))] == [True, False]


def test_a_quota_begins_again_with_each_period_and_its_offset_counts_once(throttling: Throttling) -> None:
    meter = throttling.Meter()
    quota = {"limit": "2", "offset": 1, "period": "DAY"}
    assert [meter.use(("a",), quota, date(2026, 2, 28)) for _ in range(2)] == [True, False]
    assert [meter.use(("a",), quota, date(2026, 3, 1)) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("period", "first"),
    [("DAY", date(2026, 11, 26)), ("WEEK", date(2026, 11, 22)), ("MONTH", date(2026, 11, 1))],
)
def test_a_period_begins_on_its_first_day(throttling: Throttling, period: str, first: date) -> None:
    assert throttling.first_day(period, date(2026, 11, 26)) == first
    assert throttling.first_day(period, first) == first
