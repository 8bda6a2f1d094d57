# A private bucket: closed to the public, over TLS alone, and with objects that expire if asked to. The other examples use it.

module "account" {
  source = "../../modules/account"
}

locals {
  # Globally unique, and known before the apply.
  name = "${var.name}-${module.account.account.id}-${module.account.account.region}"
  arn  = "arn:${module.account.account.partition}:s3:::${local.name}"
}

resource "aws_s3_bucket" "this" {
  bucket = local.name
  # Examples are temporary. Remove this to keep the objects of a real service.
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyRequestsWithoutTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local.arn, "${local.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 rejects changes of one bucket's settings at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = var.expiration_in_days == null ? 0 : 1

  bucket = aws_s3_bucket.this.bucket

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.expiration_in_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_policy.this]
}
