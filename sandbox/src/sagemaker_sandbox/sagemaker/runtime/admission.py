"""Admission of a request: injected faults, and the fleet that is to serve it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.sagemaker.models import arn_of, store_of
from sagemaker_sandbox.sagemaker.runtime.errors import RuntimeServiceError, access_denied, validation_error
from sagemaker_sandbox.testing import faults

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.principals import Caller
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.models import Endpoint, Fleet, ServedVariant
    from sagemaker_sandbox.testing.faults import Fault

_SERVICE_ERRORS: Final[dict[str, tuple[str, int, str]]] = {
    "model_not_ready": ("ModelNotReadyException", 429, "The model is not ready yet. Wait and try again."),
    "throttling": ("ThrottlingException", 400, "Rate exceeded"),
    "internal_failure": ("InternalFailure", 500, "An internal failure occurred."),
    "service_unavailable": ("ServiceUnavailable", 503, "The service is unavailable. Try your call again."),
    "internal_dependency": ("InternalDependencyException", 530, "Your request caused an exception with a dependency."),
    "validation_error": ("ValidationError", 400, "Inspect your request and try again."),
}
"""Injected faults that SageMaker itself returns, before the model: code, HTTP status and message."""


class ConnectionResetFaultError(Exception):
    """An injected fault: the connection is to be reset before the response."""


@dataclass(frozen=True)
class Admitted:
    """A request that was admitted: the fleet that is to serve it, and an injected fault of the model."""

    endpoint: Endpoint
    fleet: Fleet
    fault: Fault | None

    def variant(self, target: str | None) -> ServedVariant:
        """Return the variant ``target``, or one by weight. Raises RuntimeServiceError if there is none."""
        variant = self.fleet.variant(target)
        if variant is None:
            what = f"Variant {target}" if target else "A variant with a weight above 0"
            endpoint = self.endpoint
            raise validation_error(f"{what} of endpoint {endpoint.name} of account {endpoint.scope.account} not found.")
        return variant


def admit(scope: Scope, caller: Caller, action: str, request: Json) -> Admitted:
    """Admit a request. Raises RuntimeServiceError, or ConnectionResetFaultError as an injected fault."""
    name = request["EndpointName"]
    access = AccessRequest(action, arn_of(scope, "endpoint", name))
    fault = faults.next_fault(name)
    if fault is not None:
        _raise_fault(fault, scope, caller, access)
    endpoint = store_of(scope).endpoints.get(name.lower())
    # CreateEndpoint ignores the case of a name, but here it must match; an endpoint that never served does not exist yet
    fleet = endpoint.serving() if endpoint is not None and endpoint.name == name else None
    if endpoint is None or fleet is None or endpoint.status == "Deleting":
        raise _no_such_endpoint(scope, name)
    return Admitted(endpoint, fleet, fault)


def _no_such_endpoint(scope: Scope, name: str) -> RuntimeServiceError:
    return validation_error(f"Endpoint {name} of account {scope.account} not found.")


def service_error(name: str, **settings: object) -> RuntimeServiceError:
    """Return an error of SageMaker itself by its fault's name; ``settings`` may replace its status and message."""
    code, status, message = _SERVICE_ERRORS[name]
    return RuntimeServiceError(code, int(str(settings.get("status", status))), str(settings.get("message", message)))


def _raise_fault(fault: Fault, scope: Scope, caller: Caller, access: AccessRequest) -> None:
    """Raise a fault that occurs before the model; return for a fault of the model."""
    match fault.name:
        case "connection_reset":
            raise ConnectionResetFaultError
        case "access_denied":
            reason = f"because no identity-based policy allows the {access.action} action"
            raise access_denied(caller.denied(access, reason))
        case "no_such_endpoint":
            raise _no_such_endpoint(scope, fault.endpoint)
        case name if name in _SERVICE_ERRORS:
            raise service_error(name, **fault.settings)
