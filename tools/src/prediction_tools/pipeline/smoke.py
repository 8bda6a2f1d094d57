# SPDX-License-Identifier: Apache-2.0
"""A prediction of the contract's sample request by an API that was just applied."""

from __future__ import annotations

import json
from http import HTTPStatus
from threading import Event
from typing import TYPE_CHECKING

import tenacity

from prediction_tools.predict.errors import PredictError
from prediction_tools.predict.exchange import Exchange
from prediction_tools.predict.http_access import connect
from prediction_tools.predict.messages import Request
from prediction_tools.predict.transport import Credentials

from .errors import PipelineError

if TYPE_CHECKING:
    from prediction_tools.predict.messages import Response
    from prediction_tools.predict.transport import Transport
    from prediction_tools.stack import Api

WAIT_IN_SECONDS = 2
TIMEOUT_IN_SECONDS = 60


def predict_sample(api: Api, token: str, patience: float) -> int:
    """Request the predictions of the sample, for ``patience`` seconds until they arrive; return how many. Raises PipelineError.

    Every failure is tried again: a new stage, a new API key and a new permission take a moment to work everywhere.
    """
    if not api.sample:
        raise PipelineError("the configuration does not pass on the module's output sample_request, which a smoke prediction sends")
    credentials = Credentials(key="" if token else api.key, token=token, iam=not (api.key or token))
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(PipelineError),
        wait=tenacity.wait_fixed(WAIT_IN_SECONDS),
        stop=tenacity.stop_before_delay(patience),
        reraise=True,
    )
    try:
        transport = connect(api.url, credentials, TIMEOUT_IN_SECONDS, connections=1)
    except PredictError as error:
        raise PipelineError(str(error)) from None
    return retrying(_predicted, transport, api)


def _predicted(transport: Transport, api: Api) -> int:
    request = Request("POST", "/predictions", "application/json", api.sample.encode())
    try:
        response = Exchange(transport, patience=0, stopped=Event()).request(request)
    except PredictError as error:
        raise PipelineError(f"POST {api.url}/predictions: {error}") from None
    if problem := _problem(response, len(json.loads(api.sample)["instances"])):
        raise PipelineError(f"POST {api.url}/predictions: {problem}")
    return len(response.document["predictions"])


def _problem(response: Response, rows: int) -> str:
    """Return what is wrong with a response, or an empty text."""
    if response.status != HTTPStatus.OK:
        return response.explanation
    found = response.document.get("predictions")
    if not isinstance(found, list) or len(found) != rows or any(one is None for one in found):
        return f"the response should have {rows} predictions: {response.body[:200].decode(errors='replace')}"
    return ""
