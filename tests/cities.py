"""Models of two cities on one endpoint, and a second API of the endpoint whose callers sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hosting import archive, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    type RootModule = Any  # defined in conftest.py

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

module "signed" {
  source   = "../../"
  name     = "signers"
  capacity = { existing = { name = module.cities.endpoint_name } }
  api      = { auth = { iam = {} } }
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

output "signed" {
  value     = module.signed
  sensitive = true
}
"""


def apply_cities(terraform: Callable[..., RootModule], client: Callable[..., Any]) -> RootModule:
    """Store the models, and apply both deployments."""
    client("s3").create_bucket(Bucket="cities")
    for name, value in CITIES.items():
        packed = archive(("xgboost-model", constant(value)))
        client("s3").put_object(Bucket="cities", Key=f"models/{name}", Body=packed)
    module = terraform("examples/cities", {"main.tf": MAIN})
    module.apply()
    return module
