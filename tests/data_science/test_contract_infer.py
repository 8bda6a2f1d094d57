"""sagemaker-api contract infer: a contract whose predictions are the booster's, without an edit by hand."""

from __future__ import annotations

import gzip
import math
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import xgboost as xgb
from prediction_tools import contract_file, encode
from prediction_tools.cli import app
from prediction_tools.contract import document, rules
from prediction_tools.draft import yaml_text
from prediction_tools.tables import typed
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable

TREE = Path(__file__).resolve().parents[2]
BIKES = pd.read_csv(TREE / "examples/bikeshare/data/train_synthetic.csv", nrows=3000)[::2].reset_index(drop=True)
PENGUINS = pd.read_csv(TREE / "examples/penguins/data/train_synthetic.csv")


def run(*arguments: str | Path) -> str:
    """Return what a command printed. AssertionError if it failed."""
    done = CliRunner().invoke(app, ["contract", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


def train(columns: pd.DataFrame, target: Any, objective: str, *, names: bool = True, **parameters: Any) -> xgb.Booster:
    matrix = xgb.DMatrix(columns.to_numpy(float), target, feature_names=list(columns.columns) if names else None)
    return xgb.train({"objective": objective, "max_depth": 4, "nthread": 1, "seed": 1} | parameters, matrix, 15)


def scores(booster: xgb.Booster, columns: pd.DataFrame) -> list[Any]:
    found: list[Any] = booster.predict(xgb.DMatrix(columns.to_numpy(float)), validate_features=False).tolist()
    return found


def drafted(folder: Path, data: pd.DataFrame, target: str, model: xgb.Booster | None = None, *options: str | Path) -> dict[str, Any]:
    """Return the contract that is drafted from data and a model."""
    data.to_csv(folder / "train.csv", index=False)
    if model:
        model.save_model(folder / "model.json")
        options = ("--model", folder / "model.json", *options)
    run("infer", folder / "train.csv", "--target", target, "-o", folder / "contract.yaml", *options)
    value: dict[str, Any] = document.parse((folder / "contract.yaml").read_text()).value
    return value


def predicts(folder: Path, expected: pd.DataFrame) -> None:
    """Assert that the draft has no problems, and that the handler's predictions are the expected ones to the last digit."""
    expected.to_csv(folder / "expected.csv", index=False)
    files = {"--model": "model.json", "--data": "train.csv", "--predictions": "expected.csv"}
    run("check", folder / "contract.yaml", *(part for option, name in files.items() for part in (option, folder / name)))


def bike_columns(*, prefix: str = "") -> pd.DataFrame:
    """Return the columns of the course's notebook."""
    moments = pd.to_datetime(BIKES["datetime"]).dt
    parts = {"year": moments.year, "month": moments.month, "day": moments.day, "dayofweek": moments.day_of_week, "hour": moments.hour}
    plain = BIKES[["season", "holiday", "workingday", "weather", "temp", "atemp", "humidity", "windspeed"]]
    return plain.assign(**{prefix + name: value for name, value in parts.items()})


@pytest.mark.parametrize("names", [True, False], ids=["with names", "without names"])
def test_the_course_s_bikes_need_no_edit(names: bool, tmp_path: Path) -> None:
    columns = bike_columns()
    model = train(columns, np.log1p(BIKES["count"]), "reg:squarederror", names=names)
    contract = drafted(tmp_path, BIKES, "count", model)
    assert contract["output"]["steps"] == ["expm1"]
    predicts(tmp_path, pd.DataFrame({"count": [math.expm1(score) for score in scores(model, columns)]}))


@pytest.mark.parametrize(("objective", "eta"), [("reg:squarederror", 0.1), ("reg:absoluteerror", 0.3)])
@pytest.mark.parametrize(("forward", "step"), [(np.log1p, "expm1"), (np.log, "exp")])
def test_the_step_of_a_weak_model_is_that_of_its_target(
    forward: Callable[[Any], Any], step: str, objective: str, eta: float, tmp_path: Path
) -> None:
    """Models of a logarithm predict too few bikes on average. One more, which exp adds to expm1, may be nearer to the counts."""
    model = train(bike_columns(), forward(BIKES["count"]), objective, eta=eta)
    assert drafted(tmp_path, BIKES, "count", model)["output"]["steps"] == [step]


def test_a_draft_names_another_step_that_fits_as_well(tmp_path: Path) -> None:
    target = np.log1p(BIKES["count"])
    model = train(bike_columns(), target, "reg:squarederror", eta=0.1, base_score=target.mean() - 0.1)
    drafted(tmp_path, BIKES, "count", model)
    text = (tmp_path / "contract.yaml").read_text()
    assert "# review: steps: [exp] fits the data about as well: which target was the model trained on?" in text


def test_parts_of_a_date_are_recognized_with_its_name_before_them(tmp_path: Path) -> None:
    columns = bike_columns(prefix="datetime_")
    contract = drafted(tmp_path, BIKES, "count", train(columns, BIKES["count"], "reg:squarederror"))
    assert contract["columns"][8:] == [f"datetime.{part}" for part in ("year", "month", "day", "dayofweek", "hour")]
    assert "steps" not in contract["output"]


def test_penguins_need_no_edit(tmp_path: Path) -> None:
    day = pd.to_datetime(PENGUINS["egg_date"]).dt
    columns = pd.get_dummies(PENGUINS[["island"]], dtype=float).assign(
        **{name: PENGUINS[name] for name in ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "eggs")},
        sex=PENGUINS["sex"].map({"female": 0, "male": 1}),
        first_nest=PENGUINS["first_nest"].astype(float),
        egg_date_month=day.month,
        egg_date_dayofyear=day.day_of_year,
    )
    labels = sorted(PENGUINS["species"].unique())
    model = train(columns, PENGUINS["species"].map(labels.index), "multi:softprob", num_class=len(labels))
    contract = drafted(tmp_path, PENGUINS, "species", model)
    shares = contract["output"].pop("summary")["shares"]
    assert contract["output"] == {"name": "species", "kind": "multiclass", "labels": labels}
    expected = PENGUINS["species"].value_counts(normalize=True).to_dict()
    assert {label: float(share) for label, share in shares.items()} == pytest.approx(expected, abs=0.05)
    predicted = scores(model, columns)
    best = [row.index(max(row)) for row in predicted]
    expected = {"species": [labels[one] for one in best]} | {
        f"probability_{label}": [row[place] for row in predicted] for place, label in enumerate(labels)
    }
    predicts(tmp_path, pd.DataFrame(expected))


def test_the_names_that_encode_gives_lead_back_to_the_columns(tmp_path: Path) -> None:
    contract = contract_file.read(TREE / "examples/penguins/contract.yaml")
    columns = encode(contract, PENGUINS)
    labels = sorted(PENGUINS["species"].unique())
    model = train(columns, PENGUINS["species"].map(labels.index), "multi:softprob", num_class=len(labels))
    drafted_columns = drafted(tmp_path, PENGUINS, "species", model)["columns"]
    assert drafted_columns == [column.spec for column in contract.model_columns]
    best = [labels[row.index(max(row))] for row in scores(model, columns)]
    predicts(tmp_path, pd.DataFrame({"species": best}))


def sixty_columns(rows: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return data of 60 columns (texts, dates, missing values, an identifier, a constant), and the columns of its model."""
    rng = np.random.default_rng(60)
    data: dict[str, Any] = {"customer_id": np.arange(rows), "currency": ["EUR"] * rows}
    for place in range(25):
        values = rng.normal(place, 1 + place, rows).round(3)
        data[f"amount_{place}"] = np.where(rng.random(rows) < 0.1, np.nan, values) if place % 3 == 0 else values
    for place in range(10):
        data[f"count_{place}"] = rng.integers(0, 4 if place % 2 else 5000, rows)
    for place in range(12):
        kinds = np.array([f"kind {letter}" for letter in "DBACE"[: 2 + place % 4]], dtype=object)
        values = rng.choice(kinds, rows)
        data[f"group_{place}"] = np.where(rng.random(rows) < 0.1, None, values) if place % 4 == 0 else values
    for place in range(6):
        data[f"flag_{place}"] = rng.random(rows) < 0.4
    data["opened"] = [f"{day:%Y-%m-%d}" for day in pd.Timestamp("2019-03-01") + pd.to_timedelta(rng.integers(0, 900, rows), "D")]
    data["seen"] = [
        f"{time:%Y-%m-%d %H:%M:%S}" for time in pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 9_000_000, rows), "s")
    ]
    data["comment"] = [f"text {number}" for number in rng.permutation(rows)]
    data["late"] = rng.integers(0, 2, rows)
    data["target"] = rng.integers(0, 2, rows)
    frame = pd.DataFrame(data)
    columns = frame[[name for name in frame if str(name).startswith(("amount", "count", "flag"))]].astype(float)
    for place in range(12):
        column = frame[f"group_{place}"]
        known = sorted(column.dropna().unique())
        if place % 4:
            for value in known:
                columns[f"group_{place}={value}"] = (column == value).astype(float)
        else:
            columns[f"group_{place}"] = column.map(known.index, na_action="ignore")
    opened, seen = pd.to_datetime(frame["opened"]).dt, pd.to_datetime(frame["seen"]).dt
    columns["opened_month"], columns["opened_weekday"] = opened.month, opened.day_of_week
    columns["seen_hour"], columns["seen_minute"] = seen.hour, seen.minute
    columns["hour_sin"] = [math.sin(math.tau * hour / 24) for hour in seen.hour]
    return frame, columns.assign(late=frame["late"])


def test_sixty_columns_need_no_edit(tmp_path: Path) -> None:
    data, columns = sixty_columns()
    assert len(data.columns) == 60
    model = train(columns, data["target"], "binary:logistic")
    contract = drafted(tmp_path, data, "target", model)
    assert [column for column in contract["columns"] if "hour" in column] == ["seen.hour", "seen.hour | sin(24)"]
    predicts(tmp_path, pd.DataFrame({"target": scores(model, columns)}))


def test_names_missing_values_and_codes_are_read_as_pandas_reads_them(tmp_path: Path) -> None:
    rng, rows = np.random.default_rng(8), 300
    signup = pd.Series(pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 700, rows), "D"))
    data = pd.DataFrame({"signup_date": signup.dt.strftime("%Y-%m-%d"), "branch": rng.choice(["01", "02", "10"], rows)})
    data["amount €"] = np.where(rng.random(rows) < 0.1, np.nan, rng.normal(50, 9, rows).round(2))
    data["target"] = signup.dt.month + data["amount €"].fillna(0) / 10
    columns = pd.get_dummies(data[["branch"]], dtype=float).assign(amount=data["amount €"], signup_month=signup.dt.month)
    model = train(columns, data["target"], "reg:squarederror")
    contract = drafted(tmp_path, data.fillna("NA"), "target", model)
    assert contract["columns"] == ["branch | onehot", "amount", "signup_date.month"]
    assert [feature.get("nullable", False) for feature in contract["features"]] == [False, False, True]
    predicts(tmp_path, pd.DataFrame({"target": scores(model, columns)}))


NUMBERS, CODES = ["temp", "humidity", "windspeed"], ["season", "weather"]


def fitted(prepare: ColumnTransformer, *, logarithm: bool) -> Any:
    """Return a pipeline of scikit-learn, fitted on the bikes."""
    model: Any = xgb.XGBRegressor(n_estimators=15, max_depth=4, n_jobs=1)
    if logarithm:
        model = TransformedTargetRegressor(model, func=np.log1p, inverse_func=np.expm1)
    return Pipeline([("prepare", prepare), ("model", model)]).fit(BIKES[[*NUMBERS, *CODES, "holiday"]], BIKES["count"])


PIPELINES: dict[str, Callable[[], ColumnTransformer]] = {
    "scaled, one-hot and passed on": lambda: ColumnTransformer(
        [("numbers", StandardScaler(), NUMBERS), ("codes", OneHotEncoder(), CODES)], remainder="passthrough"
    ),
    "ordinal, logarithm and imputed": lambda: ColumnTransformer(
        [
            ("codes", OrdinalEncoder(), CODES),
            ("logs", make_pipeline(FunctionTransformer(np.log1p), StandardScaler()), ["windspeed", "humidity"]),
            ("filled", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), ["temp"]),
        ]
    ),
}


@pytest.mark.parametrize("logarithm", [True, False], ids=["logarithm of the target", "plain target"])
@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_of_scikit_learn_needs_no_edit(name: str, logarithm: bool, tmp_path: Path) -> None:
    pipeline = fitted(PIPELINES[name](), logarithm=logarithm)
    (tmp_path / "pipeline.pkl").write_bytes(pickle.dumps(pipeline))
    contract = drafted(tmp_path, BIKES, "count", None, "--pipeline", tmp_path / "pipeline.pkl", "--artifact", tmp_path / "model.json")
    assert contract["output"].get("steps") == (["expm1"] if logarithm else None)
    regressor = pipeline[-1].regressor_ if logarithm else pipeline[-1]
    margins = regressor.predict(pipeline[0].transform(BIKES)).tolist()
    predicts(tmp_path, pd.DataFrame({"count": [math.expm1(score) for score in margins] if logarithm else margins}))


def test_a_step_that_a_contract_does_not_have_is_named(tmp_path: Path) -> None:
    pipeline = fitted(ColumnTransformer([("numbers", MinMaxScaler(), NUMBERS)]), logarithm=False)
    (tmp_path / "pipeline.pkl").write_bytes(pickle.dumps(pipeline))
    BIKES.to_csv(tmp_path / "train.csv", index=False)
    arguments = ["contract", "infer", str(tmp_path / "train.csv"), "--target", "count", "--pipeline", str(tmp_path / "pipeline.pkl")]
    done = CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "contract.yaml")])
    assert done.exit_code == 1
    assert "MinMaxScaler of temp, humidity, windspeed: a contract has no step for it." in done.output
    assert not (tmp_path / "contract.yaml").exists()


@pytest.mark.parametrize(
    ("prepare", "problem"),
    [
        (ColumnTransformer([("codes", OneHotEncoder(), CODES)]), "the model was trained on a sparse matrix, whose zeros XGBoost reads as"),
        (
            ColumnTransformer([("numbers", "passthrough", NUMBERS), ("again", "passthrough", ["temp"])]),
            "the pipeline computes temp more than once, and a contract lists each column once. Compute it once.",
        ),
    ],
    ids=["a sparse matrix", "a column twice"],
)
def test_a_pipeline_whose_columns_the_api_cannot_send_is_rejected(prepare: ColumnTransformer, problem: str, tmp_path: Path) -> None:
    (tmp_path / "pipeline.pkl").write_bytes(pickle.dumps(fitted(prepare, logarithm=False)))
    assert problem in failed(tmp_path, BIKES.to_csv(index=False), "count", "--pipeline", tmp_path / "pipeline.pkl")


def test_whole_numbers_whose_mean_replaces_missing_ones_become_numbers(tmp_path: Path) -> None:
    pipeline = fitted(ColumnTransformer([("filled", SimpleImputer(), ["humidity"])]), logarithm=False)
    (tmp_path / "pipeline.pkl").write_bytes(pickle.dumps(pipeline))
    contract = drafted(tmp_path, BIKES, "count", None, "--pipeline", tmp_path / "pipeline.pkl", "--artifact", tmp_path / "model.json")
    assert contract["features"][0]["type"] == "number"
    predicts(tmp_path, pd.DataFrame({"count": pipeline[-1].predict(pipeline[0].transform(BIKES)).tolist()}))


def failed(folder: Path, data: str | bytes, target: str = "y", *options: str | Path) -> str:
    """Return the sentence about data from which no contract can be drafted."""
    (folder / "train.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    arguments = ["contract", "infer", folder / "train.csv", "--target", target, "-o", folder / "contract.yaml", *options]
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert (done.exit_code, done.output.count("\n")) == (1, 1), done.output
    assert not (folder / "contract.yaml").exists()
    return done.output.removeprefix(f"{folder / 'train.csv'}: ").rstrip()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "the file is empty."),
        ("x,y\n", "the data has no rows."),
        ("x,y\n1,\n2,\n", "y has no values. Set the column that the model predicts as --target."),
        ("x,y\n1,cat\n2,\n", "y has one value only: cat. Set the column that the model predicts as --target."),
        ("a,b\n1,2\n", "the data has no column y; it has a, b."),
        ("x;y\n1,5;2\n", "its fields are separated by semicolons. Save it with commas, and with points in numbers."),
        ("x\ty\n1\t2\n", "its fields are separated by tabs. Save it with commas, and with points in numbers."),
        ("x,x,y\n1,2,3\n", 'the header names "x" more than once. Give each column a name of its own.'),
        ("x,y\n1,2\n1,2,3\n", "a line has more fields than the header. Put texts that contain commas in quotes."),
        ("x,y\ngröße,1\n".encode("latin-1"), "it is not UTF-8. Save it in this encoding."),
    ],
)
def test_data_from_which_no_contract_can_be_drafted_is_one_sentence(data: str | bytes, problem: str, tmp_path: Path) -> None:
    assert failed(tmp_path, data) == problem


def test_a_compressed_file_is_read_whatever_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "train.csv.gz"
    with path.open("wb") as file, gzip.GzipFile("train;1.csv", "wb", fileobj=file) as compressed:  # its header holds the name
        compressed.write(b"x,y\n1,2\n")
    assert typed(path).to_dicts() == [{"x": 1, "y": 2}]


def test_a_model_of_several_targets_is_one_sentence(tmp_path: Path) -> None:
    columns = BIKES[NUMBERS]
    train(columns, BIKES[["casual", "registered"]], "reg:squarederror").save_model(tmp_path / "model.json")
    problem = failed(tmp_path, BIKES.to_csv(index=False), "count", "--model", tmp_path / "model.json")
    assert problem == "the model predicts 2 numbers for each row, and a contract has one. Train one model for each."


def test_names_and_values_of_the_data_do_not_break_the_draft(tmp_path: Path) -> None:
    data = pd.DataFrame({"the\nsize": [1.5, 2.5, math.inf, 4.5], "kind": ["a\nb", "c\0d", "a\nb", "e"], "y": [1.0, 2, 3, 4]})
    contract = drafted(tmp_path, data, "y")
    size, kind = contract["features"]
    assert (size["name"], float(size["maximum"]), kind["values"]) == ("the_size", 4.8, ["a\nb", "c\0d", "e"])
    assert "the data has infinite values, which the API rejects" in (tmp_path / "contract.yaml").read_text()


@pytest.mark.parametrize("form", ["%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S+02:00"])
def test_dates_that_the_api_does_not_read_do_not_become_a_category(form: str, tmp_path: Path) -> None:
    days = [f"{day:{form}}" for day in pd.date_range("2024-01-01", periods=20)]
    data = pd.DataFrame({"when": days * 2, "x": range(40), "y": [number / 3 for number in range(40)]})
    contract = drafted(tmp_path, data, "y")
    assert [feature["name"] for feature in contract["features"]] == ["x"]
    assert "when: it looks like dates or times, which the API reads as YYYY-MM-DD" in (tmp_path / "contract.yaml").read_text()


def test_versions_are_a_category_although_they_look_like_dates(tmp_path: Path) -> None:
    data = pd.DataFrame({"version": ["1.2.3", "1.10.0"] * 20, "y": [number / 3 for number in range(40)]})
    assert [feature["type"] for feature in drafted(tmp_path, data, "y")["features"]] == ["category"]


def test_data_alone_gives_a_contract_without_problems(tmp_path: Path) -> None:
    contract = drafted(tmp_path, PENGUINS, "species")
    assert rules.check((tmp_path / "contract.yaml").read_text()).problems == []
    assert contract["output"]["kind"] == "multiclass"


def test_parquet_gives_the_contract_of_the_csv(tmp_path: Path) -> None:
    expected = drafted(tmp_path, PENGUINS, "species")
    pl.read_csv(tmp_path / "train.csv", infer_schema_length=None).write_parquet(tmp_path / "train.parquet")
    run("infer", tmp_path / "train.parquet", "--target", "species", "-o", tmp_path / "other.yaml")
    assert document.parse((tmp_path / "other.yaml").read_text()).value == expected


def test_a_summary_holds_the_moments_and_quantiles_of_the_data(tmp_path: Path) -> None:
    contract = drafted(tmp_path, BIKES, "count")
    summaries = {feature["name"]: feature.get("summary") for feature in contract["features"]}
    temp = BIKES["temp"]
    assert float(summaries["temp"]["mean"]) == pytest.approx(temp.mean(), rel=1e-5)
    assert float(summaries["temp"]["deviation"]) == pytest.approx(temp.std(), rel=1e-5)
    assert [float(one) for one in summaries["temp"]["quantiles"]] == pytest.approx(temp.quantile(np.arange(11) / 10).tolist(), rel=1e-5)
    assert float(sum(summaries["season"]["shares"].values())) == pytest.approx(1, abs=1e-4)


def test_a_summary_of_the_output_holds_the_quantiles_of_the_models_predictions(tmp_path: Path) -> None:
    model = train(bike_columns(), np.log1p(BIKES["count"]), "reg:squarederror")
    contract = drafted(tmp_path, BIKES, "count", model)
    predicted = np.expm1(scores(model, bike_columns()))
    quantiles = [float(one) for one in contract["output"]["summary"]["quantiles"]]
    assert quantiles == pytest.approx(np.quantile(predicted, np.arange(11) / 10).tolist(), rel=1e-4)


def test_an_existing_contract_is_kept(tmp_path: Path) -> None:
    BIKES.to_csv(tmp_path / "train.csv", index=False)
    (tmp_path / "contract.yaml").write_text("mine")
    done = CliRunner().invoke(
        app, ["contract", "infer", str(tmp_path / "train.csv"), "--target", "count", "-o", str(tmp_path / "contract.yaml")]
    )
    assert (done.exit_code, (tmp_path / "contract.yaml").read_text()) == (2, "mine")


@pytest.mark.parametrize(
    "text", ["no", "y", "null", "1", "1e3", "2024-01-01", "a: b", "#x", "", " x", "x ", "a, b", "[a]", "it's", '"', "Düne", "x | log1p"]
)
def test_a_text_in_a_draft_reads_back_as_itself(text: str) -> None:
    assert document.parse(f"- {yaml_text.scalar(text)}\n- [{yaml_text.scalar(text)}]").value == [text, [text]]
