"""LocalStack's provider of ``signer``: moto keeps the profiles, and the jobs are ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.services.moto import call_moto
from localstack.services.plugins import ServiceLifecycleHook
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from sagemaker_sandbox.aws.moto_services import MotoProvider
from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.signer import jobs
from sagemaker_sandbox.signer.errors import ResourceNotFoundException
from sagemaker_sandbox.signer.models import find_profile, signer_stores

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext
    from localstack.aws.skeleton import DispatchTable
    from localstack.state import StateVisitor

    from sagemaker_sandbox.aws.types import Json


class SignerProvider(ServiceLifecycleHook):
    """Signing profiles and jobs."""

    service = "signer"

    def dispatch_table(self) -> DispatchTable:
        """Return the function for each operation, as LocalStack's Skeleton expects it."""
        profiles = {"GetSigningProfile": self._of_profile, "CancelSigningProfile": self._of_profile}
        own = {"StartSigningJob": self._start, "DescribeSigningJob": self._describe, "ListSigningJobs": self._list}
        return MotoProvider(self.service).dispatch_table() | profiles | own

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Show LocalStack the state to reset or save."""
        visitor.visit(signer_stores)

    def _start(self, context: RequestContext, request: Any) -> Json:
        scope = Scope.of(context)
        caller = Caller.of(extract_access_key_id_from_auth_header(dict(context.request.headers)), scope)
        return jobs.start(dict(request), caller, scope)

    def _describe(self, context: RequestContext, request: Any) -> Json:
        return jobs.describe(request["jobId"], Scope.of(context))

    def _list(self, context: RequestContext, request: Any) -> Json:  # noqa: ARG002 - no sandbox has more than one page
        return jobs.list_all(Scope.of(context))

    def _of_profile(self, context: RequestContext, request: Any) -> Any:
        """Let moto perform an operation on a profile; of one that does not exist, it would raise KeyError."""
        if find_profile(request["profileName"], Scope.of(context)) is None:
            raise ResourceNotFoundException(f"The signing profile {request['profileName']} does not exist.")
        return call_moto(context)
