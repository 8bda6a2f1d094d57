# What the function may do, one policy per purpose.

locals {
  log_group_name = "/aws/lambda/${var.name}"
  log_group_arn  = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.log_group_name}"

  policies = merge(
    {
      invoke = {
        Sid      = "InvokeTheEndpoint"
        Effect   = "Allow"
        Action   = "sagemaker:InvokeEndpoint"
        Resource = var.endpoint.arn
      }
      logging = {
        Sid      = "WriteTheLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${local.log_group_arn}:log-stream:*"
      }
      metrics = {
        Sid       = "PutMetricsOfOneNamespace"
        Effect    = "Allow"
        Action    = "cloudwatch:PutMetricData"
        Resource  = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:*"
        Condition = { StringEquals = { "cloudwatch:namespace" = var.handler.metrics_namespace } }
      }
    },
    local.contract_stored ? {
      contract = {
        Sid    = "ReadTheContract"
        Effect = "Allow"
        Action = "s3:GetObject"
        # Its past and coming versions too: while an update is under way, the old function still starts.
        Resource = "arn:${local.partition}:s3:::${local.contract_bucket}/${var.name}/contract-*.json.gz"
      }
    } : {},
    var.kms_key_arn == null ? {} : {
      key = {
        Sid      = "ReadTheEnvironment"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.kms_key_arn
      }
    }
  )

  managed_policies = merge(
    { tracing = "AWSXRayDaemonWriteAccess" },
    var.vpc == null ? {} : { network = "service-role/AWSLambdaVPCAccessExecutionRole" }
  )
}

resource "aws_iam_role" "this" {
  # IAM is global: the Region keeps a second deployment of the same name elsewhere apart.
  name                 = "${var.name}-${local.region}-handler"
  description          = "What the function ${var.name} may do"
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
    Statement = [each.value]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.managed_policies

  role       = aws_iam_role.this.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.value}"
}
