"""The response of an endpoint becomes one prediction per instance, or one clear error."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from serving import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function

CONTRACT = {"features": [{"name": "x", "type": "number"}], "columns": ["x"]}
THREE = {"kind": "multiclass", "labels": ["a", "b", "c"]}


@pytest.fixture
def ask(load: Callable[..., Function], endpoint: Endpoint) -> Callable[[int, Any, bytes | str], Any]:
    """Return a function from rows, an output and the endpoint's answer to predictions, or to a problem's code."""

    def ask(rows: int, output: Any, answer: bytes | str) -> Any:
        endpoint.reply = lambda _: Reply(answer.encode() if isinstance(answer, str) else answer)
        result = load({**CONTRACT, "output": output})({"instances": [[1]] * rows})
        return result.get("predictions", result.get("code"))

    return ask


def npy(values: Any, kind: str) -> bytes:
    file = io.BytesIO()
    np.save(file, np.array(values, dtype=kind))
    return file.getvalue()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        # the XGBoost container 1.0-1, one row and many
        ("1.03", [1.03]),
        ("1.03,7.55", [1.03, 7.55]),
        # 1.2-1 to 3.0-5: CSV, and JSON
        ("1.03\n", [1.03]),
        ("1.03\n7.55\n", [1.03, 7.55]),
        ('{"predictions": [{"score": 1.03}]}', [1.03]),
        ('{"predictions": [{"score": 1.03}, {"score": -7.55e-05}]}', [1.03, -7.55e-05]),
        ('{"predictions":[{"score":1.03},{"score":7.55}]}', [1.03, 7.55]),
        # selectable inference
        ('{"predictions": [{"predicted_score": 1.5}, {"predicted_score": 2}]}', [1.5, 2]),
        # multi-model endpoints and framework containers
        ("[1.5, 2.5]", [1.5, 2.5]),
        ("[1.5]", [1.5]),
        ("[[1.5], [2.5]]", [1.5, 2.5]),
        ('{"predictions": [[1.5]]}', [1.5]),
        # other built-in algorithms
        ('{"predictions": [{"predicted_label": 0.0}]}', [0.0]),
        ('{"predictions": [{"closest_cluster": 1.0, "distance_to_cluster": 3.0}]}', [1.0]),
        ('{"scores": [{"score": 0.02}, {"score": 1}]}', [0.02, 1]),
        ('{"projections": [{"projection": [4.5]}]}', [4.5]),
        ('{"predictions": [{"my_own": 4.5}]}', [4.5]),
        ('{"score": 0.4, "predicted_label": 0}', [0.4]),
        ('{"score": 0.4}\n{"score": 0.6}\n', [0.4, 0.6]),
        ("[0.4]\n[0.6]\n", [0.4, 0.6]),
        (npy([1.5, -2.5], "<f8"), [1.5, -2.5]),
        (npy([[1.5], [-2.5]], "<f4"), [1.5, -2.5]),
        (npy([3], "<i8"), [3]),
    ],
)
def test_a_number_per_row_is_read_from_every_shape(ask: Any, answer: bytes | str, expected: list[float]) -> None:
    assert ask(len(expected), {}, answer) == expected


VECTORS = [[0.8, 0.1, 0.1], [0.1, 0.2, 0.7]]


@pytest.mark.parametrize(
    ("answer", "rows"),
    [
        ("[0.8, 0.1, 0.1]", 1),
        ("[0.8, 0.1, 0.1],[0.1, 0.2, 0.7]", 2),
        ("0.8,0.1,0.1\n", 1),
        ("0.8,0.1,0.1\n0.1,0.2,0.7\n", 2),
        ('{"predictions": [{"score": [0.8, 0.1, 0.1]}]}', 1),
        ('{"predictions": [{"score": [0.8, 0.1, 0.1]}, {"score": [0.1, 0.2, 0.7]}]}', 2),
        ('{"predictions": [{"predicted_label": 0, "probabilities": [0.8, 0.1, 0.1]}]}', 1),
        ("[[0.8, 0.1, 0.1], [0.1, 0.2, 0.7]]", 2),
        ("[0.8, 0.1, 0.1]\n[0.1, 0.2, 0.7]", 2),
        (npy(VECTORS, "<f8"), 2),
    ],
)
def test_a_vector_per_row_is_read_from_every_shape(ask: Any, answer: bytes | str, rows: int) -> None:
    expected = [{"label": "ac"[row], "probabilities": VECTORS[row]} for row in range(rows)]
    assert ask(rows, THREE, answer) == expected


@pytest.mark.parametrize("answer", ["2.0\n0.0\n1.0\n", "2.0,0.0,1.0", '{"predictions": [{"score": 2.0}, {"score": 0}, {"score": 1}]}'])
def test_a_class_id_per_row_becomes_its_label(ask: Any, answer: str) -> None:
    assert ask(3, THREE, answer) == [{"label": "c"}, {"label": "a"}, {"label": "b"}]


@pytest.mark.parametrize(
    ("output", "answer", "expected"),
    [
        ({"steps": ["expm1"]}, "1e-05", [math.expm1(1e-05)]),
        ({"steps": ["exp", "clip(0, 2)", "round(1)"]}, "[0.5, 5]", [1.6, 2.0]),
        ({"steps": ["round(0)"]}, "[2.5]", [2.0]),
        ({"kind": "binary"}, "[0.25]", [0.25]),
        ({"kind": "binary", "steps": ["sigmoid"]}, "[0, -800, 800]", [0.5, 0.0, 1.0]),
        ({"kind": "binary", "steps": ["threshold(0.3)"]}, "[0.25, 0.3]", [0, 1]),
        ({"kind": "binary"}, "[[0.75, 0.25]]", [0.25]),
        (
            {"kind": "binary", "labels": ["no", "yes"]},
            "[0.25, 0.5]",
            [{"label": "no", "probability": 0.75}, {"label": "yes", "probability": 0.5}],
        ),
        (
            {"kind": "binary", "labels": ["no", "yes"], "steps": ["threshold(0.2)"]},
            "[0.25]",
            [{"label": "yes", "probability": 0.25}],
        ),
        (
            {"kind": "binary", "labels": ["stays", "leaves"], "steps": ["sigmoid", "round(2)"]},
            "[-1.0]",
            [{"label": "stays", "probability": 0.73}],
        ),
        ({"kind": "binary", "steps": ["threshold(0)"]}, "[-1.95, 1.95]", [0, 1]),  # margins may have a limit of their own
        ({"kind": "multiclass", "steps": ["sigmoid"]}, "[[0, 0]]", [{"label": 0, "probabilities": [0.5, 0.5]}]),
        ({"kind": "multiclass", "steps": ["clip(0.1, 0.5)"]}, "[[0.0, 1.0]]", [{"label": 1, "probabilities": [0.1, 0.5]}]),
        ({"kind": "multiclass"}, "[[0.25, 0.75]]", [{"label": 1, "probabilities": [0.25, 0.75]}]),
        ({"kind": "multiclass"}, "[[0.5, 0.5]]", [{"label": 0, "probabilities": [0.5, 0.5]}]),
        ({"kind": "multiclass", "steps": ["softmax"]}, "[[1000, 1000]]", [{"label": 0, "probabilities": [0.5, 0.5]}]),
        (
            {"kind": "multiclass", "steps": ["softmax", "round(2)"]},
            "[[0, 1]]",
            [{"label": 1, "probabilities": [0.27, 0.73]}],
        ),
    ],
)
def test_steps_and_labels_make_the_prediction(ask: Any, output: Any, answer: str, expected: Any) -> None:
    assert ask(len(expected), output, answer) == expected


@pytest.mark.parametrize(
    ("rows", "answer"),
    [(2, "1.0"), (1, "1.0\n2.0"), (3, "1.0,2.0"), (2, "[]"), (1, ""), (2, '{"predictions": []}'), (2, '{"score": 1}')],
)
def test_another_number_of_answers_is_one_error(ask: Any, rows: int, answer: str) -> None:
    assert ask(rows, {}, answer) == "answer_count"


@pytest.mark.parametrize(
    "answer",
    [
        "nan",
        "inf",
        "hello",
        "<html>",
        b"\xff\xfe",
        "{",
        "null",
        "true",
        "[null]",
        '["1"]',
        "[true]",
        "[NaN]",
        "[[1, 2]]",
        "[[]]",
        "[[[1]]]",
        "[" * 100_000,
        '{"predictions": [{"score": NaN}]}',
        '{"predictions": [{"score": "1"}]}',
        '{"predictions": [{"score": null}]}',
        '{"predictions": [{"score": 1e999}]}',
        '{"predictions": [{"score": 1',
        '{"predictions": [{"left": 1, "right": 2}]}',
        '{"predictions": [{}]}',
        npy([1.5], "<f8")[:-1],
        npy([1.5], ">f8"),
        b"\x93NUMPY",
    ],
)
def test_an_answer_that_is_not_numbers_is_one_error(ask: Any, answer: bytes | str) -> None:
    assert ask(1, {}, answer) == "answer_invalid"


@pytest.mark.parametrize(
    ("output", "answer"),
    [
        ({"steps": ["exp"]}, "1000"),
        ({"steps": ["expm1"]}, "1000"),
        (THREE, "3"),
        (THREE, "-1"),
        (THREE, "0.5"),
        (THREE, "[[0.5, 0.5]]"),
        ({"kind": "binary"}, "[[0.1, 0.2, 0.7]]"),
        ({"kind": "binary"}, "[[0.845, 1.0]]"),  # predicted label and probability
        ({"kind": "binary"}, "-1.95"),
        ({"kind": "binary"}, "1.0000001"),
        ({"kind": "binary", "labels": ["no", "yes"]}, "-1.95"),
        ({"kind": "binary", "labels": ["no", "yes"], "steps": ["threshold(2)"]}, "2.5"),
        ({"kind": "binary", "steps": ["threshold(0.5)"]}, "1.95"),
        ({"kind": "binary", "steps": ["exp"]}, "0.5"),
        ({"kind": "binary"}, '{"predictions": [{"predicted_label": 1}]}'),
        ({"kind": "binary"}, '{"predictions": [{"predicted_label": 1, "labels": [0, 1]}]}'),
        ({"kind": "multiclass"}, "[[-1.5, 2.5]]"),
        ({"kind": "multiclass"}, "[[0.9, 0.9]]"),
        ({"kind": "multiclass"}, '{"predictions": [{"probability": 1.0}]}'),
        (THREE, "[[2.5, -1.0, 0.5]]"),
    ],
)
def test_an_answer_that_the_output_does_not_describe_is_one_error(ask: Any, output: Any, answer: str) -> None:
    assert ask(1, output, answer) == "answer_invalid"


def test_vectors_of_several_widths_are_one_error(ask: Any) -> None:
    assert ask(2, {"kind": "multiclass"}, "[[0.5, 0.5], [1]]") == "answer_invalid"


@pytest.mark.parametrize(
    ("output", "answer", "hint"),
    [
        ({"kind": "binary"}, "-1.95", "add the output step sigmoid"),
        ({"kind": "multiclass"}, "[[-1.5, 2.5]]", "add the output step softmax"),
        ({"kind": "binary"}, '[{"predicted_label": 1}]', "list probability in SAGEMAKER_INFERENCE_OUTPUT"),
        ({"kind": "binary", "steps": ["sigmoid"]}, '[{"probability": 0.25, "raw_score": 0.25}]', "remove the output step sigmoid"),
    ],
)
def test_the_log_says_how_to_describe_the_answer(ask: Any, capsys: pytest.CaptureFixture[str], output: Any, answer: str, hint: str) -> None:
    code = ask(1, output, answer)
    logged = capsys.readouterr().out
    assert (code, hint in logged, "1.95" in logged) == ("answer_invalid", True, False)
