"""Deployment configurations: which share of the traffic goes to the new fleet, step by step, and for how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sagemaker_sandbox.sagemaker.errors import ValidationException

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagemaker_sandbox.sagemaker.store import Json

    type Stage = Literal["ActivatingTraffic", "Baking", "Deleting"]

_SIZES: Final = {"ALL_AT_ONCE": None, "CANARY": "CanarySize", "LINEAR": "LinearStepSize"}
_BOUNDS: Final = {"CanarySize": (0, 50), "LinearStepSize": (10, 50), "MaximumBatchSize": (5, 50)}
"""Per cent of a variant's instances that each size must lie between."""


@dataclass(frozen=True)
class Step:
    """A share of the traffic, from 0 to 1, that the new fleet takes for a number of AWS's seconds."""

    share: float
    seconds: float


def alarm_names(config: Json | None) -> list[str]:
    """Name the alarms that roll a deployment back."""
    alarms = (config or {}).get("AutoRollbackConfiguration", {}).get("Alarms", [])
    return [alarm["AlarmName"] for alarm in alarms]


def check(config: Json | None) -> None:
    """Raise ValidationException for a deployment configuration that contradicts itself."""
    if config is None:
        return
    if "BlueGreenUpdatePolicy" in config and "RollingUpdatePolicy" in config:
        raise ValidationException("Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be given.")
    routing = config.get("BlueGreenUpdatePolicy", {}).get("TrafficRoutingConfiguration")
    if routing is None:
        return
    wanted = _SIZES[routing["Type"]]
    given = [size for size in ("CanarySize", "LinearStepSize") if size in routing]
    if given != ([wanted] if wanted else []):
        raise ValidationException(
            f"Traffic routing of type {routing['Type']} takes {wanted or 'no size'}; "
            f"given: {', '.join(given) or 'none'}."
        )


def check_for(config: Json | None, variants: Sequence[Json]) -> None:
    """Raise ValidationException for a deployment configuration that ``variants`` cannot be deployed with."""
    check(config)
    if config is None:
        return
    if "RollingUpdatePolicy" in config and any("ServerlessConfig" in variant for variant in variants):
        raise ValidationException("A rolling update policy is not supported for serverless variants.")
    for name, size in _sizes(config):
        least, most = _BOUNDS[name]
        for variant in variants:
            percent = _share(size, variant.get("InitialInstanceCount")) * 100
            if not least <= percent <= most:
                raise ValidationException(
                    f"{name} must be {least}-{most}% of the instances of variant {variant['VariantName']}, "
                    f"which has {variant.get('InitialInstanceCount')}; it is {percent:g}%."
                )


def _sizes(config: Json) -> Iterator[tuple[str, Json]]:
    routing = config.get("BlueGreenUpdatePolicy", {}).get("TrafficRoutingConfiguration", {})
    for name, place in (("CanarySize", routing), ("LinearStepSize", routing)):
        if name in place:
            yield name, place[name]
    if "RollingUpdatePolicy" in config:
        yield "MaximumBatchSize", config["RollingUpdatePolicy"]["MaximumBatchSize"]


def _share(size: Json, instances: int | None) -> float:
    value: float = size["Value"] / (100 if size["Type"] == "CAPACITY_PERCENT" else instances or 1)
    return value


def steps(config: Json | None, instances: int | None) -> list[Step]:
    """Return the steps of a deployment to a fleet of so many instances; the last gives it all the traffic."""
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
    # 33 % makes three steps of a third and a rest of 1 %: a step of that is none
    count = max(1, math.ceil(1 / min(share, 1.0) - 0.05))
    return [Step(min(1.0, share * number) if number < count else 1.0, seconds) for number in range(1, count + 1)]
