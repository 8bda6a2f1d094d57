"""Application Auto Scaling's state: scalable targets with their policies and scheduled actions, by account and Region."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from sagemaker_sandbox.aws.types import now

if TYPE_CHECKING:
    from datetime import datetime

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

type Key = tuple[str, str]
"""Resource ID and scalable dimension, which identify a target within an account and Region."""


@dataclass
class Policy:
    """A scaling policy: the latest PutScalingPolicy request, and what AWS adds."""

    arn: str
    settings: Json
    alarms: list[Json] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    scaled: float = 0.0
    """When the policy last changed the capacity, on time.monotonic's clock; its cooldown starts then."""


@dataclass
class Action:
    """A scheduled action: the latest PutScheduledAction request, and what AWS adds."""

    arn: str
    settings: Json
    created: datetime = field(default_factory=now)


@dataclass
class Target:
    """A scalable target."""

    scope: Scope
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
        return self.scope.arn("application-autoscaling", f"scalable-target/{self.identity}")

    def arn_of(self, kind: str, name: str) -> str:
        """Return an ARN for one of its policies or actions; ``kind`` is ``scalingPolicy`` or ``scheduledAction``."""
        label = {"scalingPolicy": "policyName", "scheduledAction": "scheduledActionName"}[kind]
        return self.scope.arn("autoscaling", f"{kind}:{uuid.uuid4()}:resource/sagemaker/{self.resource}:{label}/{name}")


class AutoScalingStore(BaseStore):
    """Application Auto Scaling's state in one account and Region; hold ``lock`` to change it."""

    targets: dict[Key, Target] = LocalAttribute(default=dict)  # type: ignore[assignment]

    def __init__(self) -> None:
        """Start empty."""
        self.lock = threading.RLock()


autoscaling_stores: AccountRegionBundle[AutoScalingStore] = AccountRegionBundle("application-autoscaling", AutoScalingStore)


def store_of(scope: Scope) -> AutoScalingStore:
    """Return the store of an account and Region, which is created on first use."""
    return autoscaling_stores[scope.account][scope.region]


def all_targets() -> list[Target]:
    """Return the targets of every account and Region of the sandbox."""
    with autoscaling_stores.lock:
        return [target for _, _, store in autoscaling_stores.iter_stores() for target in list(store.targets.values())]
