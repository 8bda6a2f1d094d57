"""Who may do what: IAM's evaluation of the policies that the sandbox's own IAM and STS hold.

moto stores the policies and reads their documents; its evaluation of a statement is replaced, because it takes a
policy's ``.`` and ``?`` for pattern characters of a regular expression, ignores NotResource and every condition but
StringEquals, and turns an Allow whose condition fails into a Deny.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from moto.iam.models import IAMBackend, Role
    from moto.sts.models import AssumedRole

type Statement = Mapping[str, Any]
type Context = Mapping[str, str]


def matches(pattern: str, text: str) -> bool:
    """Whether ``text`` is of the form ``pattern``, in which ``*`` stands for anything and ``?`` for one character."""
    parts = ("." if part == "?" else ".*" if part == "*" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


@dataclass(frozen=True)
class Ask:
    """One question to the policies: may ``action`` be done to ``resource``?"""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def statement_result(statement: Statement, ask: Ask) -> PermissionResult:
    """What one statement says to ``ask``."""
    if not (_names_action(statement, ask.action) and _names_resource(statement, ask.resource)):
        return PermissionResult.NEUTRAL
    if not _conditions_hold(statement.get("Condition", {}), ask.context):
        return PermissionResult.NEUTRAL
    return PermissionResult.PERMITTED if statement["Effect"] == "Allow" else PermissionResult.DENIED


def policies_result(documents: Iterable[Mapping[str, Any]], ask: Ask) -> PermissionResult:
    """What policy documents say together: one Deny outweighs every Allow."""
    results = {statement_result(statement, ask) for document in documents for statement in _statements(document)}
    for result in (PermissionResult.DENIED, PermissionResult.PERMITTED):
        if result in results:
            return result
    return PermissionResult.NEUTRAL


def _list(value: Any) -> list[Any]:  # noqa: ANN401  any element of a policy may stand alone or in a list
    return value if isinstance(value, list) else [value]


def _statements(document: Mapping[str, Any]) -> list[Statement]:
    return _list(document["Statement"])


def _names_action(statement: Statement, action: str) -> bool:
    def named(element: str) -> bool:
        return any(matches(pattern.lower(), action.lower()) for pattern in _list(statement[element]))

    return named("Action") if "Action" in statement else not named("NotAction")


def _names_resource(statement: Statement, resource: str) -> bool:
    def named(element: str) -> bool:
        return any(matches(pattern, resource) for pattern in _list(statement[element]))

    if "NotResource" in statement:
        return not named("NotResource")
    return "Resource" not in statement or named("Resource")  # a trust policy has none


def _is_bool(expected: str, actual: str) -> bool:
    return expected.lower() == actual.lower()


_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": _is_bool,
    "StringLike": matches,
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": _is_bool,
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
        _condition_holds(operator, _list(expected), known.get(key.lower()))
        for operator, block in conditions.items()
        for key, expected in block.items()
    )


def _condition_holds(operator: str, expected: list[Any], actual: str | None) -> bool:
    """IAM's rule: a key that the request lacks fails a condition, unless it is negated, ``IfExists`` or ``Null``."""
    name = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:").removesuffix("IfExists")
    if name == "Null":
        return any(_is_bool(str(value), str(actual is None)) for value in expected)
    if actual is None:
        return operator.endswith("IfExists") or name in _NEGATIONS or operator.startswith("ForAllValues:")
    if name in _NEGATIONS:
        return not any(_OPERATORS[_NEGATIONS[name]](str(value), actual) for value in expected)
    compare = _OPERATORS.get(name)
    return compare is not None and any(compare(str(value), actual) for value in expected)


# ---- the sandbox's roles and callers


@dataclass(frozen=True)
class Verdict:
    """Whether something is allowed and, if not, the end of AWS's sentence about it."""

    allowed: bool
    reason: str = ""


def role_verdict(account: str, partition: str, role_name: str, ask: Ask, session_policy: str | None = None) -> Verdict:
    """May the role do it: by its own policies, within its permissions boundary and the session's policy?"""
    role = _role(iam_backends[account][partition], role_name)
    if role is None:
        return Verdict(allowed=False, reason=_none("identity-based", ask))
    identity = policies_result(_documents([*role.policies.values(), *role.managed_policies.values()]), ask)
    if identity is PermissionResult.DENIED:
        return Verdict(allowed=False, reason="with an explicit deny in an identity-based policy")
    if identity is PermissionResult.NEUTRAL:
        return Verdict(allowed=False, reason=_none("identity-based", ask))
    limits: list[tuple[str, Any]] = [("session", session_policy)] if session_policy else []
    if role.permissions_boundary_arn:
        boundary = iam_backends[account][partition].managed_policies.get(role.permissions_boundary_arn)
        limits.append(("permissions boundary", boundary))
    return next((verdict for kind, policy in limits if not (verdict := _limit(kind, policy, ask)).allowed), _ALLOWED)


_ALLOWED: Final = Verdict(allowed=True)


def _limit(kind: str, policy: Any, ask: Ask) -> Verdict:  # noqa: ANN401  a moto policy or a document
    name = kind if kind == "permissions boundary" else f"{kind} policy"
    result = policies_result(_documents([policy] if policy else []), ask)
    if result is PermissionResult.PERMITTED:
        return _ALLOWED
    if result is PermissionResult.DENIED:
        article = "a" if kind == "permissions boundary" else "a"
        return Verdict(allowed=False, reason=f"with an explicit deny in {article} {name}")
    return Verdict(allowed=False, reason=f"because no {name} allows the {ask.action} action")


def _none(kind: str, ask: Ask) -> str:
    return f"because no {kind} policy allows the {ask.action} action"


def _documents(policies: Iterable[Any]) -> list[Mapping[str, Any]]:
    return [IAMPolicy(policy)._policy_json for policy in policies]  # noqa: SLF001  moto's reading of its own policies


def _role(backend: IAMBackend, name: str) -> Role | None:
    return next((role for role in list(backend.roles.values()) if role.name == name), None)


def trusts(account: str, partition: str, role_name: str, service: str, context: Context) -> bool:
    """Whether the role exists and its trust policy lets ``service`` (``sagemaker.amazonaws.com``) assume it."""
    role = _role(iam_backends[account][partition], role_name)
    if role is None:
        return False
    document = json.loads(role.assume_role_policy_document)
    statements = [statement for statement in _statements(document) if _is_principal(statement, service)]
    ask = Ask("sts:AssumeRole", "", context)
    return policies_result([{"Statement": statements}], ask) is PermissionResult.PERMITTED


def _is_principal(statement: Statement, service: str) -> bool:
    principal = statement.get("Principal", {})
    return principal == "*" or service in _list(principal.get("Service", [])) if principal else False


@dataclass(frozen=True)
class Caller:
    """An assumed role's session, or none: the sandbox's own test credentials are the account's root."""

    account: str
    partition: str
    session: AssumedRole | None

    @classmethod
    def of(cls, access_key: str | None, account: str, partition: str) -> Caller:
        """Who holds ``access_key`` in ``account``."""
        sessions = list(sts_backends[account][partition].assumed_roles)
        return cls(account, partition, next((s for s in reversed(sessions) if s.access_key_id == access_key), None))

    def denial(self, ask: Ask) -> str | None:
        """None if the caller may, else AWS's sentence that says why not."""
        if self.session is None:
            return None
        role_name = self.session.role_arn.rpartition("/")[2]
        verdict = role_verdict(self.account, self.partition, role_name, ask, self.session.policy)
        if verdict.allowed:
            return None
        return (
            f"User: {self.session.arn} is not authorized to perform: {ask.action} "
            f"on resource: {ask.resource} {verdict.reason}"
        )
