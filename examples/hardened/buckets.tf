# The bucket of models, packages and captured data, and the bucket of its access log.

locals {
  # Globally unique, and known before the apply.
  bucket = "${var.name}-${local.account.id}-${local.account.region}"
  buckets = {
    data = local.bucket
    log  = "${local.bucket}-log"
  }
  bucket_arns = { for key, name in local.buckets : key => "arn:${local.account.partition}:s3:::${name}" }

  denial = {
    Sid       = "DenyRequestsWithoutTls"
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket = each.value
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.this[each.key].bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket

  rule {
    bucket_key_enabled = each.key == "data"

    apply_server_side_encryption_by_default {
      # Access logs support S3's own keys only: Amazon S3 User Guide, enable-server-access-logging.
      sse_algorithm     = each.key == "data" ? "aws:kms" : "AES256"
      kms_master_key_id = each.key == "data" ? var.kms_key_arn : null
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in [
      merge(local.denial, { Resource = [local.bucket_arns[each.key], "${local.bucket_arns[each.key]}/*"] }),
      {
        Sid       = "AccessLog"
        Effect    = "Allow"
        Principal = { Service = "logging.s3.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = ["${local.bucket_arns[each.key]}/access/*"]
        Condition = { StringEquals = { "aws:SourceAccount" = local.account.id } }
      },
    ] : statement if statement.Sid != "AccessLog" || each.key == "log"]
  })

  # S3 rejects changes of one bucket's settings at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this["data"].bucket
  target_bucket = aws_s3_bucket.this["log"].bucket
  target_prefix = "access/"
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket

  rule {
    id     = "versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "expire"
    status = "Enabled"

    filter {
      prefix = each.key == "data" ? "captured/" : "access/"
    }

    expiration {
      days = 365
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_object" "model" {
  bucket     = aws_s3_bucket.this["data"].bucket
  key        = "models/${filesha256("${path.module}/../bikeshare/.build/model.tar.gz")}/model.tar.gz"
  source     = "${path.module}/../bikeshare/.build/model.tar.gz"
  kms_key_id = var.kms_key_arn

  tags = { Environment = "production", Owner = var.owner }

  # AWS allows ten tags on an object, and fifty on other resources.
  override_provider {
    default_tags {
      tags = {}
    }
  }
}
