"""The container's ``/invocations``: the body, status and type of its responses."""

from __future__ import annotations

import html
import io
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sagemaker_sandbox.containers.base import Answer, ModelLoadError, Request
from sagemaker_sandbox.containers.xgboost import selectable
from sagemaker_sandbox.containers.xgboost.decode import UnsupportedMediaError, decode, media_type
from sagemaker_sandbox.containers.xgboost.ensemble import Ensemble
from sagemaker_sandbox.containers.xgboost.release import MEBIBYTE, RELEASES, Release, release_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sagemaker_sandbox.containers.xgboost.ensemble import Scores

CSV: Final = "text/csv"
JSON: Final = "application/json"
NPY: Final = "application/x-npy"
RECORDIO: Final = "application/x-recordio-protobuf"
ACCEPTED: Final = [JSON, "application/jsonlines", RECORDIO, CSV]

_FORMS: Final = {"application/x-www-form-urlencoded", "application/x-url-encoded", "multipart/form-data"}
"""Types that Flask parses as a form, so that the container receives an empty body."""
_DEFAULT_LIMIT: Final = 6 * MEBIBYTE


class _HttpError(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


def _text(status: HTTPStatus, message: str) -> Answer:
    return Answer(status, message.encode(), "text/html; charset=utf-8")


def _page(status: HTTPStatus, title: str, description: str) -> Answer:
    """Return the HTML page that Flask sends for an exception."""
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

    def __init__(self, release: Release, ensemble: Ensemble, environment: Mapping[str, str], *, multi_model: bool = False) -> None:
        """Serve ``ensemble`` as ``release`` would with ``environment``. Raises ModelLoadError if it cannot start."""
        self._multi_model = multi_model
        self._release = release
        self._ensemble = ensemble
        self._default_accept = environment.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", CSV)
        self._selection = environment.get("SAGEMAKER_INFERENCE_OUTPUT")
        self._batch = bool(environment.get("SAGEMAKER_BATCH"))
        self._limit = _limit(environment, release)

    @classmethod
    def load(cls, tag: str, folder: Path, environment: Mapping[str, str], *, multi_model: bool = False) -> XGBoostContainer:
        """Start image tag ``tag`` with the model in ``folder``. Raises ModelLoadError if it cannot serve it."""
        release = release_of(tag)
        if release is None:
            message = f"The sandbox serves sagemaker-xgboost {', '.join(RELEASES)}; it has no release {tag!r}."
            raise ModelLoadError(message)
        if "SAGEMAKER_PROGRAM" in environment or "SAGEMAKER_SUBMIT_DIRECTORY" in environment:
            message = "The sandbox serves XGBoost in algorithm mode; it runs no inference script (SAGEMAKER_PROGRAM)."
            raise ModelLoadError(message)
        averages = release.averages_files and environment.get("SAGEMAKER_INFERENCE_ENSEMBLE", "true") == "true"
        ensemble = Ensemble.load(folder, release, averages=averages)
        return cls(release, ensemble, environment, multi_model=multi_model)

    def invoke(self, request: Request) -> Answer:
        """Answer one request."""
        try:
            scores = self._scores(request)
            if self._multi_model:
                return _multi_model_answer(scores.tolist(), media_type(request.accept or ""))
            if self._selection is not None:
                return self._selected(scores, self._selection, self._accept(request.accept))
            if not self._release.answers_accept:
                return _answer(_joined(scores.tolist(), batch=self._batch), CSV)
            accept = self._accept(request.accept)
            return _answer(_encoded(scores.tolist(), accept, batch=self._batch), accept)
        except _HttpError as error:
            return error.answer

    def _scores(self, request: Request) -> Scores:
        if request.content_type and len(request.body) > self._limit:
            raise _HttpError(_TOO_LARGE)
        if not request.body or media_type(request.content_type or "").lower() in _FORMS:
            raise _HttpError(_text(HTTPStatus.NO_CONTENT, ""))
        if request.content_type and RECORDIO in request.content_type.lower():
            raise _HttpError(_text(HTTPStatus.NOT_IMPLEMENTED, f"The sandbox does not read {RECORDIO}."))
        try:
            kind, matrix = decode(request, self._release)
        except UnsupportedMediaError as error:
            raise _HttpError(_text(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error))) from error
        try:
            return self._ensemble.predict(matrix, kind)
        except Exception as error:
            message = f"Unable to evaluate payload provided: {error}"
            raise _HttpError(_text(HTTPStatus.BAD_REQUEST, message)) from error

    def _accept(self, header: str | None) -> str:
        accept = media_type(header or "")
        if not accept or accept == "*/*":
            return self._default_accept
        if accept.lower() not in ACCEPTED:
            message = f"Accept type {accept} is not supported. Please use supported accept types: {ACCEPTED}."
            raise _HttpError(_text(HTTPStatus.NOT_ACCEPTABLE, message))
        return accept.lower()

    def _selected(self, scores: Scores, selection: str, accept: str) -> Answer:
        if accept == RECORDIO:
            raise _HttpError(_text(HTTPStatus.NOT_IMPLEMENTED, f"The sandbox does not write {RECORDIO}."))
        keys = selectable.keys_of(selection)
        ensemble, absolute = self._ensemble, self._release.scores_absolute_error
        try:
            rows = selectable.predictions(scores, keys, ensemble.objective, ensemble.classes, absolute_error=absolute)
            body = selectable.encode(rows, keys, accept)
        except Exception as error:  # the container returns the message of any exception
            return _text(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        return _answer(body + b"\n" * (self._batch and accept == CSV), accept)


def _limit(environment: Mapping[str, str], release: Release) -> int:
    setting = environment.get("MAX_CONTENT_LENGTH", str(_DEFAULT_LIMIT))
    try:
        limit = int(setting)
    except ValueError as error:
        raise ModelLoadError(str(error)) from error
    return min(limit, release.largest_limit or limit)


def _answer(body: bytes, media: str) -> Answer:
    return Answer(HTTPStatus.OK, body, f"{media}; charset=utf-8" if media.startswith("text/") else media)


def _multi_model_answer(scores: list[Any], accept: str) -> Answer:
    """Answer as the multi-model server does, which shares no code with the single-model one."""
    match accept.lower():
        case "" | "*/*" | "application/json":
            return _answer(json.dumps(scores).encode(), JSON)
        case "text/csv":
            return Answer(HTTPStatus.OK, _joined(scores, batch=False), CSV)
        case _:
            return _text(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Accept type {accept} is not supported.")


def _joined(scores: list[Any], *, batch: bool) -> bytes:
    return _lines(scores) if batch else ",".join(map(str, scores)).encode()


def _lines(scores: list[Any]) -> bytes:
    return ("\n".join(map(str, scores)) + "\n").encode()


def _encoded(scores: list[Any], accept: str, *, batch: bool) -> bytes:
    if not isinstance(scores, list) and (batch or accept != NPY):
        raise _HttpError(_UNCAUGHT)  # the single vote described at Release.votes
    if batch:
        return _lines(scores)
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
            raise _HttpError(_UNCAUGHT)  # some accepted types, and possibly the default type, have no encoder


def _csv_line(score: float | list[float]) -> str:
    return ",".join(map(repr, score)) + "\n" if isinstance(score, list) else f"{score!r}\n"
