# The function's role, with one policy per purpose.

locals {
  log_group_name = "/aws/lambda/${var.name}"
  log_group_arn  = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}:log-group:${local.log_group_name}"

  # Requests, results and failures of asynchronous calls.
  async_arns = {
    for kind in ["input", "output", "failure"] :
    kind => "arn:${var.account.partition}:s3:::${trimprefix(try(var.endpoint.async["${kind}_s3_uri"], ""), "s3://")}"
  }

  asynchronous = var.endpoint.async != null
  policies = { for purpose, policy in {
    invoke = {
      when     = true # even while the endpoint is off, or requests would be denied until the function is updated
      Sid      = "InvokeTheEndpoint"
      Action   = local.asynchronous ? "sagemaker:InvokeEndpointAsync" : "sagemaker:InvokeEndpoint"
      Resource = var.endpoint.arn
    }
    health = {
      when     = true
      Sid      = "DescribeTheEndpoint"
      Action   = "sagemaker:DescribeEndpoint"
      Resource = var.endpoint.arn
    }
    requests = {
      when     = local.asynchronous
      Sid      = "PutRequests"
      Action   = "s3:PutObject"
      Resource = "${local.async_arns.input}/*"
    }
    results = {
      when   = local.asynchronous
      Sid    = "ReadReceiptsAndResults"
      Action = "s3:GetObject"
      # Of the objects that it writes, the function only reads the receipts, which name the location of a request's results.
      Resource = ["${local.async_arns.input}/receipts/*", "${local.async_arns.output}/*", "${local.async_arns.failure}/*"]
    }
    logging = {
      when     = true
      Sid      = "WriteTheLog"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${local.log_group_arn}:*"
    }
    metrics = {
      when      = true
      Sid       = "PutMetricsOfOneNamespace"
      Action    = "cloudwatch:PutMetricData"
      Resource  = "*" # the action has no resource type
      Condition = { StringEquals = { "cloudwatch:namespace" = var.handler.metrics_namespace } }
    }
    tracing = {
      when     = true
      Sid      = "SendTraces"
      Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      Resource = "*" # these actions have no resource type
    }
    # The Lambda service manages network interfaces with this role, and its requests carry no lambda:SourceFunctionArn. Those of the
    # function's code do, so the condition keeps these grants from the code. Lambda Developer Guide: configuration-vpc,
    # permissions-source-function-arn.
    network_description = {
      when     = var.vpc != null
      Sid      = "DescribeTheNetwork"
      Action   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
      Resource = "*" # these actions have no resource type
      Condition = {
        StringEquals = { "ec2:Region" = var.account.region }
        ArnNotEquals = { "lambda:SourceFunctionArn" = local.function_arn }
      }
    }
    network_creation = {
      when   = var.vpc != null
      Sid    = "CreateNetworkInterfaces"
      Action = "ec2:CreateNetworkInterface"
      Resource = concat(local.subnet_arns, local.security_group_arns, [
        "arn:${var.account.partition}:ec2:${var.account.region}:${var.account.id}:network-interface/*"
      ])
      Condition = { ArnNotEquals = { "lambda:SourceFunctionArn" = local.function_arn } }
    }
    network_interfaces = {
      when   = var.vpc != null
      Sid    = "ManageNetworkInterfaces"
      Action = ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
      # Lambda checks beforehand whether it may delete an interface, without naming one. The guide requires this ARN.
      Resource = "arn:${var.account.partition}:ec2:${var.account.region}:${var.account.id}:*/*"
      Condition = {
        StringEquals = { "ec2:Region" = var.account.region }
        ArnNotEquals = { "lambda:SourceFunctionArn" = local.function_arn }
      }
    }
    contract = {
      when   = local.contract_stored
      Sid    = "ReadTheContract"
      Action = "s3:GetObject"
      # Including past and future versions: during an update, the old function still starts.
      Resource = one([
        for bucket in local.contract_bucket[*] : "arn:${var.account.partition}:s3:::${bucket}/${var.name}/contract-*.json.gz"
      ])
    }
  } : purpose => merge({ Effect = "Allow" }, { for element, value in policy : element => value if element != "when" }) if policy.when }

  # Requests and dead letters are encrypted with a key, if there is one.
  encrypts = local.asynchronous || var.handler.dead_letter_target_arn != null

  # Whether a key or a target is set may be unknown before the first apply, but the keys of for_each must be known: these statements are
  # part of a policy that always exists.
  optional_statements = concat([for statement in [
    { Sid = "ReadTheEnvironment", Effect = "Allow", Action = "kms:Decrypt", Resource = var.kms_key_arn },
    { Sid = "EncryptRequests", Effect = "Allow", Action = "kms:GenerateDataKey", Resource = var.kms_key_arn },
    ] : statement if var.kms_key_arn != null && (local.encrypts || statement.Sid != "EncryptRequests")], [for statement in [
    {
      Sid      = "UseTheKeysOfTheBuckets"
      Effect   = "Allow"
      Action   = concat(["kms:Decrypt"], local.encrypts ? ["kms:GenerateDataKey"] : [])
      Resource = sort(var.handler.kms_key_arns)
    },
    ] : statement if length(var.handler.kms_key_arns) > 0], [for arn in var.handler.dead_letter_target_arn[*] : {
    Sid      = "SendDeadLetters"
    Effect   = "Allow"
    Action   = split(":", arn)[2] == "sqs" ? "sqs:SendMessage" : "sns:Publish"
    Resource = arn
  }])

  # Any account, because a subnet can be shared by another account, which then owns it.
  subnet_arns = flatten([
    for vpc in var.vpc[*] : [for id in vpc.subnet_ids : "arn:${var.account.partition}:ec2:${var.account.region}:*:subnet/${id}"]
  ])
  security_group_arns = flatten([
    for vpc in var.vpc[*] : [
      for id in vpc.security_group_ids : "arn:${var.account.partition}:ec2:${var.account.region}:*:security-group/${id}"
    ]
  ])
}

resource "aws_iam_role" "this" {
  # IAM is global: the Region separates deployments of the same name in several Regions.
  name                 = "${var.name}-${var.account.region}-handler"
  description          = "Permissions of the function ${var.name}"
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
    Statement = concat([each.value], [for statement in local.optional_statements : statement if each.key == "logging"])
  })

  lifecycle {
    # AWS deletes them with the role.
    replace_triggered_by = [aws_iam_role.this.unique_id]
  }
}
