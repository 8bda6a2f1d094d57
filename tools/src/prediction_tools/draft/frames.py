# SPDX-License-Identifier: Apache-2.0
"""A draft from a data frame in memory, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from prediction_tools.encoding import from_pandas
from prediction_tools.model.booster_file import read

from . import yaml_text
from .infer import Source, infer

if TYPE_CHECKING:
    from collections.abc import Collection


def infer_contract(frame: Any, target: str, booster: Any = None, *, ignore: Collection[str] = (), moments: Collection[str] = ()) -> str:
    """Return the draft of a contract as YAML, from a polars or pandas DataFrame and an xgboost.Booster if there is one.

    ``ignore`` names columns that are not features, and ``moments`` those that are dates or times. Raises InferenceError.
    """
    data = frame if isinstance(frame, pl.DataFrame) else from_pandas(frame)
    model = read("the booster", bytes(booster.save_raw("json"))) if booster is not None else None
    return yaml_text.text(infer(Source(data, target, ignore, moments), model), "a data frame" + (" and a booster" if model else ""))
