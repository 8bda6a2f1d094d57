# An API for an endpoint that another team creates. Here the module's own submodules stand for that team.

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

module "account" {
  source = "../../modules/account"
}

module "serving" {
  source = "../../modules/serving"

  model = { artifact = module.artifact.uri }
}

module "theirs" {
  source = "../../modules/endpoint"

  name    = "${var.name}-theirs"
  account = module.account.account
  serving = module.serving.serving
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  capacity = { existing = { name = module.theirs.name } }
}
