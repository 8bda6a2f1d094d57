"""What the sandbox's Application Auto Scaling remembers: scalable targets with their policies and scheduled actions."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker.store import now

if TYPE_CHECKING:
    from datetime import datetime

    from sagemaker_sandbox.sagemaker.store import Json, Place

type Key = tuple[str, str]
"""Resource id and scalable dimension; they name a target within an account and region."""


@dataclass
class Policy:
    """A scaling policy: the request that put it last, and what AWS adds."""

    arn: str
    settings: Json
    alarms: list[Json] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    scaled: float = 0.0
    """When it last changed the capacity, on time.monotonic's clock; its cooldown counts from there."""


@dataclass
class Action:
    """A scheduled action: the request that put it last, and what AWS adds."""

    arn: str
    settings: Json
    created: datetime = field(default_factory=now)


@dataclass
class Target:
    """A scalable target."""

    place: Place
    resource: str
    dimension: str
    minimum: int
    maximum: int
    role: str
    suspended: dict[str, bool]
    tags: dict[str, str] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    created: datetime = field(default_factory=now)
    identity: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def arn(self) -> str:
        """The target's ARN."""
        place = self.place
        service = f"arn:{place.partition}:application-autoscaling:{place.region}:{place.account}"
        return f"{service}:scalable-target/{self.identity}"

    def owned(self, kind: str, name: str) -> str:
        """Make an ARN of one of its policies or actions, ``kind`` being ``scalingPolicy`` or ``scheduledAction``."""
        place, label = self.place, {"scalingPolicy": "policyName", "scheduledAction": "scheduledActionName"}[kind]
        return (
            f"arn:{place.partition}:autoscaling:{place.region}:{place.account}:{kind}:{uuid.uuid4()}"
            f":resource/sagemaker/{self.resource}:{label}/{name}"
        )


class Store:
    """One account's Application Auto Scaling in one region; hold ``lock`` to change it."""

    def __init__(self) -> None:
        """Start empty."""
        self.lock = threading.RLock()
        self.targets: dict[Key, Target] = {}


_STORES: dict[tuple[str, str], Store] = {}
_STORES_LOCK = threading.Lock()


def store_of(place: Place) -> Store:
    """Find the store of an account in a region, made on first use."""
    with _STORES_LOCK:
        return _STORES.setdefault((place.account, place.region), Store())


def targets() -> list[Target]:
    """List the targets of every account and region of the sandbox."""
    with _STORES_LOCK:
        stores = list(_STORES.values())
    return [target for store in stores for target in list(store.targets.values())]


def resource_of(endpoint: str, variant: str) -> str:
    """Write the resource id of a variant."""
    return f"endpoint/{endpoint}/variant/{variant}"


def variants_scaled(place: Place, endpoint: str) -> set[str]:
    """Name the variants of an endpoint that are scalable targets."""
    store, prefix = store_of(place), resource_of(endpoint, "").lower()
    with store.lock:
        return {resource[len(prefix) :] for resource, _ in store.targets if resource.lower().startswith(prefix)}


def forget_endpoint(place: Place, endpoint: str) -> list[Target]:
    """Deregister an endpoint's variants, as SageMaker does when it deletes the endpoint; returns their targets."""
    store, prefix = store_of(place), resource_of(endpoint, "").lower()
    with store.lock:
        gone = [key for key in store.targets if key[0].lower().startswith(prefix)]
        return [store.targets.pop(key) for key in gone]
