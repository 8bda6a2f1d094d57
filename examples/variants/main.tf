# Two models behind one API: nine of ten requests go to the stable one, and one goes to its candidate successor.
# Each scales with its load and has smaller bounds at night. A request can choose its variant by name.

module "stable" {
  source = "../artifact"

  name = "${var.name}-stable"
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

# The same model again. Replace it with your candidate.
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
      count            = 2 # for availability
      routing_strategy = "LEAST_OUTSTANDING_REQUESTS"
      variants = {
        stable    = { weight = 9 }
        candidate = { weight = 1, type = "ml.c7i.large", artifact = module.candidate.uri }
      }
      autoscaling = {
        minimum                  = 2
        maximum                  = 6
        invocations_per_instance = 600 # per minute
        concurrency_per_instance = 4   # reacts to bursts within seconds
        schedules = {
          day   = { schedule = "cron(0 6 ? * MON-FRI *)", timezone = "Europe/Berlin", minimum = 2, maximum = 6 }
          night = { schedule = "cron(0 20 ? * MON-FRI *)", timezone = "Europe/Berlin", minimum = 1, maximum = 2 }
        }
      }
    }
    update = { blue_green = { canary = { percent = 50 } } }
  }
}
