# The function's package, signed by AWS Signer: Lambda accepts no other.

resource "aws_signer_signing_profile" "this" {
  platform_id = "AWSLambda-SHA384-ECDSA"
  name_prefix = replace(var.name, "-", "_")
}

resource "aws_s3_object" "unsigned" {
  bucket      = aws_s3_bucket.this["data"].bucket
  key         = "packages/handler.zip"
  source      = "${path.module}/../../lambda/dist/handler.zip"
  source_hash = filesha256("${path.module}/../../lambda/dist/handler.zip")
  kms_key_id  = var.kms_key_arn

  # AWS Signer reads a version.
  depends_on = [aws_s3_bucket_versioning.this]

  tags = { Environment = "production", Owner = var.owner }

  # AWS allows ten tags on an object, and fifty on other resources.
  override_provider {
    default_tags {
      tags = {}
    }
  }
}

resource "aws_signer_signing_job" "handler" {
  profile_name = aws_signer_signing_profile.this.name

  source {
    s3 {
      bucket  = aws_s3_object.unsigned.bucket
      key     = aws_s3_object.unsigned.key
      version = aws_s3_object.unsigned.version_id
    }
  }

  destination {
    s3 {
      bucket = aws_s3_object.unsigned.bucket
      prefix = "signed/"
    }
  }
}

resource "aws_lambda_code_signing_config" "this" {
  description = "Packages signed for ${var.name}"

  allowed_publishers {
    signing_profile_version_arns = [aws_signer_signing_profile.this.version_arn]
  }

  policies {
    untrusted_artifact_on_deployment = "Enforce"
  }
}
