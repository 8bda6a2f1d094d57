# The key and the network that the hardened example is given, as a platform team would provide them.

provider "aws" {
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
