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
from sagemaker_sandbox.sagemaker.control_plane import OPERATIONS, perform
from sagemaker_sandbox.sagemaker.runtime import ConnectionResetFaultError, invoke_endpoint
from sagemaker_sandbox.sagemaker.store import Place

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
    """Provide the runtime: InvokeEndpoint."""
    return _service("sagemaker-runtime", {"InvokeEndpoint": _invoke})


def _service(name: str, table: Mapping[str, Callable[[RequestContext, Json], object]]) -> Service:
    return Service(name, skeleton=Skeleton(load_service(name), dict(table)))


def _place(context: RequestContext) -> Place:
    return Place(context.account_id, context.region, context.partition)


def _perform(context: RequestContext, request: Json) -> Json:
    assert context.operation is not None  # noqa: S101  LocalStack has parsed it
    return perform(_place(context), context.operation, request)


def _invoke(context: RequestContext, request: Json) -> Response:
    place = _place(context)
    body = request.get("Body") or b""
    request["Body"] = body if isinstance(body, bytes) else body.read()  # LocalStack passes the request's stream
    key = extract_access_key_id_from_auth_header(dict(context.request.headers))
    caller = Caller.of(key, place.account, place.partition)
    try:
        return invoke_endpoint(place, caller, request, context.request_id or "")
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
