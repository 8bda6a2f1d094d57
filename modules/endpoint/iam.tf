# The execution role: what the container's host may do. docs/decisions/tf-registry-login.md explains the registry part.

locals {
  own_role       = local.made && local.model.execution_role == null
  log_group_name = "/aws/sagemaker/Endpoints/${local.endpoint_name}"
  log_group_arn  = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.log_group_name}"

  # 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/image:tag
  image_uris = distinct(compact(concat([for container in values(local.containers) : container.image_uri], local.model.package[*].image_uri)))
  repository_arns = sort(distinct([for parts in [
    for uri in local.image_uris : regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<repository>[^:@]+)", uri)
  ] : "arn:${local.partition}:ecr:${parts.region}:${parts.account}:repository/${parts.repository}"]))

  artifact_arns = sort(distinct([
    for uri in compact(concat([for container in values(local.containers) : container.artifact], local.model.package[*].artifact)) :
    "arn:${local.partition}:s3:::${trimprefix(uri, "s3://")}${endswith(uri, "/") ? "*" : ""}"
  ]))

  # The role may pull from these repositories and is denied all others. Two such policies on one role would deny each other,
  # so that other repositories are another role. IAM is global: the Region keeps a second deployment of the same name elsewhere apart.
  role_name          = "${var.name}-${local.region}-endpoint-${substr(sha256(jsonencode(local.repository_arns)), 0, 6)}"
  role_content       = local.model.execution_role == null ? local.role_name : local.model.execution_role.arn
  execution_role_arn = local.own_role ? aws_iam_role.this[local.role_name].arn : one(local.model.execution_role[*].arn)

  # What the endpoint writes: below the capture's prefix, and results of asynchronous calls.
  capture_arns = [for capture in var.monitoring.capture[*] : "arn:${local.partition}:s3:::${trimsuffix(trimprefix(capture.s3_uri, "s3://"), "/")}/*"]
  async_arns   = { for key, uri in local.async == null ? {} : local.async : key => "arn:${local.partition}:s3:::${trimprefix(uri, "s3://")}/*" }
  topic_arns   = [for topic in flatten([for async in var.capacity.async[*] : [async.notifications.success_topic_arn, async.notifications.error_topic_arn]]) : topic if topic != null]

  # Prefixes to list, by their bucket: what holds several models, and what asynchronous calls use.
  listed_prefixes = concat(
    [for uri in distinct(compact([for container in values(local.containers) : container.multi_model == null ? null : container.artifact])) : trimprefix(uri, "s3://")],
    [for uri in values(local.async == null ? {} : local.async) : "${trimprefix(uri, "s3://")}/"],
  )

  subnet_arns         = flatten([for vpc in var.vpc[*] : [for id in vpc.subnet_ids : "arn:${local.partition}:ec2:${local.region}:*:subnet/${id}"]])
  security_group_arns = flatten([for vpc in var.vpc[*] : [for id in vpc.security_group_ids : "arn:${local.partition}:ec2:${local.region}:*:security-group/${id}"]])
  interface_arn       = "arn:${local.partition}:ec2:${local.region}:${local.account}:network-interface/*"
}

resource "aws_iam_role" "this" {
  for_each = toset(local.own_role ? [local.role_name] : [])

  name                 = each.key
  description          = "What SageMaker may do for the endpoint ${var.name}"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SageMakerAssumesTheRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })

  lifecycle {
    # The old models run with the old role until the endpoint has left them.
    create_before_destroy = true
  }
}

# Named after its content: what the next configuration needs is granted before the endpoint moves, and what the last one needed
# is taken away after. An update that was rolled back leaves both.
resource "aws_iam_role_policy" "this" {
  for_each = toset(local.own_role ? ["${local.role_name}/${substr(sha256(jsonencode(local.artifact_arns)), 0, 8)}"] : [])

  name = "endpoint-${substr(sha256(jsonencode(local.statements)), 0, 8)}"
  role = aws_iam_role.this[local.role_name].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.statements
  })

  lifecycle {
    create_before_destroy = true
  }
}

# Logging in to a registry, and looking at a VPC, can be granted on every resource only, which AWS's own policies do. Those of
# the registry grant more, and the statement PullNothingElse takes that back.
resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset(local.own_role ? [for policy in concat(length(local.repository_arns) > 0 ? ["AmazonEC2ContainerRegistryPullOnly"] : [], [for vpc in var.vpc[*] : "AmazonVPCReadOnlyAccess"]) : "${local.role_name}/${policy}"] : [])

  role       = aws_iam_role.this[local.role_name].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${split("/", each.key)[1]}"

  lifecycle {
    create_before_destroy = true
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
        Sid         = "PullNothingElse"
        Effect      = "Deny"
        Action      = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:GetDownloadUrlForLayer"]
        NotResource = local.repository_arns
      }
    },
    {
      when = true
      statement = {
        Sid      = "WriteTheContainersLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = [local.log_group_arn, "${local.log_group_arn}:*"]
      }
    },
    {
      when = true
      statement = {
        Sid      = "WatchTheAlarmsOfAnUpdate"
        Effect   = "Allow"
        Action   = ["cloudwatch:DescribeAlarms"]
        Resource = [for name in concat(["${local.alarm_prefix}*"], sort(var.monitoring.rollback.alarm_names)) : "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${name}"]
      }
    },
    {
      when      = var.monitoring.capture != null
      statement = { Sid = "CaptureRequestsAndAnswers", Effect = "Allow", Action = ["s3:PutObject"], Resource = local.capture_arns }
    },
    {
      when      = local.async != null
      statement = { Sid = "ReadAsynchronousRequests", Effect = "Allow", Action = ["s3:GetObject"], Resource = [for key, arn in local.async_arns : arn if key == "input_s3_uri"] }
    },
    {
      when = local.async != null
      statement = {
        Sid      = "WriteAsynchronousResults"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = [for key, arn in local.async_arns : arn if key != "input_s3_uri"]
      }
    },
    {
      when      = length(local.topic_arns) > 0
      statement = { Sid = "NotifyOfAsynchronousResults", Effect = "Allow", Action = ["sns:Publish"], Resource = local.topic_arns }
    },
    {
      when = var.vpc != null
      statement = {
        Sid      = "EnterTheSubnets"
        Effect   = "Allow"
        Action   = ["ec2:CreateNetworkInterface"]
        Resource = concat(local.subnet_arns, local.security_group_arns, [local.interface_arn])
      }
    },
    {
      when = var.vpc != null
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
        Resource  = ["arn:${local.partition}:s3:::${split("/", prefix)[0]}"]
        Condition = { StringLike = { "s3:prefix" = ["${join("/", slice(split("/", prefix), 1, length(split("/", prefix))))}*"] } }
      }
  }]) : grant.statement if grant.when]
}
