# The bike rental model for other stacks of one company: a private API, whose callers sign with their roles' credentials.

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  model    = { artifact = module.artifact.uri }

  api = {
    page    = false
    auth    = { iam = {} }
    private = { vpc_endpoint_ids = var.vpc_endpoint_ids }
    access  = { account_ids = var.account_ids }
  }
}
