"""The policies of modules/deployer, compared with the permissions that recorded applies needed, and with AWS's reference.

tests/localstack/extensive/test_deployer.py records them by applying with such a role.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from authorization import Kind, findings
from pipelines import EXAMPLES, Policy, all_of, deployer, recorded
from sagemaker_sandbox.aws.policies import AccessRequest

if TYPE_CHECKING:
    from planning import Planner

type Json = dict[str, Any]

ACCOUNT = "123456789012"
MANAGED_POLICY_LIMIT = 6144  # IAM User Guide, "IAM and AWS STS quotas"
ATTACHED_POLICIES = 10
TABLES = Path(__file__).parents[1] / "deployer"
BEYOND = yaml.safe_load((TABLES / "beyond.yaml").read_text(encoding="utf-8"))
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-aaaa-bbbb-cccc-222222222222"
PLANS_KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/33333333-aaaa-bbbb-cccc-444444444444"

EVERYTHING = f"""
module "everything" {{
  source = "../modules/deployer"

  name                     = "a-deployment-with-a-name-so-long"
  uses = {{ for each in [
    "autoscaling", "authorizer", "libraries", "resource_policy",
    "firewall", "function_url", "contract_bucket", "vpc", "alarms", "code_signing",
    "client_certificate", "smoke_prediction",
  ] : each => true }}
  buckets = {{ created = ["bikes-*"], written = ["s3://models/bikes/"], read = ["s3://builds/handler.zip"] }}
  state   = {{ bucket = "states", key = "bikes/terraform.tfstate", kms_key_arn = "{KEY}" }}
  plans   = {{ uri = "s3://plans/bikes", kms_key_arn = "{PLANS_KEY}" }}

  kms_key_arns             = ["{KEY}"]
  layer_arns               = ["arn:aws:lambda:us-east-1:{ACCOUNT}:layer:pandas:3"]
  domain_name              = "predictions.example.com"
  web_acl_arn              = "arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/webacl/shared/a1b2"
  permissions_boundary_arn = "{BOUNDARY}"
  rest_api_id              = "abcdefghij"

  github = {{ repository = "example/bikes", environments = ["production"], branches = ["main"], pull_requests = true }}
  gitlab = {{ project = "example/ml/bikes", merge_requests = true }}
}}

module "existing" {{
  source = "../modules/deployer"

  name           = "bikes"
  uses           = {{ endpoint = false, rest_api = false, function_url = true, smoke_prediction = true }}
  principal_arns = ["arn:aws:iam::{ACCOUNT}:role/runner"]
  github         = {{ repository = "example@12/bikes@34", environments = ["production"] }}
}}
"""
OUTPUT = """
output "{0}" {{
  value = {{ policies = module.{0}.policies, policy = module.{0}.policy }}
}}
"""
CALLS = [*EXAMPLES, "everything", "existing"]
KNOWN = sorted(recorded(ACCOUNT))


@pytest.fixture(scope="module")
def planned(planner: Planner) -> Json:
    """Plan the deployers of the examples, one with everything, and one with the least; return the outputs of each."""
    root = planner.tree / "deployers"
    root.mkdir(exist_ok=True)
    outputs = "".join(OUTPUT.format(call) for call in CALLS)
    text = "".join(deployer(example, ACCOUNT) for example in EXAMPLES) + EVERYTHING + outputs
    (root / "main.tf").write_text(text, encoding="utf-8")
    plan = planner.plan("deployers")
    found = {name: output["value"] for name, output in plan.document["planned_values"]["outputs"].items()}
    attached = [each for each in plan.document["resource_changes"] if each["type"] == "aws_iam_role_policy_attachment"]
    return found | {
        "roles": plan.resources("aws_iam_role"),
        "attached": [(each["change"]["after"]["role"], each["index"]) for each in attached],
    }


def policy_of(planned: Json, call: str) -> Policy:
    """Return all statements of a deployer's policies."""
    return Policy.of(*planned[call]["policies"].values())


# ---- nothing is missing, and nothing is too much


def test_the_examples_are_recorded() -> None:
    assert sorted(EXAMPLES) == KNOWN


@pytest.mark.parametrize("example", KNOWN)
def test_the_policies_allow_every_recorded_call(planned: Json, example: str) -> None:
    assert policy_of(planned, example).denied(all_of(recorded(ACCOUNT)[example])) == []


@pytest.mark.parametrize("example", KNOWN)
def test_the_policies_for_plans_allow_every_call_of_a_plan(planned: Json, example: str) -> None:
    documents = [document for name, document in planned[example]["policies"].items() if name.startswith("read")]
    without_lock = [each for each in recorded(ACCOUNT)[example]["plan"] if not each.resource.endswith(".tflock")]
    assert Policy.of(*documents).denied(without_lock) == []


def test_every_action_is_of_a_recorded_call_or_has_a_source() -> None:
    assert all(entry["source"].startswith("https://") and entry["why"] for entry in BEYOND)
    assert sorted(beyond_actions() & used_actions()) == [], "recorded after all: remove them from beyond.yaml"


def test_no_action_is_granted_without_a_reason(planned: Json) -> None:
    beyond = beyond_actions()
    granted = {action.lower() for call in KNOWN for action in policy_of(planned, call).actions}
    assert sorted(granted - used_actions() - beyond) == []
    assert sorted(beyond - granted) == []


def beyond_actions() -> set[str]:
    """Return the actions that have a source instead of a recorded call."""
    return {action.lower() for entry in BEYOND for action in entry["actions"]}


def used_actions() -> set[str]:
    """Return the recorded actions; IAM does not distinguish their case."""
    return {each.action.lower() for phases in recorded(ACCOUNT).values() for each in all_of(phases)}


@pytest.mark.parametrize("example", KNOWN)
def test_without_any_statement_a_recorded_call_is_denied(planned: Json, example: str) -> None:
    policy = policy_of(planned, example)
    beyond = {each["Sid"] for each in policy.statements if {action.lower() for action in Policy((each,)).actions} <= beyond_actions()}
    assert set(policy.sids) - beyond - policy.needed(all_of(recorded(ACCOUNT)[example])) == set()
    assert beyond == set()


def test_the_policies_of_one_deployment_do_not_allow_the_calls_of_another(planned: Json) -> None:
    policy = policy_of(planned, "asynchronous")
    others = [each for each in recorded(ACCOUNT)["serverless"]["apply"] if "bikeshare-serverless" in each.resource]
    assert others
    assert [each for each in others if policy.allows(each)] == []


# ---- as AWS reads them


@pytest.mark.parametrize("call", CALLS)
def test_aws_would_match_every_statement(planned: Json, call: str) -> None:
    documents = planned[call]["policies"]
    assert [found for document in documents.values() for found in findings(json.loads(document), Kind.IDENTITY)] == []


@pytest.mark.parametrize("call", CALLS)
def test_each_policy_is_within_iams_limits(planned: Json, call: str) -> None:
    documents = planned[call]["policies"]
    assert max(map(len, documents.values())) <= MANAGED_POLICY_LIMIT
    assert len(documents) <= ATTACHED_POLICIES


@pytest.mark.parametrize("call", CALLS)
def test_the_one_document_has_the_statements_of_all_policies(planned: Json, call: str) -> None:
    whole, parts = Policy.of(planned[call]["policy"]), policy_of(planned, call)
    assert sorted(whole.statements, key=json.dumps) == sorted(parts.statements, key=json.dumps)


# ---- the limits of the role


def request(action: str, resource: str, **context: str) -> AccessRequest:
    return AccessRequest(action, resource, {key.replace("__", ":"): value for key, value in context.items()})


ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
FORBIDDEN = {
    "change its own permissions": request("iam:PutRolePolicy", f"{ROLE}deployer-bikeshare-us-east-1"),
    "change the permissions of another role": request("iam:PutRolePolicy", f"{ROLE}administrator"),
    "pass its own role": request("iam:PassRole", f"{ROLE}deployer-bikeshare-us-east-1", iam__PassedToService="lambda.amazonaws.com"),
    "pass the function's role to another service": request(
        "iam:PassRole", f"{ROLE}bikeshare-us-east-1-handler", iam__PassedToService="ec2.amazonaws.com"
    ),
    "attach a managed policy": request("iam:AttachRolePolicy", f"{ROLE}bikeshare-us-east-1-handler"),
    "invoke another function": request("lambda:InvokeFunction", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:payroll:live"),
    "create an API of another name": request(
        "apigateway:POST", "arn:aws:apigateway:us-east-1::/restapis", **{"apigateway__Request/ApiName": "payroll"}
    ),
    "read another state": request("s3:GetObject", "arn:aws:s3:::pipeline-states/payroll/terraform.tfstate"),
    "delete its state": request("s3:DeleteObject", "arn:aws:s3:::pipeline-states/bikeshare/terraform.tfstate"),
}


@pytest.mark.parametrize("deed", FORBIDDEN)
def test_the_role_cannot(planned: Json, deed: str) -> None:
    assert not policy_of(planned, "bikeshare").allows(FORBIDDEN[deed])


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"])
def test_with_a_boundary_a_role_without_it_gets_no_permission(planned: Json, action: str) -> None:
    role, policy = f"{ROLE}a-deployment-with-a-name-so-long-us-east-1-handler", policy_of(planned, "everything")
    assert policy.allows(request(action, role, iam__PermissionsBoundary=BOUNDARY))
    assert not policy.allows(request(action, role))
    assert not policy.allows(request(action, role, iam__PermissionsBoundary=f"{BOUNDARY}-other"))


def test_without_a_boundary_the_role_sets_none(planned: Json) -> None:
    assert "iam:PutRolePermissionsBoundary" not in policy_of(planned, "bikeshare").actions


CERTIFICATES = "arn:aws:apigateway:us-east-1::/clientcertificates"
CERTIFICATE_TAGS = "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fclientcertificates%2F"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("apigateway:POST", CERTIFICATES),
        ("apigateway:GET", f"{CERTIFICATES}/a1b2c3"),
        ("apigateway:PATCH", f"{CERTIFICATES}/a1b2c3"),
        ("apigateway:DELETE", f"{CERTIFICATES}/a1b2c3"),
        ("apigateway:PUT", f"{CERTIFICATE_TAGS}a1b2c3"),
        ("apigateway:DELETE", f"{CERTIFICATE_TAGS}a1b2c3"),
    ],
)
def test_only_with_a_client_certificate_the_role_manages_one(planned: Json, action: str, resource: str) -> None:
    assert policy_of(planned, "everything").allows(request(action, resource))
    assert not policy_of(planned, "bikeshare").allows(request(action, resource))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        # of api.cache
        ("apigateway:PATCH", "arn:aws:apigateway:us-east-1::/restapis/abcdefghij/stages/v1"),
        ("apigateway:DELETE", "arn:aws:apigateway:us-east-1::/restapis/abcdefghij/stages/v1/cache/data"),
    ],
)
def test_with_a_rest_api_the_role_manages_the_settings_of_its_stage(planned: Json, action: str, resource: str) -> None:
    assert policy_of(planned, "everything").allows(request(action, resource))


ROUTE = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:abcdefghij/v1/"


@pytest.mark.parametrize("route", ["POST/predictions", "GET/predictions/8d0c"])
def test_only_with_a_smoke_prediction_the_role_calls_the_api(planned: Json, route: str) -> None:
    policy = policy_of(planned, "everything")
    assert policy.allows(request("execute-api:Invoke", ROUTE + route))
    assert not policy.allows(request("execute-api:Invoke", ROUTE.replace("abcdefghij", "abcdefghik") + route))
    assert not policy_of(planned, "bikeshare").allows(request("execute-api:Invoke", ROUTE + route))


@pytest.mark.parametrize("action", ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"])
def test_with_a_smoke_prediction_the_role_calls_the_functions_url(planned: Json, action: str) -> None:
    assert policy_of(planned, "existing").allows(request(action, f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:bikes:live"))


def attached(planned: Json, call: str, role: str) -> Policy:
    """Return the statements of the policies that a role of a deployer has."""
    documents = planned[call]["policies"]
    return Policy.of(*(documents[index.partition("/")[2]] for each, index in planned["attached"] if each == role))


PLAN = "arn:aws:s3:::plans/bikes/" + "0" * 64 + ".tfplan"


def test_the_role_that_plans_stores_plans_and_the_other_fetches_them(planned: Json) -> None:
    name = "deployer-a-deployment-with-a-name-so-long-us-east-1"
    plans, applies = attached(planned, "everything", f"{name}-plan"), attached(planned, "everything", name)
    assert plans.denied([request("s3:PutObject", PLAN), request("kms:GenerateDataKey", PLANS_KEY)]) == []
    assert applies.denied([request("s3:GetObject", PLAN), request("kms:Decrypt", PLANS_KEY)]) == []
    assert not plans.allows(request("s3:GetObject", PLAN))
    assert not plans.allows(request("s3:PutObject", PLAN.replace("/bikes/", "/payroll/")))
    assert not plans.allows(request("s3:PutObject", "arn:aws:s3:::states/bikes/terraform.tfstate.tflock"))


@pytest.mark.parametrize("action", ["cloudwatch:DescribeAlarms", "cloudwatch:PutCompositeAlarm"])
def test_only_with_alarms_the_role_manages_composite_alarms_which_needs_every_resource(planned: Json, action: str) -> None:
    assert policy_of(planned, "everything").allows(request(action, "*"))
    assert not policy_of(planned, "bikeshare").allows(request(action, "*"))


def test_with_the_apis_id_no_other_api_is_reachable(planned: Json) -> None:
    policy = policy_of(planned, "everything")
    assert policy.allows(request("apigateway:DELETE", "arn:aws:apigateway:us-east-1::/restapis/abcdefghij/stages/v1"))
    assert not policy.allows(request("apigateway:DELETE", "arn:aws:apigateway:us-east-1::/restapis/abcdefghi"))


def test_a_deployment_without_an_endpoint_and_a_rest_api_gets_no_permission_for_them(planned: Json) -> None:
    services = {action.partition(":")[0] for action in policy_of(planned, "existing").actions}
    assert services == {"iam", "lambda", "logs"}


# ---- the principals that may assume the roles


def trust_of(planned: Json, name: str) -> list[Json]:
    (role,) = (each for each in planned["roles"] if each["name"] == name)
    return list(json.loads(role["assume_role_policy"])["Statement"])


def test_only_jobs_of_an_environment_and_of_gitlabs_branches_assume_the_role_that_applies(planned: Json) -> None:
    github, gitlab = trust_of(planned, "deployer-a-deployment-with-a-name-so-long-us-east-1")
    assert github["Principal"] == {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"}
    assert github["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": [
                "repo:example/bikes:environment:production",
            ],
        }
    }
    assert gitlab["Condition"] == {
        "StringEquals": {
            "gitlab.com:aud": "https://gitlab.com",
            "gitlab.com:sub": ["project_path:example/ml/bikes:ref_type:branch:ref:main"],
        }
    }


def test_jobs_of_branches_and_pull_requests_assume_the_role_that_plans(planned: Json) -> None:
    github, gitlab = trust_of(planned, "deployer-a-deployment-with-a-name-so-long-us-east-1-plan")
    assert github["Condition"]["StringLike"] == {
        "token.actions.githubusercontent.com:sub": ["repo:example/bikes:ref:refs/heads/main", "repo:example/bikes:pull_request"]
    }
    assert gitlab["Condition"]["StringLike"] == {"gitlab.com:sub": ["project_path:example/ml/bikes:ref_type:branch:ref:*"]}


def test_a_named_principal_assumes_the_role(planned: Json) -> None:
    _, principals = trust_of(planned, "deployer-bikes-us-east-1")
    assert principals == {
        "Sid": "PrincipalsAssumeTheRole",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/runner"]},
    }


def test_a_repository_with_immutable_subjects_is_trusted_by_its_ids(planned: Json) -> None:
    github, _ = trust_of(planned, "deployer-bikes-us-east-1")
    assert github["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"] == [
        "repo:example@12/bikes@34:environment:production"
    ]


def test_without_branches_and_pull_requests_there_is_no_role_that_plans(planned: Json) -> None:
    assert [role["name"] for role in planned["roles"] if role["name"] == "deployer-bikes-us-east-1-plan"] == []


def test_without_anyone_to_trust_there_is_no_role(planned: Json) -> None:
    assert [role["name"] for role in planned["roles"] if role["name"].endswith("bikeshare-us-east-1")] == []


# ---- inputs that it rejects, and the nearest that it accepts

RULES = yaml.safe_load((TABLES / "rules.yaml").read_text(encoding="utf-8"))


def calls(side: str) -> str:
    """Return as few calls as hold all inputs of one side of the rules: each call sets an input once."""
    inputs: dict[str, list[str]] = {"name": []}
    for text in (text for rule in RULES for text in rule[side]):
        inputs.setdefault(text.partition(" ")[0], []).append(text)
    number = max(map(len, inputs.values()))
    inputs["name"] += ['name = "bikes"'] * (number - len(inputs["name"]))
    bodies = ["\n  ".join(texts[index] for texts in inputs.values() if index < len(texts)) for index in range(number)]
    call = 'module "{}{}" {{\n  source = "../modules/deployer"\n  {}\n}}\n'
    return "".join(call.format(side, index, body) for index, body in enumerate(bodies))


@pytest.fixture(scope="module")
def complaints(planner: Planner) -> list[str]:
    """Plan both sides at once, and return the errors, which begin with the name of their side's file."""
    root = planner.tree / "rules"
    root.mkdir()
    for side in ("rejects", "accepts"):
        (root / f"{side}.tf").write_text(calls(side), encoding="utf-8")
    with pytest.raises(AssertionError) as failed:
        planner.plan("rules")
    return str(failed.value).partition(":\n")[2].splitlines()


def test_each_rejected_input_is_named_with_what_to_write(complaints: list[str]) -> None:
    said = "\n".join(complaints)
    assert [rule["problem"] for rule in RULES if said.count(rule["problem"]) != len(rule["rejects"])] == []


def test_the_nearest_inputs_are_accepted(complaints: list[str]) -> None:
    assert [line for line in complaints if line.startswith("accepts.tf")] == []


def test_each_rule_has_a_rejected_and_an_accepted_input(complaints: list[str]) -> None:
    rules = (TABLES.parents[1] / "modules/deployer/variables.tf").read_text(encoding="utf-8").count("validation {")
    assert len(set(re.findall(r"validation rule at \S*/variables.tf:(\d+)", "\n".join(complaints)))) == rules
    assert [rule["problem"] for rule in RULES if not (rule["rejects"] and rule["accepts"])] == []
