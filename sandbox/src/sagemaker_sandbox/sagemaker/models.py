"""SageMaker's state: models, endpoint configurations and endpoints, by account and Region."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from sagemaker_sandbox.aws.types import now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sagemaker_sandbox.aws.logs import LogStream
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.containers.base import Container


def arn_of(scope: Scope, resource_type: str, name: str) -> str:
    """Return the ARN of a SageMaker resource, in which SageMaker writes the name in lower case."""
    return scope.arn("sagemaker", f"{resource_type}/{name.lower()}")


@dataclass
class Record:
    """A model or an endpoint configuration: the request that created it, with defaults, and what AWS adds."""

    name: str
    arn: str
    settings: Json
    created: datetime = field(default_factory=now)


class Traffic:
    """The requests to one variant: how many there have been, and how many its container is processing now."""

    def __init__(self) -> None:
        """Start with none."""
        self.count = 0
        self.concurrent = 0
        self._lock = threading.Lock()

    def start(self, limit: int | None) -> bool:
        """Count a request as started; return False if ``limit`` requests are already being processed."""
        with self._lock:
            if limit is not None and self.concurrent >= limit:
                return False
            self.count += 1
            self.concurrent += 1
            return True

    def finish(self) -> None:
        """Count a request as finished."""
        with self._lock:
            self.concurrent -= 1


@dataclass(frozen=True)
class ServedVariant:
    """A production variant with its running container."""

    settings: Mapping[str, Any]
    container: Container
    role: str
    log: LogStream
    images: tuple[Json, ...]
    weight: float
    instances: int | None
    serverless: Mapping[str, Any] | None = None
    """The current serverless configuration, which autoscaling changes."""
    traffic: Traffic = field(default_factory=Traffic)

    @property
    def name(self) -> str:
        """The variant's name."""
        name: str = self.settings["VariantName"]
        return name


@dataclass(frozen=True)
class Fleet:
    """The variants that serve an endpoint at one moment; replaced as a whole, so that a request sees either the old or the new."""

    config: str
    settings: Mapping[str, Any]
    variants: tuple[ServedVariant, ...]
    shadows: tuple[ServedVariant, ...] = ()

    def variant(self, target: str | None) -> ServedVariant | None:
        """Return the variant named ``target``, or one by weight; None if it does not exist or no variant has weight."""
        if target is not None:
            return next((variant for variant in self.variants if variant.name == target), None)
        if len(self.variants) == 1:
            return self.variants[0]
        weights = [variant.weight for variant in self.variants]
        return random.choices(self.variants, weights)[0] if any(weights) else None  # noqa: S311  traffic, no secret

    @property
    def instances(self) -> int | None:
        """The smallest number of instances of any variant; None if all are serverless."""
        return min((variant.instances for variant in self.variants if variant.instances is not None), default=None)

    @property
    def is_asynchronous(self) -> bool:
        """Whether the endpoint accepts only InvokeEndpointAsync."""
        return "AsyncInferenceConfig" in self.settings

    def with_variants(self, changed: Mapping[str, Mapping[str, Any]]) -> Fleet:
        """Return a copy of the fleet in which fields of the named variants are replaced."""
        variants = (replace(variant, **changed.get(variant.name, {})) for variant in self.variants)
        return replace(self, variants=tuple(variants))


@dataclass(frozen=True)
class TrafficShift:
    """A new fleet that receives a share of the traffic, from 0 to 1, during an update, and the update's stage."""

    fleet: Fleet
    share: float
    stage: str
    since: datetime = field(default_factory=now)


@dataclass
class Endpoint:
    """An endpoint's state; ``fleet`` is None until its first deployment has succeeded.

    During an update ``fleet`` is still the old one, and ``shift`` gives a share of the traffic to the new one.
    """

    name: str
    arn: str
    scope: Scope
    status: str = "Creating"
    failure: str | None = None
    config: str = ""
    pending: str | None = None
    deployment: Json | None = None
    fleet: Fleet | None = None
    shift: TrafficShift | None = None
    invocations: int = 0
    created: datetime = field(default_factory=now)
    modified: datetime = field(default_factory=now)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set_status(self, status: str, failure: str | None = None) -> None:
        """Enter ``status``."""
        self.status, self.failure, self.modified = status, failure, now()

    def serving(self) -> Fleet | None:
        """Return the fleet for one request; a request that started on a fleet finishes on it."""
        shift = self.shift
        if shift is not None and random.random() < shift.share:  # noqa: S311  traffic, no secret
            return shift.fleet
        return self.fleet

    def replace_fleet(self, fleet: Fleet) -> None:
        """Give ``fleet`` all of the traffic."""
        self.fleet, self.shift = fleet, None

    def count_invocation(self) -> None:
        """Count one invocation that reached the container."""
        with self._lock:
            self.invocations += 1


class SageMakerStore(BaseStore):
    """SageMaker's state in one account and Region; hold ``lock`` to change it. Names are keys in lower case."""

    models: dict[str, Record] = LocalAttribute(default=dict)  # type: ignore[assignment]
    configs: dict[str, Record] = LocalAttribute(default=dict)  # type: ignore[assignment]
    endpoints: dict[str, Endpoint] = LocalAttribute(default=dict)  # type: ignore[assignment]
    tags: dict[str, dict[str, str]] = LocalAttribute(default=dict)  # type: ignore[assignment]

    def __init__(self) -> None:
        """Start empty."""
        self.lock = threading.RLock()

    def tag(self, arn: str, tags: Sequence[Mapping[str, str]]) -> None:
        """Add ``tags`` to a resource, or change their values."""
        self.tags.setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in tags})


sagemaker_stores: AccountRegionBundle[SageMakerStore] = AccountRegionBundle("sagemaker", SageMakerStore)


def store_of(scope: Scope) -> SageMakerStore:
    """Return the store of an account and Region, which is created on first use."""
    return sagemaker_stores[scope.account][scope.region]


def all_endpoints() -> list[Endpoint]:
    """Return the endpoints of every account and Region of the sandbox."""
    with sagemaker_stores.lock:
        return [endpoint for _, _, store in sagemaker_stores.iter_stores() for endpoint in list(store.endpoints.values())]
