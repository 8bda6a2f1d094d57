# The types of model, capacity and monitoring, which the root module describes. It has any type itself, to find the keys that these do not
# declare.

variable "kms_key_arn" {
  description = "Key that encrypts volumes, captured data and asynchronous results; null uses AWS's own keys."
  type        = string
  default     = null
}

variable "attempt_timeout_in_milliseconds" {
  description = <<-EOT
    How long the function waits for one response: the latency above which an update is rolled back, unless monitoring sets another.
  EOT
  type        = number
  default     = 10000
  nullable    = false
}

variable "vpc" {
  description = "Subnets and security groups of the containers; null for no VPC."
  default     = null
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  })
}

variable "model" {
  description = "The model; null for an existing endpoint."
  default     = null
  type = object({
    artifact          = optional(string)
    algorithm         = optional(string, "xgboost")
    algorithm_version = optional(string)
    image_uri         = optional(string)
    package = optional(object({
      arn       = string
      artifact  = optional(string)
      image_uri = optional(string)
    }))
    multi_model = optional(object({
      cache = optional(bool, true)
    }))
    environment       = optional(map(string), {})
    network_isolation = optional(bool)
    kms_key_arns      = optional(set(string), [])
    execution_role = optional(object({
      arn = string
    }))
  })
}

variable "capacity" {
  description = "The capacity, in exactly one serving mode."
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
      # Declared to be rejected with the reason.
      type            = optional(string)
      variants        = optional(any)
      shadow          = optional(any)
      managed_scaling = optional(any)
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
      # Declared to be rejected with the reason.
      variants        = optional(any)
      shadow          = optional(any)
      managed_scaling = optional(any)
    }))
    existing = optional(object({
      name = string
      # Declared to be rejected with the reason.
      autoscaling = optional(any)
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

variable "monitoring" {
  description = "Data capture, the alarms that roll an update back, and alarms for the people on call."
  default     = {}
  nullable    = false
  type = object({
    capture = optional(object({
      s3_uri           = string
      sampling_percent = optional(number, 100)
      input            = optional(bool, true)
      output           = optional(bool, true)
    }))
    rollback = optional(object({
      server_error_percent    = optional(number, 5)
      client_error_percent    = optional(number, 50)
      latency_in_milliseconds = optional(number)
      alarm_names             = optional(set(string), [])
    }), {})
    drift = optional(object({
      sampling_percent = optional(number, 10)
    }))
    alarm_action_arns = optional(set(string), [])
    alarms = optional(object({
      runbook                       = optional(string)
      warning_action_arns           = optional(set(string))
      server_error_percent          = optional(number, 1)
      client_error_percent          = optional(number, 25)
      latency_in_milliseconds       = optional(number, 5000)
      duration_percent              = optional(number, 80)
      concurrency_percent           = optional(number, 80)
      model_latency_in_milliseconds = optional(number)
      utilization_percent           = optional(number, 90)
      invocations_per_instance      = optional(number)
      minutes_without_requests      = optional(number)
      backlog                       = optional(number, 100)
      backlog_age_in_seconds        = optional(number, 900)
      problems                      = optional(map(number), {})
      drift                         = optional(number, 0.25)
      drift_rows                    = optional(number, 500)
      drift_window_in_minutes       = optional(number, 1440)
    }))
  })
}
