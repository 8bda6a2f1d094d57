"""SageMaker's runtime: InvokeEndpoint, with AWS's framing around what the container answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from localstack.http import Response

from sagemaker_sandbox.sagemaker import capture, door, shadow
from sagemaker_sandbox.sagemaker.errors import RuntimeServiceError, invalid
from sagemaker_sandbox.sagemaker.invocation import Call, TooManyRequestsError
from sagemaker_sandbox.sagemaker.multi_model import MultiModelContainer, TargetModelError

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker import access
    from sagemaker_sandbox.sagemaker.container import Answer
    from sagemaker_sandbox.sagemaker.store import Fleet, Json, Place, ServedVariant

ACTION: Final = "sagemaker:InvokeEndpoint"

_MEGABYTE: Final = 1024**2
_LARGEST: Final = 25 * _MEGABYTE
_LARGEST_SERVERLESS: Final = 4 * _MEGABYTE
_OK: Final = range(200, 300)
_CLIENT: Final = range(400, 500)


def invoke_endpoint(place: Place, caller: access.Caller, request: Json, request_id: str) -> Response:
    """Answer an InvokeEndpoint request; ConnectionResetFaultError is raised where a test asked for it."""
    try:
        variant, answer = _invoke(place, caller, request)
    except RuntimeServiceError as error:
        return error.response(request_id)
    headers = {"x-Amzn-Invoked-Production-Variant": variant.name, "x-amzn-RequestId": request_id}
    return Response(answer.body, HTTPStatus.OK, headers, content_type=answer.content_type)


def _invoke(place: Place, caller: access.Caller, request: Json) -> tuple[ServedVariant, Answer]:
    entered = door.enter(place, caller, ACTION, request)
    endpoint, fleet = entered.endpoint, entered.fleet
    _check_mode(endpoint.name, fleet, request)
    variant = entered.variant(request.get("TargetVariant"))
    _check_target_model(endpoint.name, variant, request)
    call = Call(endpoint, fleet, variant, request)
    try:
        answer = call.answer(entered.fault)
    except TooManyRequestsError as error:
        raise door.refusal("throttling") from error
    except TargetModelError as error:
        raise invalid(str(error)) from error
    shadow.copy(call)
    if answer.status not in _OK:
        raise model_error(variant, answer.status, answer.body.decode(errors="replace"))
    capture.take(call, answer)
    return variant, answer


def _check_mode(name: str, fleet: Fleet, request: Json) -> None:
    if fleet.is_asynchronous:
        raise invalid(f"Endpoint {name} is an asynchronous inference endpoint: invoke it with InvokeEndpointAsync.")
    largest = _LARGEST_SERVERLESS if fleet.instances is None else _LARGEST
    if len(request["Body"]) > largest:
        # the front end refuses, which is why there is no code
        raise RuntimeServiceError("", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is above {largest} bytes.")


def _check_target_model(name: str, variant: ServedVariant, request: Json) -> None:
    multi_model = isinstance(variant.container, MultiModelContainer)
    if multi_model and "TargetModel" not in request:
        raise invalid(f"Endpoint {name} hosts several models: the request must name one in TargetModel.")
    if not multi_model and "TargetModel" in request:
        raise invalid(f"Endpoint {name} hosts one model only: the request must not name a TargetModel.")


def model_error(variant: ServedVariant, status: int, body: str) -> RuntimeServiceError:
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
