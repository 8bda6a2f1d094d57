# The function's role: its log and its traces.

locals {
  log_group_arn = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}:log-group:${local.log_group_name}"
  policies = {
    logging = {
      Sid      = "WriteTheLog"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${local.log_group_arn}:*"
    }
    tracing = {
      Sid      = "SendTraces"
      Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      Resource = "*" # these actions have no resource type
    }
  }
}

resource "aws_iam_role" "this" {
  # IAM is global: the Region separates deployments of the same name in several Regions.
  name                 = "${var.name}-${var.account.region}-docs"
  description          = "Permissions of the function ${local.function_name}"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaAssumesTheRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.policies

  name = each.key
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge({ Effect = "Allow" }, each.value)]
  })

  lifecycle {
    # AWS deletes them with the role.
    replace_triggered_by = [aws_iam_role.this.unique_id]
  }
}
