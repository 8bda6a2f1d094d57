"""The payloads for the endpoint, in each content type that a contract can name."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from sagemaker_sandbox.containers.base import Request
from sagemaker_sandbox.containers.xgboost.server import XGBoostContainer
from serving import Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serving import Endpoint, Function

FEATURES = [
    {"name": "size", "type": "number", "nullable": True},
    {"name": "count", "type": "integer"},
    {"name": "color", "type": "category", "values": ["red", "green"], "nullable": True},
]
ROWS = [[1e-05, 3, "red"], [-0.0, 0, None], [None, -4, "green"]]


def sent(load: Callable[..., Function], endpoint: Endpoint, content_type: str, columns: list[str], rows: Any) -> bytes:
    endpoint.reply = lambda _: Reply(b"1\n" * len(rows))
    contract = {"features": FEATURES, "columns": columns, "payload": {"content_type": content_type, "accept": "a/b"}}
    load(contract)({"instances": rows})
    assert (endpoint.calls[0].content_type, endpoint.calls[0].accept) == (content_type, "a/b")
    return endpoint.calls[0].body


def test_csv_has_an_empty_field_for_a_missing_value(load: Callable[..., Function], endpoint: Endpoint) -> None:
    body = sent(load, endpoint, "text/csv", ["size", "count", "color", "color | onehot"], ROWS)
    assert body == b"1e-05,3,red,1,0\n-0.0,0,,0,0\n,-4,green,0,1"


def test_csv_writes_an_integer_in_the_same_way_whatever_was_written_before(load: Callable[..., Function], endpoint: Endpoint) -> None:
    assert sent(load, endpoint, "text/csv", ["size", "count"], [[7.0, 7, "red"]] * 4) == b"\n".join([b"7.0,7"] * 4)


def test_csv_keeps_the_sign_of_a_zero_whatever_was_written_before(load: Callable[..., Function], endpoint: Endpoint) -> None:
    for size in (0.0, -0.0, 0.0):
        endpoint.calls.clear()
        fields = f"{size},0.0"
        body = sent(load, endpoint, "text/csv", ["size", "count | sin(7)"], [[size, 0, None]] * 2)
        assert body.decode().split("\n") == [fields] * 2


def test_a_lone_csv_column_spells_a_missing_value_out(load: Callable[..., Function], endpoint: Endpoint) -> None:
    assert sent(load, endpoint, "text/csv", ["size"], ROWS) == b"1e-05\n-0.0\nnan"


def test_libsvm_counts_from_zero_and_leaves_missing_values_out_but_the_first(load: Callable[..., Function], endpoint: Endpoint) -> None:
    body = sent(load, endpoint, "text/libsvm", ["size", "count", "color | ordinal"], ROWS)
    assert body == b"0 0:1e-05 1:3 2:0\n0 0:-0.0 1:0\n0 0:nan 1:-4 2:1"


def test_json_has_instances_of_features(load: Callable[..., Function], endpoint: Endpoint) -> None:
    body = sent(load, endpoint, "application/json", ["count", "color"], ROWS)
    assert body == (b'{"instances": [{"features": [3, "red"]}, {"features": [0, null]}, {"features": [-4, "green"]}]}')


def test_json_lines_have_one_object_per_line(load: Callable[..., Function], endpoint: Endpoint) -> None:
    body = sent(load, endpoint, "application/jsonlines", ["count", "color"], ROWS)
    assert body == b'{"features": [3, "red"]}\n{"features": [0, null]}\n{"features": [-4, "green"]}'


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1]])
def test_npy_is_what_numpy_itself_would_write(load: Callable[..., Function], endpoint: Endpoint, rows: Any) -> None:
    body = sent(load, endpoint, "application/x-npy", ["size", "count", "color | ordinal"], rows)
    expected = io.BytesIO()
    order = {"red": 0.0, "green": 1.0, None: np.nan}
    np.save(expected, np.array([[np.nan if a is None else a, b, order[c]] for a, b, c in rows], dtype="<f8"))
    assert body == expected.getvalue()


@pytest.mark.parametrize(
    "numbers",
    [
        [0.0, 0.1 + 0.2, 1, 1.0, 1e22, 5e-324, -3.4028234663852886e38],
        [0.1 + 0.2, 1.0, 1e22, 5e-324, -3.4028234663852886e38],
        [1.5, 0.0, -0.0],
    ],
)
def test_repeated_numbers_are_sent_as_themselves(load: Callable[..., Function], endpoint: Endpoint, numbers: list[float]) -> None:
    body = sent(load, endpoint, "text/csv", ["size"], [[number, 1, None] for number in numbers * 9])
    assert body.decode().split("\n") == list(map(repr, numbers * 9))


@pytest.mark.parametrize("tag", ["1.7-1", "3.0-5", "3.2-0"])
@pytest.mark.parametrize("missing", [[0], [1], [0, 1], [0, 2], [0, 1, 2]])
def test_libsvm_and_csv_give_the_same_numbers_whatever_is_missing(
    load: Callable[..., Function], endpoint: Endpoint, tmp_path: Path, missing: list[int], tag: str
) -> None:
    generator = np.random.default_rng(7)
    matrix = generator.random((200, 3))
    matrix[generator.random((200, 3)) < 0.2] = np.nan
    booster = xgboost.train({"nthread": 1, "max_depth": 3}, xgboost.DMatrix(matrix, np.nansum(matrix * [9, 3, 1], axis=1)), 8)
    (tmp_path / "xgboost-model").write_bytes(booster.save_raw("ubj"))
    container = XGBoostContainer.load(tag, tmp_path, {})
    endpoint.reply = lambda call: Reply(container.invoke(Request(call.body, call.content_type, call.accept)).body)
    rows = [[None if index in missing else value for index, value in enumerate(row)] for row in generator.random((5, 3)).tolist()]
    features = [{"name": name, "type": "number", "nullable": True} for name in "abc"]
    answers = [
        load({"features": features, "columns": ["a", "b", "c"], "payload": {"content_type": kind}})({"instances": rows})
        for kind in ("text/csv", "text/libsvm")
    ]
    expected = booster.predict(xgboost.DMatrix(np.array(rows, dtype=float))).tolist()
    assert [answer["predictions"] for answer in answers] == [expected, expected]


@pytest.mark.parametrize("content_type", ["text/csv", "text/libsvm"])
@pytest.mark.parametrize("value", [1e39, -1e300, 3.5e38])
def test_a_number_that_32_bits_cannot_hold_is_named(
    load: Callable[..., Function], endpoint: Endpoint, content_type: str, value: float
) -> None:
    contract = {"features": FEATURES, "columns": ["size", "count"], "payload": {"content_type": content_type}}
    problem = load(contract)({"instances": [[value, 1, "red"]]})
    assert ([(error["code"], error["pointer"]) for error in problem["errors"]], endpoint.calls) == ([("float_range", "/instances/0/0")], [])


@pytest.mark.parametrize(
    ("content_type", "column"), [("application/json", "size"), ("application/x-npy", "size"), ("text/csv", "size | log1p")]
)
def test_a_large_number_is_sent_where_the_model_can_read_it(
    load: Callable[..., Function], endpoint: Endpoint, content_type: str, column: str
) -> None:
    endpoint.reply = lambda _: Reply(b"1")
    contract = {"features": FEATURES, "columns": [column, "count"], "payload": {"content_type": content_type}}
    assert load(contract)({"instances": [[1e300, 1, "red"]]}) == {"predictions": [1.0]}


def test_a_step_that_leaves_32_bits_is_named(load: Callable[..., Function]) -> None:
    contract = {"features": FEATURES, "columns": ["size | standardize(0, 1e-30)", "count"]}
    problem = load(contract)({"instances": [[1e10, 1, "red"]]})
    assert [(error["code"], error["pointer"]) for error in problem["errors"]] == [("domain", "/instances/0/0")]
