"""LocalStack's services ``sagemaker`` and ``sagemaker-runtime``, found through the entry points of pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.plugins import Service, aws_provider
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext, ServiceResponse
    from localstack.aws.skeleton import DispatchTable
    from localstack.http import Response

    from sagemaker_sandbox.sagemaker.control_plane import Operation
    from sagemaker_sandbox.sagemaker.store import Json, Place


@aws_provider(api="sagemaker")
def sagemaker() -> Service:
    """The control plane: models, endpoint configurations, endpoints."""
    from sagemaker_sandbox.sagemaker.control_plane import OPERATIONS  # noqa: PLC0415  until first used

    return _service("sagemaker", {name: _handler(operation) for name, operation in OPERATIONS.items()})


@aws_provider(api="sagemaker-runtime")
def sagemaker_runtime() -> Service:
    """The runtime: InvokeEndpoint."""
    return _service("sagemaker-runtime", {"InvokeEndpoint": _invoke})


def _service(name: str, table: DispatchTable) -> Service:
    return Service(name, skeleton=Skeleton(load_service(name), table))


def _place(context: RequestContext) -> Place:
    from sagemaker_sandbox.sagemaker.store import Place  # noqa: PLC0415  until first used

    return Place(context.account_id, context.region, context.partition)


def _handler(operation: Operation) -> ServiceResponse:
    from sagemaker_sandbox.sagemaker.errors import ValidationException  # noqa: PLC0415
    from sagemaker_sandbox.sagemaker.store import store_of  # noqa: PLC0415
    from sagemaker_sandbox.sagemaker.validation import violations  # noqa: PLC0415

    def handle(context: RequestContext, request: Json) -> Json | None:
        if message := violations(context.operation.input_shape, request):
            raise ValidationException(message)
        place = _place(context)
        return operation(place, store_of(place), request)

    return handle


def _invoke(context: RequestContext, request: Json) -> Response:
    from sagemaker_sandbox.sagemaker.access import Caller  # noqa: PLC0415
    from sagemaker_sandbox.sagemaker.runtime import invoke_endpoint  # noqa: PLC0415

    place = _place(context)
    body = request.get("Body") or b""
    request["Body"] = body if isinstance(body, bytes) else body.read()  # LocalStack passes the request's stream
    key = extract_access_key_id_from_auth_header(context.request.headers)
    return invoke_endpoint(place, Caller.of(key, place.account, place.partition), request, context.request_id)
