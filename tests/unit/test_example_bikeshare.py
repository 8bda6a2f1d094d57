"""The bikeshare example: its data, its training, and that the contract alone names the features."""

import importlib.util
import io
import re
import subprocess
import sys
import tarfile
import tokenize
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import xgboost as xgb
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "bikeshare"
OBSERVATIONS = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994],
    ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0],
]
# each record without its moment, then the moment's year, month, day, day of the week from Monday = 0, and hour
COLUMNS = [
    [4, 0, 1, 1, 16.4, 20.455, 50, 26.0027, 2012, 12, 19, 2, 17],
    [4, 0, 1, 1, 15.58, 19.695, 50, 23.9994, 2012, 12, 19, 2, 18],
    [4, 0, 1, 2, 14.76, 18.94, 100, 0, 2012, 12, 10, 0, 1],
]
# the extremes of Kaggle's train.csv and test.csv, column by column
KAGGLE_EXTREMES = [
    ["2011-01-01 00:00:00", 1, 0, 0, 1, 0.82, 0.76, 0, 0.0],
    ["2012-12-31 23:00:00", 4, 1, 1, 4, 41.0, 50.0, 100, 56.9969],
]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bikeshare_{name}", EXAMPLE / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


train = load("train")
generate = load("generate")


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trained") / "model.tar.gz"
    train.train(train.SYNTHETIC, path)
    return path


def predictions(booster: xgb.Booster) -> list[float]:
    return [float(value) for value in np.expm1(booster.predict(xgb.DMatrix(np.array(COLUMNS, dtype=np.float32))))]


def message_for(csv: Path) -> str:
    with pytest.raises(train.DataError) as caught:
        train.read(csv, train.load_contract())
    return str(caught.value)


@pytest.fixture
def edited(tmp_path: Path) -> "Edit":
    return Edit(tmp_path / "train.csv")


class Edit:
    """Writes the shipped CSV with one text replaced by another, once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, old: str, new: str) -> Path:
        text = train.SYNTHETIC.read_text()
        assert old in text
        self.path.write_text(text.replace(old, new, 1))
        return self.path


def test_the_generator_reproduces_the_shipped_data_byte_for_byte() -> None:
    assert generate.table() == train.SYNTHETIC.read_bytes()


def test_the_shipped_data_is_small_enough_for_git() -> None:
    assert train.SYNTHETIC.stat().st_size < 1_000_000


def test_the_shipped_data_has_the_header_of_kaggles_file() -> None:
    kaggle = "datetime,season,holiday,workingday,weather,temp,atemp,humidity,windspeed,casual,registered,count"
    assert train.SYNTHETIC.read_text().splitlines()[0] == kaggle


def test_rentals_of_visitors_and_subscribers_add_up() -> None:
    rows = [line.rsplit(",", 3)[1:] for line in train.SYNTHETIC.read_text().splitlines()[1:]]
    assert all(int(casual) + int(registered) == int(count) for casual, registered, count in rows)


def test_the_contract_turns_an_observation_into_the_columns_of_the_model() -> None:
    columns = train.encode([{"features": observation} for observation in OBSERVATIONS])
    assert [list(row) for row in zip(*columns, strict=True)] == COLUMNS


def test_the_contract_admits_the_extremes_of_kaggles_data() -> None:
    columns = train.encode([{"features": row} for row in KAGGLE_EXTREMES])
    assert len(columns[0]) == len(KAGGLE_EXTREMES)


def test_training_twice_gives_the_same_bytes(artifact: Path, tmp_path: Path) -> None:
    train.train(train.SYNTHETIC, tmp_path / "model.tar.gz")
    assert (tmp_path / "model.tar.gz").read_bytes() == artifact.read_bytes()


def test_the_artifact_holds_the_model_and_nothing_else(artifact: Path) -> None:
    with tarfile.open(artifact) as archive:
        assert archive.getnames() == ["xgboost-model"]


def test_the_model_takes_as_many_columns_as_the_contract_lists(artifact: Path) -> None:
    assert train.unpack(artifact).num_features() == len(train.load_contract().column_names)


def test_predictions_are_hundreds_at_rush_hour_and_tens_or_fewer_at_night(artifact: Path) -> None:
    seventeen, eighteen, one = predictions(train.unpack(artifact))
    assert 200 < seventeen < 1000
    assert 200 < eighteen < 1000
    assert 1 < one < 60


def test_the_model_errs_less_on_held_out_rows_than_half_of_what_a_constant_does() -> None:
    columns, rentals = train.read(train.SYNTHETIC, train.load_contract())
    booster = train.fit(columns, rentals)
    held_out = np.arange(len(columns)) % train.HELD_OUT_EVERY == 0
    label = np.log1p(rentals[held_out])
    error = np.sqrt(np.mean((booster.predict(xgb.DMatrix(columns[held_out])) - label) ** 2))
    assert error < 0.5 * np.std(label)


def test_training_reports_its_progress(tmp_path: Path) -> None:
    said: list[str] = []
    train.train(train.SYNTHETIC, tmp_path / "model.tar.gz", said.append)
    assert sum("RMSLE" in line for line in said) == train.ROUNDS // train.REPORT_EVERY


def test_train_csv_names_the_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAIN_CSV", str(tmp_path / "mine.csv"))
    assert train.source() == tmp_path / "mine.csv"


def test_a_missing_train_csv_is_named(tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLE / "train.py")]
    answer = subprocess.run(command, env={"TRAIN_CSV": str(tmp_path / "absent.csv")}, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (
        1,
        f"train: cannot read {tmp_path}/absent.csv: No such file or directory; set TRAIN_CSV to the CSV to train on\n",
    )


def test_a_missing_column_is_named_with_the_header_that_was_found(edited: Edit) -> None:
    assert "line 1: no column humidity; the header is: datetime,season," in message_for(edited("humidity", "wetness"))


def test_a_value_of_the_wrong_type_is_named_with_its_line_and_column(edited: Edit) -> None:
    message = message_for(edited("\n2011-01-01 01:00:00,1,", "\n2011-01-01 01:00:00,winter,"))
    assert re.search(r"train\.csv, line 3, column season: .*integer", message)


def test_a_value_out_of_bounds_is_named_with_its_line_and_column(edited: Edit) -> None:
    assert "line 2, column season: " in message_for(edited("\n2011-01-01 00:00:00,1,", "\n2011-01-01 00:00:00,5,"))


def test_rentals_that_are_not_a_number_are_named_with_their_line_and_column(edited: Edit) -> None:
    first = train.SYNTHETIC.read_text().splitlines()[1]
    message = message_for(edited(first, first.rpartition(",")[0] + ",many"))
    assert "line 2, column count: 'many' is not a number of at least 0" in message


def test_a_csv_without_enough_rows_is_rejected(tmp_path: Path) -> None:
    short = tmp_path / "train.csv"
    short.write_text("\n".join(train.SYNTHETIC.read_text().splitlines()[:5]))
    assert "has 4 rows; more than 10 are required" in message_for(short)


@pytest.mark.parametrize("path", sorted(EXAMPLE.glob("*.py")), ids=lambda path: path.name)
def test_no_program_of_the_example_names_a_feature(path: Path) -> None:
    features = {feature["name"] for feature in yaml.safe_load(train.CONTRACT.read_text())["features"]}
    words = {
        word
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type in (tokenize.NAME, tokenize.STRING, tokenize.FSTRING_MIDDLE)
        for word in re.findall(r"\w+", token.string)
    }
    assert words & features <= {"datetime"}, "datetime is also a module of Python; no other name may occur"


@pytest.mark.parametrize("path", sorted(EXAMPLE.glob("*.tf")), ids=lambda path: path.name)
def test_no_terraform_file_of_the_example_names_a_feature(path: Path) -> None:
    features = {feature["name"] for feature in yaml.safe_load(train.CONTRACT.read_text())["features"]}
    assert not features & set(re.findall(r"\w+", path.read_text()))
