# The bike rental forecast without machines: it costs what is asked of it, and nothing while nobody asks.

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  model    = { artifact = module.artifact.uri, network_isolation = false } # serverless endpoints do not offer it

  capacity = {
    serverless = {
      memory_size_in_mb       = 2048
      max_concurrency         = 10
      provisioned_concurrency = 1 # one is kept warm, for a price; leave it out, and the first request after a pause waits some seconds
      autoscaling             = { maximum = 4, utilization_percent = 70 }
    }
  }
}
