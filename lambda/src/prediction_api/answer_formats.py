# SPDX-License-Identifier: Apache-2.0
"""Answers in every format that built-in algorithms and containers use, told apart by their content."""

from __future__ import annotations

import json
from math import isfinite, isnan
from operator import itemgetter
from typing import TYPE_CHECKING

from . import npy
from .problems import UnusableAnswerError

if TYPE_CHECKING:
    from typing import Any

INVALID = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError)
LISTS = ("predictions", "scores", "projections")
VECTORS = ("probabilities", "score", "scores", "projection")
# The members of an item that can be the prediction, the best one first. XGBoost's own depend on SAGEMAKER_INFERENCE_OUTPUT:
# its raw scores are margins for binary:logitraw, and class numbers for binary:hinge and multi:softmax.
REGRESSION = ("score", "predicted_score", "probability", "raw_score", *VECTORS, "raw_scores", "predicted_label", "closest_cluster")
PROBABILITIES = ("probabilities", "probability", "score", "scores", "predicted_score")
MARGINS = ("raw_scores", "raw_score", "score", "scores", "predicted_score")
CLASSES = ("predicted_label", "score", "closest_cluster")
KNOWN = {*REGRESSION, *PROBABILITIES, *MARGINS, *CLASSES, "labels"}
MEMBER_HINTS = {
    "regression": "the answer names no score: list predicted_score in SAGEMAKER_INFERENCE_OUTPUT",
    "binary": "the answer names no probability: list probability in SAGEMAKER_INFERENCE_OUTPUT, or raw_score with the step sigmoid",
    "multiclass": "the answer names no classes: list probabilities or predicted_label in SAGEMAKER_INFERENCE_OUTPUT",
}
PAIR_SLACK = 0.05  # by which the shares of two classes may differ from 1


def read(body: bytes, rows: int, kind: str, *, margins: bool = False) -> list[Any]:
    """Return one number or one list of numbers per item of an answer. Raises one of INVALID for anything else.

    If there are not as many items as rows, they are returned as they are. ``margins``: the contract turns the scores of a
    binary model into probabilities itself.
    """
    items = _items(body, rows)
    if len(items) != rows:
        return items
    if type(items[0]) is dict:
        items = list(map(itemgetter(_member(items[0], kind, margins=margins)), items))
    if list in map(type, items):
        return _vectors(items, kind)
    if not _are_numbers(items):
        raise ValueError
    return items


def _are_numbers(values: list[Any]) -> bool:
    """Return whether all are finite numbers."""
    return set(map(type, values)) <= {int, float} and all(map(isfinite, values))


def _member(item: dict[str, Any], kind: str, *, margins: bool) -> str:
    """Return which member of an item is the prediction: a known one, or else the only unknown one. Never another in its place."""
    if kind == "multiclass":
        # a class by its number only where there is no vector; XGBoost writes NaN for what its objective does not have
        names = [name for name in VECTORS if type(item.get(name)) is list]
        names = names or [name for name in CLASSES if name in item]
    else:
        order = REGRESSION if kind != "binary" else MARGINS if margins else PROBABILITIES
        names = [name for name in order if name in item]
    names = names or [name for name in item if name not in KNOWN]
    if not names or (names[0] not in KNOWN and len(names) > 1):
        raise UnusableAnswerError(MEMBER_HINTS[kind])
    if margins and "probability" in item and not _is_nan(item["probability"]):
        raise UnusableAnswerError("the answer has a probability already: remove the output step sigmoid")
    return names[0]


def _is_nan(value: Any) -> bool:
    return type(value) is float and isnan(value)


def _items(body: bytes, rows: int) -> list[Any]:
    if body.startswith(b"\x93NUMPY"):
        return npy.read(body)
    text = body.decode().strip()
    if text[:1] not in ("{", "["):
        return _csv(text, rows)
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        if text[0] == "[" and "\n" not in text:
            return list(json.loads(f"[{text}]"))  # container 1.0-1 separates the vectors of rows by commas
        return [json.loads(line) for line in text.splitlines()]
    if type(document) is list:
        lone = rows == 1 and len(document) > 1 and type(document[0]) not in (list, dict)
        return [document] if lone else document
    return next((document[name] for name in LISTS if type(document.get(name)) is list), [document])


def _csv(text: str, rows: int) -> list[Any]:
    if "," not in text:
        return list(map(float, text.split()))
    lines: list[Any] = [list(map(float, line.split(","))) for line in text.splitlines()]
    # container 1.0-1 and multi-model endpoints answer with one line, with a comma between rows
    return lines[0] if len(lines) == 1 and len(lines[0]) == rows else lines


def _vectors(items: list[Any], kind: str) -> list[Any]:
    """Return the vectors for multiclass; otherwise the number in each vector of one, or of class 1 in a binary's two."""
    widths = set(map(len, items))
    for vector in items:
        if not _are_numbers(vector):
            raise ValueError
    if kind == "multiclass" and len(widths) == 1 and widths != {0}:
        return items
    if kind == "binary" and widths == {2}:
        if any(abs(sum(pair) - 1) > PAIR_SLACK for pair in items):
            raise UnusableAnswerError("the two numbers of a row are not the shares of two classes: set payload.accept to application/json")
        return [pair[1] for pair in items]
    if widths == {1}:
        return [vector[0] for vector in items]
    raise ValueError
