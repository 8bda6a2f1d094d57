"""Write the SYNTHETIC training data of the bikeshare example: invented rentals in the schema of a real data set.

No row was observed. The structure follows Kaggle's Bike Sharing Demand: hourly, 2011 and 2012, the first 19 days of each month, and no
row for an hour without rentals. The rentals depend on the hour, the month, rain, cold, yearly growth and noise. Temperature, rain and wind
vary around the climate normals of a temperate city.

The output is the same on every machine and Python version; ../synthetic.py explains why.

    python examples/bikeshare/generate.py            writes data/train_synthetic.csv
"""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import synthetic
from synthetic import between, noise

HERE = Path(__file__).resolve().parent
CONTRACT = HERE / "contract.yaml"
CSV = HERE / "data" / "train_synthetic.csv"
SEED = 20121219
YEARS = (2011, 2012)
DAYS_PER_MONTH = 19
HOURS = 24
MONTHS = 12
SATURDAY = 5

HOLIDAYS = {
    *((2011, 1, 17), (2011, 4, 15), (2011, 7, 4), (2011, 9, 5), (2011, 10, 10), (2011, 11, 11)),
    *((2012, 1, 2), (2012, 1, 16), (2012, 4, 16), (2012, 7, 4), (2012, 9, 3), (2012, 10, 8), (2012, 11, 12)),
}

# Subscribers commute, and visitors come on free afternoons. Rentals per hour of the day, in 2012, on a fine day.
COMMUTE = (12, 5, 3, 2, 4, 20, 80, 230, 400, 200, 100, 120, 150, 145, 130, 165, 290, 520, 480, 310, 215, 155, 105, 55)
LEISURE = (75, 55, 42, 22, 6, 7, 16, 38, 85, 140, 195, 235, 265, 265, 255, 250, 240, 215, 185, 150, 115, 95, 80, 58)
VISITS = (7, 4, 3, 2, 1, 2, 5, 13, 24, 34, 46, 56, 64, 68, 70, 74, 82, 92, 84, 66, 46, 36, 26, 15)
OUTINGS = (22, 17, 13, 7, 3, 3, 8, 20, 45, 85, 125, 155, 175, 188, 190, 188, 175, 150, 118, 88, 64, 50, 38, 26)

# January to December: degrees Celsius in the middle of the month, and the relative demand at that time of year.
NORMALS = (9.0, 11.0, 15.0, 19.0, 23.5, 28.0, 30.5, 29.5, 26.0, 20.5, 16.0, 13.0)
APPETITE = (0.52, 0.56, 0.70, 0.84, 0.96, 1.04, 1.00, 1.02, 1.08, 1.06, 0.98, 0.90)
GROWTH = {2011: 0.75, 2012: 1.25}
# Deviation from the daily mean temperature, by hour.
DAYTIME = (
    *(-2.5, -3.0, -3.4, -3.8, -4.0, -4.0, -3.6, -2.6, -1.2, 0.2, 1.6, 2.8),
    *(3.6, 4.2, 4.4, 4.2, 3.6, 2.6, 1.6, 0.6, -0.2, -0.8, -1.4, -2.0),
)
# The share of people who still ride in clear weather, mist, light rain and heavy rain.
RAIN_CHECK = (1.0, 0.92, 0.55, 0.30)


def table() -> bytes:
    """Return the whole CSV: the contract's features in order, then the two types of rentals and their sum."""
    return synthetic.table(CONTRACT, ("casual", "registered", "count"), rows())


def rows() -> Iterator[tuple[str | int | float, ...]]:
    """Yield one row per hour with rentals, oldest first: the raw record in the contract's order, then the rentals."""
    random = Random(SEED)  # noqa: S311 - reproducible on purpose, and no secret
    anomaly, wetness, breeze = 0.0, 0.4, 0.2
    for moment in _hours():
        if moment.hour == 0:
            anomaly = 0.7 * anomaly + 2.2 * noise(random)
        wetness = between(wetness + 0.08 * noise(random) + 0.05 * (0.4 - wetness), 0.0, 1.0)
        breeze = between(breeze + 0.1 * noise(random) + 0.2 * (0.2 - breeze), 0.0, 1.0)
        sky = _sky(wetness)
        degrees = between(_blend(NORMALS, moment) + anomaly + DAYTIME[moment.hour] - 1.5 * (sky - 1), 0.5, 41.0)
        damp = between(40.0 + 52.0 * wetness - 2.6 * DAYTIME[moment.hour], 12.0, 100.0)
        is_holiday = (moment.year, moment.month, moment.day) in HOLIDAYS
        is_workday = not is_holiday and moment.weekday() < SATURDAY
        mood = GROWTH[moment.year] * _blend(APPETITE, moment) * RAIN_CHECK[sky - 1] * _comfort(degrees, damp, breeze)
        casual = round((VISITS if is_workday else OUTINGS)[moment.hour] * mood * (1.0 + 0.22 * noise(random)))
        registered = round((COMMUTE if is_workday else LEISURE)[moment.hour] * mood * (1.0 + 0.16 * noise(random)))
        if casual + registered == 0:
            continue
        yield (
            moment.strftime("%Y-%m-%d %H:%M:%S"),
            (moment.month + 2) // 3,
            int(is_holiday),
            int(is_workday),
            sky,
            *_measured(degrees, damp, breeze),
            casual,
            registered,
            casual + registered,
        )


def _hours() -> Iterator[datetime]:
    for year in YEARS:
        for month in range(1, MONTHS + 1):
            start = datetime(year, month, 1)  # noqa: DTZ001 - local time without a zone, as the schema has it
            yield from (start + timedelta(hours=hour) for hour in range(DAYS_PER_MONTH * HOURS))


def _measured(degrees: float, damp: float, breeze: float) -> tuple[float, float, int, float]:
    """Return degrees, felt degrees, percent and wind in the resolution of the real instruments."""
    felt = degrees + 4.0 - 4.0 * breeze + (damp - 60.0) / 30.0
    wind = round(58.0 * (breeze if breeze > 0.1 else 0.0))  # noqa: PLR2004 - no wind is reported as 0
    return (
        round(round(degrees / 0.82) * 0.82, 2),
        round(50.0 * round(between(round(felt * 1.32), 1, 66) / 66.0, 4), 4),
        round(damp),
        round(67.0 * round(wind / 67.0, 4), 4),
    )


def _sky(wetness: float) -> int:
    return 1 + sum(wetness > edge for edge in (0.52, 0.78, 0.995))


def _comfort(degrees: float, damp: float, breeze: float) -> float:
    cold, hot = max(0.0, 16.0 - degrees), max(0.0, degrees - 31.0)
    return max(0.15, 1.0 - 0.028 * cold - 0.03 * hot - 0.0025 * max(0.0, damp - 60.0) - 0.3 * max(0.0, breeze - 0.4))


def _blend(table: tuple[float, ...], moment: datetime) -> float:
    """Return the monthly table's value on a day, interpolated linearly between the middles of two months."""
    position = moment.month - 1 + (moment.day - 15) / 30.0
    month = int(position + MONTHS) - MONTHS  # rounds down, also below 0
    share = position - month
    return table[month % MONTHS] * (1.0 - share) + table[(month + 1) % MONTHS] * share


if __name__ == "__main__":
    synthetic.write(CSV, table())
