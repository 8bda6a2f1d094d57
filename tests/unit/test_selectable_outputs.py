"""Whatever SAGEMAKER_INFERENCE_OUTPUT lists, a prediction is right or the answer is rejected; no class number passes as a probability."""

from __future__ import annotations

import math
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from prediction_api.contract import load
from prediction_api.predictions import ContractOutput
from prediction_api.problems import Problem
from prediction_tools.contract import rules
from sagemaker_sandbox.containers.base import Request
from sagemaker_sandbox.containers.xgboost.ensemble import Ensemble
from sagemaker_sandbox.containers.xgboost.release import RELEASES
from sagemaker_sandbox.containers.xgboost.server import XGBoostContainer

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ("predicted_label", "labels", "probability", "probabilities", "raw_score", "raw_scores", "predicted_score")
SELECTIONS = [keys for count in range(1, 8) for keys in combinations(KEYS, count)]
X = np.random.default_rng(7).random((200, 3))
SUM = X.sum(axis=1)
TARGETS = {
    "reg:squarederror": SUM,
    "reg:logistic": SUM / 3,
    "binary:logistic": (SUM > 1.5).astype(float),
    "binary:logitraw": (SUM > 1.5).astype(float),
    "binary:hinge": (SUM > 1.5).astype(float),
    "multi:softprob": SUM.astype(int),
    "multi:softmax": SUM.astype(int),
}
ROWS = X[:9]
PAYLOAD = "\n".join(",".join(map(repr, row)) for row in ROWS.tolist()).encode()


@pytest.fixture(scope="module", params=list(TARGETS))
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ensemble, list[Any]]:
    """Return a model as the container has loaded it, and the booster's own predictions."""
    objective = request.param
    classes = {"num_class": 3} if objective.startswith("multi:") else {}
    settings = {"objective": objective, "nthread": 1, "max_depth": 3} | classes
    booster = xgboost.train(settings, xgboost.DMatrix(X, TARGETS[objective]), 6)
    folder = tmp_path_factory.mktemp(objective.replace(":", "_"))
    (folder / "xgboost-model").write_bytes(booster.save_raw("ubj"))
    ensemble = Ensemble.load(folder, RELEASES["3.0-5"], averages=True)
    return ensemble, booster.predict(xgboost.DMatrix(np.array(ROWS))).tolist()


def predictions(ensemble: Ensemble, output: dict[str, Any], keys: tuple[str, ...], accept: str) -> list[Any] | None:
    """Return what the handler makes of the container's answer, or None if it rejects it."""
    contract = load({"features": [{"name": "x", "type": "number"}], "columns": ["x"], "output": output})
    try:
        return ContractOutput(contract).predictions([(answered(ensemble, keys, accept), len(ROWS))])
    except Problem as problem:
        if problem.code != "answer_invalid":
            raise
        return None


@cache  # it is the same for all contracts
def answered(ensemble: Ensemble, keys: tuple[str, ...], accept: str) -> bytes:
    container = XGBoostContainer(RELEASES["3.0-5"], ensemble, {"SAGEMAKER_INFERENCE_OUTPUT": ",".join(keys)})
    answer = container.invoke(Request(PAYLOAD, "text/csv", accept))
    assert answer.status == 200
    return answer.body


@pytest.mark.parametrize("accept", ["application/json", "application/jsonlines"])
@pytest.mark.parametrize("labeled", [False, True])
def test_every_selection_is_decoded_right_or_rejected(model: tuple[Ensemble, list[Any]], accept: str, labeled: bool) -> None:
    ensemble, scores = model
    kind = {"reg": "regression", "bin": "binary", "mul": "multiclass"}[ensemble.objective[:3]]
    output: dict[str, Any] = {"kind": kind}
    if ensemble.objective == "binary:logitraw":
        output["steps"] = ["sigmoid"]
    if labeled and kind != "regression":
        output["labels"] = ["a", "b", "c"][: 3 if kind == "multiclass" else 2]
    wrong = []
    for selection in SELECTIONS:
        for keys in (selection, selection[::-1]):
            expected = truth(ensemble.objective, output, scores, set(keys)) if decodable(ensemble.objective, set(keys)) else None
            if predictions(ensemble, output, keys, accept) not in (expected, approximately(expected)):
                wrong.append(keys)
    assert wrong == []


def decodable(objective: str, keys: set[str]) -> bool:
    """The rule of docs/operations.md, by objective."""
    needed = {
        "binary:logistic": {"probability", "probabilities"},
        "binary:logitraw": {"raw_score", "raw_scores"},
        "binary:hinge": set(),
        "multi:softprob": {"predicted_label", "probabilities"},
        "multi:softmax": {"predicted_label"},
    }
    return bool(keys & needed.get(objective, {"predicted_score"}))


def truth(objective: str, output: dict[str, Any], scores: list[Any], keys: set[str]) -> list[Any]:
    """Return the predictions that the booster's own numbers stand for."""
    labels = output.get("labels", [0, 1, 2])
    if objective == "multi:softmax":
        return [{"label": labels[int(score)]} for score in scores]
    if objective == "multi:softprob":
        shares = {"probabilities"} & keys
        return [{"label": labels[score.index(max(score))]} | ({"probabilities": score} if shares else {}) for score in scores]
    if objective == "binary:logitraw":
        scores = [1 / (1 + math.exp(-score)) for score in scores]
    if "labels" not in output:
        return scores
    return [{"label": labels[score >= 0.5], "probability": score if score >= 0.5 else 1 - score} for score in scores]


OUTPUTS: list[dict[str, Any]] = [
    {"kind": "regression"},
    {"kind": "binary"},
    {"kind": "binary", "steps": ["sigmoid"]},
    {"kind": "multiclass"},
    {"kind": "multiclass", "steps": ["softmax"]},
    {"kind": "multiclass", "steps": ["sigmoid"]},
]
FEW = [keys for keys in SELECTIONS if len(keys) <= 2 or len(keys) == len(KEYS)]


def planned(output: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the selections that a plan accepts with an output, by the rules of modules/contract."""
    contract = {"features": [{"name": "x", "type": "number"}], "columns": ["x"], "output": output}
    return [keys for keys in FEW if not rules.messages(contract, rules.Serving(algorithm="xgboost", outputs=",".join(keys)))]


ACCEPTED = [(output, keys) for output in OUTPUTS for keys in planned(output)]


def test_a_plan_accepts_some_selections_of_each_kind_and_no_second_softmax() -> None:
    accepted = [output for output, _ in ACCEPTED]
    assert [output for output in OUTPUTS if output not in accepted] == OUTPUTS[4:]


def test_every_accepted_output_is_decoded_right_or_rejected_whatever_the_objective(model: tuple[Ensemble, list[Any]]) -> None:
    ensemble, scores = model
    wrong = []
    for output, keys in ACCEPTED:
        if undecidable(ensemble.objective, output, set(keys)):
            continue
        found = predictions(ensemble, output, keys, "application/json")
        expected = right(ensemble.objective, output, scores, set(keys))
        if found is not None and (expected is None or found != approximately(expected)):
            wrong.append((output, keys))
    assert wrong == []


def undecidable(objective: str, output: dict[str, Any], keys: set[str]) -> bool:
    """Whether the contract contradicts the model in a way that no answer shows: `sagemaker-api contract check` compares the two.

    A model of three classes behind a binary contract, or margins declared where the model returns probabilities. The
    latter is rejected if the answer has a probability as well.
    """
    if "sigmoid" in output.get("steps", []):
        return (
            objective.startswith("multi:") or objective == "binary:hinge" or (objective == "binary:logistic" and "probability" not in keys)
        )
    return output["kind"] == "binary" and objective.startswith("multi:")


def right(objective: str, output: dict[str, Any], scores: list[Any], keys: set[str]) -> list[Any] | None:
    """Return the predictions that the model's scores stand for in a contract's kind; None if they stand for none."""
    kind = output["kind"]
    if kind == "regression":
        return scores if objective.startswith("reg:") else None
    if kind == "binary":
        margins = "sigmoid" in output.get("steps", [])
        fitting = {"binary:logitraw"} if margins else {"binary:logistic"}
        return truth(objective, output, scores, keys) if objective in fitting else None
    if objective.startswith("binary:"):
        limit = 0 if objective == "binary:logitraw" else 0.5
        labels = [{"label": int(score > limit)} for score in scores]
        known = "probabilities" in keys and objective == "binary:logistic"
        shares = [{"probabilities": [1 - score, score]} if known else {} for score in scores]
        return [label | share for label, share in zip(labels, shares, strict=True)]
    return truth(objective, output, scores, keys) if objective.startswith("multi:") else None


def approximately(expected: list[Any] | None) -> Any:
    if not expected or not isinstance(expected[0], dict):
        return pytest.approx(expected)
    return [{name: value if isinstance(value, str | int) else pytest.approx(value) for name, value in one.items()} for one in expected]


def test_margins_without_a_sigmoid_are_never_probabilities(tmp_path: Path) -> None:
    booster = xgboost.train({"objective": "binary:logitraw", "nthread": 1}, xgboost.DMatrix(X, TARGETS["binary:logitraw"]), 2)
    (tmp_path / "xgboost-model").write_bytes(booster.save_raw("ubj"))
    ensemble = Ensemble.load(tmp_path, RELEASES["3.0-5"], averages=True)
    output = {"kind": "binary", "labels": ["no", "yes"]}
    accepted = [keys for keys in SELECTIONS if predictions(ensemble, output, keys, "application/json") is not None]
    assert accepted == []
