"""sagemaker-api contract check --model: where a model and a contract disagree, and the predictions that the API will return."""

from __future__ import annotations

import csv
import io
import pickle
import tarfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb
import yaml
from prediction_tools.cli import app
from prediction_tools.model.booster_file import ModelFileError, read
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ["temp", "humidity", "windspeed"]


def booster(objective: str = "reg:squarederror", names: list[str] | None = None, classes: int = 0) -> xgb.Booster:
    """Train on three columns, or as many as there are names."""
    names = names or NAMES
    rng = np.random.default_rng(7)
    rows = rng.random((200, len(names)))
    target = (rows[:, 0] * max(classes, 2)).astype(int) if not objective.startswith("reg:squared") else rows[:, 0]
    parameters = {"objective": objective, "seed": 1, "nthread": 1} | ({"num_class": classes} if classes else {})
    return xgb.train(parameters, xgb.DMatrix(rows, target, feature_names=names), 3)


def saved(folder: Path, made: xgb.Booster, form: str = "json") -> Path:
    """Save a booster in a model.tar.gz."""
    with warnings.catch_warnings(action="ignore"):
        content = pickle.dumps(made) if form == "pickle" else bytes(made.save_raw(form))
    path = folder / "model.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("xgboost-model")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return path


def contract(folder: Path, columns: list[str] | None = None, **output: Any) -> Path:
    """Write a contract of three numbers."""
    document = {"features": [{"name": name, "type": "number"} for name in NAMES], "columns": columns or NAMES, "output": output}
    path = folder / "contract.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


def checked(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["contract", "check", *map(str, arguments)])
    return done.exit_code, done.output


DISAGREEMENTS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "one column too many": (
        {"names": ["temp", "humidity"]},
        {},
        ':11:3: columns[2] ("windspeed"): the model has 2 columns, and the contract 3. It was trained without windspeed.',
    ),
    "one column too few": (
        {"names": [*NAMES, "hour"]},
        {},
        ':8:1: columns: the model has 4 columns, and the contract 3. It was trained with "hour" as well.',
    ),
    "two swapped names": (
        {"names": ["humidity", "temp", "windspeed"]},
        {},
        ':9:3: columns[0] ("temp"): the model was trained with "humidity" at this position, which is columns[1] ("humidity"). Swap them',
    ),
    "a name that no column has": (
        {"names": ["temp", "humidity", "rain"]},
        {},
        ':11:3: columns[2] ("windspeed"): the model was trained with "rain" at this position.',
    ),
    "a logit objective without sigmoid": (
        {"objective": "binary:logitraw"},
        {"kind": "binary"},
        ":13:3: output.steps: the model's objective binary:logitraw returns a margin. Add sigmoid as the first step.",
    ),
    "a probability with sigmoid": (
        {"objective": "binary:logistic"},
        {"kind": "binary", "steps": ["sigmoid"]},
        "output.steps: the model's objective binary:logistic returns a probability already. Remove sigmoid.",
    ),
    "a binary model under regression": (
        {"objective": "binary:logistic"},
        {},
        "output.kind: the model's objective is binary:logistic. Set kind binary.",
    ),
    "another number of classes than labels": (
        {"objective": "multi:softprob", "classes": 3},
        {"kind": "multiclass", "labels": ["a", "b"]},
        "output.labels: the model has 3 classes, and the contract 2 labels.",
    ),
}


@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_the_command_finds(name: str, tmp_path: Path) -> None:
    model, output, sentence = DISAGREEMENTS[name]
    code, text = checked(contract(tmp_path, **output), "--model", saved(tmp_path, booster(**model)))
    assert code == 1
    (line,) = text.splitlines()
    place = sentence if sentence.startswith(":") else ""
    assert sentence.lstrip(":") in line
    assert place.split(" ")[0] in line


def test_softmax_of_probabilities_is_found_for_a_container_of_one_s_own(tmp_path: Path) -> None:
    path = contract(tmp_path, kind="multiclass", steps=["softmax"])
    code, text = checked(path, "--model", saved(tmp_path, booster("multi:softprob", classes=3)), "--image", "own")
    assert (code, text) == (1, f"{path}:14:3: output.steps: the model's objective multi:softprob needs no softmax. Remove it.\n")


AGREEMENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a regression": ({}, {}),
    "a margin with sigmoid": ({"objective": "binary:logitraw"}, {"kind": "binary", "steps": ["sigmoid"]}),
    "a probability": ({"objective": "binary:logistic"}, {"kind": "binary"}),
    "classes with their labels": ({"objective": "multi:softprob", "classes": 3}, {"kind": "multiclass", "labels": ["a", "b", "c"]}),
    "a model without names": ({"names": ["f0", "f1", "f2"]}, {}),
}


@pytest.mark.parametrize("name", AGREEMENTS)
def test_the_command_accepts(name: str, tmp_path: Path) -> None:
    model, output = AGREEMENTS[name]
    path = contract(tmp_path, **output)
    assert checked(path, "--model", saved(tmp_path, booster(**model))) == (0, f"{path}: no problems\n")


FORMATS = {
    ("json", "1.7-1"): "saved by XGBoost 3.0, and the image has XGBoost 1.7.",
    ("ubj", "1.5-1"): "the image has XGBoost 1.5, which does not read UBJSON.",
    ("pickle", "1.7-1"): "a pickle of XGBoost 3.0, and the image has XGBoost 1.7. A pickle loads in the same release only.",
    ("pickle", "3.2-0"): "a pickle of XGBoost 3.0, and the image has XGBoost 3.2.",
    ("deprecated", "3.2-0"): "the image has XGBoost 3.2, which no longer reads the binary format.",
}


@pytest.mark.parametrize(("form", "version"), FORMATS, ids="-".join)
def test_the_command_finds_a_format_that_the_image_cannot_load(form: str, version: str, tmp_path: Path) -> None:
    code, text = checked(contract(tmp_path), "--model", saved(tmp_path, booster(), form), "--image", f"xgboost:{version}")
    assert (code, FORMATS[form, version] in text) == (1, True), text


@pytest.mark.parametrize("form", ["json", "ubj", "pickle", "deprecated"])
def test_the_command_accepts_every_format_of_the_image_s_release(form: str, tmp_path: Path) -> None:
    code, text = checked(contract(tmp_path), "--model", saved(tmp_path, booster(), form), "--image", "xgboost:3.0-5")
    assert code == 0, text


class Bomb:
    """An object whose pickle creates a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_no_code_of_a_pickle_runs(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="a pickle of pathlib"):
        read("model", pickle.dumps(Bomb(tmp_path / "touched")))
    assert not (tmp_path / "touched").exists()


def test_a_pickle_of_xgboost_1_7_is_recognized() -> None:
    # the layout of its memory snapshot: a signature, an offset, the old binary format, and the configuration as JSON
    config = (
        b'{"learner":{"learner_model_param":{"num_class":"0","num_feature":"3"},"objective":{"name":"reg:squarederror"}},"version":[1,7,6]}'
    )
    snapshot = b"CONFIG-offset:" + (14 + 8 + 4).to_bytes(8, "little") + b"binf" + config
    made = read("model", pickle.dumps(booster()).replace(b"Config", b"Config"))
    old = read("model", _pickle_of(snapshot))
    assert (made.version, old.version, old.features) == ((3, 0, 5), (1, 7, 6), 3)


def _pickle_of(snapshot: bytes) -> bytes:
    made = xgb.Booster.__new__(xgb.Booster)

    class Pickler(pickle.Pickler):
        def reducer_override(self, obj: Any) -> Any:
            return (xgb.Booster, (), {"handle": bytearray(snapshot)}) if obj is made else NotImplemented

    file = io.BytesIO()
    Pickler(file).dump(made)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"learner": 3}', "not a model of XGBoost: its JSON has another structure."),
        (b'{"learner": {', "not a model of XGBoost, or cut off: "),
        (b"{L", "not a model of XGBoost, or cut off: not Universal Binary JSON at byte 2."),
        (b"", "not a model of XGBoost: neither JSON, UBJSON nor a pickle."),
    ],
)
def test_a_file_that_is_not_a_model_is_reported_in_one_sentence(content: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_bytes(content)
    code, output = checked(contract(tmp_path), "--model", tmp_path / "model.json")
    assert (code, output.count("\n")) == (1, 1)
    assert output.startswith(f"{tmp_path / 'model.json'}: {problem}")
    assert output.endswith("Save it with booster.save_model('xgboost-model.json').\n")


def test_a_model_of_several_targets_is_rejected(tmp_path: Path) -> None:
    rows = np.random.default_rng(7).random((50, 3))
    model = saved(tmp_path, xgb.train({"nthread": 1}, xgb.DMatrix(rows, rows[:, :2], feature_names=NAMES), 2))
    code, output = checked(contract(tmp_path), "--model", model)
    assert (code, output.split(": ", 1)[1]) == (
        1,
        "output: the model predicts 2 numbers for each row, and a contract has one. Train one model for each.\n",
    )


def test_the_code_of_script_mode_is_not_taken_for_the_model(tmp_path: Path) -> None:
    model = saved(tmp_path, booster())
    with tarfile.open(model) as archive:
        content = archive.extractfile("xgboost-model").read()  # type: ignore[union-attr]
    with tarfile.open(model, "w:gz") as archive:
        for name, data in (("code/inference.py", b"pass"), ("xgboost-model", content)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    assert checked(contract(tmp_path), "--model", model) == (0, f"{tmp_path / 'contract.yaml'}: no problems\n")


def test_a_link_in_the_archive_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "model.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("model")
        member.type, member.linkname = tarfile.SYMTYPE, "elsewhere"
        archive.addfile(member)
    code, text = checked(contract(tmp_path), "--model", path)
    assert (code, "is a link, which SageMaker rejects" in text) == (1, True)


@pytest.fixture
def served(tmp_path: Path) -> tuple[Path, Path, Path, Path]:
    """Return a contract, its model, 50 rows, and the booster's own predictions of them."""
    made = booster("binary:logitraw")
    rows = np.random.default_rng(3).random((50, 3)).round(4)
    data, expected = tmp_path / "data.csv", tmp_path / "expected.csv"
    with data.open("w") as file:
        csv.writer(file).writerows([NAMES, *rows.tolist()])
    margins = made.predict(xgb.DMatrix(rows, feature_names=NAMES)).tolist()
    with expected.open("w") as file:
        csv.writer(file).writerows(
            [["prediction"], *[[1 / (1 + np.exp(-margin)) if margin >= 0 else np.exp(margin) / (1 + np.exp(margin))] for margin in margins]]
        )
    return contract(tmp_path, kind="binary", steps=["sigmoid"]), saved(tmp_path, made), data, expected


def test_the_handler_and_the_model_predict_to_the_last_digit(served: tuple[Path, Path, Path, Path]) -> None:
    path, model, data, expected = served
    assert checked(path, "--model", model, "--data", data, "--predictions", expected) == (0, f"{path}: no problems\n")


def test_a_prediction_that_differs_in_its_last_digit_is_found_with_its_line(served: tuple[Path, Path, Path, Path]) -> None:
    path, model, data, expected = served
    lines = expected.read_text().splitlines()
    other = np.nextafter(float(lines[10]), 1)
    expected.write_text("\n".join([*lines[:10], repr(float(other)), *lines[11:]]))
    code, text = checked(path, "--model", model, "--data", data, "--predictions", expected)
    assert (code, text.splitlines()[0]) == (1, f"{expected}:11:1: prediction: {float(other)!r} is expected, and {lines[10]} predicted.")


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda value: float(np.nextafter(value, 1)), "--tolerance 1e-12 accepts it."),
        (lambda value: float(np.float32(value)), "--tolerance 1e-5 accepts it."),
        (lambda value: value * 1.001, None),
    ],
)
def test_differences_of_rounding_come_with_the_tolerance_that_accepts_them(
    served: tuple[Path, Path, Path, Path], change: Callable[[float], float], hint: str | None
) -> None:
    path, model, data, expected = served
    title, *values = expected.read_text().splitlines()
    expected.write_text("\n".join([title, *[repr(change(float(value))) for value in values]]))
    code, text = checked(path, "--model", model, "--data", data, "--predictions", expected)
    assert (code, "30 more differences." in text, "--tolerance" in text) == (1, True, hint is not None)
    assert text.strip().endswith(hint or "30 more differences.")
    if hint:
        assert checked(path, "--model", model, "--data", data, "--predictions", expected, "--tolerance", hint.split()[1])[0] == 0


def test_a_file_that_is_not_a_table_is_reported_in_one_sentence(served: tuple[Path, Path, Path, Path]) -> None:
    path, model, data, expected = served
    data.write_text("temp,humidity,windspeed\n1,2,3,4,5\n")
    code, text = checked(path, "--model", model, "--data", data, "--predictions", expected)
    assert (code, text.startswith(f"{data}: a line has more fields than the header. "), text.count("\n")) == (1, True, 1)


def test_a_row_that_the_api_rejects_is_found_with_its_line(served: tuple[Path, Path, Path, Path]) -> None:
    path, model, data, expected = served
    lines = data.read_text().splitlines()
    data.write_text("\n".join([*lines[:7], "warm,1,1", *lines[8:]]))
    code, text = checked(path, "--model", model, "--data", data, "--predictions", expected)
    assert (code, text) == (1, f"{data}:8:1: the API rejects the row: temp must be a number.\n")
