"""Principals of the sandbox's IAM and STS, and what their policies allow them to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from localstack.services.lambda_.invocation.models import lambda_stores
from moto.iam.access_control import PermissionResult
from moto.iam.models import Policy, iam_backends

from sagemaker_sandbox.aws.credentials import find_session, is_administrator
from sagemaker_sandbox.aws.policies import AccessRequest, evaluate_policies, parsed, statements
from sagemaker_sandbox.aws.resource_policies import names_principal, policy_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from moto.iam.models import Group, IAMBackend, Role, User
    from moto.sts.models import AssumedRole

    from sagemaker_sandbox.aws.resource_policies import ResourcePolicy
    from sagemaker_sandbox.aws.scope import Scope


@dataclass(frozen=True)
class Decision:
    """Whether access is allowed and, if not, the end of AWS's sentence about it."""

    allowed: bool
    reason: str = ""
    is_explicit: bool = False


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
            return Decision(allowed=False, reason=f"with an explicit deny in {_article(kind)} {kind}", is_explicit=True)
        case _:
            return Decision(allowed=False, reason=f"because no {kind} allows the {request.action} action")


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _documents(policies: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Parse moto's policies, or documents as text; a policy that no longer exists (None) allows nothing."""
    return [parsed(_text(policy)) for policy in policies if policy]


def _text(policy: Any) -> str:
    """Return the document of a managed policy's default version, or of an inline policy."""
    if isinstance(policy, Policy):
        return next(str(version.document) for version in policy.versions if version.is_default)
    return policy if isinstance(policy, str) else str(policy["policy_document"])


def _role_permissions(backend: IAMBackend, name: str, session_policy: str | None = None) -> Permissions:
    role = find_role(backend, name)
    if role is None:
        return Permissions(())
    limits: list[tuple[str, Any]] = [("session policy", session_policy)] if session_policy else []
    if role.permissions_boundary_arn:
        limits.append(("permissions boundary", backend.managed_policies.get(role.permissions_boundary_arn)))
    return Permissions((*role.policies.values(), *role.managed_policies.values()), tuple(limits))


def find_role(backend: IAMBackend, name: str) -> Role | None:
    """Return the role with this name; None if there is none."""
    return next((role for role in list(backend.roles.values()) if role.name == name), None)


def _user_permissions(backend: IAMBackend, user: User) -> Permissions:
    holders: list[User | Group] = [user, *backend.get_groups_for_user(user.name)]
    inline = [policy for holder in holders for policy in holder.policies.values()]
    return Permissions((*inline, *(policy for holder in holders for policy in holder.managed_policies.values())))


@dataclass(frozen=True)
class Caller:
    """The signer of a request; without ``permissions`` it is an account's administrator, who may do everything."""

    arn: str
    permissions: Permissions | None
    principals: tuple[str, ...] = ()
    """The ARNs by which a resource's policy can name the caller, except for the account's."""
    function: str | None = None
    """The ARN of the Lambda function whose code makes the request."""

    @classmethod
    def of(cls, access_key: str | None, scope: Scope) -> Caller:
        """Find the owner of ``access_key`` in the account: a role's session, a user, or otherwise the administrator."""
        backend = iam_backends[scope.account][scope.partition]
        key = None if access_key is None or is_administrator(access_key) else backend.access_keys.get(access_key)
        session = find_session(key.access_key_id, scope.account, scope.partition) if key is not None else None
        if session is not None:
            permissions = _role_permissions(backend, session.role_arn.rpartition("/")[2], session.policy)
            return cls(session.arn, permissions, (session.arn, session.role_arn), _of_function(session, scope))
        user = next((user for user in list(backend.users.values()) if key is not None and user.name == key.user_name), None)
        if user is not None:
            return cls(user.arn, _user_permissions(backend, user), (user.arn,))
        return cls(f"arn:{scope.partition}:iam::{scope.account}:root", None)

    @classmethod
    def of_role(cls, arn: str, scope: Scope, session: str = "SageMaker") -> Caller:
        """Return a service that acts with a role, in a session of its own; a role that does not exist may do nothing."""
        account, name = arn.split(":")[4], arn.rpartition("/")[2]
        permissions = _role_permissions(iam_backends[account][scope.partition], name)
        session_arn = f"arn:{scope.partition}:sts::{account}:assumed-role/{name}/{session}"
        return cls(session_arn, permissions, (session_arn, arn))

    def denial(self, request: AccessRequest, policy: ResourcePolicy | None = None) -> str | None:
        """Return None if access is allowed, otherwise AWS's sentence that says why not.

        ``policy`` is that of the resource, unless it is a bucket or a key, whose policies are found by their ARNs.
        """
        if self.permissions is None or (decision := self._decide(self.permissions, request, policy)).allowed:
            return None
        return self.denied(request, decision.reason)

    def may(self, action: str, resource: str, **context: str) -> bool:
        """Return whether the caller is allowed to perform one action."""
        return self.denial(AccessRequest(action, resource, context)) is None

    def denied(self, request: AccessRequest, reason: str) -> str:
        """Return AWS's sentence for access that is denied for ``reason``."""
        return f"User: {self.arn} is not authorized to perform: {request.action} on resource: {request.resource} {reason}"

    def _decide(self, permissions: Permissions, request: AccessRequest, policy: ResourcePolicy | None) -> Decision:
        """Evaluate the resource's policy and the caller's own.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html: in one
        account either may allow. If the policy grants access to the account, the caller's own policies must allow it. A key's
        policy must always allow: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
        """
        request = AccessRequest(request.action, request.resource, self.context() | dict(request.context))
        policy = policy or policy_of(request.resource)
        if policy is None:
            return permissions.decide(request)
        root = f"{':'.join(self.arn.split(':')[:2])}:iam::{self.arn.split(':')[4]}:root"
        account = (root, root.split(":")[4])
        own = evaluate_policies([{"Statement": policy.statements_for(self.principals)}], request)
        shared = evaluate_policies([{"Statement": policy.statements_for((*self.principals, *account))}], request)
        if PermissionResult.DENIED in {own, shared}:
            return Decision(allowed=False, reason="with an explicit deny in a resource-based policy", is_explicit=True)
        decision = permissions.decide(request)
        if own is PermissionResult.PERMITTED and not decision.is_explicit:
            return _ALLOWED
        if policy.must_allow and shared is PermissionResult.NEUTRAL and decision.allowed:
            return Decision(allowed=False, reason=f"because no resource-based policy allows the {request.action} action")
        return decision

    def context(self) -> dict[str, str]:
        """Return the condition keys that every request has."""
        role = self.principals[-1] if self.principals else self.arn
        is_user = ":user/" in role
        named = {"aws:username": role.rpartition("/")[2]} if is_user else {}
        function = {"lambda:SourceFunctionArn": self.function} if self.function else {}
        return (
            named
            | function
            | {
                "aws:PrincipalArn": role,
                "aws:PrincipalAccount": self.arn.split(":")[4],
                "aws:PrincipalType": "User" if is_user else "AssumedRole",
                # plain HTTP on the loopback address stands for TLS
                "aws:SecureTransport": "true",
                "aws:SourceIp": "127.0.0.1",
                "aws:CurrentTime": datetime.now(UTC).isoformat(),
            }
        )


def _of_function(session: AssumedRole, scope: Scope) -> str | None:
    """Return the function whose code has the session: Lambda names a session after the function."""
    function = lambda_stores[scope.account][scope.region].functions.get(session.session_name)
    is_its_role = function is not None and any(each.config.role == session.role_arn for each in function.versions.values())
    return scope.arn("lambda", f"function:{session.session_name}") if is_its_role else None


def can_assume(role_arn: str, scope: Scope, *, kind: str, principals: Collection[str], context: Mapping[str, str]) -> PermissionResult:
    """Return what a role's trust policy decides about principals of a kind (``AWS`` or ``Service``) that would assume it."""
    role = find_role(iam_backends[role_arn.split(":")[4]][scope.partition], role_arn.rpartition("/")[2])
    if role is None:
        return PermissionResult.NEUTRAL
    document = parsed(role.assume_role_policy_document)
    trusting = [statement for statement in statements(document) if names_principal(statement, kind, principals)]
    return evaluate_policies([{"Statement": trusting}], AccessRequest("sts:AssumeRole", role_arn, context))


def service_can_assume(service: str, role_arn: str, scope: Scope, source_arn: str = "") -> bool:
    """Return whether the role exists and its trust policy lets ``service`` assume it on behalf of the account."""
    context = {"aws:SourceAccount": scope.account} | ({"aws:SourceArn": source_arn} if source_arn else {})
    result = can_assume(role_arn, scope, kind="Service", principals=[service], context=context)
    return result is PermissionResult.PERMITTED
