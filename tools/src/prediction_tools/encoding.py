# SPDX-License-Identifier: Apache-2.0
"""A table of training data to the model's columns, as the handler computes them for a request, but for millions of rows.

from prediction_tools import contract_file, encode

contract = contract_file.read(Path("contract.yaml"))
columns = encode(contract, frame)      # a polars or pandas DataFrame in, the same kind out
"""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl
from prediction_api import training
from prediction_api.contract import ContractError
from prediction_api.feature_checks import number_rules
from prediction_api.number_rules import INTEGER_LIMIT
from prediction_api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prediction_api.contract import Column, Contract, Feature
    from prediction_api.number_rules import NumberRule

    Compute = Callable[[float], float]

MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-5][0-9](\.[0-9]{1,6})?)?$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
REPORTED = 20  # rows that are examined for an error
PARTS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "year": lambda value: value.dt.year(),
    "month": lambda value: value.dt.month(),
    "day": lambda value: value.dt.day(),
    "hour": lambda value: value.dt.hour(),
    "minute": lambda value: value.dt.minute(),
    "second": lambda value: value.dt.second(),
    "dayofweek": lambda value: value.dt.weekday() - 1,
    "dayofyear": lambda value: value.dt.ordinal_day(),
    "quarter": lambda value: value.dt.quarter(),
    "weekofyear": lambda value: value.dt.week(),
}


class DataError(ValueError):
    """Rows do not match the contract. ``errors`` lists (row, detail); rows count from 0."""

    def __init__(self, errors: Sequence[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"row {row}: {detail}" for row, detail in errors))
        self.errors = list(errors)


def encode(contract: Contract, frame: Any) -> Any:
    """Return a DataFrame with one column of 64-bit floats per name in ``contract.column_names``, NaN where a value is missing.

    ``frame`` is a polars or pandas DataFrame with a column per feature; others are ignored, and the result is of the same kind. Empty cells
    and NaN are missing values; dates may be texts. Raises DataError with the handler's errors, and ContractError if a column is text.
    """
    if not isinstance(frame, pl.DataFrame):
        import pandas as pd  # optional: a caller that passes its frames has it

        encoded = encode(contract, from_pandas(frame))
        return pd.DataFrame(encoded.to_numpy(), columns=encoded.columns, index=frame.index)
    if len(set(contract.column_names)) < len(contract.column_names):
        raise ContractError(["columns: repeats a column. List each column once."])
    if texts := [column for column in contract.model_columns if column.text]:
        raise ContractError([f"column {column.spec!r}: a {column.feature.type} is text; add | onehot or | ordinal" for column in texts])
    checked = _checked(contract, frame)
    columns = [_column(column, name, index) for column in contract.model_columns for index, name in enumerate(column.names)]
    try:
        encoded = checked.select(columns)
    except (pl.exceptions.ComputeError, ValueError, OverflowError) as error:
        raise _error(contract, frame, range(len(frame))) from error
    _check_results(contract, frame, encoded)
    return encoded.fill_null(math.nan)


def from_pandas(frame: Any) -> pl.DataFrame:
    """Return a pandas DataFrame as one of polars, without pyarrow: missing values are null."""
    return pl.DataFrame([_series(str(name), frame[name]) for name in frame.columns])


def _series(name: str, column: Any) -> pl.Series:
    missing = column.isna().to_numpy()
    if column.dtype.kind in "iufb":
        return pl.Series(name, column.to_numpy()).fill_nan(None) if column.dtype.kind == "f" else pl.Series(name, column.to_numpy())
    if column.dtype.kind == "M":
        return pl.Series(name, column.to_numpy().astype("datetime64[us]"))
    return pl.Series(name, [None if gone else value for value, gone in zip(column.tolist(), missing, strict=True)], strict=False)


def _checked(contract: Contract, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the features as the handler's checks return them: defaults filled in and dates parsed. Raises DataError."""
    absent = [feature.name for feature in contract.features if feature.name not in frame.columns and not feature.optional]
    if absent:
        raise DataError([(0, f"the data has no column {', '.join(absent)}")])
    given = frame.with_columns(pl.lit(None).alias(feature.name) for feature in contract.features if feature.name not in frame.columns)
    values = given.select(
        _value(feature, given.schema[feature.name], place).alias(str(place)) for place, feature in enumerate(contract.features)
    )
    rules = number_rules(contract)
    valid = values.select(
        _valid(feature, rules[place], pl.col(str(place)), given.schema[feature.name]).alias(str(place))
        for place, feature in enumerate(contract.features)
    )
    if not all(valid.select(pl.all().all()).row(0)):
        wrong = valid.select(pl.all_horizontal(pl.all()).not_().arg_true()).to_series()
        raise _error(contract, frame, wrong.head(REPORTED).to_list())
    return values


def _value(feature: Feature, kind: pl.DataType, _place: int) -> pl.Expr:
    """Return a feature's values; what is not of its type becomes a value that is not valid."""
    value = pl.col(feature.name)
    if kind.is_float():
        value = value.fill_nan(None)
    if feature.type in ("number", "integer") and kind != pl.String:
        value = value.cast(pl.Float64) if kind.is_numeric() else pl.lit(math.inf)
    elif feature.type == "boolean" and kind != pl.Boolean:
        value = value.cast(pl.String).str.to_lowercase().replace_strict({"true": 1, "false": 0}, default=2)
    elif feature.type in ("category", "string"):
        value = value.cast(pl.String)
    elif feature.type in ("date", "datetime"):
        value = _moment(feature.type, value, kind)
    default = feature.default
    if default is None:
        return value
    fill = pl.lit(default)
    if feature.type in ("date", "datetime"):
        fill = _moment(feature.type, fill, pl.String())
    return value.fill_null(fill.cast(pl.Int64) if feature.type == "boolean" and kind != pl.Boolean else fill)


def _moment(form: str, value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Return dates or times; a text that is not a date becomes the year 0, which is not valid."""
    if kind != pl.String:
        return value.cast(pl.Date if form == "date" else pl.Datetime("us"))
    if form == "date":
        parsed, never = value.str.to_date("%Y-%m-%d", strict=False), pl.date(0, 1, 1)
        pattern = DAY
    else:
        seconds = pl.when(value.str.len_bytes() == len("2024-01-31 12:00")).then(value + ":00").otherwise(value)
        parsed, never = (
            seconds.str.replace("T", " ", literal=True).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us"),
            pl.datetime(0, 1, 1, time_unit="us"),
        )
        pattern = MOMENT
    return pl.when(value.is_null()).then(None).when(value.str.contains(pattern)).then(parsed.fill_null(never)).otherwise(never)


def _valid(feature: Feature, rule: NumberRule | None, value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Return whether each value is one that the handler accepts."""
    valid = pl.lit(value=True)
    if rule:
        valid = _number_valid(rule, value, kind)
    elif feature.type == "boolean" and kind != pl.Boolean:
        valid = value != 2  # noqa: PLR2004 - what _value makes of other texts
    elif feature.type in ("category", "string"):
        if feature.values:
            valid = value.is_in(feature.values)
        elif feature.max_length is not None:
            valid = value.str.len_chars() <= feature.max_length
    elif feature.type in ("date", "datetime"):
        valid = value.dt.year().is_between(1, 9999)
    return valid.fill_null(feature.missing) if feature.missing else valid.fill_null(value=False) & value.is_not_null()


def _number_valid(rule: NumberRule, value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind == pl.String:
        return pl.lit(value=False)
    valid = value.abs() <= rule.largest
    if rule.integer or kind.is_integer():
        valid &= value.abs() <= INTEGER_LIMIT
    if rule.integer:
        valid &= value == value.floor()
    if rule.values:
        valid &= value.is_in([float(allowed) for allowed in rule.values])
    if rule.minimum is not None:
        valid &= value >= rule.minimum
    if rule.maximum is not None:
        valid &= value <= rule.maximum
    return valid


def _column(column: Column, name: str, place: int) -> pl.Expr:
    """Return a model's column; ``place`` is that of the value in a one-hot."""
    value = pl.col(str(column.index))
    if column.onehot:
        known = column.feature.values[place]
        return (
            (value == (pl.lit(known) if column.feature.type in ("category", "string") else float(known)))
            .fill_null(value=False)
            .cast(pl.Float64)
            .alias(name)
        )
    if column.part:
        value = PARTS[column.part](value)
    if any(step == "ordinal" for step, _ in column.steps):
        positions = {known: float(position) for position, known in enumerate(column.feature.values)}
        value = value.replace_strict(positions, default=None, return_dtype=pl.Float64)
    return reduce(_step, column.steps, value.cast(pl.Float64)).alias(name)


def _step(value: pl.Expr, step: tuple[str, tuple[float, ...]]) -> pl.Expr:
    name, numbers = step
    if name == "standardize":
        return _standardized(value, *numbers)
    if name == "log1p":
        return _by_value(value, math.log1p)
    if name in ("sin", "cos"):
        wave, period = math.sin if name == "sin" else math.cos, numbers[0]
        return _by_value(value, lambda given: wave(math.tau * given / period))
    return value


def _standardized(value: pl.Expr, mean: float, scale: float) -> pl.Expr:
    """Divide with numpy: polars multiplies by 1 / scale instead, which differs in the last digit."""

    def apply(values: pl.Series) -> pl.Series:
        return pl.Series((values.to_numpy() - mean) / scale).fill_nan(None)

    return value.map_batches(apply, return_dtype=pl.Float64)


def _by_value(value: pl.Expr, compute: Compute) -> pl.Expr:
    """Apply a function of Python, as the handler does: vectorized implementations may differ in the last digit."""

    def apply(values: pl.Series) -> pl.Series:
        known = values.unique()
        if len(known) * 4 > len(values):
            return pl.Series([None if one is None else compute(one) for one in values.to_list()], dtype=pl.Float64)
        return values.replace_strict(known, [None if one is None else compute(one) for one in known.to_list()], return_dtype=pl.Float64)

    return value.map_batches(apply, return_dtype=pl.Float64)


def _check_results(contract: Contract, frame: pl.DataFrame, encoded: pl.DataFrame) -> None:
    """Raise DataError for results that the model cannot read: not finite, or beyond its numbers."""
    limits = encoded.select((pl.all().abs() <= contract.largest).fill_null(value=True).all()).row(0)
    if not all(limits):
        wrong = encoded.select(pl.any_horizontal((pl.all().abs() <= contract.largest).not_().fill_null(value=False)).arg_true()).to_series()
        raise _error(contract, frame, wrong.head(REPORTED).to_list())


def _error(contract: Contract, frame: pl.DataFrame, rows: Sequence[int]) -> DataError:
    """Return the handler's own errors about rows that cannot be encoded."""
    names = [feature.name for feature in contract.features if feature.name in frame.columns]
    found: list[tuple[int, str]] = []
    for row in rows:
        values = frame.select(names).row(row, named=True)
        try:
            training.columns(contract, [{name: _instance(value) for name, value in values.items()}])
        except Problem as problem:
            details = [error["detail"] for error in problem.members.get("errors", [])] or [problem.detail]
            found += [(row, detail) for detail in details]
        if len(found) >= REPORTED:
            break
    return DataError(found or [(row, "does not match the contract") for row in rows[:1]])


def _instance(value: Any) -> Any:
    """Return a cell as a request would carry it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value if isinstance(value, str | bool | int | float) else str(value)
