# The hardened example is given all of this, as a platform team would provide it.

provider "aws" {
  default_tags {
    tags = { Environment = "production", Owner = var.owner }
  }
}

# The Region of the replicas.
provider "aws" {
  alias  = "replica"
  region = var.replica_region

  default_tags {
    tags = { Environment = "production", Owner = var.owner }
  }
}

module "account" {
  source = "../../../modules/account"
}

locals {
  account   = module.account.account
  user_arns = ["arn:${local.account.partition}:iam::${local.account.id}:root"]
}
