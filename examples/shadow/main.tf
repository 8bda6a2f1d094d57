# A candidate model that receives a copy of half of the requests. Its predictions are captured, together with those that clients receive.

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

# Captured requests and predictions contain users' data.
module "captured" {
  source = "../bucket"

  name               = "${var.name}-captured"
  expiration_in_days = 30
}

module "bikeshare" {
  source = "../../"

  name       = var.name
  contract   = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  model      = { artifact = module.artifact.uri }
  capacity   = { instances = { count = 1, shadow = { percent = 50, artifact = module.candidate.uri } } }
  monitoring = { capture = { s3_uri = "s3://${module.captured.name}/bikeshare", sampling_percent = 100 } }
}
