"""What every invocation passes first: who may, which fault a test has asked for, which endpoint it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.sagemaker import access, faults
from sagemaker_sandbox.sagemaker.errors import RuntimeServiceError, access_denied, invalid
from sagemaker_sandbox.sagemaker.store import store_of

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.faults import Fault
    from sagemaker_sandbox.sagemaker.store import Endpoint, Fleet, Json, Place, ServedVariant

_REFUSALS: Final[dict[str, tuple[str, int, str]]] = {
    "model_not_ready": ("ModelNotReadyException", 429, "The model is not ready yet. Wait and try again."),
    "throttling": ("ThrottlingException", 400, "Rate exceeded"),
    "internal_failure": ("InternalFailure", 500, "An internal failure occurred."),
    "service_unavailable": ("ServiceUnavailable", 503, "The service is unavailable. Try your call again."),
    "internal_dependency": ("InternalDependencyException", 530, "Your request caused an exception with a dependency."),
    "validation_error": ("ValidationError", 400, "Inspect your request and try again."),
}


class ConnectionResetFaultError(Exception):
    """A test asked for the connection to break before the answer."""


@dataclass(frozen=True)
class Entered:
    """A request that has come in: the fleet that is to answer it, and a fault of the model that it meets."""

    endpoint: Endpoint
    fleet: Fleet
    fault: Fault | None

    def variant(self, target: str | None) -> ServedVariant:
        """Pick the variant ``target``, or one by weight; RuntimeServiceError if there is none."""
        variant = self.fleet.variant(target)
        if variant is None:
            what = f"Variant {target}" if target else "A variant with a weight above 0"
            endpoint = self.endpoint
            raise invalid(f"{what} of endpoint {endpoint.name} of account {endpoint.place.account} not found.")
        return variant


def enter(place: Place, caller: access.Caller, action: str, request: Json) -> Entered:
    """Let a request in; RuntimeServiceError, or ConnectionResetFaultError where a test asked for it, if it may not."""
    name = request["EndpointName"]
    ask = access.Ask(action, place.arn("endpoint", name), _context(request))
    if (denial := caller.denial(ask)) is not None:
        raise access_denied(denial)
    fault = faults.next_fault(name)
    if fault is not None:
        _refuse(fault, place, caller, ask)
    endpoint = store_of(place).endpoints.get(name.lower())
    # a name's case is free in CreateEndpoint but must match here; an endpoint that never served is not there yet
    fleet = endpoint.serving() if endpoint is not None and endpoint.name == name else None
    if endpoint is None or fleet is None or endpoint.status == "Deleting":
        raise _no_such_endpoint(place, name)
    return Entered(endpoint, fleet, fault)


def _context(request: Json) -> dict[str, str]:
    return {f"sagemaker:{name}": request[name] for name in ("TargetModel", "TargetVariant") if name in request}


def _no_such_endpoint(place: Place, name: str) -> RuntimeServiceError:
    return invalid(f"Endpoint {name} of account {place.account} not found.")


def refusal(kind: str, **settings: object) -> RuntimeServiceError:
    """Make the answer of a fault in front of the model, with its settings."""
    code, status, message = _REFUSALS[kind]
    return RuntimeServiceError(code, int(str(settings.get("status", status))), str(settings.get("message", message)))


def _refuse(fault: Fault, place: Place, caller: access.Caller, ask: access.Ask) -> None:
    """Raise what a fault in front of the model answers; return for a fault of the model."""
    match fault.kind:
        case "connection_reset":
            raise ConnectionResetFaultError
        case "access_denied":
            reason = f"because no identity-based policy allows the {ask.action} action"
            raise access_denied(caller.denied(ask, reason))
        case "no_such_endpoint":
            raise _no_such_endpoint(place, fault.endpoint)
        case kind if kind in _REFUSALS:
            raise refusal(kind, **fault.settings)
