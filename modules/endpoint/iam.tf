# The execution role: what the container's host may do. docs/decisions/tf-registry-login.md explains the registry part.

locals {
  own_role = var.model.execution_role_arn == null
  # IAM is global: the Region keeps a second deployment of the same name elsewhere apart.
  role_name      = "${var.name}-${local.region}-endpoint"
  endpoint_arn   = "arn:${local.partition}:sagemaker:${local.region}:${local.account}:endpoint/${var.name}"
  log_group_name = "/aws/sagemaker/Endpoints/${var.name}"
  log_group_arn  = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.log_group_name}"

  # 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/image:tag
  registry       = regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<repository>[^:@]+)", local.image_uri)
  repository_arn = "arn:${local.partition}:ecr:${local.registry.region}:${local.registry.account}:repository/${local.registry.repository}"

  artifact_arn = "arn:${local.partition}:s3:::${trimprefix(var.model.artifact, "s3://")}"
}

resource "aws_iam_role" "this" {
  count = local.own_role ? 1 : 0

  name                 = local.role_name
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
}

resource "aws_iam_role_policy" "this" {
  for_each = { for name, statements in local.policies : name => statements if local.own_role }

  name = each.key
  role = aws_iam_role.this[0].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = each.value
  })
}

# Logging in to a registry can be granted on every resource only, which AWS's own policy does; the policy "image" takes
# back what it grants beyond.
resource "aws_iam_role_policy_attachment" "registry_login" {
  count = local.own_role ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
}

locals {
  policies = merge(
    {
      artifact = [{
        Sid      = "ReadTheModelArtifact"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = local.artifact_arn
      }]
      image = [
        {
          Sid      = "PullTheImage"
          Effect   = "Allow"
          Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
          Resource = local.repository_arn
        },
        {
          Sid         = "PullNothingElse"
          Effect      = "Deny"
          Action      = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:GetDownloadUrlForLayer"]
          NotResource = local.repository_arn
        },
      ]
      logging = [{
        Sid      = "WriteTheContainersLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = [local.log_group_arn, "${local.log_group_arn}:log-stream:*"]
      }]
    },
    var.kms_key_arn == null ? {} : {
      key = [
        {
          Sid      = "UseTheKey"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
          Resource = var.kms_key_arn
        },
        {
          Sid       = "LendTheKeyToTheVolumes"
          Effect    = "Allow"
          Action    = "kms:CreateGrant"
          Resource  = var.kms_key_arn
          Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
        },
      ]
    }
  )
}
