"""Ways to reach an API and to authenticate that no example has, planned with the real provider: one root module with a call for each.

examples/public_web has tokens, CORS and a domain name, and examples/internal a private API.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from planning import Planner

type Json = Any

CALL = """
module "{name}" {{
  source   = "../../"
  name     = "{name}"
  contract = {{ features = [{{ name = "temp", type = "number" }}], columns = ["temp"] }}
  capacity = {{ existing = {{ name = "bikes" }} }}
  api      = {api}
}}

output "{name}" {{
  sensitive = true
  value = {{
    rest_api        = module.{name}.rest_api_id != null
    predictions_url = module.{name}.predictions_url != null
    policies        = module.{name}.caller_policies
  }}
}}
"""
STAGE = "aws_api_gateway_stage"
POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
APIS = {
    "key": (
        '{ firewall = { body_limit_in_bytes = 8192, blocked_cidr_blocks = ["203.0.113.0/24", "2001:db8::/32"] }, '
        "further_stages = { trial = { rate_per_second = 5, burst = 10 } }, canary = { percent_of_requests = 10 }, "
        "minimum_compression_size_in_bytes = 1024 }"
    ),
    "iam": (
        '{ auth = { iam = {} }, access = { organization_ids = ["o-a1b2c3d4e5"], account_ids = ["210987654321"] }, '
        'private = { vpc_endpoint_ids = ["vpce-0a1b2c3d4e5f60718"] } }'
    ),
    "cognito": (
        f'{{ auth = {{ cognito = {{ user_pool_arns = ["{POOL}"] }} }}, '
        f'domain = {{ name = "a.example.com", certificate_arn = "{CERTIFICATE}", '
        'mutual_tls = { truststore_uri = "s3://trust/ca.pem" } } }'
    ),
    "function": (
        '{ auth = { lambda = { function_arn = "arn:aws:lambda:us-east-1:123456789012:function:decides" } }, '
        'web_acl = { arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/name/id" } }'
    ),
    "package": '{ auth = { lambda = { package = { path = "../../lambda/dist/handler.zip", handler = "main.handler" } } } }',
    "signed-url": '{ kind = "function_url", auth = { iam = {} } }',
    "public-url": '{ kind = "function_url", auth = { jwt = { issuer = "https://login.example.com", audiences = ["bikes"] } } }',
    "none": '{ kind = "none" }',
}


@pytest.fixture(scope="module")
def document(planner: Planner) -> Json:
    """Plan all calls at once; return the plan."""
    root = planner.tree / "tests/access"
    root.mkdir(parents=True)
    (root / "main.tf").write_text("".join(CALL.format(name=name, api=api) for name, api in APIS.items()), encoding="utf-8")
    return planner.plan("tests/access").document


@pytest.fixture(scope="module")
def outputs(document: Json) -> dict[str, Json]:
    """Return the known part of the outputs of each call."""
    return {name: change["after"] for name, change in document["output_changes"].items()}


@pytest.fixture(scope="module")
def planned(document: Json) -> dict[str, list[Json]]:
    """Return the planned resources of each call."""
    found: dict[str, list[Json]] = {name: [] for name in APIS}
    for change in document["resource_changes"]:
        found[change["address"].split(".")[1]].append(change)
    return found


def one(changes: list[Json], kind: str) -> Json:
    (found,) = of(changes, kind)
    return found


def of(changes: list[Json], kind: str) -> list[Json]:
    return [change["change"]["after"] for change in changes if change["type"] == kind]


def body(changes: list[Json]) -> Json:
    return json.loads(one(changes, "aws_api_gateway_rest_api")["body"])


@pytest.mark.parametrize(
    ("name", "scheme", "kind"),
    [
        ("key", "key", None),
        ("iam", "iam", None),
        ("cognito", "cognito", "cognito_user_pools"),
        ("function", "lambda", "request"),
        ("package", "lambda", "request"),
    ],
)
def test_each_operation_behind_the_gateway_needs_the_credential(
    planned: dict[str, list[Json]], name: str, scheme: str, kind: str | None
) -> None:
    document = body(planned[name])
    operations = [document["paths"]["/predictions"]["post"], document["paths"]["/health"]["get"]]
    assert [list(*operation["security"]) for operation in operations] == [[scheme], [scheme]]
    assert document["components"]["securitySchemes"][scheme].get("x-amazon-apigateway-authorizer", {}).get("type") == kind


@pytest.mark.parametrize("kind", ["aws_api_gateway_api_key", "aws_api_gateway_usage_plan"])
def test_only_an_api_with_keys_has_keys_and_a_usage_plan(planned: dict[str, list[Json]], kind: str) -> None:
    assert [name for name in APIS if of(planned[name], kind)] == ["key"]


def test_a_function_without_an_api_has_no_url(outputs: dict[str, Json]) -> None:
    assert (outputs["none"]["rest_api"], outputs["none"]["predictions_url"]) == (False, False)
    assert (outputs["public-url"]["rest_api"], outputs["public-url"]["predictions_url"]) == (False, True)


def test_callers_of_a_public_url_need_no_policy_and_those_of_its_function_use_another_alias(outputs: dict[str, Json]) -> None:
    policies = outputs["public-url"]["policies"]
    (statement,) = json.loads(policies["function"])["Statement"]
    assert (policies["api"], statement["Resource"]) == (None, "arn:aws:lambda:us-east-1:123456789012:function:public-url:live")


@pytest.mark.parametrize(
    ("name", "functions"),
    [("function", {"function", "function-docs"}), ("package", {"package", "package-authorizer", "package-docs"}), ("none", {"none"})],
)
def test_a_function_is_created_for_each_part_that_needs_one(planned: dict[str, list[Json]], name: str, functions: set[str]) -> None:
    assert {each["function_name"] for each in of(planned[name], "aws_lambda_function")} == functions


def test_mutual_tls_disables_the_default_endpoint(planned: dict[str, list[Json]]) -> None:
    domain = one(planned["cognito"], "aws_api_gateway_domain_name")
    assert domain["mutual_tls_authentication"][0]["truststore_uri"] == "s3://trust/ca.pem"
    assert one(planned["cognito"], "aws_api_gateway_rest_api")["disable_execute_api_endpoint"] is True


def test_only_its_vpc_endpoints_reach_a_private_api(planned: dict[str, list[Json]]) -> None:
    (endpoint,) = one(planned["iam"], "aws_api_gateway_rest_api")["endpoint_configuration"]
    assert (endpoint["types"], endpoint["vpc_endpoint_ids"]) == (["PRIVATE"], ["vpce-0a1b2c3d4e5f60718"])
    denied = [each["Condition"] for each in body(planned["iam"])["x-amazon-apigateway-policy"]["Statement"] if each["Effect"] == "Deny"]
    assert denied == [{"StringNotEquals": {"aws:SourceVpce": ["vpce-0a1b2c3d4e5f60718"]}}]


def test_further_stages_serve_the_api_without_its_canary(planned: dict[str, list[Json]]) -> None:
    stages = {each["stage_name"]: [part["percent_traffic"] for part in each["canary_settings"]] for each in of(planned["key"], STAGE)}
    assert stages == {"v1": [10], "trial": []}
    settings = {each["stage_name"]: each["settings"][0] for each in of(planned["key"], "aws_api_gateway_method_settings")}
    assert [settings["trial"][f"throttling_{limit}_limit"] for limit in ("rate", "burst")] == [5, 10]
    (plan,) = of(planned["key"], "aws_api_gateway_usage_plan")
    assert {each["stage"] for each in plan["api_stages"]} == {"v1", "trial"}


def test_responses_from_a_size_on_are_compressed(planned: dict[str, list[Json]]) -> None:
    assert one(planned["key"], "aws_api_gateway_rest_api")["minimum_compression_size"] == "1024"


def test_a_web_acl_is_in_front_of_the_stage(planned: dict[str, list[Json]]) -> None:
    assert one(planned["function"], "aws_wafv2_web_acl_association")["web_acl_arn"].endswith("webacl/name/id")
    assert len(of(planned["key"], "aws_wafv2_web_acl_association")) == 1
    assert {each["ip_address_version"] for each in of(planned["key"], "aws_wafv2_ip_set")} == {"IPV4", "IPV6"}
    rules = {rule["name"] for rule in one(planned["key"], "aws_wafv2_web_acl")["rule"]}
    assert rules >= {"rate", "body-limit", "AWSManagedRulesCommonRuleSet"}


def test_only_a_public_url_is_open_and_its_function_gets_the_settings_of_tokens(planned: dict[str, list[Json]]) -> None:
    kinds = {name: one(planned[name], "aws_lambda_function_url")["authorization_type"] for name in ("signed-url", "public-url")}
    assert kinds == {"signed-url": "AWS_IAM", "public-url": "NONE"}
    open_to_all = {name: [each for each in of(planned[name], "aws_lambda_permission") if each["principal"] == "*"] for name in APIS}
    assert {name: {each["action"] for each in found} for name, found in open_to_all.items() if found} == {
        "public-url": {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    }
    assert "JWT" in one(planned["public-url"], "aws_lambda_function")["environment"][0]["variables"]
    assert {each["name"] for each in of(planned["public-url"], "aws_lambda_alias")} == {"live", "public"}


@pytest.mark.parametrize("name", ["signed-url", "public-url", "none"])
def test_without_a_rest_api_nothing_of_it_is_created(planned: dict[str, list[Json]], name: str) -> None:
    assert [change["type"] for change in planned[name] if change["type"].startswith("aws_api_gateway")] == []
