"""A module call plans although its inputs, or what it depends on, exist only after the apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from planning import Plan, Planner

ROOT = """
resource "aws_s3_bucket" "models" {{
  bucket_prefix = "models-"
}}

resource "aws_ecr_repository" "this" {{
  name = "team/model"
}}

resource "aws_kms_key" "this" {{}}

resource "aws_sns_topic" "this" {{
  name = "done"
}}

module "bikes" {{
  source = "../../"

  name     = "bikes"
  contract = {{ features = [{{ name = "temp", type = "number" }}], columns = ["temp"] }}
  {arguments}
}}
"""
ARTIFACT = '"s3://${aws_s3_bucket.models.id}/m.tar.gz"'
CASES = {
    "the call depends on a bucket": 'depends_on = [aws_s3_bucket.models]\n  model = { artifact = "s3://models/m.tar.gz" }',
    "the artifact is in a bucket of the same plan": f"model = {{ artifact = {ARTIFACT} }}",
    "the call depends on the bucket of its artifact": f"depends_on = [aws_s3_bucket.models]\n  model = {{ artifact = {ARTIFACT} }}",
    "the image is in a repository of the same plan": (
        'model = { artifact = "s3://models/m.tar.gz", image_uri = "${aws_ecr_repository.this.repository_url}:1" }'
    ),
    "the key and the topic are created in the same plan": (
        'model = { artifact = "s3://models/m.tar.gz" }\n  kms_key_arn = aws_kms_key.this.arn\n'
        "  monitoring = { alarm_action_arns = [aws_sns_topic.this.arn] }"
    ),
    "asynchronous requests are in a bucket of the same plan": (
        f'model = {{ artifact = {ARTIFACT} }}\n  capacity = {{ async = {{ s3_uri = "s3://${{aws_s3_bucket.models.id}}/calls" }} }}'
    ),
}
SERVING = {
    "module.bikes.module.endpoint.aws_sagemaker_model.this": ["primary"],
    "module.bikes.module.endpoint.aws_sagemaker_endpoint_configuration.this": [0],
    "module.bikes.module.endpoint.aws_sagemaker_endpoint.this": [0],
    "module.bikes.module.endpoint.aws_iam_role.this": [0],
}


def planned(planner: Planner, name: str, arguments: str) -> Plan:
    """Plan a root module whose call of the module has these arguments."""
    folder = f"unknown/{name.replace(' ', '-')}"
    (planner.tree / folder).mkdir(parents=True)
    (planner.tree / folder / "main.tf").write_text(ROOT.format(arguments=arguments), encoding="utf-8")
    return planner.plan(folder)


def keys(plan: Plan, resource: str) -> list[object]:
    """Return the keys of the instances of a resource that the plan creates."""
    changes = plan.document["resource_changes"]
    return [change.get("index") for change in changes if change["address"].partition("[")[0] == resource]


@pytest.mark.parametrize("name", CASES)
def test_a_module_call_plans_although(name: str, planner: Planner) -> None:
    plan = planned(planner, name, CASES[name])
    assert {resource: keys(plan, resource) for resource in SERVING} == SERVING


def test_every_problem_of_every_input_is_in_the_message_of_the_plan(planner: Planner) -> None:
    arguments = (
        'model = { artifact = "https://models/m.tar.gz" }\n'
        "  capacity = { serverless = { max_concurrency = 0, memory = 2048 } }\n"
        "  network = { handlr = {} }\n"
        '  handler = { architecture = "mips", memory_size_in_mb = 1 }'
    )
    with pytest.raises(AssertionError) as failed:
        planned(planner, "problems", arguments)
    message = str(failed.value)
    assert all(
        path in message
        for path in ["model.artifact: ", "capacity.serverless.max_concurrency: ", "handler.architecture: ", "handler.memory_size_in_mb: "]
    )
    assert 'capacity.serverless: "memory" is unknown. Did you mean "memory_size_in_mb"?' in message
    assert 'network: "handlr" is unknown. Did you mean "handler"?' in message
    # nothing downstream fails on what the problems are about
    assert message.count("Module output value precondition failed") == message.count(".tf: ") == 2
