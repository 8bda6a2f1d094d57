"""InvokeEndpoint, with AWS's framing around the container's answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from localstack.http import Response

from sagemaker_sandbox.containers.multi_model import MultiModelContainer, TargetModelError
from sagemaker_sandbox.sagemaker.runtime import data_capture, shadows
from sagemaker_sandbox.sagemaker.runtime.admission import admit, service_error
from sagemaker_sandbox.sagemaker.runtime.errors import RuntimeServiceError, validation_error
from sagemaker_sandbox.sagemaker.runtime.invocation import Invocation, TooManyRequestsError

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.principals import Caller
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.containers.base import Answer
    from sagemaker_sandbox.sagemaker.models import Fleet, ServedVariant

ACTION: Final = "sagemaker:InvokeEndpoint"

# https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints.html, .../serverless-endpoints.html
_MEBIBYTE: Final = 1024**2
_MAX_BYTES: Final = 25 * _MEBIBYTE
_MAX_SERVERLESS_BYTES: Final = 4 * _MEBIBYTE
_SUCCESS: Final = range(200, 300)
_CLIENT_ERROR: Final = range(400, 500)


def invoke_endpoint(scope: Scope, caller: Caller, request: Json, request_id: str) -> Response:
    """Return the response to an InvokeEndpoint request. Raises ConnectionResetFaultError as an injected fault."""
    try:
        variant, answer = _invoke(scope, caller, request)
    except RuntimeServiceError as error:
        return error.response(request_id)
    headers = {"x-Amzn-Invoked-Production-Variant": variant.name, "x-amzn-RequestId": request_id}
    return Response(answer.body, HTTPStatus.OK, headers, content_type=answer.content_type)


def _invoke(scope: Scope, caller: Caller, request: Json) -> tuple[ServedVariant, Answer]:
    admitted = admit(scope, caller, ACTION, request)
    endpoint, fleet = admitted.endpoint, admitted.fleet
    _check_mode(endpoint.name, fleet, request)
    variant = admitted.variant(request.get("TargetVariant"))
    _check_target_model(endpoint.name, variant, request)
    invocation = Invocation(endpoint, fleet, variant, request)
    try:
        answer = invocation.answer(admitted.fault)
    except TooManyRequestsError as error:
        raise service_error("throttling") from error
    except TargetModelError as error:
        raise validation_error(str(error)) from error
    shadows.copy_to_shadows(invocation)
    if answer.status not in _SUCCESS:
        raise model_error(variant, answer.status, answer.body.decode(errors="replace"))
    data_capture.capture(invocation, answer)
    return variant, answer


def _check_mode(name: str, fleet: Fleet, request: Json) -> None:
    if fleet.is_asynchronous:
        raise validation_error(f"Endpoint {name} is an asynchronous inference endpoint: invoke it with InvokeEndpointAsync.")
    limit = _MAX_SERVERLESS_BYTES if fleet.instances is None else _MAX_BYTES
    if len(request["Body"]) > limit:
        # the front end rejects it, so there is no error code
        raise RuntimeServiceError("", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body exceeds {limit} bytes.")


def _check_target_model(name: str, variant: ServedVariant, request: Json) -> None:
    multi_model = isinstance(variant.container, MultiModelContainer)
    if multi_model and "TargetModel" not in request:
        raise validation_error(f"Endpoint {name} hosts several models: the request must specify one in TargetModel.")
    if not multi_model and "TargetModel" in request:
        raise validation_error(f"Endpoint {name} hosts a single model: the request must not specify a TargetModel.")


def model_error(variant: ServedVariant, status: int, body: str) -> RuntimeServiceError:
    """Return the error in which AWS wraps a container's unsuccessful answer; ``status`` 0 is a timeout."""
    log = variant.log
    log.write(body)
    side = "client" if status in _CLIENT_ERROR else "server"
    message = (
        f'Received {side} error ({status}) from primary with message "{body}". '
        f"See https://{log.scope.region}.console.aws.amazon.com/cloudwatch/home?region={log.scope.region}"
        f"#logEventViewer:group={log.group} in account {log.scope.account} for more information."
    )
    return RuntimeServiceError(
        "ModelError",
        HTTPStatus.FAILED_DEPENDENCY,
        message,
        ErrorCode="CLIENT_ERROR_FROM_MODEL" if side == "client" else "INTERNAL_FAILURE_FROM_MODEL",
        LogStreamArn=log.group_arn,
        OriginalMessage=body,
        OriginalStatusCode=status,
    )
