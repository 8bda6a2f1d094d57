"""The decision of a web ACL about a request.

https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html: the rules by priority, until one allows or blocks;
otherwise the default action. These statements are evaluated: IP sets, rates by address, sizes of bodies, and AND, OR and NOT of
them. All others match no request, AWS's managed rule groups included. A rate is counted exactly; WAF's own counts are late.
"""

from __future__ import annotations

import ipaddress
import operator
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from moto.wafv2.models import wafv2_backends

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sagemaker_sandbox.aws.scope import Scope

type Statement = Mapping[str, Any]

_WINDOW_SECONDS: Final = 300
_KILOBYTE: Final = 1024
_COMPARISONS: Final = {"EQ": operator.eq, "NE": operator.ne, "LE": operator.le, "LT": operator.lt, "GE": operator.ge, "GT": operator.gt}


@dataclass(frozen=True)
class WebRequest:
    """A request, as far as rules look at it."""

    address: str
    body: bytes


@dataclass
class Rates:
    """The times of requests by rule and address, as far back as the rule's window reaches."""

    clock: Callable[[], float] = time.monotonic
    _times: dict[tuple[str, str, str], deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def exceeds(self, counted: tuple[str, str, str], limit: int, seconds: int) -> bool:
        """Count a request; return whether there are more than the limit in the window."""
        with self._lock:
            now = self.clock()
            times = self._times.setdefault(counted, deque(maxlen=limit + 1))
            times.append(now)
            while times[0] <= now - seconds:
                times.popleft()
            return len(times) > limit


@dataclass(frozen=True)
class WebAcl:
    """A web ACL that is associated with a resource; ``acl`` is moto's."""

    acl: Any
    ip_sets: Mapping[str, Any]
    rates: Rates

    def blocks(self, request: WebRequest) -> bool:
        """Return whether a request is blocked."""
        for rule in sorted(self.acl.rules, key=lambda rule: rule.priority):
            decided = next((action for action in ("Allow", "Block") if action in (rule.action or {})), None)
            if decided and self._matches(rule.statement, rule.name, request):
                return decided == "Block"
        return "Block" in self.acl.default_action

    def _matches(self, statement: Statement, rule: str, request: WebRequest) -> bool:
        (kind, value), *_ = statement.items()
        match kind:
            case "IPSetReferenceStatement":
                return _is_in(self.ip_sets[value["ARN"]].addresses, request.address)
            case "RateBasedStatement":
                return self._exceeds(value, rule, request)
            case "SizeConstraintStatement":
                return self._has_size(value, request.body)
            case "AndStatement" | "OrStatement":
                combine = all if kind == "AndStatement" else any
                return combine(self._matches(each, rule, request) for each in value["Statements"])
            case "NotStatement":
                return not self._matches(value["Statement"], rule, request)
        return False

    def _exceeds(self, value: Statement, rule: str, request: WebRequest) -> bool:
        scope = value.get("ScopeDownStatement")
        if value["AggregateKeyType"] != "IP" or (scope and not self._matches(scope, rule, request)):
            return False
        return self.rates.exceeds((self.acl.arn, rule, request.address), value["Limit"], value.get("EvaluationWindowSec", _WINDOW_SECONDS))

    def _has_size(self, value: Statement, body: bytes) -> bool:
        inspected = value["FieldToMatch"].get("Body")
        if inspected is None:
            return False
        limit = self._inspected_kilobytes() * _KILOBYTE
        if len(body) > limit and inspected.get("OversizeHandling", "CONTINUE") != "CONTINUE":
            return bool(inspected["OversizeHandling"] == "MATCH")
        return bool(_COMPARISONS[value["ComparisonOperator"]](min(len(body), limit), value["Size"]))

    def _inspected_kilobytes(self) -> int:
        """Return how much of a body is inspected: 16 KB, unless the ACL pays for more."""
        bodies = (self.acl.association_config or {}).get("RequestBody", {})
        limit: str = bodies.get("API_GATEWAY", {}).get("DefaultSizeInspectionLimit", "KB_16")
        return int(limit.removeprefix("KB_"))


_RATES: Final = Rates()


def web_acl_of(resource: str, scope: Scope) -> WebAcl | None:
    """Return the web ACL that is associated with a resource; None if there is none."""
    backend: Any = wafv2_backends[scope.account][scope.region]
    acl = backend.get_web_acl_for_resource(resource)
    return WebAcl(acl, backend.ip_sets, _RATES) if acl else None


def _is_in(blocks: list[str], address: str) -> bool:
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(block, strict=False) for block in blocks)
