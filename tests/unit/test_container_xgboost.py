"""The sandbox's XGBoost container: bytes and status of its responses, release by release, compared with the boosters."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from sagemaker_sandbox.containers import registry
from sagemaker_sandbox.containers.base import Answer, ModelLoadError, Request
from sagemaker_sandbox.containers.images import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    type Serve = Callable[..., Answer]

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
JOINING = ["1.0-1", "1.2-1"]
LINEWISE = ["1.2-2", "1.3-1", "1.5-1", "1.7-1", "3.0-5", "3.2-0"]
ROWS = [[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]]
TWO_ROWS = b"0.1,0.2,0.3\n0.9,0.8,0.7"
ONE_ROW = b"0.1,0.2,0.3"

X = np.random.default_rng(7).random((200, 3))
SUM = X.sum(axis=1)
LABELS = {
    "reg:squarederror": SUM * 10 - 20,
    "reg:absoluteerror": SUM,
    "count:poisson": SUM,
    "binary:logistic": (SUM > 1.5).astype(float),
    "binary:logitraw": (SUM > 1.5).astype(float),
    "binary:hinge": (SUM > 1.5).astype(float),
    "multi:softprob": SUM.astype(int),
    "multi:softmax": SUM.astype(int),
}


def train(objective: str, rounds: int = 4) -> xgboost.Booster:
    """Train a small booster on sums of three numbers."""
    classes = {"num_class": 3} if objective.startswith("multi:") else {}
    settings = {"objective": objective, "nthread": 1, "max_depth": 3} | classes
    return xgboost.train(settings, xgboost.DMatrix(X, LABELS[objective]), rounds)


def scores(booster: xgboost.Booster, rows: list[list[float]] = ROWS) -> list[Any]:
    """The booster's own predictions."""
    predicted: list[Any] = booster.predict(xgboost.DMatrix(np.array(rows)), validate_features=False).tolist()
    return predicted


BOOSTERS = {objective: train(objective) for objective in LABELS}


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Answer one request with a release's container, which loads one booster or the files already written."""

    def answer(
        body: bytes,
        content_type: str | None = "text/csv",
        accept: str | None = None,
        *,
        tag: str = "3.0-5",
        model: xgboost.Booster | str | None = "reg:squarederror",
        **environment: str,
    ) -> Answer:
        if model is not None:
            booster = BOOSTERS[model] if isinstance(model, str) else model
            (tmp_path / "xgboost-model").write_bytes(booster.save_raw("ubj"))
        started = registry.load(f"{REGISTRY}/sagemaker-xgboost:{tag}", tmp_path, environment)
        return started.invoke(Request(body, content_type, accept))

    return answer


# ---- plain answers


@pytest.mark.parametrize("accept", [None, "*/*", "text/csv", "application/json", "application/jsonlines", "text/plain"])
@pytest.mark.parametrize("tag", JOINING)
def test_early_releases_join_rows_with_commas_whatever_is_accepted(serve: Serve, tag: str, accept: str | None) -> None:
    expected = ",".join(map(str, scores(BOOSTERS["reg:squarederror"]))).encode()
    assert serve(TWO_ROWS, accept=accept, tag=tag) == Answer(200, expected, "text/csv; charset=utf-8")


@pytest.mark.parametrize("tag", JOINING)
def test_early_releases_write_each_row_of_class_probabilities_as_a_list(serve: Serve, tag: str) -> None:
    expected = ",".join(map(str, scores(BOOSTERS["multi:softprob"]))).encode()
    assert serve(TWO_ROWS, tag=tag, model="multi:softprob").body == expected


@pytest.mark.parametrize("accept", [None, "*/*", "text/csv", "TEXT/CSV", "text/csv; charset=utf-8"])
@pytest.mark.parametrize("tag", LINEWISE)
def test_later_releases_end_every_row_with_a_newline(serve: Serve, tag: str, accept: str | None) -> None:
    expected = "".join(f"{score}\n" for score in scores(BOOSTERS["reg:squarederror"])).encode()
    assert serve(TWO_ROWS, accept=accept, tag=tag) == Answer(200, expected, "text/csv; charset=utf-8")


@pytest.mark.parametrize("tag", LINEWISE)
def test_later_releases_write_class_probabilities_as_the_fields_of_a_row(serve: Serve, tag: str) -> None:
    expected = "".join(",".join(map(str, row)) + "\n" for row in scores(BOOSTERS["multi:softprob"])).encode()
    assert serve(TWO_ROWS, tag=tag, model="multi:softprob").body == expected


@pytest.mark.parametrize("model", ["reg:squarederror", "binary:hinge", "multi:softmax", "multi:softprob"])
@pytest.mark.parametrize("tag", LINEWISE)
def test_later_releases_write_json_with_one_score_per_row(serve: Serve, tag: str, model: str) -> None:
    expected = json.dumps({"predictions": [{"score": score} for score in scores(BOOSTERS[model])]}).encode()
    assert serve(TWO_ROWS, accept="application/json", tag=tag, model=model) == Answer(200, expected, "application/json")


def test_small_and_negative_scores_keep_their_exponent(serve: Serve) -> None:
    booster = xgboost.train({"base_score": 0, "nthread": 1}, xgboost.DMatrix(X, SUM * 1e-6 - 2e-5), 4)
    body = serve(TWO_ROWS, model=booster).body
    assert [float(line) for line in body.split()] == scores(booster)
    assert b"e-05" in body


def test_a_platform_suffix_of_the_tag_changes_nothing(serve: Serve) -> None:
    assert serve(ONE_ROW, tag="1.0-1-cpu-py3") == serve(ONE_ROW, tag="1.0-1")


def test_the_model_can_set_the_default_format(serve: Serve) -> None:
    answer = serve(ONE_ROW, SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT="application/json")
    assert answer.content_type == "application/json"


def test_an_accepted_type_without_an_encoder_is_the_html_page_of_an_uncaught_error(serve: Serve) -> None:
    answer = serve(ONE_ROW, accept="application/jsonlines")
    assert (answer.status, answer.content_type) == (500, "text/html")
    assert answer.body.startswith(b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>500 Internal')


def test_an_unsupported_accept_is_406_and_lists_the_supported_ones(serve: Serve) -> None:
    expected = (
        b"Accept type text/plain is not supported. Please use supported accept types: "
        b"['application/json', 'application/jsonlines', 'application/x-recordio-protobuf', 'text/csv']."
    )
    assert serve(ONE_ROW, accept="text/plain") == Answer(406, expected, "text/html; charset=utf-8")


# ---- requests


@pytest.mark.parametrize(
    "body",
    [
        b"0.1,0.2,0.3\r\n0.9,0.8,0.7\r\n",
        b"\n 0.1,0.2,0.3\n0.9,0.8,0.7\n\n",
        b"0.1;0.2;0.3\n0.9;0.8;0.7",
        b"0.1\t0.2\t0.3\n0.9\t0.8\t0.7",
        b"0.1 0.2 0.3\n0.9 0.8 0.7",
        b"1e-1,2E-1,+0.3\n0.9,0.8,0.7",
    ],
)
def test_the_same_rows_are_read_with_every_delimiter_that_can_be_detected(serve: Serve, body: bytes) -> None:
    assert serve(body).body == serve(TWO_ROWS).body


@pytest.mark.parametrize("content_type", ["csv", "TEXT/CSV", "text/csv; charset=utf-8", "text/csv;label_size=1"])
def test_csv_has_several_names(serve: Serve, content_type: str) -> None:
    assert serve(ONE_ROW, content_type).body == serve(ONE_ROW).body


@pytest.mark.parametrize("missing", [b"0.1,,0.3", b"0.1,nan,0.3", b"0.1,NaN,0.3"])
def test_an_empty_field_and_nan_are_missing(serve: Serve, missing: bytes) -> None:
    expected = scores(BOOSTERS["reg:squarederror"], [[0.1, float("nan"), 0.3]])
    assert json.loads(serve(missing, accept="application/json").body) == {"predictions": [{"score": expected[0]}]}


@pytest.mark.parametrize("content_type", [None, "libsvm", "text/libsvm", "text/x-libsvm; charset=utf-8"])
def test_a_body_without_a_content_type_is_libsvm(serve: Serve, content_type: str | None) -> None:
    answer = serve(b"0 0:0.1 1:0.2 2:0.3\n1 0:0.9 1:0.8 2:0.7", content_type)
    assert answer.body == serve(TWO_ROWS).body


def test_libsvm_indices_are_zero_based_before_3_2(serve: Serve) -> None:
    assert serve(b"1:0.1 2:0.2", "text/libsvm").body == serve(b",0.1,0.2").body


def test_libsvm_indices_that_start_at_1_are_one_based_since_3_2(serve: Serve) -> None:
    assert serve(b"1:0.1 2:0.2 3:0.3", "text/libsvm", tag="3.2-0").body == serve(ONE_ROW).body


def test_too_few_columns_get_a_wrong_prediction_without_an_error(serve: Serve) -> None:
    nan = float("nan")
    assert serve(b"0.1,0.2").body == f"{scores(BOOSTERS['reg:squarederror'], [[0.1, 0.2, nan]])[0]}\n".encode()


def test_too_many_columns_are_400_with_xgboosts_message(serve: Serve) -> None:
    answer = serve(b"1,2,3,4")
    assert answer.status == 400
    assert answer.body.startswith(b"Unable to evaluate payload provided: ")
    assert b"Number of columns does not match number of features in booster." in answer.body


def test_an_empty_body_is_204(serve: Serve) -> None:
    assert serve(b"") == Answer(204, b"", "text/html; charset=utf-8")


def test_a_form_body_is_empty_for_the_container(serve: Serve) -> None:
    assert serve(ONE_ROW, "application/x-www-form-urlencoded").status == 204


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-npy", ""])
def test_an_unknown_type_is_415_and_lists_the_known_ones(serve: Serve, content_type: str) -> None:
    expected = (
        f"{content_type} is not an accepted ContentType: csv, libsvm, parquet, recordio-protobuf, text/csv, "
        "text/libsvm, text/x-libsvm, application/x-parquet, application/x-recordio-protobuf."
    )
    assert serve(b"{}", content_type) == Answer(415, expected.encode(), "text/html; charset=utf-8")


def test_parquet_is_listed_but_rejected(serve: Serve) -> None:
    answer = serve(b"PAR1", "application/x-parquet")
    assert (answer.status, answer.body) == (415, b"Content-type application/x-parquet is not supported.")


def test_a_label_in_the_content_type_is_415(serve: Serve) -> None:
    expected = b"text/csv;label_size=0 is not an accepted csv ContentType. Optional parameter label_size must be equal to 1"
    assert serve(ONE_ROW, "text/csv;label_size=0").body == expected


@pytest.mark.parametrize(("tag", "quoted"), [("1.7-1", "'a'"), ("3.0-5", "np.str_('a')")])
def test_a_header_row_is_415_in_the_wording_of_the_releases_numpy(serve: Serve, tag: str, quoted: str) -> None:
    expected = (
        "Loading csv data failed with Exception, please ensure data is in csv format:\n"
        f" <class 'ValueError'>\n could not convert string to float: {quoted}"
    )
    assert serve(b"a,b,c\n1,2,3", tag=tag) == Answer(415, expected.encode(), "text/html; charset=utf-8")


def test_rows_of_different_length_are_415(serve: Serve) -> None:
    expected = (
        b"Loading csv data failed with Exception, please ensure data is in csv format:\n <class 'ValueError'>\n "
        b"setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. "
        b"The detected shape was (2,) + inhomogeneous part."
    )
    assert serve(b"1,2,3\n1,2") == Answer(415, expected, "text/html; charset=utf-8")


@pytest.mark.parametrize("body", [b"1,2,inf", b"\xff,1,2", b" "])
def test_a_body_that_is_not_a_matrix_is_415(serve: Serve, body: bytes) -> None:
    assert serve(body).status == 415


@pytest.mark.parametrize(("length", "status"), [(6_291_456, 415), (6_291_457, 413)])
def test_more_than_6_mebibytes_are_413(serve: Serve, length: int, status: int) -> None:
    assert serve(b"x" * length, "text/plain").status == status


def test_a_model_can_raise_the_limit(serve: Serve) -> None:
    assert serve(b"x" * 6_291_457, "text/plain", MAX_CONTENT_LENGTH="7000000").status == 415


def test_early_releases_cap_the_limit_at_20_mebibytes(serve: Serve) -> None:
    assert serve(b"x" * 20_971_521, "text/plain", tag="1.2-1", MAX_CONTENT_LENGTH="30000000").status == 413


@pytest.mark.parametrize(("content_type", "does"), [("application/x-recordio-protobuf", b"read")])
def test_an_unsupported_format_is_501_and_says_so(serve: Serve, content_type: str, does: bytes) -> None:
    answer = serve(ONE_ROW, content_type)
    assert (answer.status, answer.body) == (501, b"The sandbox does not " + does + b" " + content_type.encode() + b".")


# ---- selectable inference


ALL_KEYS = "predicted_label,probability,probabilities,labels,raw_score,raw_scores,predicted_score"


@pytest.mark.parametrize("tag", JOINING + LINEWISE)
def test_selected_keys_of_a_binary_model_are_json(serve: Serve, tag: str) -> None:
    answer = serve(ONE_ROW, accept="application/json", tag=tag, model="binary:logistic", SAGEMAKER_INFERENCE_OUTPUT=ALL_KEYS)
    (score,) = scores(BOOSTERS["binary:logistic"], ROWS[:1])
    expected = {
        "predicted_label": 0,
        "labels": [0, 1],
        "probability": score,
        "probabilities": [1 - score, score],
        "raw_score": score,
        "raw_scores": [1 - score, score],
        "predicted_score": float("nan"),
    }
    assert answer == Answer(200, json.dumps({"predictions": [expected]}).encode(), "application/json")


def test_selected_keys_of_a_multiclass_model_are_csv_in_the_selected_order(serve: Serve) -> None:
    answer = serve(TWO_ROWS, model="multi:softprob", SAGEMAKER_INFERENCE_OUTPUT="predicted_label, Probability,probabilities,labels")
    rows = [f'{np.argmax(row)},{max(row)},"{row}","[0, 1, 2]"' for row in scores(BOOSTERS["multi:softprob"])]
    assert answer == Answer(200, "\n".join(rows).encode(), "text/csv; charset=utf-8")


def test_selected_keys_can_be_json_lines(serve: Serve) -> None:
    answer = serve(TWO_ROWS, accept="application/jsonlines", SAGEMAKER_INFERENCE_OUTPUT="predicted_score")
    rows = [json.dumps({"predicted_score": score}) + "\n" for score in scores(BOOSTERS["reg:squarederror"])]
    assert answer == Answer(200, "".join(rows).encode(), "application/jsonlines")


@pytest.mark.parametrize(("model", "label"), [("binary:hinge", float), ("multi:softmax", float), ("binary:logitraw", int)])
def test_a_predicted_label_has_the_type_of_its_objective(serve: Serve, model: str, label: type) -> None:
    answer = serve(ONE_ROW, accept="application/json", model=model, SAGEMAKER_INFERENCE_OUTPUT="predicted_label")
    assert type(json.loads(answer.body)["predictions"][0]["predicted_label"]) is label


@pytest.mark.parametrize(("tag", "model"), [("3.0-5", "count:poisson"), ("1.5-1", "reg:absoluteerror")])
def test_an_objective_without_selectable_keys_is_500(serve: Serve, tag: str, model: str) -> None:
    answer = serve(ONE_ROW, tag=tag, model=model, SAGEMAKER_INFERENCE_OUTPUT="predicted_score")
    expected = f"Objective `{model}` unsupported for selectable inference predictions."
    assert answer == Answer(500, expected.encode(), "text/html; charset=utf-8")


# ---- models


@pytest.mark.parametrize("name", ["model.json", "model.ubj"])
def test_boosters_are_loaded_from_every_format_that_xgboost_writes(tmp_path: Path, serve: Serve, name: str) -> None:
    BOOSTERS["reg:squarederror"].save_model(tmp_path / name)
    (tmp_path / name).rename(tmp_path / "xgboost-model")
    assert serve(ONE_ROW, model=None).body == f"{scores(BOOSTERS['reg:squarederror'])[0]}\n".encode()


def test_a_pickled_booster_is_checked_for_its_number_of_columns(tmp_path: Path, serve: Serve) -> None:
    (tmp_path / "xgboost-model").write_bytes(pickle.dumps(BOOSTERS["reg:squarederror"]))
    answer = serve(b"0.1", model=None)
    expected = (
        b"Unable to evaluate payload provided: Feature size of csv inference data 1 is not consistent with feature size of trained model 3."
    )
    assert (answer.status, answer.body) == (400, expected)


@pytest.mark.parametrize(("body", "status"), [(b"0.1,0.2", 200), (b"0.1,0.2,0.3", 200)])
def test_a_pickled_booster_accepts_one_column_less(tmp_path: Path, serve: Serve, body: bytes, status: int) -> None:
    (tmp_path / "xgboost-model").write_bytes(pickle.dumps(BOOSTERS["reg:squarederror"]))
    assert serve(body, model=None).status == status


def save_three(folder: Path, objective: str) -> list[xgboost.Booster]:
    """Write three different boosters with one objective."""
    boosters = [train(objective, rounds) for rounds in (1, 2, 6)]
    for index, booster in enumerate(boosters):
        booster.save_model(folder / f"model-{index}.json")
    return boosters


def test_the_predictions_of_all_files_are_averaged(tmp_path: Path, serve: Serve) -> None:
    boosters = save_three(tmp_path, "reg:squarederror")
    expected = np.mean([np.array(scores(booster), dtype=np.float32) for booster in boosters], axis=0).tolist()
    assert serve(TWO_ROWS, model=None).body == "".join(f"{score}\n" for score in expected).encode()


@pytest.mark.parametrize(("tag", "environment"), [("1.2-1", {}), ("3.0-5", {"SAGEMAKER_INFERENCE_ENSEMBLE": "false"})])
def test_only_the_first_file_is_used_without_an_ensemble(tmp_path: Path, serve: Serve, tag: str, environment: dict[str, str]) -> None:
    first, *_ = save_three(tmp_path, "reg:squarederror")
    assert serve(ONE_ROW, model=None, tag=tag, **environment).body.strip() == str(scores(first)[0]).encode()


def test_an_ensemble_of_class_labels_votes(tmp_path: Path, serve: Serve) -> None:
    boosters = save_three(tmp_path, "multi:softmax")
    votes = [sorted(row)[1] for row in zip(*map(scores, boosters), strict=True)]
    assert serve(TWO_ROWS, model=None, tag="1.7-1").body == "".join(f"{vote}\n" for vote in votes).encode()


def test_an_ensemble_of_class_labels_fails_in_3_0(tmp_path: Path, serve: Serve) -> None:
    save_three(tmp_path, "multi:softmax")
    assert serve(TWO_ROWS, model=None, tag="3.0-5").status == 500


def test_a_dotfile_is_not_a_model(tmp_path: Path, serve: Serve) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert serve(ONE_ROW).status == 200


@pytest.mark.parametrize("name", ["readme.txt", "xgboost-model"])
def test_a_file_that_is_not_a_model_prevents_the_container_from_starting(tmp_path: Path, serve: Serve, name: str) -> None:
    BOOSTERS["reg:squarederror"].save_model(tmp_path / "a.json")
    (tmp_path / name).write_text("not a model")
    with pytest.raises(ModelLoadError, match=rf"(?s)^Model /opt/ml/model/{name} cannot be loaded:\nPickle load error="):
        serve(ONE_ROW, model=None)


def test_an_empty_model_folder_prevents_the_container_from_starting(serve: Serve) -> None:
    with pytest.raises(ModelLoadError, match="No valid model files found"):
        serve(ONE_ROW, model=None)


def test_an_unsupported_image_lists_the_supported_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match="can serve images of the repositories sagemaker-xgboost"):
        registry.load(f"{REGISTRY}/my-model:1", tmp_path, {})


def test_an_unsupported_release_lists_the_supported_ones(serve: Serve) -> None:
    with pytest.raises(ModelLoadError, match=r"serves sagemaker-xgboost 1\.0-1, .* it has no release '9\.9-1'"):
        serve(ONE_ROW, tag="9.9-1")


def test_script_mode_is_rejected(serve: Serve) -> None:
    with pytest.raises(ModelLoadError, match="SAGEMAKER_PROGRAM"):
        serve(ONE_ROW, SAGEMAKER_PROGRAM="inference.py")


def test_a_limit_that_is_not_a_number_prevents_the_container_from_starting(serve: Serve) -> None:
    with pytest.raises(ModelLoadError, match="invalid literal for int"):
        serve(ONE_ROW, MAX_CONTENT_LENGTH="6MB")


def test_each_of_many_threads_gets_its_own_answer(tmp_path: Path) -> None:
    booster = BOOSTERS["reg:squarederror"]
    booster.save_model(tmp_path / "model.json")
    started = registry.load(f"{REGISTRY}/sagemaker-xgboost:3.0-5", tmp_path, {})
    bodies = [",".join(map(str, row)).encode() for row in X.tolist()]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: started.invoke(Request(body, "text/csv")).body, bodies))
    assert answers == [f"{score}\n".encode() for score in scores(booster, X.tolist())]


@pytest.mark.parametrize(
    ("uri", "repository", "tag"),
    [
        (f"{REGISTRY}/sagemaker-xgboost:3.0-5", "sagemaker-xgboost", "3.0-5"),
        (f"{REGISTRY}/team/model@sha256:{'0' * 64}", "team/model", ""),
        ("localhost:5000/model", "model", ""),
        ("localhost:5000/model:v1", "model", "v1"),
    ],
)
def test_an_image_address_is_parsed(uri: str, repository: str, tag: str) -> None:
    assert Image.parse(uri) == Image(uri, repository, tag)
