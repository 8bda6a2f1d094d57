"""A root module with every permission that the modules can write: a real-time endpoint, an asynchronous one, and several models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hosting import archive, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks import RootModule


def arn(service: str, name: str) -> str:
    """Return an ARN in the account that Terraform applies to."""
    return f"arn:aws:{service}:us-east-1:000000000000:{name}"


KEY = "11111111-aaaa-bbbb-cccc-222222222222"
# a contract from before the deployment had a key
OLD_CONTRACT = "grants-fleet/contract-00000000.json.gz"
# a key that a bucket's objects are encrypted with, and that is not the deployment's
BUCKET_KEY = "33333333-aaaa-bbbb-cccc-444444444444"
SUBNET, GROUP = "subnet-1234567890abcdef0", "sg-1234567890abcdef0"
MAIN = f"""
locals {{
  contract = {{
    features = [for name in ["a", "b", "c"] : {{ name = name, type = "number", example = "1" }}]
    columns  = ["a", "b", "c"]
  }}
  # too much for the function's environment, however well it is packed
  large = {{
    features = concat(local.contract.features, [
      {{ name = "d", type = "category", values = [for each in range(200) : sha256(each)] }},
    ])
    columns  = local.contract.columns
  }}
}}

resource "aws_kms_key" "this" {{
  tags = {{ _custom_id_ = "{KEY}" }} # LocalStack's way to choose an id
}}

# Everything that the module grants, but one of the two things that tracing needs.
resource "aws_iam_policy" "boundary" {{
  name = "boundary"
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect   = "Allow"
      Action   = ["cloudwatch:*", "ec2:*", "ecr:*", "kms:*", "logs:*", "s3:*", "sagemaker:*", "xray:PutTraceSegments"]
      Resource = "*"
    }}]
  }})
}}

resource "aws_sqs_queue" "dead_letters" {{
  name              = "grants-dead-letters"
  kms_master_key_id = aws_kms_key.this.key_id
}}

resource "aws_vpc" "this" {{
  cidr_block = "10.0.0.0/16"
}}

resource "aws_subnet" "this" {{
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.0.0/24"
  tags       = {{ _custom_id_ = "{SUBNET}" }}
}}

resource "aws_security_group" "this" {{
  vpc_id = aws_vpc.this.id
  tags   = {{ _custom_id_ = "{GROUP}" }}
}}

module "fleet" {{
  source = "../../"

  name                     = "grants-fleet"
  kms_key_arn              = aws_kms_key.this.arn
  permissions_boundary_arn = aws_iam_policy.boundary.arn
  contract                 = local.large
  model                    = {{ artifact = "s3://grants-sealed/model.tar.gz", kms_key_arns = ["{arn("kms", f"key/{BUCKET_KEY}")}"] }}
  handler                  = {{ contract_bucket = "grants-sealed", kms_key_arns = ["{arn("kms", f"key/{BUCKET_KEY}")}"] }}
  monitoring = {{
    capture  = {{ s3_uri = "s3://grants/captured" }}
    rollback = {{ alarm_names = ["revenue"] }}
  }}
  network = {{
    handler  = {{ subnet_ids = [aws_subnet.this.id], security_group_ids = [aws_security_group.this.id] }}
    endpoint = {{ subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }}
  }}
}}

module "queue" {{
  source = "../../"

  name        = "grants-queue"
  kms_key_arn = aws_kms_key.this.arn
  contract    = local.contract
  model       = {{ artifact = "s3://grants/model.tar.gz" }}
  handler     = {{ dead_letter_target_arn = aws_sqs_queue.dead_letters.arn }}
  capacity = {{ async = {{
    s3_uri = "s3://grants/queue"
    notifications = {{
      success_topic_arn = "arn:aws:sns:us-east-1:000000000000:done"
      error_topic_arn   = "arn:aws:sns:us-east-1:000000000000:failed"
    }}
  }} }}
}}

# Models, role and log without an endpoint: what several models of two images need.
module "account" {{
  source = "../../modules/account"
}}

module "served" {{
  source = "../../modules/serving"

  model = {{ artifact = "s3://grants/many/", multi_model = {{}} }}
  capacity = {{
    enabled = false
    instances = {{ variants = {{
      stock = {{}}
      own   = {{ image_uri = "000000000000.dkr.ecr.us-east-1.amazonaws.com/team/model:7" }}
    }} }}
  }}
}}

module "many" {{
  source = "../../modules/endpoint"

  name    = "grants-many"
  account = module.account.account
  serving = module.served.serving
}}

output "roles" {{
  value = {{
    "fleet function" = module.fleet.function_role_arn
    "fleet"          = module.fleet.execution_role_arn
    "queue function" = module.queue.function_role_arn
    "queue"          = module.queue.execution_role_arn
    "many"           = module.many.execution_role_arn
  }}
}}

output "apis" {{
  sensitive = true
  value     = {{ "fleet" = module.fleet, "queue" = module.queue }}
}}
"""


def applied_grants(terraform: Callable[..., RootModule], client: Callable[[str], Any]) -> RootModule:
    """Apply it, after creating what exists before: buckets, the key of one of them, an alarm and topics."""
    s3 = client("s3")
    s3.create_bucket(Bucket="grants")
    for key in ("model.tar.gz", "many/a.tar.gz"):
        s3.put_object(Bucket="grants", Key=key, Body=archive(("xgboost-model", constant(1))))
    client("kms").create_key(Tags=[{"TagKey": "_custom_id_", "TagValue": BUCKET_KEY}])
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn("kms", f"key/{BUCKET_KEY}")}
    sealed = {"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]}
    s3.create_bucket(Bucket="grants-sealed")
    s3.put_bucket_encryption(Bucket="grants-sealed", ServerSideEncryptionConfiguration=sealed)
    s3.put_object(Bucket="grants-sealed", Key="model.tar.gz", Body=archive(("xgboost-model", constant(1))))
    s3.put_object(Bucket="grants-sealed", Key=OLD_CONTRACT, Body=b"")
    client("cloudwatch").put_metric_alarm(
        AlarmName="revenue",
        Namespace="Shop",
        MetricName="Revenue",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="notBreaching",
    )
    for topic in ("done", "failed"):
        client("sns").create_topic(Name=topic)
    module = terraform("examples/grants", {"main.tf": MAIN})
    module.apply()
    return module
