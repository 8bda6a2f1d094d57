# SPDX-License-Identifier: Apache-2.0
"""Lambda's entry point: an event in, predictions or a problem document out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from . import gc_tuning, log, response
from .client import connect, fetch
from .cors import CrossOrigin
from .drain import EVENT as DRAIN
from .drain import drain
from .invocation import Invocation
from .metrics import Metrics
from .request import Request, is_public
from .service import Service
from .settings import Settings
from .tracing import trace_of

if TYPE_CHECKING:
    from typing import Any, Protocol

    from .authorization import AuthorizedService
    from .drain import Context as DrainContext
    from .request import Context as RequestContext
    from .response import Response

    class Context(RequestContext, DrainContext, Protocol):
        """The parts of the context object that the handler uses."""


def _service() -> Service | AuthorizedService:
    service = Service(SETTINGS, connect)
    if SETTINGS.tokens is None:
        return service
    # 200 ms (docs/decisions/0028-kinds-of-api.md): its libraries are a layer, which only a function with a public URL has
    from .authorization import AuthorizedService

    return AuthorizedService(service, SETTINGS.tokens)


SETTINGS = Settings(os.environ, fetch)
SERVICE = _service()
CROSS_ORIGIN = CrossOrigin(SETTINGS.cors_origins)
METRICS = Metrics(SETTINGS.namespace, SETTINGS.endpoint)
TRACE = trace_of(os.environ)


def handler(event: Any, context: Context) -> Response:
    """Answer one event: a REST proxy event, an HTTP API or function URL event, or the request body itself."""
    if event == DRAIN and not is_public(context):
        return drain(context)
    request = Request(event, context, SETTINGS.http_seconds)
    invocation = Invocation(request.id, request.received)
    problem = None
    try:
        answer = SERVICE.respond(request, invocation)
    except Exception as error:  # whatever it is, the caller gets a document and the log a line
        problem = log.problem_of(error)
        log.write_problem(request, problem)
        answer = response.of_problem(request, invocation, problem)
    TRACE.write(invocation, problem)
    METRICS.write(request, invocation, problem, answer)
    return CROSS_ORIGIN.applied(request, answer)


gc_tuning.resume()
