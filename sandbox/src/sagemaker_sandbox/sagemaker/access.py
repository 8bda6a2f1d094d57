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

    from moto.iam.models import Group, IAMBackend, Role, User

    from sagemaker_sandbox.sagemaker.store import Place

type Statement = Mapping[str, Any]
type Context = Mapping[str, str]


def matches(pattern: str, text: str) -> bool:
    """Tell whether ``text`` is of the form ``pattern``: ``*`` stands for anything and ``?`` for one character."""
    parts = ("." if part == "?" else ".*" if part == "*" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


@dataclass(frozen=True)
class Ask:
    """One question to the policies: whether ``action`` may be done to ``resource``."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def statement_result(statement: Statement, ask: Ask) -> PermissionResult:
    """Tell what one statement says to ``ask``."""
    if not (_names_action(statement, ask.action) and _names_resource(statement, ask.resource)):
        return PermissionResult.NEUTRAL
    if not _conditions_hold(statement.get("Condition", {}), ask.context):
        return PermissionResult.NEUTRAL
    return PermissionResult.PERMITTED if statement["Effect"] == "Allow" else PermissionResult.DENIED


def policies_result(documents: Iterable[Mapping[str, Any]], ask: Ask) -> PermissionResult:
    """Tell what policy documents say together: one Deny outweighs every Allow."""
    results = {statement_result(statement, ask) for document in documents for statement in _statements(document)}
    for result in (PermissionResult.DENIED, PermissionResult.PERMITTED):
        if result in results:
            return result
    return PermissionResult.NEUTRAL


def _list(value: Any) -> list[Any]:  # any element of a policy may stand alone or in a list
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
    """Hold a condition as IAM does: a key that the request lacks fails it unless negated, ``IfExists`` or ``Null``."""
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


_ALLOWED: Final = Verdict(allowed=True)


@dataclass(frozen=True)
class Grants:
    """What one principal's policies are; each limit, if there is any, must allow what the identity's allow."""

    identity: tuple[Any, ...]
    limits: tuple[tuple[str, Any], ...] = ()

    def verdict(self, ask: Ask) -> Verdict:
        """Judge ``ask`` by the identity's policies first, then by every limit."""
        policies = [("identity-based policy", self.identity), *((kind, (limit,)) for kind, limit in self.limits)]
        verdicts = (_verdict(kind, documents, ask) for kind, documents in policies)
        return next((verdict for verdict in verdicts if not verdict.allowed), _ALLOWED)


def _verdict(kind: str, policies: Iterable[Any], ask: Ask) -> Verdict:
    match policies_result(_documents(policies), ask):
        case PermissionResult.PERMITTED:
            return _ALLOWED
        case PermissionResult.DENIED:
            return Verdict(allowed=False, reason=f"with an explicit deny in {_article(kind)} {kind}")
        case _:
            return Verdict(allowed=False, reason=f"because no {kind} allows the {ask.action} action")


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _documents(policies: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Read moto's policies, or documents as text; a policy that is gone (None) allows nothing."""
    return [IAMPolicy(policy)._policy_json for policy in policies if policy]  # noqa: SLF001  moto has no public reader


def role_grants(account: str, partition: str, name: str, session_policy: str | None = None) -> Grants:
    """Collect a role's own policies, its permissions boundary and a session's policy; a missing role has none."""
    backend = iam_backends[account][partition]
    role = _role(backend, name)
    if role is None:
        return Grants(())
    limits: list[tuple[str, Any]] = [("session policy", session_policy)] if session_policy else []
    if role.permissions_boundary_arn:
        limits.append(("permissions boundary", backend.managed_policies.get(role.permissions_boundary_arn)))
    return Grants((*role.policies.values(), *role.managed_policies.values()), tuple(limits))


def grants_of(role_arn: str, place: Place) -> Grants:
    """Collect the grants of the role with this ARN, as ``role_grants`` does."""
    return role_grants(role_arn.split(":")[4], place.partition, role_arn.rpartition("/")[2])


def _role(backend: IAMBackend, name: str) -> Role | None:
    return next((role for role in list(backend.roles.values()) if role.name == name), None)


def _user_grants(backend: IAMBackend, user: User) -> Grants:
    holders: list[User | Group] = [user, *backend.get_groups_for_user(user.name)]
    inline = [policy for holder in holders for policy in holder.policies.values()]
    return Grants((*inline, *(policy for holder in holders for policy in holder.managed_policies.values())))


def trusts(account: str, partition: str, role_name: str, service: str, context: Context) -> bool:
    """Tell whether the role exists and its trust policy lets ``service`` (``sagemaker.amazonaws.com``) assume it."""
    role = _role(iam_backends[account][partition], role_name)
    if role is None:
        return False
    document = json.loads(role.assume_role_policy_document)
    statements = [statement for statement in _statements(document) if _is_principal(statement, service)]
    ask = Ask("sts:AssumeRole", "", context)
    return policies_result([{"Statement": statements}], ask) is PermissionResult.PERMITTED


def _is_principal(statement: Statement, service: str) -> bool:
    principal = statement.get("Principal", {})
    return principal == "*" or service in _list(principal.get("Service", []))


@dataclass(frozen=True)
class Caller:
    """Who signed a request; without ``grants`` it is the account's root, as LocalStack's test credentials are."""

    arn: str
    grants: Grants | None

    @classmethod
    def of(cls, access_key: str | None, account: str, partition: str) -> Caller:
        """Find who holds ``access_key`` in ``account``: an assumed role's session, a user, or else root."""
        for session in reversed(list(sts_backends[account][partition].assumed_roles)):
            if session.access_key_id == access_key:
                role = session.role_arn.rpartition("/")[2]
                return cls(session.arn, role_grants(account, partition, role, session.policy))
        backend = iam_backends[account][partition]
        for user in list(backend.users.values()):
            if any(key.access_key_id == access_key for key in user.access_keys):
                return cls(user.arn, _user_grants(backend, user))
        return cls(f"arn:{partition}:iam::{account}:root", None)

    def denial(self, ask: Ask) -> str | None:
        """Return None if the caller may, else AWS's sentence that says why not."""
        if self.grants is None or (verdict := self.grants.verdict(ask)).allowed:
            return None
        return self.denied(ask, verdict.reason)

    def denied(self, ask: Ask, reason: str) -> str:
        """Say in AWS's words that the caller may not."""
        return f"User: {self.arn} is not authorized to perform: {ask.action} on resource: {ask.resource} {reason}"
