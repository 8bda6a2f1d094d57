"""A module call plans although its inputs, or what it depends on, exist only after the apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from planning import Plan, Planner

ROOT = """
resource "aws_s3_bucket" "models" {
  bucket_prefix = "models-"
}

resource "aws_ecr_repository" "this" {
  name = "team/model"
}

resource "aws_kms_key" "this" {}

resource "aws_sns_topic" "this" {
  name = "done"
}

resource "aws_cognito_user_pool" "this" {
  name = "callers"
}

resource "aws_wafv2_web_acl" "this" {
  name  = "limits"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "limits"
    sampled_requests_enabled   = false
  }
}

resource "aws_acm_certificate" "this" {
  domain_name       = "predictions.example.com"
  validation_method = "DNS"
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.0.0/24"
}

resource "aws_vpc_endpoint" "this" {
  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.us-east-1.execute-api"
}

resource "aws_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_lambda_function" "this" {
  function_name = "authorizer"
  role          = "arn:aws:iam::123456789012:role/authorizer"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/authorizer:1"
}

"""
CALL = """
module "{name}" {{
  source = "../../"

  name     = "bikes"
  contract = {{ features = [{{ name = "temp", type = "number" }}], columns = ["temp"] }}
  {arguments}
}}
"""
# Each call has what several cases are about: one that could not be planned would fail the plan, and Terraform names its input.
CALLS = {
    "with_a_user_pool": """
  depends_on  = [aws_s3_bucket.models]
  kms_key_arn = aws_kms_key.this.arn
  model = {
    artifact  = "s3://${aws_s3_bucket.models.id}/m.tar.gz"
    image_uri = "${aws_ecr_repository.this.repository_url}:1"
  }
  monitoring = { alarm_action_arns = [aws_sns_topic.this.arn] }
  handler    = { dead_letter_target_arn = aws_sns_topic.this.arn }
  network    = { handler = { subnet_ids = [aws_subnet.this.id], security_group_ids = [aws_security_group.this.id] } }
  api = {
    auth    = { cognito = { user_pool_arns = [aws_cognito_user_pool.this.arn] } }
    web_acl = { arn = aws_wafv2_web_acl.this.arn }
    domain  = { name = "predictions.example.com", certificate_arn = aws_acm_certificate.this.arn }
  }
""",
    "with_an_issuer": """
  model    = { artifact = "s3://${aws_s3_bucket.models.id}/m.tar.gz" }
  capacity = { async = { s3_uri = "s3://${aws_s3_bucket.models.id}/calls" } }
  api = {
    auth   = { jwt = { issuer = "https://${aws_cognito_user_pool.this.endpoint}", audiences = ["bikes"] } }
    access = { cidr_blocks = [aws_vpc.this.cidr_block] }
    domain = {
      name            = "predictions.example.com"
      certificate_arn = aws_acm_certificate.this.arn
      mutual_tls      = { truststore_uri = "s3://${aws_s3_bucket.models.id}/ca.pem" }
    }
  }
""",
    "with_an_authorizer": """
  model = { artifact = "s3://models/m.tar.gz" }
  api = {
    auth    = { lambda = { function_arn = aws_lambda_function.this.arn } }
    private = { vpc_endpoint_ids = [aws_vpc_endpoint.this.id] }
    page    = false
  }
""",
    "with_a_packaged_authorizer": """
  depends_on = [aws_s3_bucket.models]
  model      = { artifact = "s3://models/m.tar.gz" }
  api = {
    auth = { lambda = { package = { path = "main.tf", handler = "main.handler", environment = { TOPIC = aws_sns_topic.this.arn } } } }
  }
""",
}
CASES = {
    "the call depends on a bucket": "with_a_packaged_authorizer",
    "the artifact is in a bucket of the same plan": "with_an_issuer",
    "the call depends on the bucket of its artifact": "with_a_user_pool",
    "the image is in a repository of the same plan": "with_a_user_pool",
    "the key and the topic are created in the same plan": "with_a_user_pool",
    "dead letters go to a topic of the same plan": "with_a_user_pool",
    "the function is in subnets of the same plan": "with_a_user_pool",
    "user pool, web ACL and certificate are of the same plan": "with_a_user_pool",
    "asynchronous requests are in a bucket of the same plan": "with_an_issuer",
    "issuer, truststore and addresses are of the same plan": "with_an_issuer",
    "the authorizer is a function of the same plan": "with_an_authorizer",
    "the VPC endpoint is created in the same plan": "with_an_authorizer",
    "the authorizer's environment has an ARN of the same plan": "with_a_packaged_authorizer",
}
SERVING = {
    "module.endpoint.aws_sagemaker_model.this": ["primary"],
    "module.endpoint.aws_sagemaker_endpoint_configuration.this": [0],
    "module.endpoint.aws_sagemaker_endpoint.this": [0],
    "module.endpoint.aws_iam_role.this": [0],
}


def planned(planner: Planner, folder: str, calls: dict[str, str]) -> Plan:
    """Plan a root module with calls of the module by their names and arguments."""
    (planner.tree / folder).mkdir(parents=True, exist_ok=True)
    text = ROOT + "".join(CALL.format(name=name, arguments=arguments) for name, arguments in calls.items())
    (planner.tree / folder / "main.tf").write_text(text, encoding="utf-8")
    return planner.plan(folder)


def keys(plan: Plan, resource: str) -> list[object]:
    """Return the keys of the instances of a resource that the plan creates."""
    changes = plan.document["resource_changes"]
    return [change.get("index") for change in changes if change["address"].partition("[")[0] == resource]


@pytest.fixture(scope="module")
def plan(planner: Planner) -> Plan:
    """Plan all calls at once, because each plan decodes the provider's schema."""
    return planned(planner, "unknown/values", CALLS)


@pytest.mark.parametrize("name", CASES)
def test_a_module_call_plans_although(name: str, plan: Plan) -> None:
    call = f"module.{CASES[name]}"
    assert {resource: keys(plan, f"{call}.{resource}") for resource in SERVING} == SERVING


def test_every_problem_of_every_input_is_in_the_message_of_the_plan(planner: Planner) -> None:
    arguments = (
        'model = { artifact = "https://models/m.tar.gz" }\n'
        "  capacity = { serverless = { max_concurrency = 0, memory = 2048 } }\n"
        "  network = { handlr = {} }\n"
        '  handler = { architecture = "mips", memory_size_in_mb = 1 }'
    )
    with pytest.raises(AssertionError) as failed:
        planned(planner, "unknown/problems", {"bikes": arguments})
    message = str(failed.value)
    assert all(
        path in message
        for path in ["model.artifact: ", "capacity.serverless.max_concurrency: ", "handler.architecture: ", "handler.memory_size_in_mb: "]
    )
    assert 'capacity.serverless: "memory" is unknown. Did you mean "memory_size_in_mb"?' in message
    assert 'network: "handlr" is unknown. Did you mean "handler"?' in message
    # nothing downstream fails on what the problems are about
    assert message.count("Module output value precondition failed") == message.count(".tf: ") == 2
