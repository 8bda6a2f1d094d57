# Created from the outputs of modules/serving, which has checked them.

variable "name" {
  description = <<-EOT
    Name of the deployment: of the endpoint, and the beginning of the names of models, configurations, alarms and the execution role.
  EOT
  type        = string
  nullable    = false
}

variable "interface" {
  description = <<-EOT
    The interface that the function and the model must share, as text (output interface of modules/contract). Another text gets an endpoint
    of its own.
  EOT
  type        = string
  default     = ""
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource that supports them."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "account" {
  description = "Account ID, partition and Region (output account of modules/account)."
  nullable    = false
  type = object({
    id        = string
    partition = string
    region    = string
  })
}

variable "kms_key_arn" {
  description = "Key that the execution role may use and that encrypts the log group; null uses AWS's own keys."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the execution role; null sets none."
  type        = string
  default     = null
}

variable "log_retention_in_days" {
  description = "How long the container's log is kept."
  type        = number
  default     = 365
  nullable    = false
}

variable "serving" {
  description = "The endpoint in one form for every serving mode (output serving of modules/serving)."
  nullable    = false
  type = object({
    mode          = string
    created       = bool
    deployed      = bool
    existing_name = string

    model = object({
      environment       = map(string)
      network_isolation = bool
      kms_key_arns      = optional(set(string), [])
      multi_model       = object({ cache = bool })
      package = object({
        artifact  = string
        image_uri = string
      })
      execution_role_arn = string
      own_role           = bool
      stock_image        = object({ repository = string, tag = string })
    })
    variants = map(object({
      weight         = number
      instance_type  = string
      instance_count = number
      artifact       = string
      image_uri      = string
      image_path     = string
      package_arn    = string
    }))
    shadow = object({
      name           = string
      weight         = number
      instance_type  = string
      instance_count = number
      artifact       = string
      image_uri      = string
      image_path     = string
      package_arn    = string
    })
    several_variants = bool

    instances = object({
      volume_size_in_gb                                 = number
      model_data_download_timeout_in_seconds            = number
      container_startup_health_check_timeout_in_seconds = number
    })
    routing_strategy = string
    managed_scaling  = object({ minimum = number, maximum = number })
    serverless = object({
      memory_size_in_mb       = number
      max_concurrency         = number
      provisioned_concurrency = number
    })
    async = object({
      input_s3_uri                            = string
      output_s3_uri                           = string
      failure_s3_uri                          = string
      max_concurrent_invocations_per_instance = number
      notifications = object({
        success_topic_arn   = string
        error_topic_arn     = string
        include_response_in = set(string)
      })
    })
    autoscaling = map(object({
      minimum   = number
      maximum   = number
      targets   = map(number)
      cooldowns = object({ in = number, out = number })
      schedules = map(object({
        schedule = string
        timezone = string
        minimum  = number
        maximum  = number
      }))
    }))

    update = object({
      blue_green = object({
        canary = object({
          percent         = number
          instances       = number
          wait_in_seconds = number
        })
        linear = object({
          percent         = number
          instances       = number
          wait_in_seconds = number
        })
        bake_in_seconds    = number
        timeout_in_seconds = number
      })
      rolling = object({
        percent   = number
        instances = number
        rollback = object({
          percent   = number
          instances = number
        })
        wait_in_seconds    = number
        timeout_in_seconds = number
      })
    })

    capture = object({
      s3_uri           = string
      sampling_percent = number
      input            = bool
      output           = bool
    })
    rollback = object({
      server_error_percent    = number
      client_error_percent    = number
      latency_in_milliseconds = number
      alarm_names             = set(string)
    })
    alarm_action_arns = set(string)
    runbook           = string # a reference to a section, for format()

    vpc = object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    })
    volume_kms_key_arn = string
    output_kms_key_arn = string
  })
}
