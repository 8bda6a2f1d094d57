# Where the examples keep their models: a bucket with the artifact that a train.py packed.
# Credentials and region come from the environment, so the same files apply to an account of AWS and to the sandbox.

module "account" {
  source = "../../modules/account"
}

locals {
  trained = fileexists(var.path)
  digest  = local.trained ? filesha256(var.path) : "untrained"
}

resource "aws_s3_bucket" "this" {
  bucket = "${var.name}-${module.account.account.id}-${module.account.account.region}" # globally unique, and known before the apply
  # An example is tried and thrown away, and its model is trained in seconds. Keep the models of a real service: leave this out.
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# A new model is a new object, and so a new deployment. An update that was rolled back leaves both objects, and going back finds the old one.
resource "aws_s3_object" "this" {
  for_each = toset([local.digest])

  bucket = aws_s3_bucket.this.bucket
  key    = "models/${each.key}/model.tar.gz"
  source = var.path

  lifecycle {
    # The endpoint serves the old model until it has moved to the new one.
    create_before_destroy = true

    precondition {
      condition     = local.trained
      error_message = "There is no ${var.path} yet. Train the model first: `make demo` does it for bikeshare, and the train.py of an example does it for that."
    }
  }
}
