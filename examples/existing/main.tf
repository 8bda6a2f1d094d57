# An API for an endpoint that another team makes. Here the module's own part for endpoints stands for that team.

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

module "theirs" {
  source = "../../modules/endpoint"

  name     = "${var.name}-theirs"
  model    = { artifact = module.artifact.uri }
  capacity = { instances = { count = 1 } }
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  capacity = { existing = { name = module.theirs.name } }
}
