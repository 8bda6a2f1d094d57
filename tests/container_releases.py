"""Predictions that the handler requests from a release of the XGBoost container, and those of the booster itself."""

from __future__ import annotations

import base64
import gzip
import importlib
import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import xgboost as xgb
from hosting import ACCOUNT, IMAGE, Hosting, archive

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

KINDS = {
    "reg:squarederror": "regression",
    "binary:logistic": "binary",
    "multi:softmax": "multiclass",
    "multi:softprob": "multiclass",
}
LIMITS = {
    "rows_per_request": 100,
    "rows_per_call": 100,
    "bytes_per_call": 100_000,
    "concurrent_calls": 2,
    "attempt_timeout_in_milliseconds": 10_000,
    "attempts_per_call": 1,
}
ROWS = [[0.1, 0.2, 0.3], [0.9, 0.8, 0.7], [0.5, 0.25, 0.75]]


class Context:
    """The part of Lambda's context that the handler uses."""

    aws_request_id = "11111111-2222-3333-4444-555555555555"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:containers:live"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 20_000


def train(objective: str) -> xgb.Booster:
    """Train on the number of coordinates above one half."""
    columns = np.random.default_rng(5).random((300, 3))
    label = (columns > 0.5).sum(axis=1) // 2 if KINDS[objective] == "binary" else (columns > 0.5).sum(axis=1)
    classes = {"num_class": 4} if KINDS[objective] == "multiclass" else {}
    return xgb.train({"objective": objective, "nthread": 1, **classes}, xgb.DMatrix(columns, label), 5)


BOOSTERS = {objective: train(objective) for objective in KINDS}


@dataclass
class Containers:
    """Endpoints of each release and objective, which start when they are first needed."""

    hosting: Hosting
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def check(self, patch: pytest.MonkeyPatch, release: str, accept: str, objective: str) -> None:
        """Compare the handler's predictions with the booster's: for one row, and for many."""
        ask = _handler(patch, self._endpoint(release, objective), KINDS[objective], accept)
        for rows in (ROWS[:1], ROWS):
            assert ask(rows) == _expected(objective, rows)

    def _endpoint(self, release: str, objective: str) -> str:
        if (release, objective) not in self._names:
            packed = archive(("xgboost-model", bytes(BOOSTERS[objective].save_raw("ubj"))))
            model = self.hosting.model(packed, IMAGE.replace("3.0-5", release))
            self._names[release, objective] = self.hosting.start(self.hosting.config(model))
        return self._names[release, objective]


def _handler(patch: pytest.MonkeyPatch, name: str, kind: str, accept: str) -> Callable[[list[Any]], list[Any]]:
    """Load the handler for an endpoint; return a function that requests predictions."""
    contract = {
        "features": [{"name": name, "type": "number"} for name in "xyz"],
        "columns": list("xyz"),
        "payload": {"accept": accept},
        "output": {"kind": kind},
    }
    for variable, value in {
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "ENDPOINT_NAME": name,
        "CONTRACT": base64.b64encode(gzip.compress(json.dumps(contract).encode())).decode(),
        "LIMITS": json.dumps(LIMITS),
    }.items():
        patch.setenv(variable, value)
    sys.modules.pop("prediction_api.handler", None)
    handler: Any = importlib.import_module("prediction_api.handler").handler
    return lambda rows: handler({"instances": rows}, Context())["predictions"]


def _expected(objective: str, rows: list[Any]) -> list[Any]:
    """Predict with the booster itself, in the handler's output format."""
    predicted = BOOSTERS[objective].predict(xgb.DMatrix(np.array(rows, dtype=np.float32))).tolist()
    if KINDS[objective] != "multiclass":
        return predicted
    if objective == "multi:softmax":
        return [{"label": int(number)} for number in predicted]
    return [{"label": vector.index(max(vector)), "probabilities": vector} for vector in predicted]
