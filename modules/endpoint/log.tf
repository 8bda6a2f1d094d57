# The containers' log, which SageMaker writes to.

locals {
  log_group_name = "/aws/sagemaker/Endpoints/${var.serving.endpoint_name}"
  log_group_arn  = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}:log-group:${local.log_group_name}"
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.serving.created ? 1 : 0

  name              = local.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
