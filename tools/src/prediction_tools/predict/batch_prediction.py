# SPDX-License-Identifier: Apache-2.0
"""The predictions of one batch: rows that the API rejects are set apart, and a batch that is too large is halved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from .errors import PredictError
from .messages import Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .batches import Batch
    from .exchange import Exchange
    from .messages import Response
    from .source import Source

INSTANCE = re.compile(r"/instances/(\d+)(/.*)?", re.DOTALL)

type Errors = list[dict[str, str]]


@dataclass
class Result:
    """The rows of a batch, by their place in it: each has a prediction, or the errors that it was rejected for."""

    predictions: dict[int, Any] = field(default_factory=dict)
    rejected: dict[int, Errors] = field(default_factory=dict)


class Predictor:
    """Predicts batches of a source; several threads may use it. ``names`` are the columns to send, or None for all."""

    def __init__(self, exchange: Exchange, source: Source, names: Sequence[str] | None) -> None:
        self._exchange = exchange
        self._source = source
        self._names = names

    def predict(self, batch: Batch) -> Result:
        """Return the result of a batch. Raises PredictError if the API rejects a request for a reason other than its rows."""
        result = Result()
        for place, record in enumerate(batch.records):
            if record.problem:
                result.rejected[place] = [{"code": "unreadable", "pointer": "", "detail": record.problem}]
        waiting = [[place for place in range(len(batch.records)) if place not in result.rejected]]
        while waiting:
            if places := waiting.pop():
                waiting += self._ask(batch, places, result)
        return result

    def _ask(self, batch: Batch, places: list[int], result: Result) -> list[list[int]]:
        """Send some rows of a batch and note what became of them. Return the rows that are to be sent again, in groups."""
        content_type, body = self._source.content([batch.records[place] for place in places], self._names)
        response = self._exchange.request(Request("POST", "/predictions", content_type, body))
        if response.status == HTTPStatus.OK:
            result.predictions |= zip(places, _predictions(response, len(places)), strict=True)
            return []
        if response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            half = len(places) // 2
            if half:
                return [places[half:], places[:half]]
            result.rejected[places[0]] = [{"code": response.code, "pointer": "", "detail": response.explanation}]
            return []
        errors = errors_by_row(response)
        if not errors or max(errors) >= len(places):
            raise PredictError(response.explanation)
        result.rejected |= {places[row]: listed for row, listed in errors.items()}
        return [[place for row, place in enumerate(places) if row not in errors]]


def errors_by_row(response: Response) -> dict[int, Errors]:
    """Return the errors that a response lists, by row, with pointers into the row. It is empty unless all of them are of rows."""
    found: dict[int, Errors] = {}
    for error in response.document.get("errors") or ():
        pointer = INSTANCE.fullmatch(str(error.get("pointer", "")))
        if not pointer:
            return {}
        listed = {"code": str(error.get("code", "")), "pointer": pointer[2] or "", "detail": str(error.get("detail", ""))}
        found.setdefault(int(pointer[1]), []).append(listed)
    return found


def _predictions(response: Response, count: int) -> list[Any]:
    predictions = response.document.get("predictions")
    if not isinstance(predictions, list) or len(predictions) != count:
        got = f"{len(predictions)} predictions" if isinstance(predictions, list) else "a response without predictions"
        raise PredictError(f"The API returned {got} for {count} rows. Is the URL that of a prediction API?")
    return predictions
