"""Common functions of the generators of SYNTHETIC data: invented rows that are the same on every machine.

The only random numbers are those of `Random(seed).random()`, whose sequence Python guarantees. They are combined only with + - * /, which
IEEE 754 rounds the same everywhere (no sin, exp or log).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import yaml


def write(path: Path, content: bytes) -> None:
    """Write a table and print its path."""
    path.write_bytes(content)
    print(f"wrote {path} ({path.stat().st_size} bytes, synthetic)")


def table(contract: Path, targets: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """Return a CSV: the features of a contract in order, then the target columns. None becomes an empty field."""
    features = [feature["name"] for feature in yaml.safe_load(contract.read_text(encoding="utf-8"))["features"]]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*features, *targets])
    writer.writerows(rows)
    return text.getvalue().encode("ascii")


def noise(random: Random) -> float:
    """Return a number around 0 with a standard deviation of 1, at most 3.5 away from it: the sum of four uniform draws."""
    return (random.random() + random.random() + random.random() + random.random() - 2.0) * 1.7320508075688772


def between(value: float, low: float, high: float) -> float:
    """Return the value, or the bound that it violates."""
    return max(low, min(value, high))
