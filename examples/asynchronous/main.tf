# The bike rental model on an asynchronous endpoint: requests and results are stored in S3, and idle instances are removed.

module "account" {
  source = "../../modules/account"
}

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

resource "aws_s3_bucket" "calls" {
  bucket        = "${var.name}-calls-${module.account.account.id}-${module.account.account.region}" # globally unique, and known before the apply
  force_destroy = true                                                                              # examples are temporary
}

resource "aws_s3_bucket_public_access_block" "calls" {
  bucket = aws_s3_bucket.calls.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  model    = { artifact = module.artifact.uri }

  capacity = {
    async = {
      s3_uri      = "s3://${aws_s3_bucket.calls.bucket}/bikeshare"
      autoscaling = { minimum = 0, maximum = 2, backlog_per_instance = 5 }
    }
  }
}
