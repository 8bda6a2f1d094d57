# SPDX-License-Identifier: Apache-2.0
"""The pipeline from an event to its response; its parts are chosen once, from the settings."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from . import adapter, response
from .calls import Accepted
from .content_negotiation import negotiate
from .drift import counted
from .encoder import ContractEncoder
from .endpoint import RealTimeEndpoint, SwitchedOffEndpoint
from .endpoint_async import AsyncEndpoint, AsyncResults, Storage
from .fast_path import FastPath, suits
from .health import Health, SwitchedOffHealth
from .prediction_formats import formats_of
from .predictions import ContractOutput
from .request_target import inference_id, target_of
from .routes import ASYNCHRONOUS, FETCH, HEALTH, PREDICT, REAL_TIME, match

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .calls import Answered
    from .encoder import Encoder
    from .endpoint import Endpoint
    from .invocation import Invocation
    from .predictions import Output
    from .request import Request
    from .response import Response
    from .settings import Limits, Settings

    Connect = Callable[[str, Limits], Any]


class Service:
    """A prediction API in front of one endpoint. ``connect`` makes the client of a service of AWS."""

    def __init__(self, settings: Settings, connect: Connect) -> None:
        self._targets = settings.contract.targets
        self._encoder, self._output = _counted(settings, *_codec(settings))
        self._formats = formats_of(settings.contract, adapted=bool(settings.adapter))
        self._routes = ASYNCHRONOUS if settings.asynchronous else REAL_TIME
        self._operations = {PREDICT: self._predict}
        storage = None
        if settings.asynchronous:
            storage = Storage(connect("s3", settings.limits), settings.asynchronous)
            self._operations[FETCH] = partial(_fetch, AsyncResults(storage, settings))
        self._endpoint = _endpoint(settings, connect, storage)
        self._health = _health(settings, connect)

    def respond(self, request: Request, invocation: Invocation) -> Response:
        """Return the response to a request, and note its metrics in the invocation. Raises Problem."""
        invocation.inference_id = inference_id(request)
        operation = match(self._routes, request)
        if operation == HEALTH:
            return response.of_status(request, invocation, self._health.status())
        media_type = negotiate(request.header("Accept"))
        outcome = self._operations[operation](request, invocation)
        if type(outcome) is Accepted:
            return response.of_accepted(request, invocation, outcome)
        invocation.variant = outcome.variant
        predictions = self._output.predictions(outcome.answers)
        return response.of_predictions(request, invocation, predictions, media_type, self._formats)

    def _predict(self, request: Request, invocation: Invocation) -> Answered | Accepted:
        target = target_of(request, self._targets, invocation.inference_id)
        invocation.target = target.named
        payloads = self._encoder.payloads(request.body(), invocation)
        invocation.called = monotonic()
        try:
            return self._endpoint.invoke(payloads, target, request.deadline)
        finally:
            invocation.model_seconds = monotonic() - invocation.called


def _fetch(results: AsyncResults, request: Request, invocation: Invocation) -> Answered | Accepted:
    invocation.called = monotonic()
    try:
        job = results.job(request.identifier, request.deadline)
        invocation.inference_id = job.inference_id
        return results.answers(job, request.deadline)
    finally:
        invocation.model_seconds = monotonic() - invocation.called


def _codec(settings: Settings) -> tuple[Encoder, Output]:
    """Return what encodes instances and what decodes answers: the contract's, or an adapter's."""
    contract, limits = settings.contract, settings.limits
    output = ContractOutput(contract)
    if not settings.adapter:
        encoder = ContractEncoder(contract, limits)
        return FastPath(encoder) if suits(contract) else encoder, output
    module = adapter.load(settings.adapter)
    return adapter.AdapterEncoder(module, contract, limits), adapter.AdapterOutput(module, output)


def _counted(settings: Settings, encoder: Encoder, output: Output) -> tuple[Encoder, Output]:
    """Return an encoder and an output that also count values for metrics of drift, if these are on."""
    if not settings.drift_percent or not settings.namespace:
        return encoder, output
    return counted(encoder, output, settings)


def _health(settings: Settings, connect: Connect) -> Health | SwitchedOffHealth:
    return SwitchedOffHealth() if settings.off else Health(lambda service: connect(service, settings.limits), settings.endpoint)


def _endpoint(settings: Settings, connect: Connect, storage: Storage | None) -> Endpoint:
    """Return the endpoint: switched off, asynchronous (with requests and results in S3) or real-time."""
    if settings.off:
        return SwitchedOffEndpoint()
    client = connect("sagemaker-runtime", settings.limits)
    return AsyncEndpoint(client, storage, settings) if storage else RealTimeEndpoint(client, settings)
