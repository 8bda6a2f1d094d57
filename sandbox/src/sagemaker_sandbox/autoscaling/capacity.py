"""The capacity behind a scalable target: the instances or the provisioned concurrency of an endpoint's variant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.aws.errors import ValidationException
from sagemaker_sandbox.sagemaker.deployment import deployments
from sagemaker_sandbox.sagemaker.models import store_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.sagemaker.models import Endpoint, ServedVariant

INSTANCES: Final = "sagemaker:variant:DesiredInstanceCount"
CONCURRENCY: Final = "sagemaker:variant:DesiredProvisionedConcurrency"
DIMENSIONS: Final = (INSTANCES, CONCURRENCY)


@dataclass(frozen=True)
class Capacity:
    """One dimension of one variant of an endpoint that has been in service."""

    scope: Scope
    endpoint: str
    variant: str
    dimension: str

    @classmethod
    def of(cls, scope: Scope, resource: str, dimension: str) -> Capacity:
        """Parse a target's resource ID and dimension. Raises ValidationException if they are not supported."""
        match = re.fullmatch(r"endpoint/([^/]+)/variant/([^/]+)", resource)
        if match is None or dimension not in DIMENSIONS:
            raise ValidationException("Unsupported service namespace, resource type or scalable dimension")
        endpoint, variant = match.groups()
        return cls(scope, endpoint, variant, dimension)

    def check(self, minimum: int, maximum: int) -> None:
        """Raise ValidationException unless the variant exists and its capacity can have these bounds."""
        served = self._served()
        if self.dimension == INSTANCES:
            self._check_instances(served)
        else:
            self._check_concurrency(served, maximum)
        if minimum < 0 or maximum < minimum:
            raise ValidationException(f"Maximum capacity cannot be less than minimum capacity, and neither below 0: {minimum}, {maximum}")

    def _check_instances(self, served: ServedVariant) -> None:
        instance_type = served.settings.get("InstanceType")
        if instance_type is None:
            raise ValidationException(f"Variant {self.variant} is serverless: its scalable dimension is {CONCURRENCY}")
        if instance_type.startswith("ml.t"):
            raise ValidationException(f"Scaling is not supported for burstable instances such as {instance_type}")

    def _check_concurrency(self, served: ServedVariant, maximum: int) -> None:
        if served.serverless is None or "ProvisionedConcurrency" not in served.serverless:
            raise ValidationException(f"Variant {self.variant} has no provisioned concurrency")
        limit = served.serverless["MaxConcurrency"]
        if maximum > limit:
            raise ValidationException(f"Maximum capacity {maximum} exceeds the variant's MaxConcurrency of {limit}")

    def current(self) -> int:
        """Return the variant's capacity. Raises ValidationException if the variant no longer exists."""
        served = self._served()
        if self.dimension == INSTANCES:
            return served.instances or 0
        return int((served.serverless or {}).get("ProvisionedConcurrency", 0))

    def bring_within(self, minimum: int, maximum: int) -> None:
        """Bring the capacity within bounds, unless the endpoint is being changed already."""
        self.change(min(max(self.current(), minimum), maximum))

    def change(self, capacity: int) -> bool:
        """Start changing the variant to ``capacity``; return False if it has it or its endpoint is not in service."""
        store = store_of(self.scope)
        with store.lock:
            endpoint, served = self._endpoint(), self._served()
            if endpoint.status != "InService" or capacity == self.current():
                return False
            deployments.resize(store, endpoint, {self.variant: self._fields(served, capacity)})
        return True

    def _fields(self, served: ServedVariant, capacity: int) -> Mapping[str, Any]:
        if self.dimension == INSTANCES:
            return {"instances": capacity}
        return {"serverless": {**(served.serverless or {}), "ProvisionedConcurrency": capacity}}

    def _endpoint(self) -> Endpoint:
        endpoint = store_of(self.scope).endpoints.get(self.endpoint.lower())
        if endpoint is None or endpoint.fleet is None:
            raise ValidationException(f"SageMaker endpoint doesn't exist: endpoint/{self.endpoint}")
        return endpoint

    def _served(self) -> ServedVariant:
        fleet = self._endpoint().fleet
        served = fleet.variant(self.variant) if fleet else None
        if served is None:
            raise ValidationException(f"SageMaker endpoint variant doesn't exist: endpoint/{self.endpoint}/variant/{self.variant}")
        return served
