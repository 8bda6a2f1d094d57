# The function that authorizes callers, with its role and its log group. Its permission for API Gateway is in modules/api, where the API is
# created.

locals {
  function_name  = "${var.name}-authorizer"
  function_arn   = "arn:${var.account.partition}:lambda:${var.account.region}:${var.account.id}:function:${local.function_name}"
  log_group_name = "/aws/lambda/${local.function_name}"

  statements = [
    {
      Sid      = "WriteTheLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}:log-group:${local.log_group_name}:*"
    },
    {
      Sid      = "SendTraces"
      Effect   = "Allow"
      Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      Resource = "*" # these actions have no resource type
    },
  ]
}

resource "aws_lambda_function" "this" {
  function_name    = local.function_name
  description      = "Authorizes callers of the API ${var.name}"
  role             = aws_iam_role.this.arn
  runtime          = var.package.runtime
  handler          = var.package.handler
  architectures    = [var.package.architecture]
  memory_size      = var.package.memory_size_in_mb
  timeout          = var.package.timeout_in_seconds
  layers           = aws_lambda_layer_version.libraries[*].arn
  kms_key_arn      = var.kms_key_arn
  filename         = var.package.path
  source_code_hash = filebase64sha256(var.package.path)
  tags             = var.tags

  dynamic "environment" {
    for_each = length(var.package.environment) == 0 ? [] : [var.package.environment]

    content {
      variables = environment.value
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  # The first request may arrive as soon as the function exists.
  depends_on = [aws_iam_role_policy.this]
}

# Compiled for both architectures (docs/decisions/0027-json-web-tokens.md).
resource "aws_lambda_layer_version" "libraries" {
  count = var.package.libraries == null ? 0 : 1

  layer_name               = "${var.name}-authorizer"
  description              = "Libraries of the authorizer of ${var.name}"
  filename                 = var.package.libraries
  source_code_hash         = filebase64sha256(var.package.libraries)
  compatible_architectures = ["arm64", "x86_64"]
  compatible_runtimes      = [var.package.runtime]
}

resource "aws_iam_role" "this" {
  # IAM is global: the Region separates deployments of the same name in several Regions.
  name                 = "${var.name}-${var.account.region}-authorizer"
  description          = "Permissions of the authorizer of ${var.name}"
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
  name = "authorizer"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.statements, [for arn in var.kms_key_arn[*] : {
      Sid = "ReadTheEnvironment", Effect = "Allow", Action = "kms:Decrypt", Resource = arn
    }])
  })

  lifecycle {
    # AWS deletes it with the role.
    replace_triggered_by = [aws_iam_role.this.unique_id]
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
