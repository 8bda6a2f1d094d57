"""SageMaker's runtime: InvokeEndpoint, with AWS's framing around what the container answers."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from localstack.http import Response

from sagemaker_sandbox.sagemaker import access, faults, metrics
from sagemaker_sandbox.sagemaker.container import Answer, Request
from sagemaker_sandbox.sagemaker.store import store_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.sagemaker.faults import Fault
    from sagemaker_sandbox.sagemaker.store import Endpoint, Fleet, Json, Place, ServedVariant

ACTION: Final = "sagemaker:InvokeEndpoint"
LONGEST_SECONDS: Final = 60
"""How long SageMaker waits for a container's answer."""

_OK: Final = range(200, 300)
_CLIENT: Final = range(400, 500)
_TIMED_OUT: Final = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)


class RuntimeServiceError(Exception):
    """An error answer of the runtime itself."""

    def __init__(self, code: str, status: int, message: str, **fields: object) -> None:
        """Answer with ``status`` and a JSON body of ``message`` and ``fields``."""
        super().__init__(message)
        self.code, self.status, self.fields = code, status, fields

    def response(self, request_id: str) -> Response:
        """Make the HTTP response."""
        body = json.dumps({"Message": str(self), **self.fields})
        headers = {"x-amzn-ErrorType": self.code, "x-amzn-RequestId": request_id}
        return Response(body, self.status, headers, content_type="application/json")


class ConnectionResetFaultError(Exception):
    """A test asked for the connection to break before the answer."""


def invoke_endpoint(place: Place, caller: access.Caller, request: Json, request_id: str) -> Response:
    """Answer an InvokeEndpoint request; ConnectionResetFaultError is raised where a test asked for it."""
    try:
        variant, answer = _invoke(place, caller, request)
    except RuntimeServiceError as error:
        return error.response(request_id)
    headers = {"x-Amzn-Invoked-Production-Variant": variant, "x-amzn-RequestId": request_id}
    return Response(answer.body, HTTPStatus.OK, headers, content_type=answer.content_type)


def _invoke(place: Place, caller: access.Caller, request: Json) -> tuple[str, Answer]:
    name = request["EndpointName"]
    ask = access.Ask(ACTION, place.arn("endpoint", name), _context(request))
    if (denial := caller.denial(ask)) is not None:
        raise _access_denied(denial)
    fault = faults.next_fault(name)
    if fault is not None:
        _refuse(fault, place, caller, ask)
    endpoint, fleet = _endpoint(place, name)
    variant = _variant(fleet, request.get("TargetVariant"), endpoint)
    endpoint.counted()
    begun = time.perf_counter()
    answer = _answer(variant, request, fault)
    metrics.record_invocation(endpoint, fleet.config, variant, answer.status, time.perf_counter() - begun)
    if answer.status not in _OK:
        raise _model_error(variant, answer.status, answer.body.decode(errors="replace"))
    return variant.name, answer


def _context(request: Json) -> dict[str, str]:
    return {f"sagemaker:{name}": request[name] for name in ("TargetModel", "TargetVariant") if name in request}


def _access_denied(message: str) -> RuntimeServiceError:
    return RuntimeServiceError("AccessDeniedException", HTTPStatus.FORBIDDEN, message)


def _invalid(message: str) -> RuntimeServiceError:
    return RuntimeServiceError("ValidationError", HTTPStatus.BAD_REQUEST, message)


def _endpoint(place: Place, name: str) -> tuple[Endpoint, Fleet]:
    endpoint = store_of(place).endpoints.get(name.lower())
    # a name's case is free in CreateEndpoint but must match here; an endpoint that never served is not there yet
    fleet = endpoint.serving() if endpoint is not None and endpoint.name == name else None
    if endpoint is None or fleet is None or endpoint.status == "Deleting":
        raise _no_such_endpoint(place, name)
    return endpoint, fleet


def _no_such_endpoint(place: Place, name: str) -> RuntimeServiceError:
    return _invalid(f"Endpoint {name} of account {place.account} not found.")


def _variant(fleet: Fleet, target: str | None, endpoint: Endpoint) -> ServedVariant:
    variant = fleet.variant(target)
    if variant is None:
        what = f"Variant {target}" if target else "A variant with a weight above 0"
        message = f"{what} of endpoint {endpoint.name} of account {endpoint.place.account} not found."
        raise _invalid(message)
    return variant


def _answer(variant: ServedVariant, request: Json, fault: Fault | None) -> Answer:
    def container() -> Answer:
        return variant.container.invoke(Request(request["Body"], request.get("ContentType"), request.get("Accept")))

    return _FAULTY[fault.kind](fault, container) if fault is not None else container()


def _model_error(variant: ServedVariant, status: int, body: str) -> RuntimeServiceError:
    """Frame a container's answer that is no success as AWS does; ``status`` 0 is no answer in time."""
    log = variant.log
    log.write(body)
    kind = "client" if status in _CLIENT else "server"
    message = (
        f'Received {kind} error ({status}) from primary with message "{body}". '
        f"See https://{log.place.region}.console.aws.amazon.com/cloudwatch/home?region={log.place.region}"
        f"#logEventViewer:group={log.group} in account {log.place.account} for more information."
    )
    return RuntimeServiceError(
        "ModelError",
        HTTPStatus.FAILED_DEPENDENCY,
        message,
        ErrorCode="CLIENT_ERROR_FROM_MODEL" if kind == "client" else "INTERNAL_FAILURE_FROM_MODEL",
        LogStreamArn=log.group_arn,
        OriginalMessage=body,
        OriginalStatusCode=status,
    )


# ---- faults in front of the model


_REFUSALS: Final[dict[str, tuple[str, int, str]]] = {
    "model_not_ready": ("ModelNotReadyException", 429, "The model is not ready yet. Wait and try again."),
    "throttling": ("ThrottlingException", 400, "Rate exceeded"),
    "internal_failure": ("InternalFailure", 500, "An internal failure occurred."),
    "service_unavailable": ("ServiceUnavailable", 503, "The service is unavailable. Try your call again."),
    "internal_dependency": ("InternalDependencyException", 530, "Your request caused an exception with a dependency."),
    "validation_error": ("ValidationError", 400, "Inspect your request and try again."),
}


def _refuse(fault: Fault, place: Place, caller: access.Caller, ask: access.Ask) -> None:
    """Raise what a fault in front of the model answers; return for a fault of the model."""
    match fault.kind:
        case "connection_reset":
            raise ConnectionResetFaultError
        case "access_denied":
            raise _access_denied(caller.denied(ask, f"because no identity-based policy allows the {ACTION} action"))
        case "no_such_endpoint":
            raise _no_such_endpoint(place, fault.endpoint)
        case kind if kind in _REFUSALS:
            code, status, message = _REFUSALS[kind]
            settings = fault.settings
            raise RuntimeServiceError(code, settings.get("status", status), settings.get("message", message))


# ---- faults of the model


def _failed(fault: Fault, _container: Callable[[], Answer]) -> Answer:
    status = int(fault.settings.get("status", HTTPStatus.INTERNAL_SERVER_ERROR))
    message = fault.settings.get("message", _TIMED_OUT if status == 0 else "")
    return Answer(status, message.encode(), "text/html; charset=utf-8")


def _given(fault: Fault, _container: Callable[[], Answer]) -> Answer:
    body = fault.settings.get("body", "")
    return Answer(HTTPStatus.OK, body.encode(), fault.settings.get("content_type", "text/csv; charset=utf-8"))


def _late(fault: Fault, container: Callable[[], Answer]) -> Answer:
    seconds = float(fault.settings.get("seconds", LONGEST_SECONDS))
    time.sleep(min(seconds, LONGEST_SECONDS))
    return container() if seconds < LONGEST_SECONDS else Answer(0, _TIMED_OUT.encode(), "text/plain")


def _short(_fault: Fault, container: Callable[[], Answer]) -> Answer:
    """Drop the last row of the container's answer."""
    answer = container()
    if answer.content_type == "application/json":
        document = json.loads(answer.body)
        document["predictions"].pop()
        return Answer(answer.status, json.dumps(document).encode(), answer.content_type)
    separator = b"\n" if b"\n" in answer.body else b","
    ended = answer.body.endswith(b"\n")
    rows = answer.body.removesuffix(b"\n").split(separator)[:-1]
    return Answer(answer.status, separator.join(rows) + b"\n" * (ended and bool(rows)), answer.content_type)


_FAULTY: Final[dict[str, Callable[[Fault, Callable[[], Answer]], Answer]]] = {
    "model_error": _failed,
    "body": _given,
    "timeout": _late,
    "short_answer": _short,
}
