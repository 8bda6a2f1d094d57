# The bike rental model behind an API: the artifact of train.py in a bucket, served by the module.

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/.build/model.tar.gz"
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/contract.yaml"))
  model    = { artifact = module.artifact.uri }
}
