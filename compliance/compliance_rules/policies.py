"""Rules on the policies of roles, users and groups."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from compliance_rules.plan import Json, NothingToCheck, Resource, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Statement(NamedTuple):
    """An Allow statement of an identity policy. The names of its elements are in lower case."""

    address: str
    elements: Json

    def __str__(self) -> str:
        """Return the address of the policy, and the Sid if there is one."""
        sid = self.elements.get("sid")
        return f"{self.address}, statement {sid}" if sid else self.address

    def listed(self, element: str) -> list[str]:
        """Return the element's values, for both a string and a list."""
        return [str(value) for value in listed(self.elements.get(element))]

    def allows(self, action: str) -> bool:
        """Return whether the statement covers the action, which is given in lower case."""
        if "notaction" in self.elements:
            return not any(_matches(pattern, action) for pattern in self.listed("notaction"))
        return any(_matches(pattern, action) for pattern in self.listed("action"))


def _policies(resources: Iterable[Resource]) -> Iterator[tuple[str, str | None]]:
    """Yield the address and the text of every identity policy. The text is None if it is unknown until apply."""
    for resource in resources:
        match resource.type:
            case "aws_iam_policy" | "aws_iam_role_policy" | "aws_iam_user_policy" | "aws_iam_group_policy":
                yield resource.address, resource.values.get("policy")
            case "aws_iam_role":
                for block in listed(resource.values.get("inline_policy")):
                    yield f"{resource.address}, inline_policy", block.get("policy")


def _document(text: str) -> Any:
    """Return the parsed policy with all names in lower case. Raises ValueError for invalid JSON and for a repeated name."""

    def lowered(pairs: list[tuple[str, object]]) -> Json:
        named = {name.lower(): value for name, value in pairs}
        if len(named) != len(pairs):
            message = "an element occurs twice"
            raise ValueError(message)
        return named

    return json.loads(text, object_pairs_hook=lowered)


def _statements(resources: list[Resource]) -> tuple[list[Statement], list[str]]:
    """Return all Allow statements, and a finding for each policy that cannot be evaluated."""
    statements: list[Statement] = []
    findings: list[str] = []
    for address, text in _policies(resources):
        if text is None:
            findings.append(f"{address}: the policy is unknown until apply; build its ARNs from names that are known at plan time")
            continue
        try:
            written = listed(_document(text)["statement"])
            allowing = [Statement(address, elements) for elements in written if elements["effect"] != "Deny"]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            findings.append(f"{address}: the policy is not a valid policy document ({error!r})")
        else:
            statements.extend(allowing)
    if not statements and not findings:
        findings.append(NothingToCheck("no policy statement was found: is this the plan of the module?"))
    return statements, findings


def _matches(pattern: str, action: str) -> bool:
    """Match as IAM does: ignoring case, with `*` and `?` as wildcards and brackets taken literally."""
    return fnmatchcase(action, pattern.lower().replace("[", "[[]"))


def _names_its_resource(resource: str, condition: Json) -> bool:
    """Return whether the pattern names a service and at least the beginning of a resource name.

    The name may be a wildcard if the pattern names Region and account, and a condition key of the same service limits it. Lambda needs such
    a grant to delete the network interfaces that it creates.
    """
    arn = ARN.fullmatch(resource)
    if not arn or is_wild(arn["partition"]) or is_wild(arn["service"]):
        return False
    if re.match(r"/?[A-Za-z0-9]", arn["name"]):
        return True
    places = (arn["region"], arn["account"])
    return all(place and not is_wild(place) for place in places) and _limits(condition, lambda key: key.startswith(f"{arn['service']}:"))


def _limits(condition: Json, is_key: Callable[[str], bool]) -> bool:
    """Return whether a condition compares such a key, which is given in lower case, to values without a wildcard."""
    literal = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")
    return any(
        is_key(key) and listed(values) and not any(is_wild(str(value)) for value in listed(values))
        for operator, keys in condition.items()
        if operator in literal
        for key, values in keys.items()
    )


def _without_resource() -> dict[str, tuple[str, ...]]:
    """Return the actions without a resource type, each with the condition keys that its service has for it, all in lower case."""
    file = Path(__file__).resolve().parents[1] / "steps/actions_without_resource.json"
    services = json.loads(file.read_text(encoding="utf-8"))["actions"]
    return {
        f"{service}:{name}".lower(): tuple(keys.lower().split())
        for service, groups in services.items()
        for keys, names in groups.items()
        for name in names.split()
    }


_WITHOUT_RESOURCE = _without_resource()
# They have a resource type, but CloudWatch creates and describes composite alarms only with a permission on every resource (CloudWatch API
# Reference, PutCompositeAlarm and DescribeAlarms).
_ON_COMPOSITE_ALARMS = frozenset({"cloudwatch:putcompositealarm", "cloudwatch:describealarms"})


ARN = re.compile(r"arn:(?P<partition>[^:]+):(?P<service>[^:]+):(?P<region>[^:]*):(?P<account>[^:]*):(?P<name>.+)")


def is_wild(text: str) -> bool:
    """Return whether a part of an ARN has a wildcard or a policy variable."""
    return any(sign in text for sign in "*?$")


def actions_without_wildcards(resources: list[Resource]) -> list[str]:
    """Find allowed actions with wildcards (`*`, `sagemaker:*`, `s3:Get*`) and statements with NotAction."""
    statements, findings = _statements(resources)
    for statement in statements:
        findings += [
            f"{statement}: allows {action}; name each action"
            for action in statement.listed("action")
            if not re.fullmatch(r"[A-Za-z0-9-]+:[A-Za-z0-9]+", action)
        ]
        if "notaction" in statement.elements:
            findings.append(f"{statement}: uses NotAction, which allows every other action; name each action")
    return findings


def resources_without_wildcards(resources: list[Resource]) -> list[str]:
    """Find statements for all resources or all of a service, and statements with NotResource.

    An action without a resource type in AWS's service authorization reference can only be allowed on `*`. It needs a statement without any
    other kind of action, and a condition if its service has a condition key for it.
    """
    statements, findings = _statements(resources)
    for statement in statements:
        if "notresource" in statement.elements:
            findings.append(f"{statement}: uses NotResource, which covers every other resource; name the resource")
        elif statement.listed("resource") == ["*"]:
            findings += [f"{statement}: {finding}" for finding in _on_everything(statement)]
        else:
            findings += [f"{statement}: {finding}" for finding in _on_named_resources(statement)]
    return findings


def _on_everything(statement: Statement) -> Iterator[str]:
    named = statement.listed("action") or ["every action except some (NotAction)"]
    for action in named:
        keys = () if action.lower() in _ON_COMPOSITE_ALARMS else _WITHOUT_RESOURCE.get(action.lower())
        if keys is None:
            yield f"allows {action} on *; name the resource"
        elif keys and not _limits(statement.elements.get("condition", {}), keys.__contains__):
            yield f"allows {action} on * without a condition; add a condition on {' or '.join(keys)}"


def _on_named_resources(statement: Statement) -> Iterator[str]:
    condition = statement.elements.get("condition", {})
    for resource in statement.listed("resource"):
        if not _names_its_resource(resource, condition):
            yield f"applies to {resource}; name the resource"
    for action in statement.listed("action"):
        if action.lower() in _WITHOUT_RESOURCE:
            yield f"allows {action} on a named resource, which IAM never matches; allow it on * in a separate statement"


def no_full_access(resources: list[Resource]) -> list[str]:
    """Find AWS managed policies that grant full access to a service or to the account. Their names tell.

    An ARN may be unknown until apply only if it belongs to a policy in the same plan, whose statements are checked.
    """
    findings = []
    for resource in resources:
        for attribute in _ATTACHED.get(resource.type, ()):
            if attribute in resource.values:
                findings += [
                    f"{resource.address}: attaches {arn}; write a policy with only the permissions that are needed"
                    for arn in listed(resource.values[attribute])
                    if re.search(r"fullaccess|administrator|poweruser", arn, re.IGNORECASE)
                ]
            elif attribute in resource.expressions and not _is_own_policy(resource.expressions[attribute]):
                findings.append(f"{resource.address}: {attribute} is unknown until apply; write the policy's ARN")
    return findings


_ATTACHED = {
    "aws_iam_role": ("managed_policy_arns",),
    "aws_iam_policy_attachment": ("policy_arn",),
    "aws_iam_role_policy_attachment": ("policy_arn",),
    "aws_iam_user_policy_attachment": ("policy_arn",),
    "aws_iam_group_policy_attachment": ("policy_arn",),
    "aws_iam_role_policy_attachments_exclusive": ("policy_arns",),
}


def _is_own_policy(expression: Json) -> bool:
    references = expression.get("references", [])
    return bool(references) and all(reference.split(".")[0] in ("aws_iam_policy", "each", "count") for reference in references)


def invoke_on_named_endpoints(resources: list[Resource]) -> list[str]:
    """Find grants of sagemaker:InvokeEndpoint, including those by a wildcard, for anything but named endpoints.

    A name may end in eight question marks: the module's endpoints follow each other, and their names end in a digest.
    """
    statements, findings = _statements(resources)
    granting = [statement for statement in statements if any(map(statement.allows, _INVOKE))]
    for statement in granting:
        where = statement.listed("resource") or ["every resource except some (NotResource)"]
        findings += [
            f"{statement}: allows sagemaker:InvokeEndpoint on {resource}; name the endpoint"
            for resource in where
            if not re.fullmatch(_ENDPOINT, resource)
        ]
    if not granting and not findings:
        findings.append(NothingToCheck("no policy allows sagemaker:InvokeEndpoint: is this the plan of the module?"))
    return findings


_INVOKE = tuple(f"sagemaker:invokeendpoint{kind}" for kind in ("", "async", "withresponsestream"))
_ENDPOINT = r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:(endpoint|inference-component)/[A-Za-z0-9-]+(-\?{8})?"
