variable "capacity" {
  description = <<-EOT
    The capacity that serves the model, in exactly one serving mode:

    - `instances` (real-time): `count` instances of `type`, always on. `variants` serve side by side, each with a whole-numbered `weight` of the requests, and its
      own type, count, artifact or image where they differ. Or a `shadow` gets a copy of `percent` of the requests; its responses are only stored by
      `monitoring.capture`. `routing_strategy`: LEAST_OUTSTANDING_REQUESTS or RANDOM. `managed_scaling`: `minimum` to `maximum` instances chosen by
      SageMaker, which since 2025 supports it only for inference components: prefer `autoscaling`.
    - `serverless`: no cost while idle. `memory_size_in_mb` and at most `max_concurrency` concurrent requests, for `provisioned_concurrency` of which capacity is
      kept ready.
    - `async` (asynchronous): requests and results are stored in S3 under `s3_uri`: input/, output/ and failure/. For predictions that take up to an hour, and no
      cost while idle if `autoscaling` may scale to zero. `notifications` are sent to SNS topics.
    - `existing`: an existing real-time endpoint, by `name`. It must accept the contract's payload.

    `enabled = false` deletes the endpoint and ends its cost. Model, function and API stay, and the API responds with 503.

    `autoscaling` keeps each variant between `minimum` and `maximum`, by every target that is set: requests per minute (`invocations_per_instance`),
    concurrent requests (`concurrency_per_instance`), waiting requests (`backlog_per_instance`), share of the provisioned concurrency (`utilization_percent`).
    `schedules` change the bounds: `{ night = { schedule = "cron(0 20 ? * MON-FRI *)", timezone = "Europe/Berlin", maximum = 1 } }`. A new fleet starts with the
    larger of `count` and `minimum`.

    `update`: how a new configuration replaces the old one. `blue_green` (the default) starts a second fleet and moves all requests at once, or first a
    `canary`, or in `linear` steps, then keeps the old fleet for `bake_in_seconds`; `rolling` replaces some instances at a time. Each size is `percent` or
    `instances`. All waits together may take 55 minutes, because Terraform's AWS provider waits 60. If an alarm of `monitoring.rollback` goes off meanwhile,
    the update is rolled back and the apply fails.
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
      # Declared to be rejected: Terraform silently drops attributes that a type does not declare.
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
      # Declared to be rejected.
      variants        = optional(map(object({})))
      shadow          = optional(object({}))
      managed_scaling = optional(object({}))
    }))
    existing = optional(object({
      name = string
      # Declared to be rejected.
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
