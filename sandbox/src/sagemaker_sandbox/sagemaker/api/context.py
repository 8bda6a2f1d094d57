"""The context in which an operation of the control plane runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker.models import arn_of

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.sagemaker.models import SageMakerStore
    from sagemaker_sandbox.sagemaker.scaling import ScalableTargets


@dataclass(frozen=True)
class ApiContext:
    """The scope of a request, its store, and the scalable targets of Application Auto Scaling."""

    scope: Scope
    store: SageMakerStore
    scaling: ScalableTargets

    def arn(self, resource_type: str, name: str) -> str:
        """Return the ARN of a resource in this scope."""
        return arn_of(self.scope, resource_type, name)
