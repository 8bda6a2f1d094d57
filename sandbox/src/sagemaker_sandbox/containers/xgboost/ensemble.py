"""The boosters of a model folder, predicting as one."""

from __future__ import annotations

import json
import pickle
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xgboost

from sagemaker_sandbox.containers.base import ModelLoadError
from sagemaker_sandbox.containers.xgboost.decode import LIBSVM

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from sagemaker_sandbox.containers.xgboost.release import Release

    type Scores = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class _Model:
    booster: xgboost.Booster
    pickled: bool
    rounds: int
    """How many boosting rounds to predict with; 0 for all of them."""

    @classmethod
    def load(cls, path: Path, release: Release) -> _Model:
        booster, pickled = _read(path)
        limit = int(booster.attr("best_ntree_limit") or 0) if release.stops_early else 0
        return cls(booster, pickled, limit // _parallel_trees(booster) if limit else 0)

    def check_width(self, matrix: xgboost.DMatrix, kind: str) -> None:
        """Raise ValueError where the container does, which checks only pickled boosters."""
        if not self.pickled:
            return
        model, data = self.booster.num_features(), matrix.num_col()
        if kind == LIBSVM and data > model + 1:
            message = f"Feature size of libsvm inference data {data} is larger than feature size of trained model {model}."
            raise ValueError(message)
        if kind != LIBSVM and data not in {model, model - 1}:
            message = f"Feature size of {kind} inference data {data} is not consistent with feature size of trained model {model}."
            raise ValueError(message)

    def predict(self, matrix: xgboost.DMatrix) -> Scores:
        return self.booster.predict(matrix, validate_features=False, iteration_range=(0, self.rounds))


def _read(path: Path) -> tuple[xgboost.Booster, bool]:
    """Load the booster in a file and return whether it was pickled; XGBoost's own formats are tried second."""
    booster: xgboost.Booster
    try:
        with path.open("rb") as file:
            booster = pickle.load(file)  # noqa: S301  as the container does; the model is its owner's code
            booster.set_param({"nthread": 1})
            return booster, True
    except Exception as not_pickle:  # after any exception the container tries the next format
        try:
            booster = xgboost.Booster(model_file=path)
        except Exception as not_model:
            message = f"Model /opt/ml/model/{path.name} cannot be loaded:\nPickle load error={not_pickle}\nXGB load model error={not_model}"
            raise ModelLoadError(message) from not_model
        booster.set_param({"nthread": 1})
        return booster, False


def _parallel_trees(booster: xgboost.Booster) -> int:
    gradient = json.loads(booster.save_config())["learner"]["gradient_booster"]
    return int(gradient.get("gbtree_model_param", {}).get("num_parallel_tree", 1)) or 1


class Ensemble:
    """One booster, or several whose predictions are averaged or, for class labels, decided by vote."""

    def __init__(self, models: list[_Model], *, votes: bool) -> None:
        """Predict with ``models``; ``votes`` as in Release."""
        self._models = models
        self._votes = votes
        self._lock = threading.Lock()
        learner = json.loads(models[0].booster.save_config())["learner"]
        self.objective: str = learner["objective"]["name"]
        self.classes = int(learner["learner_model_param"].get("num_class") or 0)

    @classmethod
    def load(cls, folder: Path, release: Release, *, averages: bool) -> Ensemble:
        """Load every file in ``folder``, or only the first by name. Raises ModelLoadError for a file that is not a model."""
        files = sorted(path for path in folder.iterdir() if path.is_file())
        if release.skips_dotfiles:
            files = [path for path in files if not path.name.startswith(".")]
        if not files:
            message = "No valid model files found in '/opt/ml/model'"
            raise ModelLoadError(message)
        return cls([_Model.load(path, release) for path in (files if averages else files[:1])], votes=release.votes)

    def predict(self, matrix: xgboost.DMatrix, kind: str) -> Scores:
        """Score rows that were sent in format ``kind``. Raises whatever XGBoost raises."""
        self._models[0].check_width(matrix, kind)
        with self._lock:  # XGBoost's prediction is not thread-safe for every booster
            scores = [model.predict(matrix) for model in self._models]
        if len(scores) == 1:
            return scores[0]
        if self.objective not in {"multi:softmax", "binary:hinge"}:
            average: Scores = np.mean(scores, axis=0)
            return average
        votes = np.array([_most_frequent(column) for column in np.stack(scores).T])
        return votes if self._votes else votes[0]


def _most_frequent(votes: NDArray[np.float32]) -> float:
    """Return the most frequent value; of several, the smallest."""
    values, counts = np.unique(votes, return_counts=True)
    return float(values[counts.argmax()])
