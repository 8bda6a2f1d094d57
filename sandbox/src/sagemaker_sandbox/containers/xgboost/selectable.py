"""Selectable inference: the responses of a container with ``SAGEMAKER_INFERENCE_OUTPUT`` set."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

type Value = float | int | list[float] | list[int]
type Prediction = dict[str, Value]

_RAW: Final = ("predicted_label", "labels", "raw_score", "raw_scores")
_PROBABLE: Final = ("predicted_label", "labels", "probability", "probabilities", "raw_score", "raw_scores")
_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "reg:squarederror": ("predicted_score",),
    "reg:logistic": ("predicted_score",),
    "reg:gamma": ("predicted_score",),
    "reg:absoluteerror": ("predicted_score",),
    "reg:tweedie": ("predicted_score",),
    "binary:logistic": _PROBABLE,
    "binary:logitraw": _RAW,
    "binary:hinge": _RAW,
    "multi:softmax": _RAW,
    "multi:softprob": _PROBABLE,
}
_ORDER: Final = (*_PROBABLE, "predicted_score")


def keys_of(setting: str) -> list[str]:
    """Return the keys that the value of ``SAGEMAKER_INFERENCE_OUTPUT`` lists, in its order."""
    return setting.replace(" ", "").lower().split(",")


def predictions(
    scores: NDArray[np.floating[Any]], keys: Sequence[str], objective: str, classes: int, *, absolute_error: bool
) -> list[Prediction]:
    """Map keys to values for each row, NaN where the objective has none. Raises ValueError for an unsupported objective."""
    if objective not in _KEYS or (objective == "reg:absoluteerror" and not absolute_error):
        message = f"Objective `{objective}` unsupported for selectable inference predictions."
        raise ValueError(message)
    known = [key for key in _ORDER if key in keys and key in _KEYS[objective]]
    unknown = [key for key in dict.fromkeys(keys) if key not in known]
    labels = list(range(2 if objective.startswith("binary:") else classes))
    return [
        {key: labels if key == "labels" else _VALUES[key](objective, row) for key in known} | dict.fromkeys(unknown, math.nan)
        for row in scores
    ]


def _predicted_label(objective: str, row: NDArray[np.floating[Any]]) -> Value:
    match objective:
        case "binary:logistic":
            return int(row > 0.5)  # noqa: PLR2004  the container's threshold
        case "binary:logitraw":
            return int(row > 0)
        case "multi:softprob":
            return int(row.argmax())
        case _:
            return float(row)


def _score(objective: str, row: NDArray[np.floating[Any]]) -> Value:
    return float(row.max()) if objective == "multi:softprob" else float(row)


def _scores(objective: str, row: NDArray[np.floating[Any]]) -> Value:
    if objective == "multi:softprob":
        return [float(score) for score in row]
    return [1.0 - float(row), float(row)]


_VALUES: Final[dict[str, Callable[[str, NDArray[np.floating[Any]]], Value]]] = {
    "predicted_label": _predicted_label,
    "probability": _score,
    "probabilities": _scores,
    "raw_score": _score,
    "raw_scores": _scores,
    "predicted_score": _score,
}


def encode(rows: Sequence[Prediction], keys: Sequence[str], accept: str) -> bytes:
    """Return the body in media type ``accept``. Raises RuntimeError for one that the container cannot write."""
    match accept:
        case "application/json":
            return json.dumps({"predictions": rows}).encode()
        case "application/jsonlines":
            return "".join(json.dumps(row) + "\n" for row in rows).encode()
        case "text/csv":
            return "\n".join(",".join(_cell(row[key]) for key in keys) for row in rows).encode()
        case _:
            message = f"Cannot encode selected predictions into accept type '{accept}'."
            raise RuntimeError(message)


def _cell(value: Value) -> str:
    return f'"{value}"' if isinstance(value, list) else str(value)
