# A contract that exceeds the function's environment is stored in S3, compressed as it would be there.

locals {
  environment_limit = 4096 # bytes of names and values, by Lambda
  contract_bucket   = local.bucket_made ? aws_s3_bucket.contract[0].bucket : var.handler.contract_bucket

  # Values that may be unknown before the first apply count with their maximum length.
  longest = { ENDPOINT_NAME = 63, ASYNC = 700 }
  fixed_bytes = sum([
    for key, value in local.fixed_environment : length(key) + (contains(keys(local.longest), key) ? local.longest[key] : length(value))
  ])
  contract_stored = local.fixed_bytes + length("CONTRACT") + length(var.contract) > local.environment_limit
  contract_text   = local.contract_stored ? "s3://${local.contract_bucket}/${aws_s3_object.contract[0].key}" : var.contract
  bucket_made     = local.contract_stored ? var.handler.contract_bucket == null : false # the bucket may be unknown before the first apply
}

resource "aws_s3_bucket" "contract" {
  count = local.bucket_made ? 1 : 0

  # Every creation has its own name, like the object's.
  bucket = "${var.name}-contract-${substr(sha256("${var.account.id}/${var.account.region}/${plantimestamp()}"), 0, 8)}"
  tags   = var.tags
  # The module can recreate everything in it.
  force_destroy = true

  lifecycle {
    # Terraform extends create_before_destroy from the object to its bucket.
    create_before_destroy = true
    ignore_changes        = [bucket]
  }
}

resource "aws_s3_bucket_public_access_block" "contract" {
  count = local.bucket_made ? 1 : 0

  bucket                  = aws_s3_bucket.contract[0].bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Over TLS alone, as Security Hub's control S3.5 requires.
resource "aws_s3_bucket_policy" "contract" {
  count = local.bucket_made ? 1 : 0

  bucket = aws_s3_bucket.contract[0].bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyRequestsWithoutTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource = [
        "arn:${var.account.partition}:s3:::${local.contract_bucket}",
        "arn:${var.account.partition}:s3:::${local.contract_bucket}/*",
      ]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 rejects changes of one bucket's settings at the same time.
  depends_on = [aws_s3_bucket_public_access_block.contract]
}

# Another contract creates another object, instead of changing this one.
resource "terraform_data" "contract" {
  count = local.contract_stored ? 1 : 0

  triggers_replace = sha256(var.contract)
}

resource "aws_s3_object" "contract" {
  count = local.contract_stored ? 1 : 0

  bucket = local.contract_bucket
  # Every creation has its own key: running versions of the function continue to find theirs.
  key            = "${var.name}/contract-${substr(sha256("${var.contract}${plantimestamp()}"), 0, 8)}.json.gz"
  content_base64 = var.contract
  content_type   = "application/gzip"
  kms_key_id     = var.kms_key_arn

  # Without tags: an object has at most 10 (Amazon S3 User Guide, object-tagging), and everything else 50.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    # The old version of the function reads the old object until the new version replaces it.
    create_before_destroy = true
    ignore_changes        = [key]
    replace_triggered_by  = [terraform_data.contract]
  }
}
