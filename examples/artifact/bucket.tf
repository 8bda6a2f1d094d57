# A bucket with the artifact that a train.py has written; the other examples use it.
# Credentials and Region come from the environment, so the same files apply to AWS and to the sandbox.

module "bucket" {
  source = "../bucket"

  name = var.name
}

locals {
  trained = fileexists(var.path)
  digest  = local.trained ? filesha256(var.path) : "untrained"
}

# A new model is a new object, and so triggers a deployment. A rolled-back update leaves both objects, so that returning to the old one
# works.
resource "aws_s3_object" "this" {
  for_each = toset([local.digest])

  bucket = module.bucket.name
  key    = "models/${each.key}/model.tar.gz"
  source = var.path

  # Without tags: an object has at most 10 (Amazon S3 User Guide, object-tagging), and a provider's default_tags may be more.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    # The endpoint serves the old model until its update is finished.
    create_before_destroy = true

    precondition {
      condition     = local.trained
      error_message = "${var.path} does not exist. Train the model first: run `make demo` for bikeshare, or the train.py of the example."
    }
  }
}
