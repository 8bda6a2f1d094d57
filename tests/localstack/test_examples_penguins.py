"""The penguin example in the sandbox: classes from categories and missing values, in every request format."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployments import Deployment

NAMES = [
    "island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex", "eggs", "first_nest",
    "egg_date",
]  # fmt: skip
BIRDS: list[list[Any]] = [
    ["Biscoe", 47.3, 15.1, 216, 5050, "female", 2, False, "2008-11-14"],
    ["Torgersen", 38.25, 18.9, 189, 3600, "male", 1, True, "2008-02-29"],
    ["Dream", None, 18.25, None, 3825.5, None, None, False, "2007-12-31"],
    ["Dream", 49.125, 18, 196, None, "female", None, True, "2009-01-01"],
    ["Biscoe", None, None, None, None, None, 0, True, "2009-11-02"],
]
LABELS = ["Adelie", "Chinstrap", "Gentoo"]


def named(bird: list[Any]) -> dict[str, Any]:
    return dict(zip(NAMES, bird, strict=True))


def present(bird: list[Any]) -> dict[str, Any]:
    return {name: value for name, value in named(bird).items() if value is not None}


def table(*names: str, header: bool = True) -> str:
    """Write the birds as CSV with the columns in this order."""
    text = io.StringIO()
    writer = csv.writer(text)
    if header:
        writer.writerow(names)
    for bird in map(named, BIRDS):
        writer.writerow([str(value).lower() if (value := bird[name]) in (True, False) else value for name in names])
    return text.getvalue()


def columns(bird: list[Any]) -> list[float]:
    """Compute the model's columns as the contract declares them, without the handler's code."""
    island, length, depth, flipper, mass, sex, eggs, first, laid = bird
    angle = 2 * math.pi * date.fromisoformat(laid).timetuple().tm_yday / 365.25
    known: list[float | None] = [
        *(island == other for other in ("Biscoe", "Dream", "Torgersen")),
        length,
        depth,
        flipper,
        None if mass is None else math.log1p(mass),
        {"female": 0, "male": 1}.get(sex),
        2 if eggs is None else eggs,
        first,
        math.sin(angle),
        math.cos(angle),
    ]
    return [math.nan if value is None else float(value) for value in known]


@pytest.fixture(scope="module")
def shares(penguins: Deployment, client: Callable[..., Any]) -> list[list[float]]:
    """Predict the probability of each species with the booster itself."""
    matrix = xgb.DMatrix(np.array(list(map(columns, BIRDS)), dtype=np.float32))
    return [[float(share) for share in row] for row in penguins.booster(client).predict(matrix)]


FORMS: dict[str, tuple[Any, str]] = {
    "named": ({"instances": list(map(named, BIRDS))}, "application/json"),
    "named in another order": (
        {"instances": [dict(reversed(named(bird).items())) for bird in BIRDS]},
        "application/json",
    ),
    "named without what is missing": ({"instances": list(map(present, BIRDS))}, "application/json"),
    "positional": ({"instances": BIRDS}, "application/json"),
    "positional as features": ({"instances": [{"features": bird} for bird in BIRDS]}, "application/json"),
    "CSV with a header": (table(*NAMES), "text/csv"),
    "CSV with a header in another order": (table(*reversed(NAMES)), "text/csv; header=present"),
    "CSV without a header": (table(*NAMES, header=False), "text/csv"),
    "JSON lines": ("\n".join(json.dumps(present(bird)) for bird in BIRDS), "application/jsonlines"),
    "positional JSON lines": ("\n".join(map(json.dumps, BIRDS)), "application/jsonlines"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_format_of_the_same_birds_gets_the_boosters_probabilities(penguins: Deployment, shares: list[list[float]], form: str) -> None:
    answer = penguins.predict(*FORMS[form])
    assert [one["probabilities"] for one in answer.document["predictions"]] == shares


@pytest.mark.parametrize("bird", range(len(BIRDS)))
def test_a_single_bird_gets_the_same_prediction_as_among_others(penguins: Deployment, shares: list[list[float]], bird: int) -> None:
    answer = penguins.predict({"instances": [present(BIRDS[bird])]})
    assert answer.document["predictions"][0]["probabilities"] == shares[bird]


def test_the_label_is_the_class_with_the_highest_probability(penguins: Deployment) -> None:
    predictions = penguins.predict({"instances": BIRDS}).document["predictions"]
    greatest = [LABELS[max(range(3), key=one["probabilities"].__getitem__)] for one in predictions]
    assert [one["label"] for one in predictions] == greatest
    assert set(greatest) == set(LABELS)


def test_an_answer_in_csv_has_each_birds_label_and_probability(penguins: Deployment, shares: list[list[float]]) -> None:
    answer = penguins.predict({"instances": BIRDS}, accept="text/csv")
    header, *rows = csv.reader(io.StringIO(answer.text))
    assert header == ["species", *(f"probability_{label}" for label in LABELS)]
    assert [[float(share) for share in row[1:]] for row in rows] == shares


def test_a_category_that_was_not_in_the_training_data_is_rejected(penguins: Deployment) -> None:
    answer = penguins.predict({"instances": [["Antarctica", *BIRDS[0][1:]]]})
    assert (answer.status, [fault["pointer"] for fault in answer.document["errors"]]) == (400, ["/instances/0/0"])
