"""AWS's built-in XGBoost container in algorithm mode: same bytes in, same bytes and status out, for each release.

What differs from the real image: one XGBoost (the installed one) loads the models of every release.
"""

from __future__ import annotations

import csv
import html
import io
import json
import pickle
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xgboost
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # scipy ships no types

from sagemaker_sandbox.sagemaker import selectable
from sagemaker_sandbox.sagemaker.container import Answer, ModelLoadError, Request
from sagemaker_sandbox.sagemaker.xgboost_release import MEBIBYTE, RELEASES, Release, release_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

type Rows = NDArray[np.float64] | csr_matrix
type Scores = NDArray[np.float32]

CSV: Final = "text/csv"
JSON: Final = "application/json"
RECORDIO: Final = "application/x-recordio-protobuf"
ACCEPTED: Final = [JSON, "application/jsonlines", RECORDIO, CSV]

_CONTENT_TYPES: Final = {
    "csv": "csv",
    "libsvm": "libsvm",
    "parquet": "parquet",
    "recordio-protobuf": "recordio-protobuf",
    "text/csv": "csv",
    "text/libsvm": "libsvm",
    "text/x-libsvm": "libsvm",
    "application/x-parquet": "parquet",
    "application/x-recordio-protobuf": "recordio-protobuf",
}
_FORMS: Final = {"application/x-www-form-urlencoded", "application/x-url-encoded", "multipart/form-data"}
_DEFAULT_LIMIT: Final = 6 * MEBIBYTE


class _HttpError(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


def _text(status: HTTPStatus, message: str) -> Answer:
    return Answer(status, message.encode(), "text/html; charset=utf-8")


def _page(status: HTTPStatus, title: str, description: str) -> Answer:
    """Make the HTML page with which Flask answers for an exception."""
    body = (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n'
        f"<title>{status.value} {title}</title>\n<h1>{title}</h1>\n<p>{html.escape(description)}</p>\n"
    )
    return Answer(status, body.encode(), "text/html")


_TOO_LARGE = _page(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "Request Entity Too Large",
    "The data value transmitted exceeds the capacity limit.",
)
_UNCAUGHT = _page(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Internal Server Error",
    "The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application.",
)


class XGBoostContainer:
    """One started container: the boosters of its model folder behind ``/invocations``."""

    def __init__(self, release: Release, ensemble: _Ensemble, environment: Mapping[str, str]) -> None:
        """Serve ``ensemble`` as ``release`` would with ``environment``; ModelLoadError if that cannot start."""
        self._release = release
        self._ensemble = ensemble
        self._default_accept = environment.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", CSV)
        self._selection = environment.get("SAGEMAKER_INFERENCE_OUTPUT")
        self._batch = bool(environment.get("SAGEMAKER_BATCH"))
        self._limit = _limit(environment, release)

    @classmethod
    def load(cls, tag: str, folder: Path, environment: Mapping[str, str]) -> XGBoostContainer:
        """Start image tag ``tag`` with the model in ``folder``; ModelLoadError if it cannot serve that."""
        release = release_of(tag)
        if release is None:
            message = f"The sandbox serves sagemaker-xgboost {', '.join(RELEASES)}; it has no release {tag!r}."
            raise ModelLoadError(message)
        if "SAGEMAKER_PROGRAM" in environment or "SAGEMAKER_SUBMIT_DIRECTORY" in environment:
            message = "The sandbox serves XGBoost in algorithm mode; it runs no inference script (SAGEMAKER_PROGRAM)."
            raise ModelLoadError(message)
        averages = release.averages_files and environment.get("SAGEMAKER_INFERENCE_ENSEMBLE", "true") == "true"
        return cls(release, _Ensemble.load(folder, release, averages), environment)

    def invoke(self, request: Request) -> Answer:
        """Answer one request."""
        try:
            return self._invoke(request)
        except _HttpError as error:
            return error.answer

    def _invoke(self, request: Request) -> Answer:
        if request.content_type and len(request.body) > self._limit:
            return _TOO_LARGE
        if not request.body or _media_type(request.content_type or "").lower() in _FORMS:
            return _text(HTTPStatus.NO_CONTENT, "")
        kind, rows = _decode(request, self._release)
        scores = self._ensemble.predict(rows, kind)
        if self._selection is not None:
            return self._select(scores, self._selection, self._accept(request.accept))
        if not self._release.answers_accept:
            joined = "\n".join(map(str, scores.tolist())) + "\n" if self._batch else ",".join(map(str, scores.tolist()))
            return Answer(HTTPStatus.OK, joined.encode(), _with_charset(CSV))
        accept = self._accept(request.accept)
        body = _lines(scores.tolist()) if self._batch else _encode(scores.tolist(), accept)
        return Answer(HTTPStatus.OK, body, _with_charset(accept))

    def _accept(self, header: str | None) -> str:
        accept = _media_type(header or "")
        if not accept or accept == "*/*":
            return self._default_accept
        if accept.lower() not in ACCEPTED:
            message = f"Accept type {accept} is not supported. Please use supported accept types: {ACCEPTED}."
            raise _HttpError(_text(HTTPStatus.NOT_ACCEPTABLE, message))
        return accept.lower()

    def _select(self, scores: Scores, selection: str, accept: str) -> Answer:
        keys = selectable.keys_of(selection)
        if accept == RECORDIO:
            raise _HttpError(_text(HTTPStatus.NOT_IMPLEMENTED, f"The sandbox does not write {RECORDIO}."))
        try:
            rows = selectable.predictions(
                scores,
                keys,
                self._ensemble.objective,
                self._ensemble.classes,
                absolute_error=self._release.scores_absolute_error,
            )
            body = selectable.encode(rows, keys, accept)
        except Exception as error:  # noqa: BLE001  the container answers with whatever went wrong
            return _text(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        return Answer(HTTPStatus.OK, body + b"\n" * (self._batch and accept == CSV), _with_charset(accept))


def _limit(environment: Mapping[str, str], release: Release) -> int:
    setting = environment.get("MAX_CONTENT_LENGTH", str(_DEFAULT_LIMIT))
    try:
        limit = int(setting)
    except ValueError as error:
        raise ModelLoadError(str(error)) from error
    return min(limit, release.largest_limit or limit)


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip()


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


# ---- request -> rows


def _decode(request: Request, release: Release) -> tuple[str, Rows]:
    try:
        kind = _kind(request.content_type)
        return kind, _DECODERS[kind](request, release)
    except _HttpError:
        raise
    except Exception as error:
        raise _HttpError(_text(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error))) from error


def _kind(header: str | None) -> str:
    """Read the data format off a Content-Type header; RuntimeError, in the container's words, if it is none."""
    if header is None:
        return "libsvm"
    media_type = _media_type(header.lower())
    if media_type not in _CONTENT_TYPES:
        message = f"{header} is not an accepted ContentType: {', '.join(_CONTENT_TYPES)}."
        raise RuntimeError(message)
    kind = _CONTENT_TYPES[media_type]
    if kind == "csv" and _label_size(header.lower()) not in {None, "1"}:
        message = f"{header} is not an accepted csv ContentType. Optional parameter label_size must be equal to 1"
        raise RuntimeError(message)
    return kind


def _label_size(header: str) -> str | None:
    for parameter in header.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip() == "label_size":
            return value.strip().strip('"')
    return None


def _rows_of_csv(request: Request, release: Release) -> Rows:
    try:
        text = request.body.strip().decode()
        lines = text.split("\n")
        sniffed = csv.Sniffer().sniff(lines[0][:512]).delimiter
        return _matrix([line.split("," if sniffed.isalnum() else sniffed) for line in lines], release)
    except Exception as error:
        message = (
            f"Loading csv data failed with Exception, please ensure data is in csv format:\n {type(error)}\n {error}"
        )
        raise RuntimeError(message) from error


def _matrix(table: list[list[str]], release: Release) -> Rows:
    width = len(table[0])
    if any(len(row) != width for row in table):
        raise ValueError(_ragged(len(table), release))
    flat = [field or "nan" for row in table for field in row]
    try:
        values = np.fromiter(map(float, flat), dtype=np.float64, count=len(flat))
    except ValueError as error:
        raise ValueError(_not_a_number(flat, release)) from error
    return values.reshape(len(table), width)


def _ragged(rows: int, release: Release) -> str:
    message = "setting an array element with a sequence."
    if release.numpy < (1, 24):
        return message
    return (
        f"{message} The requested array has an inhomogeneous shape after 1 dimensions. "
        f"The detected shape was ({rows},) + inhomogeneous part."
    )


def _not_a_number(fields: list[str], release: Release) -> str:
    """Numpy's message for the first field that is no number, as the release's numpy quotes it."""
    for field in fields:
        try:
            float(field)
        except ValueError:
            quoted = f"np.str_({field!r})" if release.numpy >= (2, 0) else repr(field)
            return f"could not convert string to float: {quoted}"
    return "could not convert string to float"


def _rows_of_libsvm(request: Request, release: Release) -> Rows:
    try:
        return _sparse(request.body.strip().decode(), shift=release.shifts_libsvm)
    except Exception as error:
        message = (
            "Loading libsvm data failed with Exception, please ensure data is in libsvm format:\n "
            f"{type(error)}\n {error}"
        )
        raise RuntimeError(message) from error


def _sparse(text: str, *, shift: bool) -> Rows:
    """Read each line's ``index:value`` items; what a line lacks is missing, and so is a last line without items."""
    cells = [
        (row, *item.split(":")[:2])
        for row, line in enumerate(text.split("\n"))
        for item in line.split(" ")
        if ":" in item
    ]
    rows = np.array([cell[0] for cell in cells])
    columns = np.array([cell[1] for cell in cells]).astype(int)
    values = np.array([cell[2] for cell in cells]).astype(float)
    if shift and len(columns) and columns.min() >= 1:
        columns = columns - 1
    return csr_matrix((values, (rows, columns)))


def _rows_of_parquet(request: Request, _release: Release) -> Rows:
    message = f"Content-type {request.content_type} is not supported."
    raise RuntimeError(message)


def _rows_of_recordio(_request: Request, _release: Release) -> Rows:
    raise _HttpError(_text(HTTPStatus.NOT_IMPLEMENTED, f"The sandbox does not read {RECORDIO}."))


_DECODERS: Final[dict[str, Callable[[Request, Release], Rows]]] = {
    "csv": _rows_of_csv,
    "libsvm": _rows_of_libsvm,
    "parquet": _rows_of_parquet,
    "recordio-protobuf": _rows_of_recordio,
}


# ---- rows -> scores


@dataclass(frozen=True)
class _Model:
    booster: xgboost.Booster
    pickled: bool
    iterations: tuple[int, int]
    """The range of boosting rounds to predict with; (0, 0) is all of them."""

    @classmethod
    def load(cls, path: Path, release: Release) -> _Model:
        booster, pickled = _read(path)
        booster.set_param({"nthread": 1})
        limit = int(booster.attr("best_ntree_limit") or 0) if release.stops_early else 0
        return cls(booster, pickled, (0, limit // _parallel_trees(booster)))

    def check_width(self, matrix: xgboost.DMatrix, kind: str) -> None:
        """Refuse what the container refuses: only pickled boosters are checked at all."""
        if not self.pickled:
            return
        model, data = self.booster.num_features(), matrix.num_col()
        if kind == "libsvm" and data > model + 1:
            message = (
                f"Feature size of libsvm inference data {data} is larger than feature size of trained model {model}."
            )
            raise ValueError(message)
        if kind != "libsvm" and data not in {model, model - 1}:
            message = (
                f"Feature size of {kind} inference data {data} is not consistent "
                f"with feature size of trained model {model}."
            )
            raise ValueError(message)

    def predict(self, matrix: xgboost.DMatrix) -> Scores:
        scores: Scores = self.booster.predict(matrix, validate_features=False, iteration_range=self.iterations)
        return scores


def _read(path: Path) -> tuple[xgboost.Booster, bool]:
    """Load the booster in a file and tell whether it was pickled; XGBoost's own formats are tried after a pickle."""
    try:
        with path.open("rb") as file:
            booster = pickle.load(file)  # noqa: S301  as the container does; the model is its owner's code
            booster.set_param({"nthread": 1})
            return booster, True
    except Exception as not_pickle:  # noqa: BLE001  anything at all sends the container on to the next format
        try:
            return xgboost.Booster(model_file=path), False
        except Exception as not_model:
            message = (
                f"Model /opt/ml/model/{path.name} cannot be loaded:"
                f"\nPickle load error={not_pickle}\nXGB load model error={not_model}"
            )
            raise ModelLoadError(message) from not_model


def _parallel_trees(booster: xgboost.Booster) -> int:
    gradient = json.loads(booster.save_config())["learner"]["gradient_booster"]
    return int(gradient.get("gbtree_model_param", {}).get("num_parallel_tree", 1)) or 1


class _Ensemble:
    def __init__(self, models: list[_Model], *, votes: bool) -> None:
        self._models = models
        self._votes = votes
        self._lock = threading.Lock()
        learner = json.loads(models[0].booster.save_config())["learner"]
        self.objective: str = learner["objective"]["name"]
        self.classes = int(learner["learner_model_param"].get("num_class") or 0)

    @classmethod
    def load(cls, folder: Path, release: Release, averages: bool) -> _Ensemble:
        files = sorted(path for path in folder.iterdir() if path.is_file())
        if release.skips_dotfiles:
            files = [path for path in files if not path.name.startswith(".")]
        if not files:
            message = "No valid model files found in '/opt/ml/model'"
            raise ModelLoadError(message)
        models = [_Model.load(path, release) for path in (files if averages else files[:1])]
        return cls(models, votes=release.votes)

    def predict(self, rows: Rows, kind: str) -> Scores:
        try:
            matrix = xgboost.DMatrix(rows, nthread=1)
        except Exception as error:
            raise _HttpError(_text(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _loading(kind, error))) from error
        try:
            self._models[0].check_width(matrix, kind)
            with self._lock:
                scores = [model.predict(matrix) for model in self._models]
            return self._combined(scores)
        except Exception as error:
            message = f"Unable to evaluate payload provided: {error}"
            raise _HttpError(_text(HTTPStatus.BAD_REQUEST, message)) from error

    def _combined(self, scores: list[Scores]) -> Scores:
        if len(scores) == 1:
            return scores[0]
        if self.objective not in {"multi:softmax", "binary:hinge"}:
            return np.mean(scores, axis=0)
        votes = _mode(np.stack(scores))
        return votes if self._votes else votes[0]


def _mode(votes: Scores) -> Scores:
    """Find the most frequent value of each column, the smallest of several."""
    columns = []
    for column in votes.T:
        values, counts = np.unique(column, return_counts=True)
        columns.append(values[counts.argmax()])
    return np.array(columns)


def _loading(kind: str, error: Exception) -> str:
    return (
        f"Loading {kind} data failed with Exception, please ensure data is in {kind} format:\n {type(error)}\n {error}"
    )


# ---- scores -> body


def _lines(scores: list[Any]) -> bytes:
    return ("\n".join(map(str, scores)) + "\n").encode()


def _encode(scores: list[Any], accept: str) -> bytes:
    match accept:
        case "application/json":
            return json.dumps({"predictions": [{"score": score} for score in scores]}).encode()
        case "text/csv":
            return "".join(_csv_line(score) for score in scores).encode()
        case "application/x-npy":
            buffer = io.BytesIO()
            np.save(buffer, np.array(scores))
            return buffer.getvalue()
        case _:
            raise _HttpError(_UNCAUGHT)  # listed in ACCEPTED, but the container has no encoder for it


def _csv_line(score: float | list[float]) -> str:
    return ",".join(map(repr, score)) + "\n" if isinstance(score, list) else f"{score!r}\n"
