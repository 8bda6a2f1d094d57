# The bike rental model on an asynchronous endpoint: requests and results are stored in S3, and idle instances are removed.

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

# Requests and results contain users' data. Fetch predictions within a week.
module "calls" {
  source = "../bucket"

  name               = "${var.name}-calls"
  expiration_in_days = 7
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  model    = { artifact = module.artifact.uri }

  capacity = {
    async = {
      s3_uri      = "s3://${module.calls.name}/bikeshare"
      autoscaling = { minimum = 0, maximum = 2, backlog_per_instance = 5 }
    }
  }
}
