"""The delivery example in the sandbox: an adapter that prepares data with pandas, which a layer provides."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb
from deployments import Deployment

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

REPOSITORY = Path(__file__).parents[3]
DELIVERIES: list[list[Any]] = [
    ["2024-07-03 16:30:00", 40.7527, -73.9772, 40.6892, -73.9442, 2.5, "express"],
    ["2024-07-04 09:00:00", 40.61, -73.99, 40.86, -73.66, None, "standard"],
    ["2024-12-25 23:59:00", 40.7, -73.8, 40.71, -73.81, 0, None],
    ["2024-02-29 03:15:00", 40.65, -73.7, 40.65, -73.9, 19.75, "standard"],
]
HOLIDAYS = {"2024-07-04", "2024-12-25"}
HOURS = (6, 10, 16, 20)
PROMISES = [(30, "within half an hour"), (60, "within the hour"), (120, "within two hours"), (math.inf, "today")]


def columns(delivery: list[Any]) -> list[float]:
    """Compute the model's columns as adapter.py does, without pandas."""
    picked_up, *places, weight, service = delivery
    moment = datetime.fromisoformat(picked_up)
    latitude, longitude, other_latitude, other_longitude = map(math.radians, places)
    half = (
        math.sin((other_latitude - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(other_latitude) * math.sin((other_longitude - longitude) / 2) ** 2
    )
    return [
        2 * 6371.0 * math.asin(math.sqrt(half)),
        sum(moment.hour >= hour for hour in HOURS),
        moment.weekday(),
        picked_up[:10] in HOLIDAYS,
        math.nan if weight is None else weight,
        service == "express",
    ]


@pytest.fixture(scope="module")
def delivery(sandbox: Sandbox, terraform: Callable[..., Any]) -> Deployment:
    """Build the layers, train and apply. The packages that pip unpacked stay in the repository, ignored by Git."""
    module = terraform("examples/delivery")
    kept = REPOSITORY / "lambda" / ".build"
    kept.mkdir(exist_ok=True)
    (module.folder.parents[1] / "lambda" / ".build").symlink_to(kept)
    for command in (
        ["lambda/layer.py", "pandas", "--architecture=here", "--to=examples/delivery/.build/pandas.zip"],
        ["examples/delivery/train.py"],
    ):
        subprocess.run([sys.executable, *command], cwd=module.folder.parents[1], check=True, capture_output=True)
    module.apply()
    return Deployment(module.output("delivery"), sandbox)


@pytest.fixture(scope="module")
def minutes(delivery: Deployment, client: Callable[..., Any]) -> list[float]:
    """Predict with the booster itself."""
    matrix = xgb.DMatrix(np.array(list(map(columns, DELIVERIES)), dtype=np.float32))
    return [math.expm1(float(value)) for value in delivery.booster(client).predict(matrix)]


def test_predictions_from_the_adapters_columns_are_the_boosters(delivery: Deployment, minutes: list[float]) -> None:
    answer = delivery.predict({"instances": DELIVERIES})
    assert [one["minutes"] for one in answer.document["predictions"]] == [round(one, 1) for one in minutes]


def test_the_adapter_adds_its_own_output(delivery: Deployment, minutes: list[float]) -> None:
    promises = [next(promise for limit, promise in PROMISES if one <= limit) for one in minutes]
    answer = delivery.predict({"instances": DELIVERIES})
    assert [one["promise"] for one in answer.document["predictions"]] == promises
    assert len(set(promises)) > 1


def test_the_contract_is_checked_before_the_adapter_is_called(delivery: Deployment) -> None:
    answer = delivery.predict({"instances": [["2024-02-30 03:15:00", *DELIVERIES[0][1:]]]})
    assert [fault["code"] for fault in answer.document["errors"]] == ["datetime"]


def test_a_request_that_the_adapter_rejects_is_a_client_error(delivery: Deployment) -> None:
    nowhere = ["2024-07-03 16:30:00", 40.7, -73.9, 40.7, -73.9, 1, "express"]
    answer = delivery.predict({"instances": [DELIVERIES[0], nowhere]})
    assert (answer.status, answer.document["detail"]) == (400, "/instances/1: pickup and destination are the same")


def test_the_same_deliveries_in_csv_get_the_same_predictions_in_csv(delivery: Deployment, minutes: list[float]) -> None:
    rows = "\n".join(",".join("" if one is None else str(one) for one in given) for given in DELIVERIES)
    answer = delivery.predict(rows, "text/csv", accept="text/csv")
    header, *lines = answer.text.splitlines()
    assert header == "minutes,promise"
    assert [float(line.split(",")[0]) for line in lines] == [round(one, 1) for one in minutes]
