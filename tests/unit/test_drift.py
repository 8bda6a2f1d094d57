"""Drift: sums about the training data's distribution, as metrics, from a sample of the requests."""

from __future__ import annotations

import csv
import json
import math
import random
import re
import sys
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml
from prediction_api.bands import bands_of
from prediction_api.contract import ContractError, load
from sagemaker_sandbox.aws import metric_math
from serving import BIKES, ROOT, ROWS, Context, pack
from test_metrics import EMBEDDED_METRIC_FORMAT, jsonschema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from serving import Function

CONTRACT = yaml.safe_load((ROOT / "examples/bikeshare/contract.yaml").read_text(encoding="utf-8"))
NAMES = [feature["name"] for feature in CONTRACT["features"]]
THRESHOLD = 0.25  # of the alarms, by default: modules/serving/variables.tf
PREDICTED = CONTRACT["output"]["summary"]["quantiles"]
EVENT = json.loads((ROOT / "tests/events/rest_api.json").read_text(encoding="utf-8"))


@cache
def training_rows() -> list[list[Any]]:
    with (ROOT / "examples/bikeshare/data/train_synthetic.csv").open(encoding="utf-8") as file:
        return [[row["datetime"], *(json.loads(row[name]) for name in NAMES[1:])] for row in csv.DictReader(file)]


def expression() -> str:
    """Return the expression of the alarms, with the default number of rows."""
    text = (ROOT / "modules/monitoring/drift.tf").read_text(encoding="utf-8")
    found = re.search(r'expression += "(.+)"', text)
    assert found
    return found[1].replace("${var.alarms.drift_rows}", "500")


class Model:
    """A client of SageMaker Runtime, whose model predicts what it predicted for the training data, times ``factor``."""

    def __init__(self, seed: int, factor: float) -> None:
        self._random = np.random.default_rng(seed)
        self._factor = factor

    def invoke_endpoint(self, *, Body: bytes, **_: str) -> dict[str, Any]:  # noqa: N803
        drawn = self._random.uniform(0, 10, Body.count(b"\n") + 1)
        counts = self._factor * np.interp(drawn, range(11), PREDICTED)
        return {"Body": Answer(json.dumps({"predictions": [{"score": math.log1p(count)} for count in counts]}).encode())}


class Answer:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> bytes:
        return self._content


@pytest.fixture
def serve(load: Callable[..., Function], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[Any]]:
    """Return a function that sends bodies, and returns the lines about drift."""

    def serve(bodies: Iterable[Any], contract: Any = CONTRACT, percent: float = 10, factor: float = 1, **headers: str) -> list[Any]:
        monkeypatch.setattr("prediction_api.drift.SECONDS", 0)
        module = load(contract, METRICS_NAMESPACE="Bikes", DRIFT=json.dumps({"sampling_percent": percent})).module
        service = module.Service(module.SETTINGS, lambda *_: Model(1, factor))
        monkeypatch.setattr(module, "SERVICE", service)
        context = Context()
        for body in bodies:
            event = (
                body
                if isinstance(body, dict)
                else EVENT | {"body": body, "headers": {name.replace("_", "-"): text for name, text in headers.items()}}
            )
            answer = module.handler(event, context)
            assert answer.get("statusCode", 200) == 200 and answer.get("status") is None, answer  # noqa: PT018
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in lines if "Requests" not in line]

    return serve


def drift(lines: Iterable[Any]) -> dict[str, float]:
    """Return the value of each subject's alarm over all of the lines."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for line in lines:
        if "Band" not in line:
            for name in ("CountedRows", "Shift", "Spread", "Outside"):
                sums[line.get("Feature") or line.get("Output", "")][name] += line.get(name, 0)
    rows = sums.pop("")["CountedRows"]
    found = {}
    for subject, counted in sums.items():
        values = {
            "rows": counted["CountedRows"] or rows,
            "shift": counted["Shift"],
            "spread": counted["Spread"],
            "outside": counted["Outside"],
        }
        found[subject] = metric_math.evaluate(expression(), values)
    return {name: value for name, value in found.items() if value is not None}


def drawn(seed: int, count: int, shifts: dict[str, float] | None = None) -> Iterator[str]:
    """Yield requests of a row of the training data each, with features that are shifted."""
    chance = random.Random(seed)  # noqa: S311  the same requests in each run
    rows = training_rows()
    for _ in range(count):
        row = list(chance.choice(rows))
        for name, shift in (shifts or {}).items():
            row[NAMES.index(name)] += shift
        yield json.dumps({"instances": [{"features": row}]})


def test_ten_thousand_requests_of_the_training_data_raise_no_alarm(serve: Callable[..., list[Any]]) -> None:
    found = drift(serve(drawn(1, 10_000)))
    assert set(found) == {*NAMES[1:], "count"}
    assert max(found.values()) < THRESHOLD / 2, found


@pytest.mark.parametrize(("feature", "deviations"), [("temp", 1), ("temp", -1), ("humidity", -1), ("windspeed", 1)])
def test_a_shift_by_one_deviation_raises_the_alarm_of_its_feature_alone(
    feature: str, deviations: int, serve: Callable[..., list[Any]]
) -> None:
    deviation = float(np.std([row[NAMES.index(feature)] for row in training_rows()]))
    found = drift(serve(drawn(3, 1_000, {feature: deviations * deviation}), percent=100))
    assert {name for name, value in found.items() if value > THRESHOLD} == {feature}
    assert found[feature] > 1.5 * THRESHOLD, found


def test_predictions_twice_as_high_raise_the_alarm_of_the_prediction(serve: Callable[..., list[Any]]) -> None:
    found = drift(serve(drawn(4, 1_000), percent=100, factor=2))
    assert {name for name, value in found.items() if value > THRESHOLD} == {"count"}


def test_the_lines_hold_sums_of_many_rows_and_their_dimensions_are_the_contracts_names(serve: Callable[..., list[Any]]) -> None:
    lines = serve(drawn(5, 400), percent=100)
    validator = jsonschema.Draft202012Validator(EMBEDDED_METRIC_FORMAT)
    for line in lines:
        validator.validate(line)
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        metrics = {metric["Name"] for metric in directive["Metrics"]}
        assert set(line) == {"_aws", *directive["Dimensions"][0], *metrics}
        assert all(type(line[name]) in {int, float} for name in metrics)
    assert min(line["CountedRows"] for line in lines if "CountedRows" in line) >= 20
    assert {line["Feature"] for line in lines if "Feature" in line} == set(NAMES[1:])
    bands = {line["Band"] for line in lines if "Band" in line}
    assert bands <= {"below", "above", *(f"{place} of 10" for place in range(1, 11))}
    counted = sum(line["CountedRows"] for line in lines if "Output" in line and "Band" not in line)
    assert sum(line["Predictions"] for line in lines if "Band" in line) == counted


def forms() -> dict[str, tuple[list[Any], dict[str, str]]]:
    """Return the training data's rows in every form of a request."""
    rows = training_rows()[:900:9]
    named = [dict(zip(NAMES, row, strict=True)) for row in rows]
    table = "\n".join(",".join(map(str, row)) for row in rows)
    return {
        "positional": ([json.dumps({"instances": [{"features": row}]}) for row in rows], {}),
        "several rows": (
            [json.dumps({"instances": [{"features": row} for row in rows[start : start + 50]]}) for start in range(0, 100, 50)],
            {},
        ),
        "without spaces": ([json.dumps({"instances": [row]}, separators=(",", ":")) for row in rows], {}),
        "named": ([json.dumps({"instances": [row]}) for row in named], {}),
        "indented": ([json.dumps({"instances": [row]}, indent=1) for row in rows], {}),
        "JSON Lines": ([json.dumps(row) for row in named], {"content_type": "application/jsonlines"}),
        "CSV": ([line + "\n" for line in table.split("\n")], {"content_type": "text/csv"}),
        "direct events": ([{"instances": [row]} for row in named], {}),
        "mixed": (
            [
                json.dumps({"instances": [row]}) if place % 2 else json.dumps({"instances": [named[place]]})
                for place, row in enumerate(rows)
            ],
            {},
        ),
    }


@pytest.mark.parametrize("form", forms())
def test_rows_count_alike_in_every_form(form: str, serve: Callable[..., list[Any]]) -> None:
    bodies, headers = forms()[form]
    found = drift_sums(serve(bodies, percent=100, **headers))
    expected = drift_sums(serve(forms()["positional"][0], percent=100))
    assert found == pytest.approx(expected, abs=0.05)


def drift_sums(lines: list[Any]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for line in lines:
        if "Feature" in line:
            sums[line["Feature"]] += line["Shift"]
    return dict(sums)


def test_a_large_request_counts_a_hundred_of_its_rows(serve: Callable[..., list[Any]]) -> None:
    body = json.dumps({"instances": training_rows()[:1000]})
    lines = serve([body], percent=100)
    assert [line["CountedRows"] for line in lines if "CountedRows" in line] == [100, 100]


def test_rejected_requests_do_not_count(serve: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]) -> None:
    serve([json.dumps({"instances": training_rows()[:30]})], percent=100)
    module = sys.modules["prediction_api.handler"]
    body = json.dumps({"instances": [["2012-12-19 17:00:00", 4, 0, 1, 9, 16.4, 20.455, 50, 26.0027]] * 30})
    assert module.handler(EVENT | {"body": body}, Context())["statusCode"] == 400
    assert "Feature" not in capsys.readouterr().out


@pytest.mark.parametrize("variables", [{}, {"METRICS_NAMESPACE": "Bikes"}, {"DRIFT": '{"sampling_percent": 10}'}])
def test_without_drift_or_without_metrics_nothing_of_it_is_loaded(
    variables: dict[str, str], load: Callable[..., Function], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("drift", "bands"):
        monkeypatch.delitem(sys.modules, f"prediction_api.{name}", raising=False)
    load(CONTRACT, **variables)({"instances": ROWS})
    assert "prediction_api.drift" not in sys.modules
    assert "Feature" not in capsys.readouterr().out


def test_a_contract_without_summaries_counts_nothing(serve: Callable[..., list[Any]]) -> None:
    assert serve([json.dumps({"instances": ROWS * 10})], contract=BIKES, percent=100) == []


DECILES = {"quantiles": list(range(11))}
TIMES = {"quantiles": [1.7e9 + 20_000 * place for place in range(11)]}
CLOSE = {"quantiles": [1 + 2**-52 * place for place in (0, 1, 3, 5)]}


@pytest.mark.parametrize(
    ("feature", "outside", "shift"),
    [
        ({"default": 5, "summary": DECILES}, 0, 0),  # the median
        ({"default": 0, "summary": DECILES}, 0, -20),
        ({"nullable": True, "summary": DECILES}, 20, -20),
        ({"default": 5, "summary": DECILES | {"missing": 0.5}}, 0, -10),  # of data before defaults were filled in
    ],
)
@pytest.mark.parametrize("row", [{"x": None, "y": 1}, {"y": 1}, [None, 1]])
def test_a_missing_value_counts_as_the_default_that_the_model_receives(
    row: Any, feature: Any, outside: int, shift: float, serve: Callable[..., list[Any]]
) -> None:
    features = [{"name": "x", "type": "number"} | feature, {"name": "y", "type": "number"}]
    contract = {"features": features, "columns": ["x", "y"]}
    (line,) = [line for line in serve([json.dumps({"instances": [row] * 20})], contract, 100) if "Feature" in line]
    assert (line["Outside"], line["Shift"]) == (outside, shift)


@pytest.mark.parametrize(
    ("summary", "known", "values", "sums"),
    [
        (DECILES, [], [0.5, 4.5, 5.5, 9.5], (0, 0, 0)),
        (DECILES, [], [5], (0, -0.5, 0)),
        (DECILES, [], [-0.1, 10.1], (0, 1, 2)),
        (DECILES, [], [0, 10], (0, 1, 0)),
        (DECILES, [], [None], (-1, 0.5, 1)),
        (DECILES | {"missing": 0.5}, [], [None, 4.5, 5.5], (0.5, 0, 0)),
        ({"quantiles": [0, 0, 0, 1, 2]}, [], [0, 0.5, 1.5], (0.5, 0, 0)),
        ({"quantiles": [1 / 3] * 2}, [], [1 / 3, 0.333333], (0, 0, 0)),
        (TIMES, [], [1.7e9 + 20_000 * place + 10_000 for place in range(10)], (0, 0, 0)),
        (TIMES, [], [1.7e9 + 60_000], (-0.4, -0.1, 0)),
        (TIMES, [], [1.7e9 - 10_000, 1.7e9 + 210_000], (0, 1, 0)),
        (TIMES, [], [1.7e9 - 20_000, 1.7e9 + 220_000], (0, 1, 2)),
        (CLOSE, [], [1], (-1, 0.556, 0)),
        (CLOSE, [], [1 + 2**-52], (-0.333, -0.111, 0)),
        (CLOSE, [], [1 + 2**-52 * 3], (0.333, -0.111, 0)),
        ({"mean": 10, "deviation": 2}, [], [8, 10, 12], (0.188, 0, 0)),
        ({"mean": 10, "deviation": 2}, [], [12, 30, None], (0.563, 0, 2)),
        ({"mean": 3, "deviation": 0}, [], [3, 4, 2], (0, 2, 2)),
        ({"shares": {1: 0.5, 2: 0.5}}, [1, 2, 3], [1, 2, 2.0], (0.5, 0, 0)),
        ({"shares": {1: 0.5, 2: 0.5}}, [1, 2, 3], [3, 4], (1, 0, 2)),
        ({"shares": {True: 0.25, False: 0.75}}, [], [True, False, False, False], (0, 0, 0)),
        ({"shares": {"red": 1}}, ["red"], ["red", "green"], (0, 0, 1)),
    ],
)
def test_a_value_adds_what_its_band_says(summary: Any, known: list[Any], values: list[Any], sums: tuple[float, ...]) -> None:
    bands = bands_of(summary, known)
    assert bands
    bands.add(values)
    assert tuple(bands.sums().values()) == pytest.approx(sums, abs=0.001)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["setosa", "Iris x", "~"], ["setosa", "Iris x", "~"]),
        (["gr\u00fcn", "", " ", "a\tb", "a" * 1025], [f"class {place}" for place in range(5)]),
        (["a" * 1024, "missing", "other", "below", "above"], ["a" * 1024, *(f"class {place}" for place in range(1, 5))]),
        (["class 1", "\u00e9", "class 2"], ["class 0", "class 1", "class 2"]),
    ],
)
def test_each_class_has_a_band_of_its_own_whose_name_cloudwatch_accepts(labels: list[str], names: list[str]) -> None:
    bands = bands_of({"shares": dict.fromkeys(labels, 1 / len(labels))}, labels)
    assert bands
    for count, label in enumerate([*labels, "unknown"], 1):
        bands.add([label] * count)
    assert bands.named() == {name: count for count, name in enumerate([*names, "other"], 1)}


@pytest.mark.parametrize(
    ("output", "share", "value"),
    [
        ({}, "1.5", 1.5),
        ({"kind": "binary"}, "0.25", 0.25),
        ({"kind": "binary", "steps": ["threshold(0.5)"]}, "1", 1),
        ({"kind": "multiclass"}, "2", 2),
        ({"kind": "multiclass", "labels": ["1", "2"]}, "1", "1"),
    ],
)
def test_shares_of_predictions_are_of_the_predictions_type(output: Any, share: str, value: Any) -> None:
    contract = load(
        {"features": [{"name": "x", "type": "number"}], "columns": ["x"], "output": output | {"summary": {"shares": {share: 1}}}}
    )
    bands = bands_of(contract.output_summary, contract.labels)
    assert bands
    bands.add([value])
    assert bands.named() == {share: 1}


@pytest.mark.parametrize("summary", [{}, {"missing": 0.5}, {"mean": 1}, {"deviation": 1}, {"quantiles": [1]}, {"shares": {"a": 0}}])
def test_a_summary_that_says_too_little_has_no_bands(summary: Any) -> None:
    assert bands_of(summary) is None


DISTRIBUTIONS: dict[str, Callable[[np.random.Generator, int], Any]] = {
    "normal": lambda draw, count: draw.normal(10, 3, count),
    "uniform": lambda draw, count: draw.uniform(0, 100, count),
    "exponential": lambda draw, count: draw.exponential(2, count),
    "lognormal": lambda draw, count: draw.lognormal(0, 1.5, count),
    "Pareto": lambda draw, count: draw.pareto(3, count),
    "two points": lambda draw, count: draw.integers(0, 2, count).astype(float),
    "two points, one of them rare": lambda draw, count: (draw.random(count) < 0.1).astype(float),
    "three points": lambda draw, count: draw.integers(0, 3, count).astype(float),
    "a third is zero": lambda draw, count: np.where(draw.random(count) < 0.3, 0, draw.gamma(2, 2, count)),
    "two peaks": lambda draw, count: np.where(draw.random(count) < 0.5, draw.normal(-5, 1, count), draw.normal(5, 1, count)),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("kind", ["quantiles", "mean and deviation"])
def test_the_threshold_lies_between_training_data_and_a_shift_by_one_deviation(name: str, kind: str) -> None:
    """For 500 rows, the fewest that an alarm looks at: 100 draws of each distribution, and 25 of each shift."""
    draw = np.random.default_rng(1)
    training = DISTRIBUTIONS[name](draw, 10_000)
    quantiles = [float(f"{value:.6g}") for value in np.quantile(training, np.arange(11) / 10)]
    moments = {"mean": float(training.mean()), "deviation": float(training.std())}
    bands = bands_of({"quantiles": quantiles} if kind == "quantiles" else moments)
    assert bands

    def value(shift: float) -> float:
        bands.clear()
        bands.add((DISTRIBUTIONS[name](draw, 500) + shift).tolist())
        found = metric_math.evaluate(expression(), {"rows": 500, **{key.lower(): each for key, each in bands.sums().items()}})
        assert found is not None
        return found

    assert max(value(0) for _ in range(100)) < 0.6 * THRESHOLD
    assert min(value(sign * training.std()) for _ in range(25) for sign in (1, -1)) > 1.2 * THRESHOLD


@pytest.mark.parametrize("text", ["{}", "1", "[", '{"sampling_percent": 0}', '{"sampling_percent": 101}', '{"sampling_percent": "1"}'])
def test_a_wrong_setting_is_named(text: str, load: Callable[..., Function]) -> None:
    with pytest.raises(ValueError, match=r"^DRIFT "):
        load(CONTRACT, DRIFT=text)


@pytest.mark.parametrize(
    ("summary", "problem"),
    [
        (1, "feature 'x': summary must be an object with the keys mean, deviation, quantiles, shares, missing"),
        ({"median": 1}, "feature 'x': summary: 'median' is unknown; did you mean 'mean'?"),
        ({"mean": "low"}, "feature 'x': summary.mean: 'low' is not of type number; put text that looks like another type in \"quotes\""),
        ({"quantiles": 1}, "feature 'x': summary.quantiles must be a list"),
        ({"shares": [1]}, "feature 'x': summary.shares must be an object"),
        (
            {"shares": {"a": 1}},
            "feature 'x': summary.shares: 'a' is not of type number; put text that looks like another type in \"quotes\"",
        ),
    ],
)
def test_a_wrong_summary_is_named(summary: Any, problem: str) -> None:
    with pytest.raises(ContractError) as raised:
        load({"features": [{"name": "x", "type": "number", "summary": summary}], "columns": ["x"]})
    assert raised.value.problems == [problem]


def test_the_summaries_of_the_example_fit_into_the_functions_environment() -> None:
    """So that drift needs no bucket for the contract."""
    settings = {key: CONTRACT[key] for key in ("features", "columns", "output")}
    assert len(pack(settings)) < 3_000
