"""For any contract and any rows it admits, the handler gives what the reference gives; for any bytes, no 5xx."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import reference
import xgboost
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prediction_api.body import Body, Instances
from prediction_api.contract import load as read
from prediction_api.encoder import ContractEncoder
from prediction_api.fast_path import FastPath, suits, value_of
from prediction_api.invocation import Invocation
from prediction_api.payload import writer
from prediction_api.positional_rows import FORMS, tokens_of
from prediction_api.problems import CODES
from prediction_api.service import Service
from prediction_api.settings import Limits, Settings
from serving import BIKES, LIMITS, ROWS, Call, Function, Reply, pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint

CHECKS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CLIENT_ERRORS = {definition.status for definition in CODES.values() if definition.status < 500}


@pytest.fixture
def served(load: Callable[..., Function]) -> Callable[..., Function]:
    """Return a function that serves another contract with the client that is there: making one takes long."""
    module = load(BIKES).module
    client = module.connect("sagemaker-runtime", module.SETTINGS.limits)

    def served(contract: dict[str, Any], limits: dict[str, int]) -> Function:
        environment = {"ENDPOINT_NAME": "any", "CONTRACT": pack(contract), "LIMITS": json.dumps(LIMITS | limits)}
        module.SERVICE = Service(Settings(environment, module.fetch), lambda *_: client)
        return Function(module)

    return served


def ask(data: st.DataObject, function: Function, contract: dict[str, Any], rows: list[dict[str, Any]]) -> Any:
    """Send the rows in any form and return the predictions."""
    names = [feature["name"] for feature in contract["features"]]
    forms: dict[str, Callable[[dict[str, Any]], Any]] = {
        "bare": lambda one: [one[name] for name in names],
        "features": lambda one: {"features": [one[name] for name in names]},
        "named": lambda one: {name: one[name] for name in data.draw(st.permutations(names))},
        "present": lambda one: {name: value for name, value in one.items() if value is not None},
    }
    form = data.draw(st.sampled_from([*forms, "mixed", "csv"]))
    if form == "csv":
        status, answer, _ = function.post(table(data, names, rows), content_type="text/csv")
    else:
        pick = [forms[data.draw(st.sampled_from(list(forms)))] if form == "mixed" else forms[form] for _ in rows]
        sent = [shape(one) for shape, one in zip(pick, rows, strict=True)]
        way = data.draw(st.sampled_from(["direct", "text", "base64", "lines"]))
        text = json.dumps({"instances": sent}, ensure_ascii=data.draw(st.booleans()))
        if way == "direct":
            return function({"instances": sent})
        if way == "lines":
            text = "\n".join(map(json.dumps, sent))
        kind = "application/jsonlines" if way == "lines" else "application/json"
        status, answer, _ = function.post(text.encode() if way == "base64" else text, content_type=kind)
    assert status == 200, answer
    return answer


def table(data: st.DataObject, names: list[str], rows: list[dict[str, Any]]) -> str:
    header = data.draw(st.booleans())
    order = data.draw(st.permutations(names)) if header else names
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    lines = [[str(one[name]) if one[name] is not None else "" for name in order] for one in rows]
    writer.writerows([order, *lines] if header else lines)
    return file.getvalue()


@CHECKS
@given(st.data())
def test_any_rows_of_any_contract_are_predicted_as_the_reference_does(
    served: Callable[..., Function], endpoint: Endpoint, data: st.DataObject
) -> None:
    contract = data.draw(reference.contracts())
    rows = data.draw(reference.instances(contract))
    limits = {"rows_per_call": data.draw(st.integers(1, 5)), "concurrent_calls": data.draw(st.integers(1, 3))}

    def reply(call: Call) -> Reply:
        answers = [reference.model(contract["output"], cells) for cells in reference.rows_of(call.content_type, call.body)]
        return Reply(json.dumps(shape(answers)).encode())

    shape = data.draw(st.sampled_from([plain, scored, predicted]))
    endpoint.reply = reply
    predictions = ask(data, served(contract, limits), contract, rows)["predictions"]
    cells = [reference.row(contract, one) for one in rows]
    assert predictions == [reference.prediction(contract["output"], reference.model(contract["output"], one)) for one in cells]


def plain(answers: list[Any]) -> Any:
    return answers


def predicted(answers: list[Any]) -> Any:
    return {"predictions": answers}


def scored(answers: list[Any]) -> Any:
    return {"predictions": [{"score": answer} for answer in answers]}


@CHECKS
@given(st.data())
def test_one_instance_is_encoded_as_in_a_batch(data: st.DataObject) -> None:
    contract = data.draw(reference.contracts()) | {"payload": {"content_type": "text/csv"}}
    encoder = ContractEncoder(read(contract), Limits(LIMITS))
    rows = [[one[name] for name in encoder.validator.names] for one in data.draw(reference.instances(contract))]
    matrix = encoder.columns.matrix(encoder.validator.accept(Instances(rows)), lambda: rows)
    batch = writer("text/csv", encoder.contract.model_columns)(matrix)
    if suits(encoder.contract):
        pairs = zip((one_by_one(FastPath(encoder), row) for row in rows), batch.split(b"\n"), strict=True)
        assert [(one, many) for one, many in pairs if numbers(one) != numbers(many)] == []


def one_by_one(path: FastPath, row: list[Any]) -> bytes:
    body = Body(json.dumps({"instances": [{"features": row}]}), "application/json")
    [(line, _)] = path.payloads(body, Invocation("request-1", 0.0))
    return line


def numbers(line: bytes) -> list[float]:
    return list(map(float, line.split(b",")))


pieces = st.text('"[]{},: 1', max_size=10) | st.sampled_from(["1, 2", '"a", 1', '1, "]}, {"', '"], [", 1', "features"])


@settings(CHECKS, max_examples=4 * CHECKS.max_examples)  # these need a fraction of a millisecond
@given(rows=st.lists(pieces, min_size=1, max_size=3), form=st.sampled_from(FORMS), size=st.integers(1, 3))
def test_values_that_are_read_one_by_one_are_those_of_the_document(rows: list[str], form: tuple[str, str, str, str], size: int) -> None:
    text = form[0] + form[1].join(rows) + form[2]
    tokens = tokens_of(text, size)
    try:
        values = [value_of(token) for index, token in enumerate(tokens or []) if (index + 1) % (size + 1)]
    except ValueError:
        return  # the slow path is asked
    if values:
        instances = [row["features"] if isinstance(row, dict) else row for row in json.loads(text)["instances"]]
        assert [*map(len, instances)] == [size] * len(instances)
        assert [value for row in instances for value in row] == values


@pytest.fixture(scope="module")
def booster() -> xgboost.Booster:
    """Train a small booster on the columns of the bike rental contract."""
    generator = np.random.default_rng(7)
    matrix = xgboost.DMatrix(generator.random((50, 13)), generator.random(50))
    return xgboost.train({"max_depth": 2, "nthread": 1}, matrix, 5)


def predicting(booster: xgboost.Booster) -> Callable[[Call], Reply]:
    def reply(call: Call) -> Reply:
        rows = [list(map(float, line.split(","))) for line in call.body.decode().split("\n")]
        scores = booster.predict(xgboost.DMatrix(np.array(rows, dtype=np.float32), nthread=1))
        return Reply(json.dumps({"predictions": [{"score": float(score)} for score in scores]}).encode())

    return reply


GOOD = json.dumps({"instances": [{"features": row} for row in ROWS]})
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(ROWS[0])
documents = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=9)
        | st.dictionaries(st.sampled_from(["instances", "features", "temp"]) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=30,
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Draw a good body with a piece replaced."""
    start = draw(st.integers(0, len(GOOD)))
    end = draw(st.integers(start, min(len(GOOD), start + 20)))
    tokens = st.sampled_from(["", "null", "true", "1e999", "NaN", '"', "\\", "[", "}", ",", "9" * 400, "-0", "\ud800"])
    return GOOD[:start] + draw(tokens | st.text(max_size=3)) + GOOD[end:]


bodies = (
    st.binary(max_size=60)
    | st.text(max_size=60)
    | damaged()
    | documents.map(json.dumps)
    | documents.map(lambda inner: json.dumps({"instances": inner}))
    | st.lists(st.lists(leaves.map(str), max_size=10).map(",".join), max_size=4).map("\n".join)
)
content_types = st.sampled_from(["application/json", "text/csv", "application/jsonlines", "text/csv; header=present", ""]) | st.text(
    max_size=10
)


@CHECKS
@given(request=st.tuples(bodies, content_types, st.sampled_from(["", "text/csv"]) | st.text(max_size=10)))
def test_any_bytes_are_answered_with_predictions_or_an_error(
    served: Callable[..., Function],
    endpoint: Endpoint,
    booster: xgboost.Booster,
    request: tuple[bytes | str, str, str],
) -> None:
    body, content_type, accept = request
    endpoint.reply = predicting(booster)
    function = served(BIKES, {})
    status, answer, _ = function.post(body, content_type=content_type, accept=accept)
    assert (status == 200 or status in CLIENT_ERRORS, "model_" in str(answer)) == (True, False)  # no code of the container
