"""SageMaker's view of Application Auto Scaling, which imports SageMaker and therefore cannot be imported here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope


class ScalableTargets(Protocol):
    """The variants that are registered as scalable targets."""

    def variants(self, scope: Scope, endpoint: str) -> set[str]:
        """Return the names of an endpoint's variants that are scalable targets."""

    def deregister_endpoint(self, scope: Scope, endpoint: str) -> None:
        """Deregister an endpoint's variants, as SageMaker does when it deletes the endpoint."""
