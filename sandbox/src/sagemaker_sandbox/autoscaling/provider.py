"""LocalStack's provider of ``application-autoscaling``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, override

from localstack.services.plugins import ServiceLifecycleHook

from sagemaker_sandbox.autoscaling import scaling
from sagemaker_sandbox.autoscaling.models import autoscaling_stores
from sagemaker_sandbox.autoscaling.operations import OPERATIONS, perform
from sagemaker_sandbox.aws.scope import Scope

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext
    from localstack.aws.skeleton import DispatchTable
    from localstack.state import StateVisitor

    from sagemaker_sandbox.aws.types import Json


class AutoScalingProvider(ServiceLifecycleHook):
    """Scalable targets, policies and scheduled actions of SageMaker variants."""

    service = "application-autoscaling"

    def dispatch_table(self) -> DispatchTable:
        """Return the function for each operation, as LocalStack's Skeleton expects it."""
        return dict.fromkeys(OPERATIONS, self._perform)

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Show LocalStack the state to reset or save."""
        visitor.visit(autoscaling_stores)

    @override
    def on_after_init(self) -> None:
        """Start scaling."""
        scaling.start()

    def _perform(self, context: RequestContext, request: Any) -> Json:
        assert context.operation is not None  # noqa: S101  LocalStack has parsed it
        return perform(Scope.of(context), context.operation, request)
