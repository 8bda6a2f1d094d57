"""LocalStack's providers of ``sagemaker`` and ``sagemaker-runtime``."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any, Final, override

from localstack.http import Response
from localstack.services.plugins import ServiceLifecycleHook
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header
from twisted.internet import reactor

from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.aws.validation import violations
from sagemaker_sandbox.sagemaker.api.operations import OPERATIONS, perform
from sagemaker_sandbox.sagemaker.models import all_endpoints, sagemaker_stores
from sagemaker_sandbox.sagemaker.runtime.admission import ConnectionResetFaultError
from sagemaker_sandbox.sagemaker.runtime.errors import validation_error
from sagemaker_sandbox.sagemaker.runtime.invoke_endpoint import invoke_endpoint
from sagemaker_sandbox.sagemaker.runtime.invoke_endpoint_async import invoke_endpoint_async

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext
    from localstack.aws.skeleton import DispatchTable
    from localstack.state import StateVisitor

    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.scaling import ScalableTargets

_ABORT_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class SageMakerProvider(ServiceLifecycleHook):
    """The control plane: models, endpoint configurations and endpoints."""

    service = "sagemaker"

    def __init__(self, scaling: ScalableTargets) -> None:
        """Keep the scalable targets in ``scaling`` consistent with the endpoints."""
        self._scaling = scaling

    def dispatch_table(self) -> DispatchTable:
        """Return the function for each operation, as LocalStack's Skeleton expects it."""
        return dict.fromkeys(OPERATIONS, self._perform)

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Show LocalStack the state to reset or save."""
        visitor.visit(sagemaker_stores)

    @override
    def on_before_state_reset(self) -> None:
        """Stop serving endpoints, so that their background work ends."""
        for endpoint in all_endpoints():
            endpoint.set_status("Deleting")

    def _perform(self, context: RequestContext, request: Any) -> Json:
        assert context.operation is not None  # noqa: S101  LocalStack has parsed it
        return perform(Scope.of(context), self._scaling, context.operation, request)


class SageMakerRuntimeProvider:
    """The runtime: InvokeEndpoint and InvokeEndpointAsync."""

    service = "sagemaker-runtime"

    def dispatch_table(self) -> DispatchTable:
        """Return the function for each operation, as LocalStack's Skeleton expects it."""
        return {"InvokeEndpoint": self._invoke, "InvokeEndpointAsync": self._invoke_async}

    def _invoke(self, context: RequestContext, request: Any) -> Response:
        body = request.get("Body") or b""
        request["Body"] = body if isinstance(body, bytes) else body.read()  # LocalStack passes the request's stream
        return self._respond(context, request, invoke_endpoint)

    def _invoke_async(self, context: RequestContext, request: Any) -> Response:
        return self._respond(context, request, invoke_endpoint_async)

    def _respond(
        self,
        context: RequestContext,
        request: Json,
        operation: Callable[[Scope, Caller, Json, str], Response],
    ) -> Response:
        scope = Scope.of(context)
        shape = context.operation.input_shape if context.operation else None
        # botocore's limit for the body is out of date
        if shape is not None and (message := violations(shape, request | {"Body": b""})):
            return validation_error(message).response(context.request_id or "")
        caller = Caller.of(extract_access_key_id_from_auth_header(dict(context.request.headers)), scope)
        try:
            return operation(scope, caller, request, context.request_id or "")
        except ConnectionResetFaultError:
            environment = context.request.environ
            _reset((environment["REMOTE_ADDR"], int(environment["REMOTE_PORT"])))
            return Response(status=500)


def _reset(peer: tuple[str, int]) -> None:
    """Break the connection to ``peer`` with a TCP reset, before any response is sent on it."""

    def abort() -> None:
        for transport in _reactor.getReaders():
            if getattr(transport, "client", None) == peer:
                transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT_ON_CLOSE)
                transport.abortConnection()

    _reactor.callFromThread(abort)


_reactor: Final[Any] = reactor
