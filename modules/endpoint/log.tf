# The containers' log, which SageMaker writes to.

locals {
  log_group_prefix = "/aws/sagemaker/Endpoints/"
  # Each question mark stands for a character of the name's digest.
  log_groups_arn = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}:log-group:${local.log_group_prefix}${var.name}-????????"
}

# Another interface gets another log group, and with it another endpoint.
resource "terraform_data" "interface" {
  count = var.serving.created ? 1 : 0

  triggers_replace = sha256(var.interface)
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.serving.created ? 1 : 0

  # Every creation has its own name, and so has the endpoint that is created with it.
  name              = "${local.log_group_prefix}${var.name}-${substr(sha256(plantimestamp()), 0, 8)}"
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags

  lifecycle {
    # The old endpoint writes to its own until the function's alias has moved.
    create_before_destroy = true
    ignore_changes        = [name]
    replace_triggered_by  = [terraform_data.interface]
  }
}
