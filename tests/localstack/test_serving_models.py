"""Many models behind one API: a request names its model. The models run with an existing role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from deployments import Deployment
from hosting import archive, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

CITIES = {"berlin.tar.gz": 1.0, "paris/2026.tar.gz": 2.0}
MAIN = """
resource "aws_iam_role" "given" {
  name = "cities-given"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "sagemaker.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "given" {
  role = aws_iam_role.given.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::cities/models/*" },
      { Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::cities" },
      { Effect = "Allow", Action = "cloudwatch:DescribeAlarms", Resource = "arn:aws:cloudwatch:*:*:alarm:cities-*" },
      { Effect = "Allow", Action = "ecr:*", Resource = "*" },
    ]
  })
}

module "cities" {
  source = "../../"
  name   = "cities"
  tags   = { team = "maps" }
  model = {
    artifact       = "s3://cities/models/"
    multi_model    = {}
    execution_role = { arn = aws_iam_role.given.arn }
  }
  contract = {
    features = [for name in ["a", "b", "c"] : { name = name, type = "number", example = "1" }]
    columns  = ["a", "b", "c"]
    payload  = { targets = ["model"] }
  }
}

output "cities" {
  value     = module.cities
  sensitive = true
}
"""
REQUEST = {"instances": [{"features": [1, 2, 3]}]}


@pytest.fixture(scope="module")
def cities(sandbox: Sandbox, terraform: Callable[..., Any], client: Callable[..., Any]) -> Deployment:
    client("s3").create_bucket(Bucket="cities")
    for name, value in CITIES.items():
        packed = archive(("xgboost-model", constant(value)))
        client("s3").put_object(Bucket="cities", Key=f"models/{name}", Body=packed)
    module = terraform("examples/cities", {"main.tf": MAIN})
    module.apply()
    assert module.changes() == ""
    return Deployment(module.output("cities"), sandbox)


def test_the_module_creates_no_role_in_addition_to_the_given_one(cities: Deployment, client: Callable[..., Any]) -> None:
    names = [each["RoleName"] for each in client("iam").list_roles()["Roles"]]
    assert sorted(name for name in names if name.startswith("cities-")) == ["cities-given", "cities-us-east-1-handler"]
    assert cities.outputs["execution_role_arn"].endswith(":role/cities-given")


@pytest.mark.usefixtures("cities")
def test_rollback_alarms_have_the_modules_tags(client: Callable[..., Any]) -> None:
    cloudwatch = client("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix="cities-endpoint-")["MetricAlarms"]
    tags = [cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] for alarm in alarms]
    assert tags
    assert all({"Key": "team", "Value": "maps"} in each for each in tags)


@pytest.mark.parametrize(("name", "value"), CITIES.items())
def test_the_model_that_a_request_names_answers(cities: Deployment, name: str, value: float) -> None:
    answer = cities.predict(REQUEST, x_amzn_sagemaker_target_model=name)
    assert (answer.status, answer.document) == (200, {"predictions": [value]})


def test_a_direct_invocation_also_names_its_model(cities: Deployment, client: Callable[..., Any]) -> None:
    event = json.dumps({**REQUEST, "target_model": "paris/2026.tar.gz"})
    answer = client("lambda").invoke(FunctionName=cities.outputs["function_name"], Payload=event)
    assert json.load(answer["Payload"]) == {"predictions": [2.0]}


@pytest.mark.parametrize(("name", "code"), [("", "target_invalid"), ("rome.tar.gz", "target_unknown"), ("../secret", "target_unknown")])
def test_a_request_without_a_model_or_with_an_unknown_one_is_rejected(cities: Deployment, name: str, code: str) -> None:
    answer = cities.predict(REQUEST, x_amzn_sagemaker_target_model=name)
    assert (answer.status, answer.document["code"]) == (400, code)
