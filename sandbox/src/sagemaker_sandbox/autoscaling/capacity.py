"""The capacity that a scalable target stands for: instances or provisioned concurrency of an endpoint's variant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.sagemaker import deployment
from sagemaker_sandbox.sagemaker.errors import ValidationException
from sagemaker_sandbox.sagemaker.store import store_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.sagemaker.store import Endpoint, Place, ServedVariant

INSTANCES: Final = "sagemaker:variant:DesiredInstanceCount"
CONCURRENCY: Final = "sagemaker:variant:DesiredProvisionedConcurrency"
DIMENSIONS: Final = (INSTANCES, CONCURRENCY)


@dataclass(frozen=True)
class Capacity:
    """One dimension of one variant of an endpoint that has been in service."""

    place: Place
    endpoint: str
    variant: str
    dimension: str

    @classmethod
    def of(cls, place: Place, resource: str, dimension: str) -> Capacity:
        """Find what a target's resource id and dimension name; ValidationException if there is no such thing."""
        match = re.fullmatch(r"endpoint/([^/]+)/variant/([^/]+)", resource)
        if match is None or dimension not in DIMENSIONS:
            raise ValidationException("Unsupported service namespace, resource type or scalable dimension")
        endpoint, variant = match.groups()
        return cls(place, endpoint, variant, dimension)

    def check(self, minimum: int, maximum: int) -> None:
        """Raise ValidationException unless the variant exists and can have a capacity of these bounds."""
        served = self._served()
        if self.dimension == INSTANCES:
            self._check_instances(served)
        else:
            self._check_concurrency(served, maximum)
        if minimum < 0 or maximum < minimum:
            raise ValidationException(
                f"Maximum capacity cannot be less than minimum capacity, and neither below 0: {minimum}, {maximum}"
            )

    def _check_instances(self, served: ServedVariant) -> None:
        kind = served.settings.get("InstanceType")
        if kind is None:
            raise ValidationException(f"Variant {self.variant} is serverless: its scalable dimension is {CONCURRENCY}")
        if kind.startswith("ml.t"):
            raise ValidationException(f"Scaling is not supported for burstable instances such as {kind}")

    def _check_concurrency(self, served: ServedVariant, maximum: int) -> None:
        if served.serverless is None or "ProvisionedConcurrency" not in served.serverless:
            raise ValidationException(f"Variant {self.variant} has no provisioned concurrency")
        limit = served.serverless["MaxConcurrency"]
        if maximum > limit:
            raise ValidationException(f"Maximum capacity {maximum} is above the variant's MaxConcurrency of {limit}")

    def current(self) -> int:
        """Read the variant's capacity; ValidationException if the variant is gone."""
        served = self._served()
        if self.dimension == INSTANCES:
            return served.instances or 0
        return int((served.serverless or {}).get("ProvisionedConcurrency", 0))

    def settle(self, minimum: int, maximum: int) -> None:
        """Bring the capacity within bounds, unless something else is changing the endpoint right now."""
        self.change(min(max(self.current(), minimum), maximum))

    def change(self, capacity: int) -> bool:
        """Start bringing the variant to ``capacity``; returns False if it has it, or its endpoint is not in service."""
        store = store_of(self.place)
        with store.lock:
            endpoint, served = self._endpoint(), self._served()
            if endpoint.status != "InService" or capacity == self.current():
                return False
            deployment.resize(store, endpoint, {self.variant: self._fields(served, capacity)})
        return True

    def _fields(self, served: ServedVariant, capacity: int) -> Mapping[str, Any]:
        if self.dimension == INSTANCES:
            return {"instances": capacity}
        return {"serverless": {**(served.serverless or {}), "ProvisionedConcurrency": capacity}}

    def _endpoint(self) -> Endpoint:
        endpoint = store_of(self.place).endpoints.get(self.endpoint.lower())
        if endpoint is None or endpoint.fleet is None:
            raise ValidationException(f"SageMaker endpoint doesn't exist: endpoint/{self.endpoint}")
        return endpoint

    def _served(self) -> ServedVariant:
        fleet = self._endpoint().fleet
        served = fleet.variant(self.variant) if fleet else None
        if served is None:
            raise ValidationException(
                f"SageMaker endpoint variant doesn't exist: endpoint/{self.endpoint}/variant/{self.variant}"
            )
        return served
