"""Train the bikeshare model and package it for SageMaker as .build/model.tar.gz.

The contract defines which CSV columns are read, how they become the model's columns, and which one is predicted. The encoder that prepares
requests in Lambda also prepares the training data here. Training takes a second or two and is reproducible: the same CSV and contract give
the same bytes.

    python examples/bikeshare/train.py                        the included, synthetic data
    TRAIN_CSV=~/train.csv python examples/bikeshare/train.py  Kaggle's Bike Sharing Demand, or any CSV with its columns
"""

import math
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import training
from prediction_api.contract import Contract
from prediction_api.training import columns
from training import HELD_OUT_EVERY, REPORT_EVERY, ROUNDS, DataError, unpack

__all__ = ["HELD_OUT_EVERY", "REPORT_EVERY", "ROUNDS", "DataError", "unpack"]

HERE = Path(__file__).resolve().parent
SYNTHETIC = HERE / "data" / "train_synthetic.csv"
CONTRACT = HERE / "contract.yaml"
ARTIFACT = HERE / ".build" / "model.tar.gz"

PARAMETERS = {
    "objective": "reg:squarederror",
    "tree_method": "hist",
    "max_depth": 6,
    "eta": 0.1,
    "subsample": 0.8,
    "seed": 20121219,
}


def source() -> Path:
    """Return the CSV to train on: TRAIN_CSV, or the included one."""
    return training.source(SYNTHETIC)


def train(path: Path, artifact: Path = ARTIFACT, say: Callable[[str], None] = print) -> None:
    """Train on a CSV, write the artifact and report progress. Raises DataError."""
    say(training.origin(path, SYNTHETIC))
    columns, target = read(path, load_contract())
    training.pack(fit(columns, target, say), artifact, say)


def load_contract() -> Contract:
    """Return the contract of this example."""
    return training.load_contract(CONTRACT)


def encode(instances: list[Any]) -> list[list[float]]:
    """Return the model's columns for instances of a request, computed by the handler's encoder."""
    return columns(load_contract(), instances)


def read(path: Path, contract: Contract) -> tuple[np.ndarray, np.ndarray]:
    """Return the model's columns (float32, one row per CSV line) and the values to predict. Raises DataError."""
    return training.read(path, contract, _rentals)


def fit(columns: np.ndarray, target: np.ndarray, say: Callable[[str], None] = print) -> xgb.Booster:
    """Return the booster trained on log1p of the target; report its RMSLE on the held-out rows during training."""
    # the root mean square error of a logarithm is the RMSLE
    return training.fit(columns, np.log1p(target), PARAMETERS, "RMSLE", say)


def _rentals(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (value := float(text)) < math.inf:
            return value
    raise ValueError(f"{text!r} is not a number of at least 0")


if __name__ == "__main__":
    sys.exit(training.run(train, SYNTHETIC))
