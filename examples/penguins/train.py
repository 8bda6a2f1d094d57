"""Train the penguin model and package it for SageMaker as .build/model.tar.gz.

The contract defines which CSV columns are read, how they become the model's columns, and the class of each label. The same CSV and contract
give the same bytes.

    python examples/penguins/train.py                        the included, synthetic data
    TRAIN_CSV=~/birds.csv python examples/penguins/train.py  any CSV with its columns; empty fields are missing values
"""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import training

HERE = Path(__file__).resolve().parent
SYNTHETIC = HERE / "data" / "train_synthetic.csv"
CONTRACT = HERE / "contract.yaml"
ARTIFACT = HERE / ".build" / "model.tar.gz"

PARAMETERS = {
    "objective": "multi:softprob",
    "tree_method": "hist",
    "max_depth": 3,
    "eta": 0.1,
    "subsample": 0.8,
    "seed": 18400120,
}


def train(path: Path, artifact: Path = ARTIFACT, say: Callable[[str], None] = print) -> None:
    """Train on a CSV, write the artifact and report progress. Raises DataError."""
    say(training.origin(path, SYNTHETIC))
    contract = training.load_contract(CONTRACT)

    def number(label: str) -> float:
        if label not in contract.labels:
            raise ValueError(f"{label!r} is not one of {', '.join(contract.labels)}")
        return contract.labels.index(label)

    columns, classes = training.read(path, contract, number)
    parameters = {**PARAMETERS, "num_class": len(contract.labels)}
    training.pack(training.fit(columns, classes, parameters, "log loss", say), artifact, say)


if __name__ == "__main__":
    sys.exit(training.run(train, SYNTHETIC))
