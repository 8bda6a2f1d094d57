"""Encode a million rows of bike rentals for training, and compare the time with polars' for reading their CSV.

    python benchmarks/encoding.py [ROWS]

Prints the best of three runs, for dates as text, as a CSV has them, and parsed. Exits with 1 if a sample of 10,000 rows differs from the
handler's own columns.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from prediction_api import training
from prediction_tools import contract_file, encode

CONTRACT = contract_file.read(Path(__file__).resolve().parents[1] / "examples/bikeshare/contract.yaml")
NAMES = [feature.name for feature in CONTRACT.features]
RUNS = 3
SAMPLE = 10_000


def main() -> int:
    """Print the times. Return 0, or 1 if a column differs."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    equal = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bikes.csv"
        bikes(rows).write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")
        for parsed in (False, True):
            read, encoded, frame = min((timed(path, parsed=parsed) for _ in range(RUNS)), key=lambda found: found[1])
            kind = "parsed dates" if parsed else "dates as text"
            print(f"{rows} rows, {kind}: read {read:.2f} s, encode {encoded:.2f} s, {encoded / read:.2f} times as long")
            equal &= as_the_handler(frame.sample(min(rows, SAMPLE), seed=1))
    print("a sample is equal to the handler's columns" if equal else "a sample differs from the handler's columns")
    return 0 if equal else 1


def bikes(rows: int) -> pl.DataFrame:
    """Return invented data with the columns of Kaggle's Bike Sharing Demand."""
    rng = np.random.default_rng(1)
    hours = np.datetime64("2011-01-01T00:00:00") + (np.arange(rows) % 17_520).astype("timedelta64[h]")
    codes = {name: rng.integers(low, high, rows) for name, low, high in (("season", 1, 5), ("holiday", 0, 2), ("workingday", 0, 2))}
    weather = {"weather": rng.integers(1, 5, rows), "temp": rng.uniform(0, 41, rows).round(2), "atemp": rng.uniform(0, 50, rows).round(3)}
    rest = {"humidity": rng.integers(0, 101, rows), "windspeed": rng.uniform(0, 57, rows).round(4)}
    counts = {name: rng.integers(0, high, rows) for name, high in (("casual", 100), ("registered", 500), ("count", 600))}
    return pl.DataFrame({"datetime": hours.astype("datetime64[us]")} | codes | weather | rest | counts)


def timed(path: Path, *, parsed: bool) -> tuple[float, float, pl.DataFrame]:
    """Return the seconds of reading and of encoding, and the data."""
    started = time.monotonic()
    frame = pl.read_csv(path, try_parse_dates=parsed)
    read = time.monotonic()
    encode(CONTRACT, frame)
    return read - started, time.monotonic() - read, frame


def as_the_handler(sample: pl.DataFrame) -> bool:
    """Whether the encoded sample is the handler's, to the last bit."""
    rows = [{name: str(value) if name == "datetime" else value for name, value in row.items()} for row in sample.select(NAMES).to_dicts()]
    columns = encode(CONTRACT, sample)
    return all(
        columns[name].to_list() == values for name, values in zip(CONTRACT.column_names, training.columns(CONTRACT, rows), strict=True)
    )


if __name__ == "__main__":
    sys.exit(main())
