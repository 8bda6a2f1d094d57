"""Write the SYNTHETIC training data of the penguin example: invented birds of three real species.

No bird was observed. Each measurement is drawn around a plausible mean for a female or a male of the species, and one in twelve is missing,
as is usual in field work. The output is the same on every machine and Python version; ../synthetic.py explains why.

    python examples/penguins/generate.py            writes data/train_synthetic.csv
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import synthetic
from synthetic import between, noise

HERE = Path(__file__).resolve().parent
CONTRACT = HERE / "contract.yaml"
CSV = HERE / "data" / "train_synthetic.csv"
SEED = 18400120
BIRDS = 1500
MISSING = 1 / 12
YEARS = (2007, 2008, 2009)


class Species(NamedTuple):
    """A species: its islands, and the mean and spread of each measurement of females. Males are larger."""

    name: str
    islands: tuple[str, ...]
    bill: tuple[float, float]
    depth: tuple[float, float]
    flipper: tuple[float, float]
    mass: tuple[float, float]
    laying: tuple[int, int]  # month and day by which half of the birds have laid


SPECIES = (
    Species("Adelie", ("Biscoe", "Dream", "Torgersen"), (37.5, 2.2), (17.8, 1.0), (188, 6), (3400, 300), (11, 10)),
    Species("Chinstrap", ("Dream",), (47.0, 2.6), (17.8, 0.9), (192, 6), (3550, 300), (11, 22)),
    Species("Gentoo", ("Biscoe",), (45.8, 2.4), (14.3, 0.8), (213, 6), (4700, 320), (11, 16)),
)
MALES = 1.08  # the ratio of lengths; the ratio of masses is its square


def table() -> bytes:
    """Return the whole CSV: the contract's features in order, then the species."""
    return synthetic.table(CONTRACT, ("species",), rows())


def rows() -> Iterator[tuple[str | float | None, ...]]:
    """Yield one row per bird, in the contract's order, then its species."""
    random = Random(SEED)  # noqa: S311 - reproducible on purpose, and no secret
    for _ in range(BIRDS):
        species = SPECIES[int(random.random() * len(SPECIES))]
        is_male = random.random() < 0.5  # noqa: PLR2004 - as many as not
        size = MALES if is_male else 1.0
        year, first = YEARS[int(random.random() * len(YEARS))], random.random() < 0.2  # noqa: PLR2004 - one in five
        clutch = 1 if random.random() < (0.3 if first else 0.05) else 2
        laid = date(year, *species.laying) + timedelta(days=round(6 * noise(random) + 5 * first))
        measured = (
            round(_draw(random, species.bill, size), 1),
            round(_draw(random, species.depth, size), 1),
            round(_draw(random, species.flipper, 1 + (size - 1) / 2)),
            25 * round(_draw(random, species.mass, size * size) / 25),
            "male" if is_male else "female",
        )
        yield (
            species.islands[int(random.random() * len(species.islands))],
            *(None if random.random() < MISSING else value for value in measured),
            clutch,
            "true" if first else "false",
            laid.isoformat(),
            species.name,
        )


def _draw(random: Random, usual: tuple[float, float], size: float) -> float:
    mean, spread = usual
    return size * between(mean + spread * noise(random), mean - 3 * spread, mean + 3 * spread)


if __name__ == "__main__":
    synthetic.write(CSV, table())
