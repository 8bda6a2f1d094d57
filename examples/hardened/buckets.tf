# The bucket of models, packages and captured data, and its replicas in another Region.

locals {
  # Globally unique, and known before the apply.
  bucket     = "${var.name}-${local.account.id}-${local.account.region}"
  bucket_arn = "arn:${local.account.partition}:s3:::${local.bucket}"
}

module "bucket" {
  source = "./bucket"

  name            = local.bucket
  partition       = local.account.partition
  kms             = { key_arn = var.kms_key_arn }
  log_bucket      = var.log_bucket
  expiring_prefix = "captured/"

  replication = {
    bucket_arn  = var.replica.bucket_arn
    kms_key_arn = var.replica.kms_key_arn
    role_arn    = aws_iam_role.replication.arn
  }
}

# Amazon S3 User Guide, setting-repl-config-perm-overview and replication-config-for-kms-objects.
resource "aws_iam_role" "replication" {
  name        = "${var.name}-${local.account.region}-replication"
  description = "Lets S3 replicate ${local.bucket}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "S3AssumesTheRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "s3.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account.id } }
    }]
  })
}

resource "aws_iam_role_policy" "replication" {
  name = "replicate"
  role = aws_iam_role.replication.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ListTheBucket"
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = local.bucket_arn
      },
      {
        Sid      = "ReadVersions"
        Effect   = "Allow"
        Action   = ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]
        Resource = "${local.bucket_arn}/*"
      },
      {
        Sid      = "WriteReplicas"
        Effect   = "Allow"
        Action   = ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]
        Resource = "${var.replica.bucket_arn}/*"
      },
      {
        Sid       = "DecryptVersions"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.account.region}.amazonaws.com" } }
      },
      {
        Sid       = "EncryptReplicas"
        Effect    = "Allow"
        Action    = ["kms:Encrypt", "kms:GenerateDataKey"]
        Resource  = var.replica.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.replica.region}.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_s3_object" "model" {
  bucket     = module.bucket.name
  key        = "models/${filesha256("${path.module}/../bikeshare/.build/model.tar.gz")}/model.tar.gz"
  source     = "${path.module}/../bikeshare/.build/model.tar.gz"
  kms_key_id = var.kms_key_arn

  # AWS allows ten tags on an object, and fifty on other resources. These begin with lower-case letters because the provider would take tags
  # that equal its default ones for those, and plan a change each time.
  tags = { environment = "production", owner = var.owner }

  override_provider {
    default_tags {
      tags = {}
    }
  }
}
