"""The payloads for the endpoint, in each content type that a contract can name."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from serving import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

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


def test_a_lone_csv_column_spells_a_missing_value_out(load: Callable[..., Function], endpoint: Endpoint) -> None:
    assert sent(load, endpoint, "text/csv", ["size"], ROWS) == b"1e-05\n-0.0\nnan"


def test_libsvm_leaves_missing_values_out_and_counts_from_zero(load: Callable[..., Function], endpoint: Endpoint) -> None:
    body = sent(load, endpoint, "text/libsvm", ["size", "count", "color | ordinal"], ROWS)
    assert body == b"0 0:1e-05 1:3 2:0\n0 0:-0.0 1:0\n0 1:-4 2:1"


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


def test_repeated_numbers_are_sent_as_themselves(load: Callable[..., Function], endpoint: Endpoint) -> None:
    numbers = [0.0, -0.0, 0.1 + 0.2, 1, 1.0, 1e22, 5e-324, -1.7976931348623157e308] * 9
    body = sent(load, endpoint, "text/csv", ["size"], [[number, 1, None] for number in numbers])
    assert list(map(float, body.split())) == numbers
