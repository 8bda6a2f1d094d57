"""SageMaker's runtime: InvokeEndpoint, with AWS's framing around what the container answers."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from localstack.http import Response

from sagemaker_sandbox.sagemaker import access, faults
from sagemaker_sandbox.sagemaker.container import Answer, Request
from sagemaker_sandbox.sagemaker.store import store_of

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.store import Endpoint, Fleet, Json, Place, ServedVariant

ACTION: Final = "sagemaker:InvokeEndpoint"
_OK: Final = range(200, 300)
_CLIENT: Final = range(400, 500)
_TIMED_OUT: Final = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)
_LONGEST_SECONDS: Final = 60


class RuntimeFault(Exception):
    """An error answer of the runtime itself."""

    def __init__(self, code: str, status: int, message: str, **fields: object) -> None:
        """Answer with ``status`` and a JSON body of ``message`` and ``fields``."""
        super().__init__(message)
        self.code, self.status, self.fields = code, status, fields

    def response(self, request_id: str) -> Response:
        """The HTTP response."""
        body = json.dumps({"Message": str(self), **self.fields})
        headers = {"x-amzn-ErrorType": self.code, "x-amzn-RequestId": request_id}
        return Response(body, self.status, headers, content_type="application/json")


def invoke_endpoint(place: Place, caller: access.Caller, request: Json, request_id: str) -> Response:
    """The HTTP response to an InvokeEndpoint request."""
    try:
        variant, answer = _invoke(place, caller, request)
    except RuntimeFault as fault:
        return fault.response(request_id)
    headers = {"x-Amzn-Invoked-Production-Variant": variant, "x-amzn-RequestId": request_id}
    return Response(answer.body, HTTPStatus.OK, headers, content_type=answer.content_type)


def _invoke(place: Place, caller: access.Caller, request: Json) -> tuple[str, Answer]:
    name = request["EndpointName"]
    arn = place.arn("endpoint", name)
    if (denial := caller.denial(access.Ask(ACTION, arn, _context(request)))) is not None:
        raise RuntimeFault("AccessDeniedException", HTTPStatus.FORBIDDEN, denial)
    fault = faults.next_fault(name)
    if fault is not None and fault.kind in _REFUSALS:
        raise _refusal(fault, place, name, arn)
    endpoint, fleet = _endpoint(place, name)
    variant = _variant(fleet, request, name, place)
    endpoint.counted()
    answer = _answer(variant, request, fault)
    if answer.status not in _OK:
        raise model_error(place, name, answer.status, answer.body.decode(errors="replace"))
    return variant.name, answer


def _context(request: Json) -> dict[str, str]:
    names = {"TargetModel": "sagemaker:TargetModel", "TargetVariant": "sagemaker:TargetVariant"}
    return {key: request[name] for name, key in names.items() if name in request}


def _endpoint(place: Place, name: str) -> tuple[Endpoint, Fleet]:
    endpoint = store_of(place).endpoints.get(name.lower())
    # a name's case is free in CreateEndpoint but must match here; an endpoint that never served is not there yet
    if endpoint is None or endpoint.name != name or endpoint.fleet is None or endpoint.status == "Deleting":
        raise _no_such_endpoint(place, name)
    return endpoint, endpoint.fleet


def _no_such_endpoint(place: Place, name: str) -> RuntimeFault:
    message = f"Endpoint {name} of account {place.account} not found."
    return RuntimeFault("ValidationError", HTTPStatus.BAD_REQUEST, message)


def _variant(fleet: Fleet, request: Json, name: str, place: Place) -> ServedVariant:
    target = request.get("TargetVariant")
    variant = fleet.variant(target)
    if variant is None:
        what = f"Variant {target}" if target else "A variant with a weight above 0"
        message = f"{what} of endpoint {name} of account {place.account} not found."
        raise RuntimeFault("ValidationError", HTTPStatus.BAD_REQUEST, message)
    return variant


def _answer(variant: ServedVariant, request: Json, fault: faults.Fault | None) -> Answer:
    if fault is not None and fault.kind == "model_error":
        status = int(fault.settings.get("status", HTTPStatus.INTERNAL_SERVER_ERROR))
        message = fault.settings.get("message", _TIMED_OUT if status == 0 else "")
        return Answer(status, message.encode(), "text/html; charset=utf-8")
    if fault is not None and fault.kind == "body":
        body = fault.settings.get("body", "")
        return Answer(HTTPStatus.OK, body.encode(), fault.settings.get("content_type", "text/csv; charset=utf-8"))
    if fault is not None and fault.kind == "timeout":
        seconds = float(fault.settings.get("seconds", _LONGEST_SECONDS))
        time.sleep(min(seconds, _LONGEST_SECONDS))
        if seconds >= _LONGEST_SECONDS:
            return Answer(0, _TIMED_OUT.encode(), "text/plain")
    sent = Request(request["Body"], request.get("ContentType"), request.get("Accept"))
    answer = variant.container.invoke(sent)
    return _shortened(answer) if fault is not None and fault.kind == "short_answer" else answer


def _shortened(answer: Answer) -> Answer:
    """The answer without its last row."""
    if answer.content_type == "application/json":
        document = json.loads(answer.body)
        document["predictions"].pop()
        return Answer(answer.status, json.dumps(document).encode(), answer.content_type)
    separator = b"\n" if b"\n" in answer.body else b","
    ended = answer.body.endswith(b"\n")
    rows = answer.body.removesuffix(b"\n").split(separator)[:-1]
    return Answer(answer.status, separator.join(rows) + b"\n" * (ended and bool(rows)), answer.content_type)


def model_error(place: Place, name: str, status: int, body: str) -> RuntimeFault:
    """AWS's error for a container's answer that is no success; ``status`` 0 is no answer in time."""
    kind = "client" if status in _CLIENT else "server"
    group = f"/aws/sagemaker/Endpoints/{name}"
    message = (
        f'Received {kind} error ({status}) from primary with message "{body}". '
        f"See https://{place.region}.console.aws.amazon.com/cloudwatch/home?region={place.region}"
        f"#logEventViewer:group={group} in account {place.account} for more information."
    )
    return RuntimeFault(
        "ModelError",
        HTTPStatus.FAILED_DEPENDENCY,
        message,
        ErrorCode="CLIENT_ERROR_FROM_MODEL" if kind == "client" else "INTERNAL_FAILURE_FROM_MODEL",
        LogStreamArn=f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:{group}",
        OriginalMessage=body,
        OriginalStatusCode=status,
    )


_REFUSALS: Final[dict[str, tuple[str, int, str]]] = {
    "model_not_ready": ("ModelNotReadyException", 429, "The model is not ready yet. Wait and try again."),
    "throttling": ("ThrottlingException", 400, "Rate exceeded"),
    "internal_failure": ("InternalFailure", 500, "An internal failure occurred."),
    "service_unavailable": ("ServiceUnavailable", 503, "The service is unavailable. Try your call again."),
    "internal_dependency": ("InternalDependencyException", 530, "Your request caused an exception with a dependency."),
    "validation_error": ("ValidationError", 400, "Inspect your request and try again."),
    "access_denied": ("AccessDeniedException", 403, ""),
    "no_such_endpoint": ("ValidationError", 400, ""),
    "connection_reset": ("", 0, ""),
}


def _refusal(fault: faults.Fault, place: Place, name: str, arn: str) -> Exception:
    if fault.kind == "no_such_endpoint":
        return _no_such_endpoint(place, name)
    code, status, message = _REFUSALS[fault.kind]
    if fault.kind == "access_denied":
        message = f"User is not authorized to perform: {ACTION} on resource: {arn}"
    settings: dict[str, Any] = dict(fault.settings)
    return RuntimeFault(code, settings.get("status", status), settings.get("message", message))
