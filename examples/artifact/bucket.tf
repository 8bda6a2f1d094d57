# A bucket with the artifact that a train.py has written; the other examples use it.
# Credentials and Region come from the environment, so the same files apply to AWS and to the sandbox.

module "account" {
  source = "../../modules/account"
}

locals {
  trained = fileexists(var.path)
  digest  = local.trained ? filesha256(var.path) : "untrained"
}

resource "aws_s3_bucket" "this" {
  bucket = "${var.name}-${module.account.account.id}-${module.account.account.region}" # globally unique, and known before the apply
  # Examples are temporary, and their models train in seconds. Remove this to keep the models of a real service.
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# A new model is a new object, and so triggers a deployment. A rolled-back update leaves both objects, so that returning to the old one works.
resource "aws_s3_object" "this" {
  for_each = toset([local.digest])

  bucket = aws_s3_bucket.this.bucket
  key    = "models/${each.key}/model.tar.gz"
  source = var.path

  lifecycle {
    # The endpoint serves the old model until its update is finished.
    create_before_destroy = true

    precondition {
      condition     = local.trained
      error_message = "${var.path} does not exist. Train the model first: run `make demo` for bikeshare, or the train.py of the example."
    }
  }
}
