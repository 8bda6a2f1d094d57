"""IAM's evaluation of policy documents.

moto stores the policies and parses their documents. Its evaluation of a statement is replaced because it treats ``.``
and ``?`` in a policy as regular expression syntax, ignores NotResource and every condition but StringEquals, and turns
an Allow whose condition fails into a Deny. Rules:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import functools
import ipaddress
import json
import operator as compare
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from moto.iam.access_control import PermissionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

type Statement = Mapping[str, Any]
type Context = Mapping[str, str]


def matches(pattern: str, text: str) -> bool:
    """Return whether ``text`` matches ``pattern``, in which ``*`` stands for any characters and ``?`` for a single one."""
    return _compiled(pattern).fullmatch(text) is not None


@functools.lru_cache(4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = ("." if part == "?" else ".*" if part == "*" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.compile("".join(parts), re.DOTALL)


@functools.lru_cache(1024)
def parsed(document: str) -> Mapping[str, Any]:
    """Parse a policy document, which callers must not change; the same text is parsed once."""
    content: Mapping[str, Any] = json.loads(document)
    return content


@dataclass(frozen=True)
class AccessRequest:
    """A request to perform ``action`` on ``resource``, which policies allow or deny."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def evaluate_statement(statement: Statement, request: AccessRequest) -> PermissionResult:
    """Return what one statement decides about ``request``."""
    if not (_names_action(statement, request.action) and _names_resource(statement, request)):
        return PermissionResult.NEUTRAL
    if not _conditions_hold(statement.get("Condition", {}), request.context):
        return PermissionResult.NEUTRAL
    return PermissionResult.PERMITTED if statement["Effect"] == "Allow" else PermissionResult.DENIED


def evaluate_policies(documents: Iterable[Mapping[str, Any]], request: AccessRequest) -> PermissionResult:
    """Return what policy documents decide together: one Deny overrides every Allow."""
    results = {evaluate_statement(statement, request) for document in documents for statement in statements(document)}
    for result in (PermissionResult.DENIED, PermissionResult.PERMITTED):
        if result in results:
            return result
    return PermissionResult.NEUTRAL


def statements(document: Mapping[str, Any]) -> list[Statement]:
    """Return a document's statements, of which a single one may stand outside a list."""
    return as_list(document["Statement"])


def as_list(value: Any) -> list[Any]:
    """Return an element of a policy as a list: any of them may stand alone or in a list."""
    return value if isinstance(value, list) else [value]


def _names_action(statement: Statement, action: str) -> bool:
    def named(element: str) -> bool:
        return any(matches(pattern.lower(), action.lower()) for pattern in as_list(statement[element]))

    return named("Action") if "Action" in statement else not named("NotAction")


def _names_resource(statement: Statement, request: AccessRequest) -> bool:
    def named(element: str) -> bool:
        patterns = as_list(statement[element])
        return any(matches(_resolved(pattern, request.context), request.resource) for pattern in patterns)

    if "NotResource" in statement:
        return not named("NotResource")
    return "Resource" not in statement or named("Resource")  # a trust policy has none


def _resolved(pattern: str, context: Context) -> str:
    """Replace policy variables, such as ``${aws:PrincipalAccount}``; one without a value keeps the statement from matching."""
    if "${" not in pattern:
        return pattern
    known = {key.lower(): value for key, value in context.items()} | {"*": "*", "?": "?", "$": "$"}
    return re.sub(r"\$\{([^}]*)\}", lambda variable: known.get(variable[1].lower(), variable[0]), pattern)


def _equals_ignoring_case(expected: str, actual: str) -> bool:
    return expected.lower() == actual.lower()


def _contains(network: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)


def _numbers(holds: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda expected, actual: holds(float(actual), float(expected))


def _dates(holds: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def seconds(text: str) -> float:
        return float(text) if re.fullmatch(r"\d+", text) else datetime.fromisoformat(text).timestamp()

    return lambda expected, actual: holds(seconds(actual), seconds(expected))


_COMPARISONS: Final = {
    "Equals": compare.eq,
    "LessThan": compare.lt,
    "LessThanEquals": compare.le,
    "GreaterThan": compare.gt,
    "GreaterThanEquals": compare.ge,
}
_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": matches,
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": _equals_ignoring_case,
    "BinaryEquals": str.__eq__,
    "IpAddress": _contains,
    **{f"Numeric{name}": _numbers(holds) for name, holds in _COMPARISONS.items()},
    **{f"Date{name}": _dates(holds) for name, holds in _COMPARISONS.items()},
}
_NEGATIONS: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    if not conditions:
        return True
    known = {key.lower(): value for key, value in context.items()}
    return all(
        _condition_holds(operator, [_resolved(str(value), context) for value in as_list(expected)], known.get(key.lower()))
        for operator, block in conditions.items()
        for key, expected in block.items()
    )


def _condition_holds(operator: str, expected: list[str], actual: str | None) -> bool:
    """Evaluate one condition; a key missing from the request fails it, except with a negation, IfExists or Null."""
    name = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:").removesuffix("IfExists")
    if name == "Null":
        return any(_equals_ignoring_case(value, str(actual is None)) for value in expected)
    if actual is None:
        return operator.endswith("IfExists") or name in _NEGATIONS or operator.startswith("ForAllValues:")
    if name in _NEGATIONS:
        return not any(_OPERATORS[_NEGATIONS[name]](value, actual) for value in expected)
    holds = _OPERATORS.get(name)
    return holds is not None and any(holds(value, actual) for value in expected)
