# SPDX-License-Identifier: Apache-2.0
"""The handler in front of a booster, in this process: the predictions that the deployed API will return."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

from prediction_api import log, response
from prediction_api.invocation import Invocation
from prediction_api.request import Request
from prediction_api.service import Service
from prediction_api.settings import Settings

from prediction_tools.terraform.values import to_json

from .booster import load, scores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .booster_file import BoosterFile

ROWS_PER_REQUEST = 5_000
LIMITS = {
    "rows_per_request": ROWS_PER_REQUEST,
    "rows_per_call": ROWS_PER_REQUEST,
    "bytes_per_call": 5_000_000,
    "concurrent_calls": 1,
    "attempt_timeout_in_milliseconds": 60_000,
    "attempts_per_call": 1,
}
OK = 200


class RejectedError(ValueError):
    """The handler answers with a problem. ``problem`` is its document; ``first`` the number of the request's first row, from 0."""

    def __init__(self, problem: Mapping[str, Any], first: int) -> None:
        super().__init__(problem["detail"])
        self.problem = problem
        self.first = first


class LocalApi:
    """One deployment of the handler. Nothing is sent anywhere."""

    def __init__(self, settings: Mapping[str, Any], model: BoosterFile) -> None:
        packed = base64.b64encode(gzip.compress(to_json(settings).encode())).decode()
        environment = {"ENDPOINT_NAME": "local", "LIMITS": json.dumps(LIMITS), "CONTRACT": packed}
        score = scorer(model)
        self._service = Service(Settings(environment, _no_bucket), lambda _service, _limits: _Runtime(score))

    def predictions(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[dict[str, str]]:
        """Return the fields of the CSV answer for each row of texts. Raises RejectedError."""
        for first in range(0, len(rows), ROWS_PER_REQUEST):
            text = io.StringIO()
            csv.writer(text).writerows([names, *rows[first : first + ROWS_PER_REQUEST]])
            answer = self._post(text.getvalue())
            if answer["statusCode"] != OK:
                raise RejectedError(json.loads(answer["body"]), first)
            yield from csv.DictReader(io.StringIO(answer["body"]))

    def _post(self, body: str) -> dict[str, Any]:
        headers = {"Content-Type": "text/csv; header=present", "Accept": "text/csv"}
        event = {"httpMethod": "POST", "path": "/predictions", "headers": headers, "body": body, "requestContext": {}}
        request = Request(event, _Context())
        invocation = Invocation(request.id, request.received)
        try:
            return self._service.respond(request, invocation)
        except Exception as error:  # as handler.py does
            return response.of_problem(request, invocation, log.problem_of(error))


class _Context:
    """Lambda's context."""

    aws_request_id = invoked_function_arn = "local"

    def get_remaining_time_in_millis(self) -> int:
        return 3_600_000


class _Runtime:
    """SageMaker's runtime client, as far as the handler calls it, with the answers of the built-in XGBoost image."""

    def __init__(self, score: Callable[[bytes, str], list[Any]]) -> None:
        self._score = score

    def invoke_endpoint(self, **call: Any) -> dict[str, Any]:
        scores = self._score(call["Body"], call["ContentType"])
        if call["Accept"].startswith("text/csv"):
            lines = [",".join(map(repr, score)) if isinstance(score, list) else repr(score) for score in scores]
            return {"Body": io.BytesIO(("\n".join(lines) + "\n").encode())}
        return {"Body": io.BytesIO(json.dumps({"predictions": [{"score": score} for score in scores]}).encode())}


def _no_bucket(bucket: str, key: str) -> bytes:
    raise ValueError(bucket, key)


def scorer(model: BoosterFile) -> Callable[[bytes, str], list[Any]]:
    """Return a function from a payload of the built-in image, text/csv or text/libsvm, to its scores. Raises ModelFileError."""
    booster = load(model)
    import numpy as np  # with XGBoost, which load has found

    def score(payload: bytes, content_type: str) -> list[Any]:
        lines = payload.decode().strip("\n").split("\n")
        matrix = np.full((len(lines), booster.num_features()), np.nan)
        for row, line in enumerate(lines):
            fill = _libsvm if content_type.startswith("text/libsvm") else _csv
            fill(matrix[row], line)
        return scores(booster, matrix)

    return score


def _csv(row: Any, line: str) -> None:
    row[:] = [float(field or "nan") for field in line.split(",")]


def _libsvm(row: Any, line: str) -> None:
    for item in line.split():
        if ":" in item:
            index, value = item.split(":")
            row[int(index)] = float(value)
