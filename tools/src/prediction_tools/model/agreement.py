# SPDX-License-Identifier: Apache-2.0
"""A contract and a model that disagree: sentences like the plan's, with the path of the value to correct."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .booster_file import BINARY, JSON, PICKLE, UBJSON
from .names import are_given, matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prediction_api.contract import Contract

    from .booster_file import BoosterFile

    Release = tuple[int, int]

# The release of XGBoost that first read a format, and the one that no longer does.
# https://xgboost.readthedocs.io/en/release_3.2.0/tutorials/saving_model.html: JSON since 1.0, UBJSON since 1.6.
# The notes of 3.1.1 call the binary format removed.
FIRST: dict[str, Release] = {JSON: (1, 0), UBJSON: (1, 6)}
REMOVED: dict[str, Release] = {BINARY: (3, 1)}
SAVE = "Save it with booster.save_model('xgboost-model.json')"

# Objectives by what their predictions are (XGBoost's parameter reference, "Learning Task Parameters").
MARGIN = ("binary:logitraw",)
CLASS_OF_TWO = ("binary:hinge",)
CLASSES = ("multi:softprob", "multi:softmax")
POSITIVE = ("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox")  # already exp of the margin


def format_problems(model: BoosterFile, release: Release | None) -> list[str]:
    """Return why an image with this release of XGBoost cannot load a model; none for an image that is not XGBoost's."""
    if release is None:
        return []
    image = f"the image has XGBoost {release[0]}.{release[1]}"
    saved = model.version[:2] if model.version else None
    written = f"XGBoost {saved[0]}.{saved[1]}" if saved else "an unknown XGBoost"
    # "not stable across versions": saving_model.rst, on memory snapshots
    if model.format == PICKLE and saved != release:
        return [f"{model.name}: a pickle of {written}, and {image}. A pickle loads in the same release only. {SAVE}."]
    if release < FIRST.get(model.format, release):
        return [f"{model.name}: {image}, which does not read {model.format}. {SAVE}."]
    if release >= REMOVED.get(model.format, (release[0] + 1, 0)):
        return [f"{model.name}: {image}, which no longer reads the binary format. Load it with XGBoost 3.0 or older. {SAVE}."]
    if saved and saved > release:
        version = f"{saved[0]}.{saved[1]}"
        return [f"{model.name}: saved by XGBoost {version}, and {image}. Train with the image's release, or set model.algorithm_version."]
    return []


def problems(contract: Contract, model: BoosterFile, outputs: str | None = None) -> list[str]:
    """Return where a contract and a model disagree. ``outputs`` is SAGEMAKER_INFERENCE_OUTPUT."""
    if model.targets > 1:
        return [f"output: the model predicts {model.targets} numbers for each row, and a contract has one. Train one model for each."]
    return [*_column_problems(contract, model), *_output_problems(contract, model, outputs)]


def _column_problems(contract: Contract, model: BoosterFile) -> list[str]:
    columns = contract.column_names
    names = model.feature_names if are_given(model.feature_names) else ()
    places = _places(contract)
    found = matches(columns, names)
    if model.features is not None and model.features != len(columns):
        return [_count_problem(columns, names, found, places, model.features)]
    moved = [(index, place) for index, place in enumerate(found) if place is not None and place != index]
    swaps = [
        f'{places[index]}: the model was trained with "{names[index]}" at this position, which is {places[place]}. '
        + ("Swap them, or train again." if found[place] == index else "List the columns in the order of training.")
        for index, place in moved
        if found[place] != index or index < place
    ]
    unknown = [
        f'{places[index]}: the model was trained with "{names[index]}" at this position. Correct the column, or train again.'
        for index, place in enumerate(found)
        # a part of a date or a step has no usual name in a model, a feature itself has
        if place is None and index not in found and re.fullmatch(r"\w+", columns[index])
    ]
    return swaps + unknown


def _places(contract: Contract) -> list[str]:
    """Return how the plan names each of the model's columns; the columns of a one-hot share one entry."""
    return [f'columns[{index}] ("{column.spec}")' for index, column in enumerate(contract.model_columns) for _ in column.names]


def _count_problem(columns: Sequence[str], names: Sequence[str], found: Sequence[int | None], places: Sequence[str], expected: int) -> str:
    """Return one sentence about a wrong number of columns, at the first column that the model does not have if names tell it."""
    count = f"the model has {expected} column{'s' if expected != 1 else ''}, and the contract {len(columns)}"
    extra = [index for index in range(len(columns)) if names and index not in found]
    absent = [f'"{name}"' for name, place in zip(names, found, strict=True) if place is None]
    if extra and len(columns) > expected:
        surplus = ", ".join(columns[index] for index in extra)
        return f"{places[extra[0]]}: {count}. It was trained without {surplus}. Remove it, or train again."
    if absent and len(columns) < expected:
        return f"columns: {count}. It was trained with {', '.join(absent)} as well. Add it, or train again."
    return f"columns: {count}. List the columns that it was trained on, in order."


def _output_problems(contract: Contract, model: BoosterFile, outputs: str | None) -> list[str]:
    objective = model.objective
    if objective is None:
        return []
    steps = [name for name, _ in contract.output_steps]
    kind = _kind(objective)
    if kind and kind != contract.kind:
        return [f"output.kind: the model's objective is {objective}. Set kind {kind}."]
    found = []
    selected = {name.strip() for name in (outputs or "").lower().split(",")}
    margins = objective in MARGIN or bool(selected & {"raw_score", "raw_scores"})
    if contract.kind == "binary" and objective not in CLASS_OF_TWO:
        if margins and "sigmoid" not in steps:
            found.append(f"output.steps: the model's objective {objective} returns a margin. Add sigmoid as the first step.")
        if not margins and "sigmoid" in steps:
            found.append(f"output.steps: the model's objective {objective} returns a probability already. Remove sigmoid.")
    if objective in CLASS_OF_TWO and {"sigmoid", "threshold"} & set(steps):
        found.append(f"output.steps: the model's objective {objective} returns classes, 0 and 1. Remove sigmoid and threshold.")
    if objective in CLASSES and "softmax" in steps:
        found.append(f"output.steps: the model's objective {objective} needs no softmax. Remove it.")
    if objective in POSITIVE and {"exp", "expm1"} & set(steps):
        found.append(f"output.steps: the model's objective {objective} predicts the value itself, not its logarithm. Remove exp and expm1.")
    if contract.kind == "multiclass" and contract.labels and model.classes != len(contract.labels):
        found.append(f"output.labels: the model has {model.classes} classes, and the contract {len(contract.labels)} labels.")
    return found


def _kind(objective: str) -> str | None:
    """Return the kind of output that an objective needs; None if it may be more than one."""
    if objective in CLASSES:
        return "multiclass"
    if objective.startswith("binary:"):
        return "binary"
    if objective == "reg:logistic":
        return None
    return "regression" if objective.startswith(("reg:", "count:", "survival:")) else None
