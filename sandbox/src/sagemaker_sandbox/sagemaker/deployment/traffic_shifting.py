"""Deployment configurations: the share of the traffic that the new fleet receives in each step, and for how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.aws.errors import ValidationException

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagemaker_sandbox.aws.types import Json

_SIZES: Final = {"ALL_AT_ONCE": None, "CANARY": "CanarySize", "LINEAR": "LinearStepSize"}
_BOUNDS: Final = {"CanarySize": (0, 50), "LinearStepSize": (10, 50), "MaximumBatchSize": (5, 50)}
"""The minimum and maximum of each size, in percent of a variant's instances."""


@dataclass(frozen=True)
class Step:
    """A share of the traffic, from 0 to 1, that the new fleet receives for a number of AWS's seconds."""

    share: float
    seconds: float


def alarm_names(config: Json | None) -> list[str]:
    """Return the names of the alarms that roll a deployment back."""
    alarms = (config or {}).get("AutoRollbackConfiguration", {}).get("Alarms", [])
    return [alarm["AlarmName"] for alarm in alarms]


def check(config: Json | None) -> None:
    """Raise ValidationException for a deployment configuration that contradicts itself."""
    if config is None:
        return
    if "BlueGreenUpdatePolicy" in config and "RollingUpdatePolicy" in config:
        raise ValidationException("Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified.")
    routing = config.get("BlueGreenUpdatePolicy", {}).get("TrafficRoutingConfiguration")
    if routing is None:
        return
    required = _SIZES[routing["Type"]]
    given = [size for size in ("CanarySize", "LinearStepSize") if size in routing]
    if given != ([required] if required else []):
        raise ValidationException(
            f"Traffic routing of type {routing['Type']} requires {required or 'no size'}; specified: {', '.join(given) or 'none'}."
        )


def check_for(config: Json | None, variants: Sequence[Json]) -> None:
    """Raise ValidationException for a deployment configuration that cannot be applied to ``variants``."""
    check(config)
    if config is None:
        return
    if "RollingUpdatePolicy" in config and any("ServerlessConfig" in variant for variant in variants):
        raise ValidationException("A rolling update policy is not supported for serverless variants.")
    for name, size in _sizes(config):
        minimum, maximum = _BOUNDS[name]
        for variant in variants:
            percent = _share(size, variant.get("InitialInstanceCount")) * 100
            if not minimum <= percent <= maximum:
                raise ValidationException(
                    f"{name} must be {minimum}-{maximum}% of the instances of variant {variant['VariantName']}, "
                    f"which has {variant.get('InitialInstanceCount')}; it is {percent:g}%."
                )


def _sizes(config: Json) -> Iterator[tuple[str, Json]]:
    routing = config.get("BlueGreenUpdatePolicy", {}).get("TrafficRoutingConfiguration", {})
    for name in ("CanarySize", "LinearStepSize"):
        if name in routing:
            yield name, routing[name]
    if "RollingUpdatePolicy" in config:
        yield "MaximumBatchSize", config["RollingUpdatePolicy"]["MaximumBatchSize"]


def _share(size: Json, instances: int | None) -> float:
    value: float = size["Value"] / (100 if size["Type"] == "CAPACITY_PERCENT" else instances or 1)
    return value


def steps(config: Json | None, instances: int | None) -> list[Step]:
    """Return the steps of a deployment to a fleet of ``instances``; the last one shifts all of the traffic."""
    rolling = (config or {}).get("RollingUpdatePolicy")
    if rolling:
        return _even(_share(rolling["MaximumBatchSize"], instances), rolling["WaitIntervalInSeconds"])
    policy = (config or {}).get("BlueGreenUpdatePolicy", {})
    routing = policy.get("TrafficRoutingConfiguration", {"Type": "ALL_AT_ONCE"})
    last = Step(1.0, policy.get("TerminationWaitInSeconds", 0))
    match routing["Type"]:
        case "CANARY":
            canary = Step(_share(routing["CanarySize"], instances), routing["WaitIntervalInSeconds"])
            return [canary, last] if canary.share < 1 else [last]
        case "LINEAR":
            even = _even(_share(routing["LinearStepSize"], instances), routing["WaitIntervalInSeconds"])
            return [*even[:-1], last]
        case _:
            return [last]


def _even(share: float, seconds: float) -> list[Step]:
    # 33% makes three steps of a third, and the remaining 1% is not a step
    count = max(1, math.ceil(1 / min(share, 1.0) - 0.05))
    return [Step(min(1.0, share * number) if number < count else 1.0, seconds) for number in range(1, count + 1)]
