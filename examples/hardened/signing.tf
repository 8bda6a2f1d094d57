# The function's package, signed by AWS Signer.

resource "aws_s3_object" "unsigned" {
  # AWS Signer reads a version, and the module's name of the bucket waits for versions.
  bucket      = module.bucket.name
  key         = "packages/handler.zip"
  source      = "${path.module}/../../lambda/dist/handler.zip"
  source_hash = filesha256("${path.module}/../../lambda/dist/handler.zip")
  kms_key_id  = var.kms_key_arn

  # AWS allows ten tags on an object, and fifty on other resources. These begin with lower-case letters because the provider would take tags
  # that equal its default ones for those, and plan a change each time.
  tags = { environment = "production", owner = var.owner }

  override_provider {
    default_tags {
      tags = {}
    }
  }
}

resource "aws_signer_signing_job" "handler" {
  profile_name = var.signing.profile_name

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
