variable "capacity" {
  description = <<-EOT
    What the endpoint runs on: exactly one of

    - `instances`: `count` machines of `type`, always on. `variants` serve side by side, each with a whole-numbered `weight` of the requests, and its own
      type, count, artifact or image where they differ; or `shadow` gets a copy of `percent` of the requests, and its answers go nowhere but into
      `monitoring.capture`. `routing_strategy`: LEAST_OUTSTANDING_REQUESTS or RANDOM. `managed_scaling`: `minimum` to `maximum` instances chosen by
      SageMaker, which since 2025 takes it for inference components only: prefer `autoscaling`.
    - `serverless`: no cost while idle. `memory_size_in_mb` and at most `max_concurrency` requests at once, of which `provisioned_concurrency` are kept warm.
    - `async`: requests and answers wait in S3, below `s3_uri`: input/, output/ and failure/. For jobs of up to an hour, and no cost while idle if `autoscaling` may
      go to zero. `notifications` go to SNS topics.
    - `existing`: an endpoint that is made elsewhere, by `name`. It must answer at once, and take what the contract's payload says.

    `enabled = false` takes the endpoint away, and its cost; model, function and API stay, and the API answers 503.

    `autoscaling` keeps each variant between `minimum` and `maximum`, by every target that is given: requests per minute (`invocations_per_instance`),
    requests at once (`concurrency_per_instance`), requests that wait (`backlog_per_instance`), share of what is kept warm (`utilization_percent`).
    `schedules` change the bounds: `{ night = { schedule = "cron(0 20 ? * MON-FRI *)", timezone = "Europe/Berlin", maximum = 1 } }`. A new fleet starts with `count`
    or `minimum` instances, whichever is more.

    `update`: how a new configuration replaces the old one. `blue_green` (the default) starts a second fleet, and moves all requests at once, or first a
    `canary`, or in `linear` steps, then keeps the old fleet for `bake_in_seconds`; `rolling` replaces some instances at a time. Each size is `percent` or
    `instances`. An alarm of `monitoring.rollback` in that time moves everything back, and fails the apply.
  EOT
  default     = { instances = {} }
  nullable    = false
  type = object({
    enabled = optional(bool, true)
    instances = optional(object({
      type  = optional(string, "ml.m5.large")
      count = optional(number, 1)
      variants = optional(map(object({
        weight    = optional(number, 1)
        type      = optional(string)
        count     = optional(number)
        artifact  = optional(string)
        image_uri = optional(string)
        autoscaling = optional(object({
          minimum                       = optional(number, 1)
          maximum                       = number
          invocations_per_instance      = optional(number)
          concurrency_per_instance      = optional(number)
          scale_in_cooldown_in_seconds  = optional(number, 300)
          scale_out_cooldown_in_seconds = optional(number, 60)
          schedules = optional(map(object({
            schedule = string
            timezone = optional(string, "UTC")
            minimum  = optional(number)
            maximum  = optional(number)
          })), {})
        }))
      })), {})
      shadow = optional(object({
        name      = optional(string, "shadow")
        percent   = optional(number, 100)
        type      = optional(string)
        count     = optional(number)
        artifact  = optional(string)
        image_uri = optional(string)
      }))
      routing_strategy = optional(string)
      managed_scaling = optional(object({
        minimum = optional(number, 1)
        maximum = number
      }))
      autoscaling = optional(object({
        minimum                       = optional(number, 1)
        maximum                       = number
        invocations_per_instance      = optional(number)
        concurrency_per_instance      = optional(number)
        scale_in_cooldown_in_seconds  = optional(number, 300)
        scale_out_cooldown_in_seconds = optional(number, 60)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string, "UTC")
          minimum  = optional(number)
          maximum  = optional(number)
        })), {})
      }))
      volume_size_in_gb                                 = optional(number)
      model_data_download_timeout_in_seconds            = optional(number)
      container_startup_health_check_timeout_in_seconds = optional(number)
    }))
    serverless = optional(object({
      memory_size_in_mb       = optional(number, 2048)
      max_concurrency         = optional(number, 5)
      provisioned_concurrency = optional(number)
      autoscaling = optional(object({
        minimum                       = optional(number, 1)
        maximum                       = number
        utilization_percent           = optional(number)
        scale_in_cooldown_in_seconds  = optional(number, 300)
        scale_out_cooldown_in_seconds = optional(number, 60)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string, "UTC")
          minimum  = optional(number)
          maximum  = optional(number)
        })), {})
      }))
      # Declared to be refused: Terraform drops what a type does not know without a word.
      type            = optional(string)
      variants        = optional(map(object({})))
      shadow          = optional(object({}))
      managed_scaling = optional(object({}))
    }))
    async = optional(object({
      s3_uri                                  = string
      type                                    = optional(string, "ml.m5.large")
      count                                   = optional(number, 1)
      max_concurrent_invocations_per_instance = optional(number)
      notifications = optional(object({
        success_topic_arn   = optional(string)
        error_topic_arn     = optional(string)
        include_response_in = optional(set(string), [])
      }), {})
      autoscaling = optional(object({
        minimum                       = optional(number, 0)
        maximum                       = number
        backlog_per_instance          = optional(number)
        scale_in_cooldown_in_seconds  = optional(number, 300)
        scale_out_cooldown_in_seconds = optional(number, 60)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string, "UTC")
          minimum  = optional(number)
          maximum  = optional(number)
        })), {})
      }))
      volume_size_in_gb                                 = optional(number)
      model_data_download_timeout_in_seconds            = optional(number)
      container_startup_health_check_timeout_in_seconds = optional(number)
      # Declared to be refused.
      variants        = optional(map(object({})))
      shadow          = optional(object({}))
      managed_scaling = optional(object({}))
    }))
    existing = optional(object({
      name = string
      # Declared to be refused.
      autoscaling = optional(object({}))
    }))
    update = optional(object({
      blue_green = optional(object({
        canary = optional(object({
          percent         = optional(number)
          instances       = optional(number)
          wait_in_seconds = optional(number, 300)
        }))
        linear = optional(object({
          percent         = optional(number)
          instances       = optional(number)
          wait_in_seconds = optional(number, 300)
        }))
        bake_in_seconds    = optional(number, 300)
        timeout_in_seconds = optional(number)
      }))
      rolling = optional(object({
        percent   = optional(number)
        instances = optional(number)
        rollback = optional(object({
          percent   = optional(number)
          instances = optional(number)
        }))
        wait_in_seconds    = optional(number, 300)
        timeout_in_seconds = optional(number)
      }))
    }), {})
  })
}
