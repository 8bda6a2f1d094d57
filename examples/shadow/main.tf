# A candidate model that receives a copy of half of the requests. Its predictions are captured, together with those that clients receive.

module "account" {
  source = "../../modules/account"
}

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

# The same model again. Replace it with your candidate.
module "candidate" {
  source = "../artifact"

  name = "${var.name}-candidate"
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

resource "aws_s3_bucket" "captured" {
  bucket        = "${var.name}-captured-${module.account.account.id}-${module.account.account.region}" # globally unique, and known before the apply
  force_destroy = true                                                                                 # examples are temporary
}

resource "aws_s3_bucket_public_access_block" "captured" {
  bucket = aws_s3_bucket.captured.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

module "bikeshare" {
  source = "../../"

  name       = var.name
  contract   = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  model      = { artifact = module.artifact.uri }
  capacity   = { instances = { count = 1, shadow = { percent = 50, artifact = module.candidate.uri } } }
  monitoring = { capture = { s3_uri = "s3://${aws_s3_bucket.captured.bucket}/bikeshare", sampling_percent = 100 } }
}
