# A bike rental forecast behind an API: the model that train.py packed, in a bucket, served by the module.
# Credentials and region come from the environment, so the same files apply to an account of AWS and to the sandbox.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  # Provider 6 renames the attribute, and refuses to hear of one that its version has not; lookup asks neither.
  region = coalesce(lookup(data.aws_region.current, "region", null), lookup(data.aws_region.current, "name", null))

  artifact = "${path.module}/.build/model.tar.gz"
  trained  = fileexists(local.artifact)
  digest   = local.trained ? filesha256(local.artifact) : "untrained"
}

resource "aws_s3_bucket" "models" {
  bucket = "${var.name}-${local.account}-${local.region}" # unique in the world, and known before the apply
  # An example is tried and thrown away, and its model is trained in seconds. Keep the models of a real service: leave this out.
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "models" {
  bucket = aws_s3_bucket.models.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "model" {
  bucket = aws_s3_bucket.models.bucket
  key    = "models/${local.digest}/model.tar.gz" # a new model is a new object, and so a new deployment
  source = local.artifact

  lifecycle {
    # The endpoint serves the old model until it has moved to the new one.
    create_before_destroy = true

    precondition {
      condition     = local.trained
      error_message = "There is no ${local.artifact} yet. Train the model first: `make demo` does, and so does `python examples/bikeshare/train.py`."
    }
  }
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/contract.yaml"))
  model    = { artifact = "s3://${aws_s3_object.model.bucket}/${aws_s3_object.model.key}" }
}
