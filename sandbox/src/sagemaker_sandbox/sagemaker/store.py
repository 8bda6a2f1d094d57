"""What the sandbox's SageMaker remembers: models, endpoint configurations and endpoints, by account and region."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sagemaker_sandbox.sagemaker.container import Container
    from sagemaker_sandbox.sagemaker.container_log import ContainerLog

type Json = dict[str, Any]


def now() -> datetime:
    """Read the clock, to the millisecond that AWS's timestamps carry."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Place:
    """An account in a region."""

    account: str
    region: str
    partition: str

    def arn(self, kind: str, name: str) -> str:
        """Make the ARN of a SageMaker resource; SageMaker writes names in it in lower case."""
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account}:{kind}/{name.lower()}"


@dataclass
class Record:
    """One model or endpoint configuration: the request that made it, completed, and what AWS adds."""

    name: str
    arn: str
    settings: Json
    created: datetime = field(default_factory=now)


class Traffic:
    """Requests to one variant: how many there were, and how many its container is answering now."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self.at_once = 0
        self._lock = threading.Lock()

    def enter(self, limit: int | None) -> bool:
        """Let a request in, unless ``limit`` of them are being answered."""
        with self._lock:
            if limit is not None and self.at_once >= limit:
                return False
            self.count += 1
            self.at_once += 1
            return True

    def leave(self) -> None:
        """Let a request out."""
        with self._lock:
            self.at_once -= 1


@dataclass(frozen=True)
class ServedVariant:
    """A production variant with its running container."""

    settings: Mapping[str, Any]
    container: Container
    log: ContainerLog
    images: tuple[Json, ...]
    weight: float
    instances: int | None
    serverless: Mapping[str, Any] | None = None
    """The serverless configuration as it is now; autoscaling changes it."""
    traffic: Traffic = field(default_factory=Traffic)

    @property
    def name(self) -> str:
        """The variant's name."""
        name: str = self.settings["VariantName"]
        return name


@dataclass(frozen=True)
class Fleet:
    """What serves an endpoint at one moment; replaced as a whole, so that a request sees the old or the new."""

    config: str
    settings: Mapping[str, Any]
    variants: tuple[ServedVariant, ...]
    shadows: tuple[ServedVariant, ...] = ()

    def variant(self, target: str | None) -> ServedVariant | None:
        """Pick the variant named ``target``, or one by weight; None if there is no such variant or no weight."""
        if target is not None:
            return next((variant for variant in self.variants if variant.name == target), None)
        if len(self.variants) == 1:
            return self.variants[0]
        weights = [variant.weight for variant in self.variants]
        return random.choices(self.variants, weights)[0] if any(weights) else None  # noqa: S311  traffic, no secret

    @property
    def instances(self) -> int | None:
        """The fewest instances that a variant has; None if all are serverless."""
        return min((variant.instances for variant in self.variants if variant.instances is not None), default=None)

    @property
    def is_asynchronous(self) -> bool:
        """Whether the endpoint answers InvokeEndpointAsync only."""
        return "AsyncInferenceConfig" in self.settings

    def with_variants(self, changed: Mapping[str, Mapping[str, Any]]) -> Fleet:
        """Copy the fleet with fields of the named variants replaced."""
        variants = (replace(variant, **changed.get(variant.name, {})) for variant in self.variants)
        return replace(self, variants=tuple(variants))


@dataclass(frozen=True)
class Shift:
    """A new fleet that an update gives a share of the traffic, from 0 to 1, and the stage that the update is in."""

    fleet: Fleet
    share: float
    stage: str
    since: datetime = field(default_factory=now)


@dataclass
class Endpoint:
    """An endpoint's state; ``fleet`` is None until its first deployment has succeeded.

    While an update goes on, ``fleet`` is still the old one, and ``shift`` gives a share of the traffic to the new one.
    """

    name: str
    arn: str
    place: Place
    status: str = "Creating"
    failure: str | None = None
    config: str = ""
    pending: str | None = None
    deployment: Json | None = None
    fleet: Fleet | None = None
    shift: Shift | None = None
    invocations: int = 0
    created: datetime = field(default_factory=now)
    modified: datetime = field(default_factory=now)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def move(self, status: str, failure: str | None = None) -> None:
        """Enter ``status``."""
        self.status, self.failure, self.modified = status, failure, now()

    def serving(self) -> Fleet | None:
        """Pick the fleet for one request; what has begun on a fleet ends on it."""
        shift = self.shift
        if shift is not None and random.random() < shift.share:  # noqa: S311  traffic, no secret
            return shift.fleet
        return self.fleet

    def replace_fleet(self, fleet: Fleet) -> None:
        """Give ``fleet`` all the traffic for good."""
        self.fleet, self.shift = fleet, None

    def counted(self) -> None:
        """Count one invocation that reached the container."""
        with self._lock:
            self.invocations += 1


class Store:
    """One account's SageMaker in one region; hold ``lock`` to change it."""

    def __init__(self) -> None:
        """Start empty."""
        self.lock = threading.RLock()
        self.models: dict[str, Record] = {}
        self.configs: dict[str, Record] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.tags: dict[str, dict[str, str]] = {}

    def tag(self, arn: str, tags: Sequence[Mapping[str, str]]) -> None:
        """Add ``tags`` to the resource, or change them."""
        self.tags.setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in tags})


_STORES: dict[tuple[str, str], Store] = {}
_STORES_LOCK = threading.Lock()


def store_of(place: Place) -> Store:
    """Find the store of an account in a region, made on first use."""
    with _STORES_LOCK:
        return _STORES.setdefault((place.account, place.region), Store())


def endpoints_named(name: str) -> list[Endpoint]:
    """Find the endpoints of that name in every account and region of the sandbox."""
    with _STORES_LOCK:
        stores = list(_STORES.values())
    return [endpoint for store in stores if (endpoint := store.endpoints.get(name.lower())) is not None]
