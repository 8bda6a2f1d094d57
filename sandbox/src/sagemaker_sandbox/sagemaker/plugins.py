"""LocalStack's services ``sagemaker`` and ``sagemaker-runtime``, found through the entry points of pyproject.toml."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.http import Response
from localstack.services.plugins import Service, aws_provider
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header
from twisted.internet import reactor

from sagemaker_sandbox.sagemaker.access import Caller
from sagemaker_sandbox.sagemaker.asynchronous import invoke_endpoint_async
from sagemaker_sandbox.sagemaker.control_plane import OPERATIONS, perform
from sagemaker_sandbox.sagemaker.door import ConnectionResetFaultError
from sagemaker_sandbox.sagemaker.errors import invalid
from sagemaker_sandbox.sagemaker.runtime import invoke_endpoint
from sagemaker_sandbox.sagemaker.store import Place
from sagemaker_sandbox.sagemaker.validation import violations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localstack.aws.api import RequestContext

    from sagemaker_sandbox.sagemaker.store import Json

_ABORT_ON_CLOSE: Final = struct.pack("ii", 1, 0)


@aws_provider(api="sagemaker")  # type: ignore[untyped-decorator]
def sagemaker() -> Service:
    """Provide the control plane: models, endpoint configurations, endpoints."""
    return _service("sagemaker", dict.fromkeys(OPERATIONS, _perform))


@aws_provider(api="sagemaker-runtime")  # type: ignore[untyped-decorator]
def sagemaker_runtime() -> Service:
    """Provide the runtime: InvokeEndpoint and InvokeEndpointAsync."""
    return _service("sagemaker-runtime", {"InvokeEndpoint": _invoke, "InvokeEndpointAsync": _invoke_async})


def _service(name: str, table: Mapping[str, Callable[[RequestContext, Json], object]]) -> Service:
    return Service(name, skeleton=Skeleton(load_service(name), dict(table)))


def _place(context: RequestContext) -> Place:
    return Place(context.account_id, context.region, context.partition)


def _perform(context: RequestContext, request: Json) -> Json:
    assert context.operation is not None  # noqa: S101  LocalStack has parsed it
    return perform(_place(context), context.operation, request)


def _invoke(context: RequestContext, request: Json) -> Response:
    body = request.get("Body") or b""
    request["Body"] = body if isinstance(body, bytes) else body.read()  # LocalStack passes the request's stream
    return _answered(context, request, invoke_endpoint)


def _invoke_async(context: RequestContext, request: Json) -> Response:
    return _answered(context, request, invoke_endpoint_async)


def _answered(
    context: RequestContext, request: Json, answer: Callable[[Place, Caller, Json, str], Response]
) -> Response:
    place = _place(context)
    shape = context.operation.input_shape if context.operation else None
    # the model's limit of a body is out of date
    if shape is not None and (message := violations(shape, request | {"Body": b""})):
        return invalid(message).response(context.request_id or "")
    key = extract_access_key_id_from_auth_header(dict(context.request.headers))
    caller = Caller.of(key, place.account, place.partition)
    try:
        return answer(place, caller, request, context.request_id or "")
    except ConnectionResetFaultError:
        environment = context.request.environ
        _reset((environment["REMOTE_ADDR"], int(environment["REMOTE_PORT"])))
        return Response(status=500)


def _reset(peer: tuple[str, int]) -> None:
    """Break the connection to ``peer`` with a TCP reset, before anything is answered on it."""

    def abort() -> None:
        for transport in _reactor.getReaders():
            if getattr(transport, "client", None) == peer:
                transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT_ON_CLOSE)
                transport.abortConnection()

    _reactor.callFromThread(abort)


_reactor: Final[Any] = reactor
