"""Train the bikeshare model and pack it as SageMaker wants it: .build/model.tar.gz.

The contract says which CSV columns are read, how they become the model's columns, and which one is predicted; the same
encoder that prepares a request in Lambda prepares the training data here. Training takes a second or two and is
repeated at every call: the same CSV and contract give the same bytes.

    python examples/bikeshare/train.py                        the shipped, synthetic data
    TRAIN_CSV=~/train.csv python examples/bikeshare/train.py  Kaggle's Bike Sharing Demand, or any CSV with its columns
"""

import csv
import gzip
import io
import math
import os
import sys
import tarfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import xgboost as xgb
import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "lambda" / "src"))

from prediction_api.contract import Contract, Feature, load  # noqa: E402 - the encoder that the Lambda function uses
from prediction_api.problem import Problem  # noqa: E402

SYNTHETIC = HERE / "data" / "train_synthetic.csv"
CONTRACT = HERE / "contract.yaml"
ARTIFACT = HERE / ".build" / "model.tar.gz"
MEMBER = "xgboost-model"  # the file that SageMaker's XGBoost container looks for

HELD_OUT_EVERY = 10  # every tenth row judges the model and does not train it
ROUNDS = 150
REPORT_EVERY = 25
PARAMETERS = {
    "objective": "reg:squarederror",
    "tree_method": "hist",
    "max_depth": 6,
    "eta": 0.1,
    "subsample": 0.8,
    "seed": 20121219,
    "nthread": 1,  # the order of additions, and so the bytes of the model, would depend on the number of threads
}


class DataError(Exception):
    """The CSV cannot be trained on; the message says which file, line and column, and what was expected."""


def main() -> int:
    """Train and pack; return 1 after a message when the data is unfit."""
    try:
        train(source())
    except DataError as error:
        print(f"train: {error}", file=sys.stderr)
        return 1
    return 0


def source() -> Path:
    """Return the CSV to train on: TRAIN_CSV, or else the shipped one."""
    return Path(os.environ.get("TRAIN_CSV") or SYNTHETIC).expanduser()


def train(path: Path, artifact: Path = ARTIFACT, say: Callable[[str], None] = print) -> None:
    """Train on a CSV and write the artifact, with progress. Raises DataError."""
    say(f"data: {path}{' (SYNTHETIC, see generate.py)' if path == SYNTHETIC else ''}")
    contract = load_contract()
    columns, target = read(path, contract)
    say(f"{len(columns)} rows, {len(contract.column_names)} columns; every {HELD_OUT_EVERY}th row is held out")
    booster = fit(columns, target, say)
    pack(booster, artifact)
    say(f"wrote {artifact} ({artifact.stat().st_size} bytes)")


def load_contract() -> Contract:
    """Return the contract of this example."""
    return load(yaml.safe_load(CONTRACT.read_text(encoding="utf-8")))


def read(path: Path, contract: Contract) -> tuple[np.ndarray, np.ndarray]:
    """Return the model's columns (float32, one row per CSV line) and what it shall predict. Raises DataError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}; TRAIN_CSV names the CSV to train on"
        raise DataError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8 text: {error}"
        raise DataError(message) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    target = contract.output_name
    _check_header(path, reader.fieldnames or (), [*(feature.name for feature in contract.features), target])
    lines, instances, rentals = [], [], []
    for record in reader:
        lines.append(reader.line_num)
        instances.append({feature.name: _value(record[feature.name], feature) for feature in contract.features})
        rentals.append(_target(record[target], f"{path}, line {reader.line_num}, column {target}"))
    if len(lines) <= HELD_OUT_EVERY:
        message = f"{path} has {len(lines)} rows; more than {HELD_OUT_EVERY} are needed"
        raise DataError(message)
    try:
        columns = contract.columns(instances)
    except Problem as problem:
        raise DataError(_explain(problem, path, lines)) from problem
    return np.array(columns, dtype=np.float32).T, np.array(rentals)


def fit(columns: np.ndarray, target: np.ndarray, say: Callable[[str], None] = print) -> xgb.Booster:
    """Return the booster trained on log1p of the target; reports the held-out rows' RMSLE as it goes."""
    held_out = np.arange(len(columns)) % HELD_OUT_EVERY == 0
    label = np.log1p(target)
    training = xgb.DMatrix(columns[~held_out], label[~held_out], nthread=1)
    judging = xgb.DMatrix(columns[held_out], label[held_out], nthread=1)
    booster = xgb.Booster(PARAMETERS, [training, judging])
    for done in range(1, ROUNDS + 1):
        booster.update(training, done - 1)
        if done % REPORT_EVERY == 0:
            # the root mean square error of a logarithm is the RMSLE
            error = float(booster.eval(judging).rpartition(":")[2])
            say(f"{done}/{ROUNDS} trees, RMSLE {error:.4f} on the held-out rows")
    return booster


def pack(booster: xgb.Booster, artifact: Path) -> None:
    """Write model.tar.gz with the booster as its only member; equal boosters give equal bytes."""
    model = bytes(booster.save_raw("ubj"))
    member = tarfile.TarInfo(MEMBER)
    member.size = len(model)
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(member, io.BytesIO(model))
    artifact.parent.mkdir(parents=True, exist_ok=True)
    partial = artifact.with_suffix(".partial")
    partial.write_bytes(gzip.compress(content.getvalue(), mtime=0))
    partial.replace(artifact)


def unpack(artifact: Path) -> xgb.Booster:
    """Return the booster inside a model.tar.gz. KeyError: there is none."""
    with tarfile.open(artifact) as archive:
        model = archive.extractfile(archive.getmember(MEMBER))
        return xgb.Booster(model_file=bytearray(model.read() if model else b""))


def _check_header(path: Path, header: Sequence[str], wanted: Iterable[str]) -> None:
    missing = [name for name in wanted if name not in header]
    if missing:
        message = f"{path}, line 1: no column {', '.join(missing)}; the header is: {','.join(header) or '(empty)'}"
        raise DataError(message)


def _explain(problem: Problem, path: Path, lines: Sequence[int]) -> str:
    """Return what the contract has against the data, by line and column of the CSV instead of by instance."""
    faults = []
    for fault in problem.members["errors"]:
        _, _, position, name = fault["pointer"].split("/")
        faults.append(f"{path}, line {lines[int(position)]}, column {name}: {fault['detail']}")
    if more := problem.members["error_count"] - len(faults):
        faults.append(f"and {more} more")
    return "\n".join(faults)


def _value(text: str | None, feature: Feature) -> str | float | None:
    """Return a CSV field as JSON would carry it; what is no number stays text, for the contract to refuse."""
    if not text:
        return None
    if feature.type in ("number", "integer"):
        for number in (int, float):
            with suppress(ValueError):
                return number(text)
    return text


def _target(text: str | None, where: str) -> float:
    with suppress(ValueError):
        if 0 <= (value := float(text or "")) < math.inf:
            return value
    message = f"{where}: {text!r} is not a number from 0 up"
    raise DataError(message)


if __name__ == "__main__":
    sys.exit(main())
