"""What the generators of the examples' SYNTHETIC data share: rows that nobody observed, the same on every machine.

The only random numbers are `Random(seed).random()`, whose sequence Python guarantees, and they meet nothing but
+ - * /, which IEEE 754 rounds alike everywhere (no sin, exp or log).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import yaml


def write(path: Path, content: bytes) -> None:
    """Write a table, and say where."""
    path.write_bytes(content)
    print(f"wrote {path} ({path.stat().st_size} bytes, synthetic)")


def table(contract: Path, outcomes: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """Return a CSV: the features of a contract in their order, then what came of each; None is an empty field."""
    features = [feature["name"] for feature in yaml.safe_load(contract.read_text(encoding="utf-8"))["features"]]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*features, *outcomes])
    writer.writerows(rows)
    return text.getvalue().encode("ascii")


def noise(random: Random) -> float:
    """Return a number around 0 with a standard deviation of 1, at most 3.5 away: the sum of four even draws."""
    return (random.random() + random.random() + random.random() + random.random() - 2.0) * 1.7320508075688772


def between(value: float, low: float, high: float) -> float:
    """Return the value, or the bound that it exceeds."""
    return max(low, min(value, high))
