# The function that returns Swagger UI's files, which exceed a template of API Gateway: docs/decisions/0025-swagger-ui.md.

locals {
  function_name  = "${var.name}-docs"
  function_arn   = "arn:${var.account.partition}:lambda:${var.account.region}:${var.account.id}:function:${local.function_name}"
  log_group_name = "/aws/lambda/${local.function_name}"
  package        = "${path.module}/reference.zip"
}

resource "aws_lambda_function" "this" {
  function_name    = local.function_name
  description      = "Returns the files of the API reference of ${var.name}"
  role             = aws_iam_role.this.arn
  runtime          = "python3.13"
  handler          = "swagger_ui.handler"
  architectures    = [var.architecture]
  memory_size      = 512
  timeout          = 10
  filename         = local.package
  source_code_hash = filebase64sha256(local.package)
  tags             = var.tags

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
