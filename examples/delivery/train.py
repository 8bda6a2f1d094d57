"""Train the delivery model, and package the model and the adapter's layer for the deployment.

The data is SYNTHETIC: invented deliveries within a square of 30 km. The instances pass the same validation as a request, and then the same
adapter.py. It uses the pandas of the layer, unless pandas is installed.

    python lambda/layer.py pandas --architecture here --to examples/delivery/.build/pandas.zip
    python examples/delivery/train.py
"""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import training
from prediction_api.training import records

HERE = Path(__file__).resolve().parent
LAMBDA = HERE.parents[1] / "lambda"
PANDAS = LAMBDA / ".build" / "pandas-here" / "python"  # written by layer.py
ARTIFACT = HERE / ".build" / "model.tar.gz"
ADAPTER = HERE / ".build" / "adapter.zip"
SEED = 20240703
DELIVERIES = 2000
PARAMETERS = {"objective": "reg:squarederror", "tree_method": "hist", "max_depth": 5, "eta": 0.1, "seed": SEED}


def deliveries() -> list[tuple[list[Any], float]]:
    """Return invented instances in the contract's order, each with its delivery time in minutes."""
    random = Random(SEED)  # noqa: S311 - reproducible on purpose, and no secret
    made = []
    for _ in range(DELIVERIES):
        start = datetime(2024, 1, 1) + timedelta(minutes=random.randrange(366 * 24 * 60))  # noqa: DTZ001 - local
        north, east, far_north, far_east = (random.random() for _ in range(4))
        weight = None if random.random() < 0.1 else round(0.1 + 20 * random.random() ** 3, 1)  # noqa: PLR2004
        express = random.random() < 0.3  # noqa: PLR2004 - three in ten
        instance = [
            start.strftime("%Y-%m-%d %H:%M:%S"),
            *(round(40.6 + 0.27 * north, 4), round(-74.0 + 0.35 * east, 4)),
            *(round(40.6 + 0.27 * far_north, 4), round(-74.0 + 0.35 * far_east, 4)),
            weight,
            "express" if express else "standard",
        ]
        rush = 1.5 if start.hour in (7, 8, 9, 16, 17, 18) else 1.0
        way = abs(north - far_north) + abs(east - far_east)
        made.append((instance, (8 + 60 * way * rush * (0.7 if express else 1.0)) * (0.9 + 0.2 * random.random())))
    return made


def train(say: Callable[[str], None] = print) -> None:
    """Train on invented deliveries, and write artifact and layer. Raises ImportError without pandas."""
    from delivery import adapter

    say("data: invented deliveries (SYNTHETIC)")
    instances, minutes = zip(*deliveries(), strict=True)
    rows = adapter.encode(records(training.load_contract(HERE / "contract.yaml"), list(instances)))
    booster = training.fit(np.array(rows, dtype=np.float32), np.log1p(minutes), PARAMETERS, "RMSLE", say)
    training.pack(booster, ARTIFACT, say)
    subprocess.run([sys.executable, LAMBDA / "layer.py", adapter.__file__, "--to", ADAPTER], check=True)


def main() -> int:
    """Train. Return 0, or 1 after a message if pandas is missing."""
    sys.path.append(str(PANDAS))
    try:
        train()
    except ImportError as error:
        print(f"train: {error}; run `python lambda/layer.py pandas --architecture here`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
