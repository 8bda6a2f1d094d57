"""Common functions of the training programs: read a CSV by its contract, train, and write a model.tar.gz for SageMaker.

The encoder that prepares requests in Lambda also prepares the training data here.
"""

import csv
import gzip
import io
import os
import sys
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lambda" / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools" / "src"))

from prediction_api.contract import Contract, Feature
from prediction_api.problems import Problem
from prediction_api.training import columns as encoded_columns
from prediction_tools import contract_file

MEMBER = "xgboost-model"  # the file that SageMaker's XGBoost container looks for
HELD_OUT_EVERY = 10  # every tenth row evaluates the model and is not used for training
ROUNDS = 150
REPORT_EVERY = 25
BOOLEANS = {"true": True, "false": False}


class DataError(Exception):
    """The CSV is unsuitable for training. The message names the file, line and column, and what was expected."""


def run(train: Callable[[Path], None], shipped: Path) -> int:
    """Train on TRAIN_CSV or the included CSV. Return 0, or 1 after printing a problem of the data."""
    try:
        train(source(shipped))
    except DataError as error:
        print(f"train: {error}", file=sys.stderr)
        return 1
    return 0


def load_contract(path: Path) -> Contract:
    """Return the contract in a YAML file."""
    return contract_file.read(path)


def source(shipped: Path) -> Path:
    """Return the CSV to train on: TRAIN_CSV, or the included one."""
    return Path(os.environ.get("TRAIN_CSV") or shipped).expanduser()


def origin(path: Path, shipped: Path) -> str:
    """Return a line that names the data."""
    return f"data: {path}{' (SYNTHETIC, see generate.py)' if path == shipped else ''}"


def records(path: Path, contract: Contract) -> list[tuple[int, dict[str, str]]]:
    """Return the CSV's rows with their line numbers. Raises DataError for a missing column."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}; set TRAIN_CSV to the CSV to train on"
        raise DataError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8 text: {error}"
        raise DataError(message) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    _check_header(path, reader.fieldnames or (), [*(feature.name for feature in contract.features), contract.output_name])
    rows = [(reader.line_num, record) for record in reader]
    if len(rows) <= HELD_OUT_EVERY:
        message = f"{path} has {len(rows)} rows; more than {HELD_OUT_EVERY} are required"
        raise DataError(message)
    return rows


def read(path: Path, contract: Contract, target: Callable[[str], float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the model's columns (float32, one row per CSV line) and the values to predict.

    ``target`` converts a field of the contract's output to a number; its ValueError says what was expected. Raises DataError.
    """
    rows = records(path, contract)
    instances = [{feature.name: _value(record[feature.name], feature) for feature in contract.features} for _, record in rows]
    targets = []
    for line, record in rows:
        try:
            targets.append(target(record[contract.output_name] or ""))
        except ValueError as error:
            message = f"{path}, line {line}, column {contract.output_name}: {error}"
            raise DataError(message) from error
    try:
        columns = encoded_columns(contract, instances)
    except Problem as problem:
        raise DataError(_explain(problem, path, [line for line, _ in rows])) from problem
    return np.array(columns, dtype=np.float32).T, np.array(targets)


def fit(columns: np.ndarray, label: np.ndarray, parameters: Mapping[str, Any], metric: str, say: Callable[[str], None]) -> xgb.Booster:
    """Return a booster of ROUNDS trees, and report the objective's metric on the held-out rows during training."""
    say(f"{columns.shape[0]} rows, {columns.shape[1]} columns; every {HELD_OUT_EVERY}th row is held out")
    held_out = np.arange(len(columns)) % HELD_OUT_EVERY == 0
    training = xgb.DMatrix(columns[~held_out], label[~held_out], nthread=1)
    evaluation = xgb.DMatrix(columns[held_out], label[held_out], nthread=1)
    # With more threads, the order of additions, and so the bytes of the model, would vary.
    booster = xgb.Booster({**parameters, "nthread": 1}, [training, evaluation])
    for done in range(1, ROUNDS + 1):
        booster.update(training, done - 1)
        if done % REPORT_EVERY == 0:
            error = float(booster.eval(evaluation).rpartition(":")[2])
            say(f"{done}/{ROUNDS} trees, {metric} {error:.4f} on the held-out rows")
    return booster


def pack(booster: xgb.Booster, artifact: Path, say: Callable[[str], None]) -> None:
    """Write model.tar.gz with the booster as its only member. Equal boosters give equal bytes."""
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
    say(f"wrote {artifact} ({artifact.stat().st_size} bytes)")


def unpack(artifact: Path) -> xgb.Booster:
    """Return the booster inside a model.tar.gz. Raises KeyError if there is none."""
    with tarfile.open(artifact) as archive:
        model = archive.extractfile(archive.getmember(MEMBER))
        return xgb.Booster(model_file=bytearray(model.read() if model else b""))


def _check_header(path: Path, header: Sequence[str], wanted: Iterable[str]) -> None:
    missing = [name for name in wanted if name not in header]
    if missing:
        message = f"{path}, line 1: no column {', '.join(missing)}; the header is: {','.join(header) or '(empty)'}"
        raise DataError(message)


def _explain(problem: Problem, path: Path, lines: Sequence[int]) -> str:
    """Return the validation errors with line and column of the CSV instead of the instance's position."""
    errors = []
    for error in problem.members["errors"]:
        _, _, position, name = error["pointer"].split("/")
        errors.append(f"{path}, line {lines[int(position)]}, column {name}: {error['detail']}")
    if more := problem.members["error_count"] - len(errors):
        errors.append(f"and {more} more")
    return "\n".join(errors)


def _value(text: str | None, feature: Feature) -> str | float | None:
    """Return a CSV field as a JSON value. Text that is not of the feature's type is returned as it is, and validation rejects it."""
    if not text:
        return None
    if feature.type == "boolean":
        return BOOLEANS.get(text.lower(), text)
    if feature.type in ("number", "integer"):
        for number in (int, float):
            with suppress(ValueError):
                return number(text)
    return text
