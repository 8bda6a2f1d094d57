# The execution role: what SageMaker may do on the endpoint's behalf. docs/decisions/0014-execution-role.md says why.

locals {
  own_role = var.serving.created && var.serving.model.own_role

  image_uris = distinct(compact(concat(values(local.images), var.serving.model.package[*].image_uri)))
  repository_arns = sort(distinct([for parts in [
    for uri in local.image_uris : regex(local.repository_pattern, uri) if can(regex(local.repository_pattern, uri))
  ] : "arn:${var.account.partition}:ecr:${parts.region}:${parts.account}:repository/${parts.repository}"]))
  # 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/image:tag
  repository_pattern = "^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<repository>[^:@]+)"

  artifact_uris = distinct(compact(concat(values(local.artifacts), var.serving.model.package[*].artifact)))
  artifact_arns = sort([
    for uri in local.artifact_uris : "arn:${var.account.partition}:s3:::${trimprefix(uri, "s3://")}${endswith(uri, "/") ? "*" : ""}"
  ])

  execution_role_arn = (
    local.own_role
    ? "arn:${var.account.partition}:iam::${var.account.id}:role/${aws_iam_role.this[0].name}"
    : var.serving.model.execution_role_arn
  )

  async_uris = {
    for key, uri in var.serving.async == null ? {} : {
      input   = var.serving.async.input_s3_uri
      output  = var.serving.async.output_s3_uri
      failure = var.serving.async.failure_s3_uri
    } : key => trimprefix(uri, "s3://")
  }

  # Destinations that the endpoint writes to: captured data and results of asynchronous invocations.
  capture_arns = [
    for capture in var.serving.capture[*] : "arn:${var.account.partition}:s3:::${trimsuffix(trimprefix(capture.s3_uri, "s3://"), "/")}/*"
  ]
  async_arns = { for key, uri in local.async_uris : key => "arn:${var.account.partition}:s3:::${uri}/*" }
  topic_arns = [
    for topic in flatten([
      for async in var.serving.async[*] : [async.notifications.success_topic_arn, async.notifications.error_topic_arn]
    ]) : topic if topic != null
  ]

  # Prefixes that SageMaker lists: those of several models and those of asynchronous invocations.
  listed_prefixes = concat(
    [for uri in var.serving.model.multi_model == null ? [] : local.artifact_uris : trimprefix(uri, "s3://")],
    [for uri in values(local.async_uris) : "${uri}/"],
  )

  subnet_arns = flatten([
    for vpc in var.serving.vpc[*] : [for id in vpc.subnet_ids : "arn:${var.account.partition}:ec2:${var.account.region}:*:subnet/${id}"]
  ])
  security_group_arns = flatten([
    for vpc in var.serving.vpc[*] : [
      for id in vpc.security_group_ids : "arn:${var.account.partition}:ec2:${var.account.region}:*:security-group/${id}"
    ]
  ])
  interface_arn = "arn:${var.account.partition}:ec2:${var.account.region}:${var.account.id}:network-interface/*"
}

resource "aws_iam_role" "this" {
  count = local.own_role ? 1 : 0

  # IAM is global: the Region in the name separates deployments of the same name in several Regions. Every creation has its own name:
  # docs/decisions/0011-endpoint-generations.md.
  name                 = "${var.name}-${var.account.region}-${substr(sha256(plantimestamp()), 0, 6)}-endpoint"
  description          = "Permissions of SageMaker for the endpoint ${var.name}"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SageMakerAssumesTheRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account.id } }
    }]
  })

  lifecycle {
    # The old models use the old role until the endpoint has moved to the new ones.
    create_before_destroy = true
    ignore_changes        = [name]
  }
}

# Other statements create another policy, instead of changing this one.
resource "terraform_data" "policy" {
  count = local.own_role ? 1 : 0

  triggers_replace = sha256(jsonencode(local.statements))
}

# The next configuration's grants are added before the endpoint moves, and the last one's are removed afterwards. An update that was rolled
# back leaves both.
resource "aws_iam_role_policy" "this" {
  count = local.own_role ? 1 : 0

  # Every creation has its own name: docs/decisions/0011-endpoint-generations.md.
  name = "endpoint-${substr(sha256(jsonencode([local.statements, plantimestamp()])), 0, 8)}"
  role = aws_iam_role.this[0].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.statements
  })

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [name]
    replace_triggered_by  = [terraform_data.policy]
  }
}

locals {
  statements = [for grant in concat([
    {
      when      = length(local.artifact_arns) > 0
      statement = { Sid = "ReadTheModelArtifacts", Effect = "Allow", Action = ["s3:GetObject"], Resource = local.artifact_arns }
    },
    {
      when = length(local.repository_arns) > 0
      statement = {
        Sid      = "PullTheImages"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = local.repository_arns
      }
    },
    {
      when = length(local.repository_arns) > 0
      statement = {
        Sid      = "LogInToTheRegistry"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"] # the action has no resource type
      }
    },
    {
      when = true
      statement = {
        Sid      = "WriteTheContainersLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = [local.log_groups_arn, "${local.log_groups_arn}:*"]
      }
    },
    {
      when = true
      statement = {
        Sid    = "WatchTheAlarmsOfAnUpdate"
        Effect = "Allow"
        Action = ["cloudwatch:DescribeAlarms"]
        Resource = [
          for name in concat(["${local.alarm_prefix}*"], sort(var.serving.rollback.alarm_names)) :
          "arn:${var.account.partition}:cloudwatch:${var.account.region}:${var.account.id}:alarm:${name}"
        ]
      }
    },
    {
      when      = var.serving.capture != null
      statement = { Sid = "CaptureRequestsAndAnswers", Effect = "Allow", Action = ["s3:PutObject"], Resource = local.capture_arns }
    },
    {
      when = var.serving.async != null
      statement = {
        Sid      = "ReadAsynchronousRequests"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for key, arn in local.async_arns : arn if key == "input"]
      }
    },
    {
      when = var.serving.async != null
      statement = {
        Sid      = "WriteAsynchronousResults"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = [for key, arn in local.async_arns : arn if key != "input"]
      }
    },
    {
      when      = length(local.topic_arns) > 0
      statement = { Sid = "NotifyOfAsynchronousResults", Effect = "Allow", Action = ["sns:Publish"], Resource = local.topic_arns }
    },
    {
      when = var.serving.vpc != null
      statement = {
        Sid    = "DescribeTheNetwork"
        Effect = "Allow"
        Action = [
          "ec2:DescribeDhcpOptions",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcs",
        ]
        Resource  = ["*"] # these actions have no resource type
        Condition = { StringEquals = { "ec2:Region" = var.account.region } }
      }
    },
    {
      when = var.serving.vpc != null
      statement = {
        Sid      = "EnterTheSubnets"
        Effect   = "Allow"
        Action   = ["ec2:CreateNetworkInterface"]
        Resource = concat(local.subnet_arns, local.security_group_arns, [local.interface_arn])
      }
    },
    {
      when = var.serving.vpc != null
      statement = {
        Sid       = "LeaveTheSubnets"
        Effect    = "Allow"
        Action    = ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"]
        Resource  = [local.interface_arn]
        Condition = { ArnLike = { "ec2:Subnet" = local.subnet_arns } }
      }
    },
    {
      when = var.kms_key_arn != null
      statement = {
        Sid      = "UseTheKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        Resource = [var.kms_key_arn]
      }
    },
    {
      when = length(var.serving.model.kms_key_arns) > 0
      statement = {
        Sid      = "UseTheKeysOfTheBuckets"
        Effect   = "Allow"
        Action   = concat(["kms:Decrypt"], var.serving.capture != null || var.serving.async != null ? ["kms:GenerateDataKey"] : [])
        Resource = sort(var.serving.model.kms_key_arns)
      }
    },
    {
      when = var.kms_key_arn != null
      statement = {
        Sid       = "LendTheKeyToTheVolumes"
        Effect    = "Allow"
        Action    = ["kms:CreateGrant"]
        Resource  = [var.kms_key_arn]
        Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
      }
    },
    ], [for prefix in local.listed_prefixes : {
      when = true
      statement = {
        Sid       = "List${substr(sha256(prefix), 0, 8)}"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = ["arn:${var.account.partition}:s3:::${split("/", prefix)[0]}"]
        Condition = { StringLike = { "s3:prefix" = ["${join("/", slice(split("/", prefix), 1, length(split("/", prefix))))}*"] } }
      }
  }]) : grant.statement if grant.when]
}
