"""Principals of the sandbox's IAM and STS, and what their policies allow them to do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from sagemaker_sandbox.aws.policies import AccessRequest, as_list, evaluate_policies, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from moto.iam.models import Group, IAMBackend, Role, User

    from sagemaker_sandbox.aws.policies import Statement
    from sagemaker_sandbox.aws.scope import Scope


@dataclass(frozen=True)
class Decision:
    """Whether access is allowed and, if not, the end of AWS's sentence about it."""

    allowed: bool
    reason: str = ""


_ALLOWED: Final = Decision(allowed=True)


@dataclass(frozen=True)
class Permissions:
    """A principal's identity-based policies, and the limits (boundary, session policy) that must also allow access."""

    identity: tuple[Any, ...]
    limits: tuple[tuple[str, Any], ...] = ()

    def decide(self, request: AccessRequest) -> Decision:
        """Evaluate the identity-based policies first, then each limit; return the first that does not allow access."""
        policies = [("identity-based policy", self.identity), *((kind, (limit,)) for kind, limit in self.limits)]
        decisions = (_decide(kind, documents, request) for kind, documents in policies)
        return next((decision for decision in decisions if not decision.allowed), _ALLOWED)


def _decide(kind: str, policies: Iterable[Any], request: AccessRequest) -> Decision:
    match evaluate_policies(_documents(policies), request):
        case PermissionResult.PERMITTED:
            return _ALLOWED
        case PermissionResult.DENIED:
            return Decision(allowed=False, reason=f"with an explicit deny in {_article(kind)} {kind}")
        case _:
            return Decision(allowed=False, reason=f"because no {kind} allows the {request.action} action")


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _documents(policies: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Parse moto's policies, or documents as text; a policy that no longer exists (None) allows nothing."""
    return [IAMPolicy(policy)._policy_json for policy in policies if policy]  # noqa: SLF001  moto has no public reader


def permissions_of_role(arn: str, scope: Scope) -> Permissions:
    """Return the permissions of the role with this ARN; a role that does not exist has none."""
    return _role_permissions(iam_backends[arn.split(":")[4]][scope.partition], arn.rpartition("/")[2])


def _role_permissions(backend: IAMBackend, name: str, session_policy: str | None = None) -> Permissions:
    role = _role(backend, name)
    if role is None:
        return Permissions(())
    limits: list[tuple[str, Any]] = [("session policy", session_policy)] if session_policy else []
    if role.permissions_boundary_arn:
        limits.append(("permissions boundary", backend.managed_policies.get(role.permissions_boundary_arn)))
    return Permissions((*role.policies.values(), *role.managed_policies.values()), tuple(limits))


def _role(backend: IAMBackend, name: str) -> Role | None:
    return next((role for role in list(backend.roles.values()) if role.name == name), None)


def _user_permissions(backend: IAMBackend, user: User) -> Permissions:
    holders: list[User | Group] = [user, *backend.get_groups_for_user(user.name)]
    inline = [policy for holder in holders for policy in holder.policies.values()]
    return Permissions((*inline, *(policy for holder in holders for policy in holder.managed_policies.values())))


def can_assume(service: str, role_arn: str, scope: Scope) -> bool:
    """Return whether the role exists and its trust policy lets ``service`` assume it on behalf of the account."""
    role = _role(iam_backends[role_arn.split(":")[4]][scope.partition], role_arn.rpartition("/")[2])
    if role is None:
        return False
    document = json.loads(role.assume_role_policy_document)
    trusting = [statement for statement in statements(document) if _is_principal(statement, service)]
    request = AccessRequest("sts:AssumeRole", "", {"aws:SourceAccount": scope.account})
    return evaluate_policies([{"Statement": trusting}], request) is PermissionResult.PERMITTED


def _is_principal(statement: Statement, service: str) -> bool:
    principal = statement.get("Principal", {})
    return principal == "*" or service in as_list(principal.get("Service", []))


@dataclass(frozen=True)
class Caller:
    """The signer of a request; without ``permissions`` it is the account's root user, as with LocalStack's test keys."""

    arn: str
    permissions: Permissions | None

    @classmethod
    def of(cls, access_key: str | None, scope: Scope) -> Caller:
        """Find the owner of ``access_key`` in the account: an assumed role's session, a user, or otherwise root."""
        backend = iam_backends[scope.account][scope.partition]
        for session in reversed(list(sts_backends[scope.account][scope.partition].assumed_roles)):
            if session.access_key_id == access_key:
                role = session.role_arn.rpartition("/")[2]
                return cls(session.arn, _role_permissions(backend, role, session.policy))
        for user in list(backend.users.values()):
            if any(key.access_key_id == access_key for key in user.access_keys):
                return cls(user.arn, _user_permissions(backend, user))
        return cls(f"arn:{scope.partition}:iam::{scope.account}:root", None)

    def denial(self, request: AccessRequest) -> str | None:
        """Return None if access is allowed, otherwise AWS's sentence that says why not."""
        if self.permissions is None or (decision := self.permissions.decide(request)).allowed:
            return None
        return self.denied(request, decision.reason)

    def denied(self, request: AccessRequest, reason: str) -> str:
        """Return AWS's sentence for access that is denied for ``reason``."""
        return f"User: {self.arn} is not authorized to perform: {request.action} on resource: {request.resource} {reason}"
