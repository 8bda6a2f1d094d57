"""The sandbox's API Gateway: when a throttle or a quota lets a request pass."""

from __future__ import annotations

from datetime import date

import pytest
from sagemaker_sandbox.patches.api_gateway.throttling import Limit, Meter, first_day


def test_a_bucket_is_full_at_first_and_is_refilled_at_its_rate() -> None:
    now = 0.0
    meter = Meter(clock=lambda: now)
    limit = Limit(("a",), rate=2, burst=3)
    assert [meter.take(limit) for _ in range(4)] == [True, True, True, False]
    now = 0.4
    assert meter.take(limit) is False
    now = 0.5
    assert [meter.take(limit), meter.take(limit)] == [True, False]
    now = 60.0
    assert [meter.take(limit) for _ in range(4)] == [True, True, True, False]


def test_a_lower_burst_applies_at_once() -> None:
    meter = Meter(clock=lambda: 0.0)
    assert meter.take(Limit(("a",), rate=1, burst=9))
    assert [meter.take(Limit(("a",), rate=1, burst=1)), meter.take(Limit(("a",), rate=1, burst=1))] == [True, False]


def test_a_quota_begins_again_with_each_period_and_its_offset_counts_once() -> None:
    meter = Meter()
    quota = {"limit": "2", "offset": 1, "period": "DAY"}
    assert [meter.use(("a",), quota, date(2026, 2, 28)) for _ in range(2)] == [True, False]
    assert [meter.use(("a",), quota, date(2026, 3, 1)) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("period", "first"),
    [("DAY", date(2026, 11, 26)), ("WEEK", date(2026, 11, 22)), ("MONTH", date(2026, 11, 1))],
)
def test_a_period_begins_on_its_first_day(period: str, first: date) -> None:
    assert first_day(period, date(2026, 11, 26)) == first
    assert first_day(period, first) == first
