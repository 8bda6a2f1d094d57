"""Every part of a date and every step of a column gives what it says."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest
from prediction_api import training
from prediction_api.contract import load
from prediction_api.problems import Problem

FEATURES: dict[str, dict[str, Any]] = {
    "when": {"name": "when", "type": "datetime"},
    "day": {"name": "day", "type": "date"},
    "size": {"name": "size", "type": "number"},
    "flag": {"name": "flag", "type": "boolean"},
    "color": {"name": "color", "type": "category", "values": ["red", "green"]},
    "grade": {"name": "grade", "type": "integer", "values": [10, 20]},
}


def values(spec: str, *given: Any, **options: Any) -> list[list[float]]:
    """Return the columns of a contract with this one column for these values of its feature."""
    name = spec.replace("|", ".").split(".")[0].strip()
    contract = load({"features": [{**FEATURES[name], **options}], "columns": [spec]})
    return training.columns(contract, [[value] for value in given])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("when.year", 2012),
        ("when.month", 12),
        ("when.day", 19),
        ("when.hour", 17),
        ("when.minute", 5),
        ("when.second", 9),
        ("when.dayofweek", 2),
        ("when.dayofyear", 354),
        ("when.quarter", 4),
        ("when.weekofyear", 51),
        ("when.hour | sin(24)", math.sin(2 * math.pi * 17 / 24)),
        ("when.hour | cos(24)", math.cos(2 * math.pi * 17 / 24)),
    ],
)
def test_a_part_of_a_datetime_is_a_number(spec: str, expected: float) -> None:
    assert values(spec, "2012-12-19 17:05:09") == [[expected]]


@pytest.mark.parametrize(
    ("spec", "given", "expected"),
    [
        ("day.dayofweek", "2024-03-04", 0),
        ("size", -0.0, 0),
        ("size", 1e30, 1e30),
        ("size | log1p", 1.5, math.log1p(1.5)),
        ("size | standardize(20.2, 7.8)", 16.4, (16.4 - 20.2) / 7.8),
        ("size | log1p | standardize(1, 2)", 1.5, (math.log1p(1.5) - 1) / 2),
        ("flag", True, 1),
        ("color | ordinal", "green", 1),
        ("color | ordinal | standardize(1, 2)", "red", -0.5),
        ("grade", 20.0, 20),
    ],
)
def test_a_step_computes_what_it_says(spec: str, given: Any, expected: float) -> None:
    assert values(spec, given) == [[expected]]


@pytest.mark.parametrize(("spec", "given"), [("color | onehot", "green"), ("grade | onehot", 20)])
def test_one_hot_gives_one_column_per_value(spec: str, given: Any) -> None:
    assert values(spec, given) == [[0.0], [1.0]]


def test_one_hot_of_a_missing_value_is_all_zero() -> None:
    assert values("color | onehot", None, nullable=True) == [[0.0], [0.0]]


@pytest.mark.parametrize("spec", ["when.hour", "size | log1p", "color | ordinal", "flag"])
def test_a_column_computed_from_a_missing_value_is_missing(spec: str) -> None:
    assert math.isnan(values(spec, None, nullable=True)[0][0])


def test_a_default_stands_in_for_a_missing_value() -> None:
    assert values("size", None, 2, default=7) == [[7.0, 2.0]]


def test_the_day_of_the_year_is_right_in_every_kind_of_year() -> None:
    days = [date(year, 1, 1) + timedelta(days=offset) for year in (1900, 2000, 2023, 2024) for offset in range(365)]
    assert values("day.dayofyear", *map(str, days)) == [[float(day.timetuple().tm_yday) for day in days]]


@pytest.mark.parametrize(("spec", "given"), [("size | log1p", -1), ("size | standardize(-1, 1e-30)", 1e38), ("size | log1p", -2.5)])
def test_a_value_for_which_a_step_has_no_result_is_named(spec: str, given: float) -> None:
    with pytest.raises(Problem) as caught:
        values(spec, 0, given)
    assert [(error["code"], error["pointer"]) for error in caught.value.members["errors"]] == [("domain", "/instances/1/0")]
