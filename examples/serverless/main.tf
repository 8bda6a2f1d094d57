# The bike rental model on a serverless endpoint: no cost for the model while it is idle, apart from provisioned concurrency.

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

  capacity = {
    serverless = {
      memory_size_in_mb       = 2048
      max_concurrency         = 10
      provisioned_concurrency = 1 # avoids cold starts, at a price
      autoscaling             = { maximum = 4, utilization_percent = 70 }
    }
  }
}
