"""An adapter with pandas, for columns that a contract cannot declare: distances, a calendar of holidays, and bins.

The handler calls both functions (handler.adapter = "adapter"). train.py calls the first, so that training and serving use the same columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd  # type: ignore[import-not-found, import-untyped, unused-ignore] # in a layer
from pandas.tseries.holiday import (  # type: ignore[import-not-found, import-untyped, unused-ignore]
    USFederalHolidayCalendar,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

EARTH_KM = 6371.0
NEAREST_KM = 0.05
HOURS = [0, 6, 10, 16, 20, 24]  # night, morning rush, day, evening rush, evening
PROMISES = {30: "within half an hour", 60: "within the hour", 120: "within two hours", np.inf: "today"}


def encode(instances: Sequence[dict[str, Any]]) -> list[list[float]]:
    """Return the model's rows for validated instances. Raises ValueError if pickup and destination are the same."""
    given = pd.DataFrame(list(instances))
    moment = pd.to_datetime(given["picked_up"])
    distance = _distance(given)
    if (distance < NEAREST_KM).any():
        raise ValueError(f"/instances/{int(distance.to_numpy().argmin())}: pickup and destination are the same")
    days = moment.dt.normalize()
    columns = {
        "distance": distance,
        "hours": pd.cut(moment.dt.hour, HOURS, right=False, labels=False),
        "weekday": moment.dt.dayofweek,
        "holiday": days.isin(USFederalHolidayCalendar().holidays(days.min(), days.max())),
        "weight": pd.to_numeric(given["weight_kg"]),
        "express": given["service"] == "express",
    }
    return list(pd.DataFrame(columns).astype(float).to_numpy().tolist())


def decode(predictions: Sequence[float]) -> list[dict[str, Any]]:
    """Return the predictions: minutes, and the delivery time to promise."""
    promises = pd.cut(pd.Series(predictions), [-np.inf, *PROMISES], labels=list(PROMISES.values()))
    return [{"minutes": round(minutes, 1), "promise": promise} for minutes, promise in zip(predictions, promises, strict=True)]


def _distance(given: Any) -> Any:
    """Return the great-circle distance in kilometers between pickup and destination."""
    places = given[["from_latitude", "from_longitude", "to_latitude", "to_longitude"]]
    latitude, longitude, other_latitude, other_longitude = np.radians(places.astype(float)).to_numpy().T
    half = (
        np.sin((other_latitude - latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(other_latitude) * np.sin((other_longitude - longitude) / 2) ** 2
    )
    return pd.Series(2 * EARTH_KM * np.arcsin(np.sqrt(half)))
