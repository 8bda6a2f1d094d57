"""Throttles and quotas.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html: token buckets, in the
order of a usage plan's limits, the stage's, and the account's in the Region.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html: a plan's limits are those
of each key, for all stages of the plan together.

AWS calls its limits targets; here they are exact. Two things are not documented: a throttled request does not count against
the quota here, and the methods without a setting of their own share the bucket of the stage's setting for all methods.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from localstack.services.apigateway.next_gen.execute_api.gateway_response import QuotaExceededError, ThrottledError
from localstack.services.apigateway.next_gen.execute_api.moto_helpers import get_usage_plan_keys, get_usage_plans
from localstack.utils.patch import patch
from moto.apigateway.models import UsagePlan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any
type Plan = Any
type Operation = Mapping[str, str]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: 10,000 requests per second in most Regions
ACCOUNT_RATE: Final = 10_000
ACCOUNT_BURST: Final = 5_000

_ALL_METHODS: Final = "*/*"


def apply_patches() -> None:
    """Keep a plan's rate below one request per second; LocalStack makes integers of rates that change."""

    @patch(UsagePlan.apply_patch_operations)
    def apply_patch_operations(original: Callable[..., None], self: UsagePlan, operations: list[Operation]) -> None:
        rates = [each for each in operations if each["path"] == "/throttle/rateLimit" and each["op"] != "remove"]
        original(self, [each for each in operations if each not in rates])
        for each in rates:
            self.throttle["rateLimit"] = float(each["value"])


@dataclass(frozen=True)
class Limit:
    """A token bucket: its name, the tokens that it gets per second, and how many it holds."""

    bucket: tuple[str, ...]
    rate: float
    burst: float


@dataclass
class Meter:
    """The state of every bucket and quota."""

    clock: Callable[[], float] = time.monotonic
    _buckets: dict[tuple[str, ...], tuple[float, float]] = field(default_factory=dict)
    _used: dict[tuple[str, ...], tuple[date, int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, limit: Limit) -> bool:
        """Take a token; return whether there was one. A bucket is full at first."""
        with self._lock:
            now = self.clock()
            tokens, since = self._buckets.get(limit.bucket, (limit.burst, now))
            tokens = min(limit.burst, tokens + (now - since) * limit.rate)
            self._buckets[limit.bucket] = (tokens - 1 if tokens >= 1 else tokens, now)
            return tokens >= 1

    def use(self, name: tuple[str, ...], quota: Mapping[str, Any], today: date) -> bool:
        """Count a request against a quota; return whether it is within. The offset belongs to the first period."""
        start = first_day(quota["period"], today)
        with self._lock:
            since, used = self._used.get(name, (start, int(quota.get("offset") or 0)))
            used = used if since == start else 0
            if used >= int(quota["limit"]):
                return False
            self._used[name] = (start, used + 1)
            return True


def first_day(period: str, today: date) -> date:
    """Return the first day of the period that contains ``today``. AWS does not document when a week begins; here on Sunday."""
    match period:
        case "MONTH":
            return today.replace(day=1)
        case "WEEK":
            return today - timedelta(days=today.isoweekday() % 7)
        case _:
            return today


_METER: Final = Meter()


def throttle(context: Context) -> None:
    """Raise the error for a request that exceeds a limit; keys are known only for methods that require one."""
    key = context.context_variables["identity"].get("apiKeyId")
    plan = _plan_of(key, context) if key else None
    for limit in (*(_plan_limits(plan, key, context) if plan else ()), *_stage_limits(context), _account_limit(context)):
        if not _METER.take(limit):
            raise ThrottledError("Too Many Requests")
    quota = plan.get("quota") if plan else None
    if plan and quota and not _METER.use((plan["id"], key), quota, datetime.now(UTC).date()):
        raise QuotaExceededError("Limit Exceeded")


def _plan_of(key: str, context: Context) -> Plan | None:
    """Return the usage plan that gives the key access to the stage."""
    scope = {"account_id": context.account_id, "region_name": context.region}
    plans: list[Plan] = get_usage_plans(**scope)
    for plan in plans:
        if _stage_of(plan, context) is not None and any(each["id"] == key for each in get_usage_plan_keys(plan["id"], **scope)):
            return plan
    return None


def _stage_of(plan: Plan, context: Context) -> Mapping[str, Any] | None:
    stages = (stage for stage in plan["apiStages"] if (stage["apiId"], stage["stage"]) == (context.api_id, context.stage))
    return next(stages, None)


def _plan_limits(plan: Plan, key: str, context: Context) -> Iterator[Limit]:
    """Yield the plan's limits of the method, then those of all requests of the key."""
    path, method = context.resource["path"], context.resource_method["httpMethod"]
    of_methods = (_stage_of(plan, context) or {}).get("throttle") or {}
    if settings := of_methods.get(f"{path}/{method}"):
        bucket = (plan["id"], key, context.api_id, context.stage, path, method)
        yield Limit(bucket, float(settings["rateLimit"]), float(settings["burstLimit"]))
    if settings := plan.get("throttle"):
        yield Limit((plan["id"], key), float(settings["rateLimit"]), float(settings["burstLimit"]))


def _stage_limits(context: Context) -> Iterator[Limit]:
    """Yield the limit that the stage sets for the method or, without one, for all methods."""
    path, method = context.resource["path"], context.resource_method["httpMethod"]
    all_settings = context.stage_configuration.get("methodSettings") or {}
    names = (f"{path.replace('/', '~1')}/{method}", f"{path.removeprefix('/')}/{method}", _ALL_METHODS)
    name = next((name for name in names if name in all_settings), None)
    if name is not None and float(all_settings[name]["throttlingRateLimit"]) >= 0:
        settings = all_settings[name]
        bucket = (context.api_id, context.stage, name)
        yield Limit(bucket, float(settings["throttlingRateLimit"]), float(settings["throttlingBurstLimit"]))


def _account_limit(context: Context) -> Limit:
    return Limit((context.account_id, context.region), ACCOUNT_RATE, ACCOUNT_BURST)
