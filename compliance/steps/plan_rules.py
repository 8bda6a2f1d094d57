"""Steps of the compliance scenarios, which check the planned resources directly.

terraform-compliance's built-in steps see a merged view of the plan: properties are found at any depth, and resources are mounted into
those that refer to them. A wildcard can hide in that view, and a missing property can be found in another resource. These rules read the
plan file instead. A rule is a function from the planned resources to a list of findings; an empty list means that the plan complies.
A value that is unknown until apply is a finding, unless the rule says otherwise.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from radish import then, world  # type: ignore[import-untyped]
from terraform_compliance.common.error_handling import Error  # type: ignore[import-untyped]

Json = dict[str, Any]


class Resource(NamedTuple):
    """A managed resource: the values that are known at plan time, and the expressions in its configuration."""

    address: str
    type: str
    values: Json
    expressions: Json


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
        return [str(value) for value in _listed(self.elements.get(element))]

    def allows(self, action: str) -> bool:
        """Return whether the statement covers the action, which is given in lower case."""
        if "notaction" in self.elements:
            return not any(_matches(pattern, action) for pattern in self.listed("notaction"))
        return any(_matches(pattern, action) for pattern in self.listed("action"))


Rule = Callable[[list[Resource]], list[str]]


def read_plan(path: Path) -> list[Resource]:
    """Return the managed resources in the JSON of a plan or a state."""
    plan = json.loads(path.read_text(encoding="utf-8"))
    expressions = dict(_configured(plan.get("configuration", {}).get("root_module", {}), ""))
    root = plan.get("planned_values", plan.get("values", {})).get("root_module", {})
    return [
        Resource(
            address=found["address"],
            type=found["type"],
            values=found.get("values") or {},
            expressions=expressions.get(_unindexed(found["address"]), {}),
        )
        for found in _planned(root)
        if found["mode"] == "managed"
    ]


def _planned(module: Json) -> Iterator[Json]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _planned(child)


def _configured(module: Json, prefix: str) -> Iterator[tuple[str, Json]]:
    for resource in module.get("resources", []):
        yield prefix + resource["address"], resource.get("expressions", {})
    for name, call in module.get("module_calls", {}).items():
        yield from _configured(call.get("module", {}), f"{prefix}module.{name}.")


# A name in an address, with its index: the number of a count, or the key of a for_each, which may contain dots, brackets and quotes.
_NAME = re.compile(r'[^.\[\]]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?')


def _unindexed(address: str) -> str:
    return ".".join(name.partition("[")[0] for name in _NAME.findall(address))


def _module(address: str) -> str:
    """Return the address of the module that contains a resource, with its indexes; empty for the root module."""
    return ".".join(_NAME.findall(address)[:-2])


def _index(address: str) -> str:
    """Return the index of a resource within its module, in brackets; empty if it has none."""
    *_, name = _NAME.findall(address)
    return str(name.removeprefix(name.partition("[")[0]))


def _of(resources: Iterable[Resource], *types: str) -> list[Resource]:
    return [resource for resource in resources if resource.type in types]


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _block(values: Json, name: str) -> Json:
    """Return the only block of that name, or an empty dictionary."""
    return next(iter(_listed(values.get(name))), None) or {}


# --- policies


def _policies(resources: Iterable[Resource]) -> Iterator[tuple[str, str | None]]:
    """Yield the address and the text of every identity policy. The text is None if it is unknown until apply."""
    for resource in resources:
        match resource.type:
            case "aws_iam_policy" | "aws_iam_role_policy" | "aws_iam_user_policy" | "aws_iam_group_policy":
                yield resource.address, resource.values.get("policy")
            case "aws_iam_role":
                for block in _listed(resource.values.get("inline_policy")):
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
            written = _listed(_document(text)["statement"])
            allowing = [Statement(address, elements) for elements in written if elements["effect"] != "Deny"]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            findings.append(f"{address}: the policy is not a valid policy document ({error!r})")
        else:
            statements.extend(allowing)
    if not statements and not findings:
        findings.append("no policy statement was found: is this the plan of the module?")
    return statements, findings


def _matches(pattern: str, action: str) -> bool:
    """Match as IAM does: ignoring case, with `*` and `?` as wildcards and brackets taken literally."""
    return fnmatchcase(action, pattern.lower().replace("[", "[[]"))


def _names_its_resource(resource: str, condition: Json) -> bool:
    """Return whether the pattern names a service and at least the beginning of a resource name.

    The name may be a wildcard if the pattern names Region and account, and a condition key of the same service limits it. Lambda needs such
    a grant to delete the network interfaces that it creates.
    """
    arn = _ARN.fullmatch(resource)
    if not arn or _wild(arn["partition"]) or _wild(arn["service"]):
        return False
    if re.match(r"/?[A-Za-z0-9]", arn["name"]):
        return True
    places = (arn["region"], arn["account"])
    return all(place and not _wild(place) for place in places) and _limits(condition, lambda key: key.startswith(f"{arn['service']}:"))


def _limits(condition: Json, is_key: Callable[[str], bool]) -> bool:
    """Return whether a condition compares such a key, which is given in lower case, to values without a wildcard."""
    literal = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")
    return any(
        is_key(key) and _listed(values) and not any(_wild(str(value)) for value in _listed(values))
        for operator, keys in condition.items()
        if operator in literal
        for key, values in keys.items()
    )


def _without_resource() -> dict[str, tuple[str, ...]]:
    """Return the actions without a resource type, each with the condition keys that its service has for it, all in lower case."""
    file = Path(__file__).with_name("actions_without_resource.json")
    services = json.loads(file.read_text(encoding="utf-8"))["actions"]
    return {
        f"{service}:{name}".lower(): tuple(keys.lower().split())
        for service, groups in services.items()
        for keys, names in groups.items()
        for name in names.split()
    }


_WITHOUT_RESOURCE = _without_resource()


_ARN = re.compile(r"arn:(?P<partition>[^:]+):(?P<service>[^:]+):(?P<region>[^:]*):(?P<account>[^:]*):(?P<name>.+)")


def _wild(text: str) -> bool:
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
        keys = _WITHOUT_RESOURCE.get(action.lower())
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
                    for arn in _listed(resource.values[attribute])
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
        findings.append("no policy allows sagemaker:InvokeEndpoint: is this the plan of the module?")
    return findings


_INVOKE = tuple(f"sagemaker:invokeendpoint{kind}" for kind in ("", "async", "withresponsestream"))
_ENDPOINT = r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:(endpoint|inference-component)/[A-Za-z0-9-]+(-\?{8})?"


# --- the function


def permissions_with_a_source(resources: list[Resource]) -> list[str]:
    """Find Lambda permissions that are not limited to one source.

    A source ARN that is unknown until apply comes from a specific resource, so it passes.
    """
    return [
        f"{permission.address}: source_arn is {permission.values['source_arn']}; write the ARN of the source that may call"
        for permission in _of(resources, "aws_lambda_permission")
        if "source_arn" in permission.values and not _is_one_source(permission.values["source_arn"])
    ]


def _is_one_source(source: str | None) -> bool:
    arn = _ARN.fullmatch(source or "")
    return arn is not None and not any(map(_wild, (*arn.groups()[:-1], arn["name"].partition("/")[0])))


def functions_traced(resources: list[Resource]) -> list[str]:
    """Find functions without active tracing."""
    return [
        f'{function.address}: is not traced; set tracing_config {{ mode = "Active" }}'
        for function in _of(resources, "aws_lambda_function")
        if _block(function.values, "tracing_config").get("mode") != "Active"
    ]


def logs_expire(resources: list[Resource]) -> list[str]:
    """Find log groups without a retention period."""
    return [
        f"{group.address}: never expires; set retention_in_days"
        for group in _of(resources, "aws_cloudwatch_log_group")
        if not _positive(group.values.get("retention_in_days"))
    ]


# --- the API


def stages_traced(resources: list[Resource]) -> list[str]:
    """Find stages without tracing."""
    return [
        f"{stage.address}: is not traced; set xray_tracing_enabled = true"
        for stage in _of(resources, "aws_api_gateway_stage")
        if stage.values.get("xray_tracing_enabled") is not True
    ]


REFERENCE = "GET /docs/{file}"


def operations_need_a_credential(resources: list[Resource]) -> list[str]:
    """Find operations that require no credential: in the body of an API, as a separate method, or through a function URL.

    Operations may be open that the gateway answers itself (type mock), whose response is a text of the plan such as the page for people,
    and the one that returns the files of the API reference.
    """
    findings = []
    found = 0
    for api in _of(resources, "aws_api_gateway_rest_api"):
        if api.values.get("body", "") is None:
            continue
        try:
            document = json.loads(api.values["body"])
            operations = list(_operations(document))
        except (ValueError, LookupError, TypeError, AttributeError):
            findings.append(f"{api.address}: body is unknown until apply, or is not an OpenAPI document in JSON")
            continue
        found += len(operations)
        findings += [
            f"{api.address}: {name} requires neither a key nor IAM; add a security requirement to the operation"
            for name, operation in operations
            if name != REFERENCE and not _is_closed(operation, document) and not _is_mock(operation)
        ]
    for method in _of(resources, "aws_api_gateway_method"):
        found += 1
        if method.values.get("authorization", "NONE") == "NONE" and method.values.get("api_key_required") is not True:
            findings.append(f"{method.address}: requires neither a key nor IAM; set api_key_required or authorization")
    findings += [
        f"{url.address}: is open to everyone; set authorization_type"
        for url in _of(resources, "aws_lambda_function_url")
        if url.values.get("authorization_type") != "AWS_IAM"
    ]
    if not found and not findings:
        findings.append("no operation was found: is this the plan of the module?")
    return findings


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method")
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method.lower() in methods:
                yield f"{method.upper()} {path}", operation


def _is_mock(operation: Json) -> bool:
    return bool(operation.get("x-amazon-apigateway-integration", {}).get("type", "").lower() == "mock")


def _is_closed(operation: Json, document: Json) -> bool:
    """Return whether API Gateway requires a credential. It ignores the document's root-level `security` and unknown schemes."""
    if operation.get("x-amazon-apigateway-auth", {}).get("type", "").upper() == "AWS_IAM":
        return True
    schemes = document.get("components", {}).get("securitySchemes") or document.get("securityDefinitions", {})
    alternatives = operation.get("security", [])
    return bool(alternatives) and all(any(_asks(schemes.get(name, {})) for name in alternative) for alternative in alternatives)


def _asks(scheme: Json) -> bool:
    if scheme.get("type") != "apiKey":
        return False
    if "x-amazon-apigateway-authorizer" in scheme:
        return True
    if "x-amazon-apigateway-authtype" in scheme:
        return bool(scheme["x-amazon-apigateway-authtype"].lower() == "awssigv4")
    return scheme.get("in") == "header" and bool(scheme.get("name", "").lower() == "x-api-key")


def stages_throttled(resources: list[Resource]) -> list[str]:
    """Find stages with a method that is not throttled."""
    settings = _of(resources, "aws_api_gateway_method_settings")
    findings = [
        f"{setting.address}: has no throttle; set throttling_rate_limit and throttling_burst_limit"
        for setting in settings
        if not _throttles(_block(setting.values, "settings"), "throttling_")
    ]
    findings += [
        f'{stage.address}: does not throttle all of its methods; add aws_api_gateway_method_settings for "*/*"'
        for stage in _of(resources, "aws_api_gateway_stage")
        if not any(_covers(setting, stage) for setting in settings)
    ]
    return findings


def _covers(setting: Resource, stage: Resource) -> bool:
    return (
        setting.values.get("method_path") == "*/*"
        and _module(setting.address) == _module(stage.address)
        and all(_agree(setting, stage, attribute) for attribute in ("stage_name", "rest_api_id"))
    )


def _agree(setting: Resource, stage: Resource, attribute: str) -> bool:
    """Return whether the settings have the stage's value. If it is unknown until apply, the settings must have its index or refer to it."""
    if attribute in setting.values and attribute in stage.values:
        return bool(setting.values[attribute] == stage.values[attribute])
    index = _index(stage.address)
    references = setting.expressions.get(attribute, {}).get("references", [])
    return index in ("", _index(setting.address)) or any(index in reference for reference in references)


def usage_plans_finite(resources: list[Resource]) -> list[str]:
    """Find usage plans without a rate, a burst or a quota."""
    findings = []
    for plan in _of(resources, "aws_api_gateway_usage_plan"):
        stages = _listed(plan.values.get("api_stages"))
        throttles = [override for stage in stages for override in _listed(stage.get("throttle"))]
        if not stages:
            findings.append(f"{plan.address}: applies to no stage; set api_stages")
        if not all(_throttles(throttle, "") for throttle in [_block(plan.values, "throttle_settings"), *throttles]):
            findings.append(f"{plan.address}: has no throttle; set rate_limit and burst_limit")
        if not _positive(_block(plan.values, "quota_settings").get("limit")):
            findings.append(f"{plan.address}: has no quota; set quota_settings")
    return findings


def _throttles(block: Json, prefix: str) -> bool:
    return _positive(block.get(f"{prefix}rate_limit")) and _positive(block.get(f"{prefix}burst_limit"))


def _positive(number: object) -> bool:
    return isinstance(number, int | float) and number > 0


# --- the sentences

RULES: dict[str, Rule] = {
    "every allowed action must be spelled out": actions_without_wildcards,
    "every allowed resource must be named": resources_without_wildcards,
    "no attached policy may give full access": no_full_access,
    "sagemaker:InvokeEndpoint must be allowed on named endpoints only": invoke_on_named_endpoints,
    "every permission must name its source": permissions_with_a_source,
    "every function must be traced": functions_traced,
    "every log group must expire": logs_expire,
    "every stage must be traced": stages_traced,
    "every operation must need a credential": operations_need_a_credential,
    "every stage must be throttled": stages_throttled,
    "every usage plan must be finite": usage_plans_finite,
}


def _step(rule: Rule) -> Callable[[object], None]:
    def judge(step: object) -> None:
        findings = rule(read_plan(Path(world.config.user_data["plan_file"])))
        if findings:
            Error(step, "\n".join(findings))

    return judge


for _sentence, _rule in RULES.items():
    then(_sentence)(_step(_rule))
