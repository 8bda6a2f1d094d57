# Two models behind one API: nine of ten requests go to the one that has proved itself, one to the one that is to replace it.
# Each grows with its load, and shrinks for the night. A request can ask one of them by name.

module "stable" {
  source = "../artifact"

  name = "${var.name}-stable"
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

# The same model again: the candidate that you train goes here.
module "candidate" {
  source = "../artifact"

  name = "${var.name}-candidate"
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = merge(yamldecode(file("${path.module}/../bikeshare/contract.yaml")), { payload = { targets = ["variant"] } })
  model    = { artifact = module.stable.uri }

  capacity = {
    instances = {
      count            = 2 # one survives the loss of the other
      routing_strategy = "LEAST_OUTSTANDING_REQUESTS"
      variants = {
        stable    = { weight = 9 }
        candidate = { weight = 1, type = "ml.c7i.large", artifact = module.candidate.uri }
      }
      autoscaling = {
        minimum                  = 2
        maximum                  = 6
        invocations_per_instance = 600 # a minute
        concurrency_per_instance = 4   # tells of a burst within seconds
        schedules = {
          day   = { schedule = "cron(0 6 ? * MON-FRI *)", timezone = "Europe/Berlin", minimum = 2, maximum = 6 }
          night = { schedule = "cron(0 20 ? * MON-FRI *)", timezone = "Europe/Berlin", minimum = 1, maximum = 2 }
        }
      }
    }
    update = { blue_green = { canary = { percent = 50 } } }
  }
}
