# SPDX-License-Identifier: Apache-2.0
"""A booster in memory. XGBoost is imported here only, and only when a prediction is needed."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

from .booster_file import PICKLE, ModelFileError

if TYPE_CHECKING:
    from .booster_file import BoosterFile


def load(model: BoosterFile) -> Any:
    """Return the xgboost.Booster of a file. Raises ModelFileError if XGBoost is not installed or cannot load it."""
    try:
        import xgboost  # optional
    except ImportError:
        raise ModelFileError("predictions need XGBoost. Install it: pip install xgboost.") from None
    booster = xgboost.Booster()
    with warnings.catch_warnings(action="ignore"):  # of the format, which is checked apart
        try:
            if model.format == PICKLE:
                booster.__setstate__({"handle": bytearray(model.content)})  # XGBoost's own bytes, no Python code
            else:
                booster.load_model(bytearray(model.content))
        except xgboost.core.XGBoostError as error:
            raise ModelFileError(f"XGBoost {xgboost.__version__} cannot load it: {str(error).splitlines()[0]}") from None
    return booster


def scores(booster: Any, matrix: Any) -> list[Any]:
    """Return a number per row, or a list of numbers, as the container returns them."""
    import xgboost  # which load has found

    return list(booster.predict(xgboost.DMatrix(matrix), validate_features=False).tolist())


def objective(booster: Any) -> str:
    """Return the objective that a booster was trained for."""
    return str(json.loads(booster.save_config())["learner"]["objective"]["name"])
