"""SageMaker variants as scalable targets, for SageMaker to check and to deregister."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.autoscaling import alarms
from sagemaker_sandbox.autoscaling.models import store_of

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope


class VariantTargets:
    """The ``ScalableTargets`` that SageMaker's provider is created with."""

    def variants(self, scope: Scope, endpoint: str) -> set[str]:
        """Return the names of an endpoint's variants that are scalable targets."""
        store, prefix = store_of(scope), _prefix(endpoint)
        with store.lock:
            return {resource[len(prefix) :] for resource, _ in store.targets if resource.lower().startswith(prefix)}

    def deregister_endpoint(self, scope: Scope, endpoint: str) -> None:
        """Deregister an endpoint's variants and delete the alarms of their policies."""
        store, prefix = store_of(scope), _prefix(endpoint)
        with store.lock:
            keys = [key for key in store.targets if key[0].lower().startswith(prefix)]
            targets = [store.targets.pop(key) for key in keys]
        for target in targets:
            for policy in target.policies.values():
                alarms.delete(target, policy)


def _prefix(endpoint: str) -> str:
    """Return the start of the resource IDs of an endpoint's variants, in lower case."""
    return f"endpoint/{endpoint}/variant/".lower()
