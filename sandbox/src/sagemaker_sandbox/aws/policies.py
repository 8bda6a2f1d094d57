"""IAM's evaluation of policy documents.

moto stores the policies and parses their documents. Its evaluation of a statement is replaced because it treats ``.``
and ``?`` in a policy as regular expression syntax, ignores NotResource and every condition but StringEquals, and turns
an Allow whose condition fails into a Deny. Rules:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from moto.iam.access_control import PermissionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

type Statement = Mapping[str, Any]
type Context = Mapping[str, str]


def matches(pattern: str, text: str) -> bool:
    """Return whether ``text`` matches ``pattern``, in which ``*`` stands for any characters and ``?`` for a single one."""
    parts = ("." if part == "?" else ".*" if part == "*" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


@dataclass(frozen=True)
class AccessRequest:
    """A request to perform ``action`` on ``resource``, which policies allow or deny."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def evaluate_statement(statement: Statement, request: AccessRequest) -> PermissionResult:
    """Return what one statement decides about ``request``."""
    if not (_names_action(statement, request.action) and _names_resource(statement, request.resource)):
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


def _names_resource(statement: Statement, resource: str) -> bool:
    def named(element: str) -> bool:
        return any(matches(pattern, resource) for pattern in as_list(statement[element]))

    if "NotResource" in statement:
        return not named("NotResource")
    return "Resource" not in statement or named("Resource")  # a trust policy has none


def _equals_ignoring_case(expected: str, actual: str) -> bool:
    return expected.lower() == actual.lower()


_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": matches,
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": _equals_ignoring_case,
}
_NEGATIONS: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    known = {key.lower(): value for key, value in context.items()}
    return all(
        _condition_holds(operator, as_list(expected), known.get(key.lower()))
        for operator, block in conditions.items()
        for key, expected in block.items()
    )


def _condition_holds(operator: str, expected: list[Any], actual: str | None) -> bool:
    """Evaluate one condition; a key missing from the request fails it, except with a negation, IfExists or Null."""
    name = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:").removesuffix("IfExists")
    if name == "Null":
        return any(_equals_ignoring_case(str(value), str(actual is None)) for value in expected)
    if actual is None:
        return operator.endswith("IfExists") or name in _NEGATIONS or operator.startswith("ForAllValues:")
    if name in _NEGATIONS:
        return not any(_OPERATORS[_NEGATIONS[name]](str(value), actual) for value in expected)
    compare = _OPERATORS.get(name)
    return compare is not None and any(compare(str(value), actual) for value in expected)
