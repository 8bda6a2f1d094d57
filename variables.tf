variable "name" {
  description = "Name of the deployment: of the endpoint, the function and the API, and the beginning of every other name. Two deployments in one account and Region need two names."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.name)) && length(var.name) >= 2 && length(var.name) <= 32
    error_message = "name \"${var.name}\" must be 2 to 32 lower-case letters, digits and single hyphens, begin with a letter and not end with a hyphen: names made from it must fit IAM's 64 and SageMaker's 63 characters."
  }
}

variable "tags" {
  description = "Tags of every resource that takes them."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key for the endpoint's volumes, the function's environment and the log groups. Its key policy must let CloudWatch Logs use it. Null leaves them to AWS's own keys."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (arn:aws:kms:eu-west-1:123456789012:key/...), not an alias or a key id."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role that the module makes."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy (arn:aws:iam::123456789012:policy/...)."
  }
}

variable "contract" {
  description = <<-EOT
    What the model takes and gives; usually `yamldecode(file("contract.yaml"))`, so that the training code reads the same file.

    - `features`: what a client sends, in the order of positional rows. `type` is number, integer, boolean, category, string, date or datetime.
      `minimum` and `maximum` bound numbers, `values` lists what is allowed, `max_length` limits strings. A `nullable` feature may be null or absent
      and reaches the model as missing; a `default` stands in for null or absent instead.
    - `columns`: what the model was trained on, in that order. Each is a feature or a part of a date, then steps: `temp`, `when.hour`,
      `"temp | log1p"`, `"temp | standardize(mean, scale)"`, `"when.hour | sin(24)"`, `"when.hour | cos(24)"`, `"color | onehot"`, `"color | ordinal"`.
    - `payload`: `content_type` that the container takes, `accept` that it is asked for; `targets` that a request may choose by header: "variant"
      (x-amzn-sagemaker-target-variant), and "model" (x-amzn-sagemaker-target-model), which an endpoint of several models needs.
    - `output`: `name` and `description` of a prediction, `kind` regression, binary or multiclass, `steps` on the model's answer (expm1, exp, sigmoid,
      softmax, clip(lowest, highest), round(decimals), threshold(limit)), `labels` of the classes in their order.

    Contradictions fail the plan, all in one message.
  EOT
  nullable    = false
  type = object({
    features = list(object({
      name        = string
      type        = string
      description = optional(string)
      minimum     = optional(number)
      maximum     = optional(number)
      values      = optional(list(string))
      max_length  = optional(number)
      nullable    = optional(bool, false)
      default     = optional(string)
      example     = optional(string)
    }))
    columns = list(string)
    payload = optional(object({
      content_type = optional(string, "text/csv")
      accept       = optional(string, "application/json")
      targets      = optional(set(string), [])
    }), {})
    output = optional(object({
      name        = optional(string, "prediction")
      description = optional(string)
      kind        = optional(string, "regression")
      steps       = optional(list(string), [])
      labels      = optional(list(string))
    }), {})
  })
}

variable "model" {
  description = <<-EOT
    What the endpoint serves. It is left out for an endpoint that is made elsewhere (`capacity.existing`) only.

    - `artifact`: S3 URI of model.tar.gz, known before the first apply. A new model needs a new URI: an object that is overwritten reaches no running endpoint.
    - `algorithm`: one of AWS's stock images, used without `image_uri`: xgboost, linear-learner, knn, scikit-learn, pytorch-inference and others;
      `algorithm_version` is its tag, which only frameworks need. The registry is that of the Region.
    - `image_uri`: another image in ECR, with tag or digest; it needs no artifact if it holds its model.
    - `package`: a model package instead, by `arn`. Its `artifact` and `image_uri` are written for the module's role to read; AWS Marketplace's need neither.
    - `multi_model`: many models in one container, all below the prefix `artifact`, each loaded when first asked for; `cache` keeps them in memory.
    - `environment`: environment of the container.
    - `network_isolation`: the container can reach no network, not even S3. Serverless endpoints do not offer it.
    - `execution_role`: a role to use, by its `arn`, instead of one that may read exactly these artifacts and pull exactly these images.
  EOT
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
    network_isolation = optional(bool, true)
    execution_role = optional(object({
      arn = string
    }))
  })
}

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

variable "monitoring" {
  description = <<-EOT
    What is kept of requests and answers, and what takes an update back.

    - `capture`: `sampling_percent` of the requests and answers at the model, below `s3_uri`, as JSON lines with plain text in them; `input` or `output` alone if the other is off.
    - `rollback`: alarms on the variants of the new configuration. `server_error_percent` and `client_error_percent` of a minute's requests (100 disarms the
      alarm), `latency_in_milliseconds` on average (by default what `handler.limits` gives one attempt), and `alarm_names` of your own.
    - `alarm_action_arns`: who is told when one of these alarms goes off, like an SNS topic.
  EOT
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
    alarm_action_arns = optional(set(string), [])
  })
}

variable "handler" {
  description = <<-EOT
    How the function between API and endpoint runs.

    - `architecture`: arm64 or x86_64. `memory_size_in_mb` also sets its share of a processor.
    - `timeout_in_seconds`: below API Gateway's 29 seconds, so that the function answers first.
    - `reserved_concurrent_executions`: of the account's; null reserves none.
    - `log_retention_in_days`: of the function's log and the container's.
    - `metrics_namespace`: of its CloudWatch metrics; by default SageMakerApi/<name>.
    - `layers`: ARNs of at most five Lambda layers.
    - `adapter`: name of a Python module, in a layer or in `package`, that makes the model's rows of checked instances and answers of predictions;
      `columns` may then be empty.
    - `contract_bucket`: bucket for a contract that is too large for the function's environment; without it the module makes one then.
    - `limits`: `instances` of one request; `call_rows` and `call_bytes` of one call of the endpoint (larger requests are split), `concurrency` calls at
      once, `attempts` for each, `timeout_in_milliseconds` of each attempt; `job_timeout_in_seconds` of the container for one call of an asynchronous endpoint.
    - `package`: another zip than the module's own, by `path` or in `s3`.
  EOT
  default     = {}
  nullable    = false
  type = object({
    architecture                   = optional(string, "arm64")
    memory_size_in_mb              = optional(number, 512)
    timeout_in_seconds             = optional(number, 28)
    reserved_concurrent_executions = optional(number)
    log_retention_in_days          = optional(number, 365)
    metrics_namespace              = optional(string)
    layers                         = optional(list(string), [])
    adapter                        = optional(string)
    contract_bucket                = optional(string)
    limits = optional(object({
      instances               = optional(number, 10000)
      call_rows               = optional(number, 5000)
      call_bytes              = optional(number)
      concurrency             = optional(number, 4)
      timeout_in_milliseconds = optional(number, 10000)
      attempts                = optional(number, 2)
      job_timeout_in_seconds  = optional(number, 3600)
    }), {})
    package = optional(object({
      path = optional(string)
      s3 = optional(object({
        bucket           = string
        key              = string
        object_version   = optional(string)
        source_code_hash = optional(string)
      }))
    }), {})
  })

  validation {
    condition     = contains(["arm64", "x86_64"], var.handler.architecture)
    error_message = "handler.architecture \"${var.handler.architecture}\" must be arm64 or x86_64."
  }

  validation {
    condition     = var.handler.memory_size_in_mb >= 128 && var.handler.memory_size_in_mb <= 10240
    error_message = "handler.memory_size_in_mb must be 128 to 10240."
  }

  validation {
    condition     = var.handler.timeout_in_seconds >= 3 && var.handler.timeout_in_seconds <= 28
    error_message = "handler.timeout_in_seconds must be 3 to 28: API Gateway gives up after 29, and the function must answer before."
  }

  validation {
    condition     = var.handler.limits.attempts * var.handler.limits.timeout_in_milliseconds + 1000 <= var.handler.timeout_in_seconds * 1000
    error_message = "handler.limits: ${var.handler.limits.attempts} attempts of ${var.handler.limits.timeout_in_milliseconds} ms and a second for the rest do not fit in handler.timeout_in_seconds = ${var.handler.timeout_in_seconds}; lower attempts or timeout_in_milliseconds."
  }

  validation {
    condition     = var.handler.reserved_concurrent_executions == null || try(var.handler.reserved_concurrent_executions >= 1, false)
    error_message = "handler.reserved_concurrent_executions must be at least 1; 0 would switch the function off. Leave it out to reserve none."
  }

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.handler.log_retention_in_days)
    error_message = "handler.log_retention_in_days must be one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }

  validation {
    condition     = var.handler.metrics_namespace == null || (can(regex("^[A-Za-z0-9._/#-]{1,255}$", var.handler.metrics_namespace)) && !startswith(coalesce(var.handler.metrics_namespace, "-"), "AWS/"))
    error_message = "handler.metrics_namespace must be 1 to 255 letters, digits and . - _ / #, and must not begin with AWS/."
  }

  validation {
    condition     = length(var.handler.layers) <= 5 && alltrue([for arn in var.handler.layers : can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$", arn))])
    error_message = "handler.layers must be at most five ARNs of layer versions (arn:aws:lambda:eu-west-1:123456789012:layer:name:1)."
  }

  validation {
    condition     = var.handler.adapter == null || can(regex("^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$", var.handler.adapter))
    error_message = "handler.adapter must be the name of a Python module, like \"adapter\" or \"team.adapter\": no path and no .py."
  }

  validation {
    condition     = var.handler.adapter == null || length(var.handler.layers) > 0 || var.handler.package.path != null || var.handler.package.s3 != null
    error_message = "handler.adapter names a module that is not in the module's own package; bring it in a layer (handler.layers) or in handler.package."
  }

  validation {
    condition     = var.handler.contract_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.handler.contract_bucket))
    error_message = "handler.contract_bucket must be the name of a bucket, not a URI or an ARN."
  }

  validation {
    condition     = alltrue([for limit in [var.handler.limits.instances, var.handler.limits.call_rows, var.handler.limits.concurrency, var.handler.limits.attempts, var.handler.limits.timeout_in_milliseconds] : limit >= 1 && limit == floor(limit)])
    error_message = "handler.limits: instances, call_rows, concurrency, attempts and timeout_in_milliseconds must be whole numbers of at least 1."
  }

  validation {
    condition     = var.handler.limits.job_timeout_in_seconds >= 1 && var.handler.limits.job_timeout_in_seconds <= 3600 && var.handler.limits.job_timeout_in_seconds == floor(var.handler.limits.job_timeout_in_seconds)
    error_message = "handler.limits.job_timeout_in_seconds must be a whole number from 1 to 3600, SageMaker's longest for one asynchronous call."
  }

  validation {
    condition     = var.handler.limits.call_bytes == null || try(var.handler.limits.call_bytes == floor(var.handler.limits.call_bytes) && var.handler.limits.call_bytes >= 1000 && var.handler.limits.call_bytes <= (var.capacity.serverless == null ? 6291456 : 4000000), false)
    error_message = "handler.limits.call_bytes must be a whole number from 1000 to ${var.capacity.serverless == null ? "6291456, the most that the XGBoost container takes" : "4000000, the most that a serverless endpoint takes"}."
  }

  validation {
    condition     = var.handler.package.path == null || var.handler.package.s3 == null
    error_message = "handler.package takes path or s3, not both; without either the module's own zip is used."
  }
}

variable "api" {
  description = <<-EOT
    How the API is offered.

    - `stage_name`: last part of the URL.
    - `log_retention_in_days`: of the access log. API Gateway writes logs only in an account and Region whose CloudWatch role is set, once, by its owner.
    - `execution_log_level`: OFF, ERROR or INFO.
    - `throttle`: requests per second and burst of the whole stage.
    - `key`: the API key's own rate, burst and quota. It is made unless `iam` is given.
    - `iam`: callers sign with AWS credentials (SigV4) and need execute-api:Invoke: `iam = {}`.
  EOT
  default     = {}
  nullable    = false
  type = object({
    stage_name            = optional(string, "v1")
    log_retention_in_days = optional(number, 365)
    execution_log_level   = optional(string, "OFF")
    throttle = optional(object({
      rate_per_second = optional(number, 100)
      burst           = optional(number, 200)
    }), {})
    key = optional(object({
      rate_per_second = optional(number, 50)
      burst           = optional(number, 100)
      quota = optional(object({
        requests = optional(number, 1000000)
        period   = optional(string, "MONTH")
      }), {})
    }))
    iam = optional(object({}))
  })

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.api.stage_name))
    error_message = "api.stage_name \"${var.api.stage_name}\" must be 1 to 128 letters, digits, hyphens and underscores."
  }

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.api.log_retention_in_days)
    error_message = "api.log_retention_in_days must be one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }

  validation {
    condition     = contains(["OFF", "ERROR", "INFO"], var.api.execution_log_level)
    error_message = "api.execution_log_level \"${var.api.execution_log_level}\" must be OFF, ERROR or INFO."
  }

  validation {
    condition     = var.api.throttle.rate_per_second > 0 && var.api.throttle.burst >= 1
    error_message = "api.throttle must let something through: rate_per_second above 0 and burst at least 1."
  }

  validation {
    condition     = var.api.key == null || var.api.iam == null
    error_message = "api takes key or iam, not both: a caller shows a key or signs."
  }

  validation {
    condition     = var.api.key == null || try(var.api.key.rate_per_second > 0 && var.api.key.burst >= 1, false)
    error_message = "api.key must let something through: rate_per_second above 0 and burst at least 1."
  }

  validation {
    condition     = var.api.key == null || try(var.api.key.rate_per_second <= var.api.throttle.rate_per_second && var.api.key.burst <= var.api.throttle.burst, false)
    error_message = "api.key grants ${try(var.api.key.rate_per_second, 0)} requests per second with a burst of ${try(var.api.key.burst, 0)}, more than the whole stage's api.throttle (${var.api.throttle.rate_per_second}, ${var.api.throttle.burst}); raise the one or lower the other."
  }

  validation {
    condition     = var.api.key == null || contains(["DAY", "WEEK", "MONTH"], try(var.api.key.quota.period, ""))
    error_message = "api.key.quota.period must be DAY, WEEK or MONTH."
  }

  validation {
    condition     = var.api.key == null || try(var.api.key.quota.requests >= 1, false)
    error_message = "api.key.quota.requests must be at least 1."
  }
}

variable "network" {
  description = "VPC attachments. `handler`: subnets and security groups of the function, which then needs a way to SageMaker's runtime: a NAT gateway or an interface endpoint. `endpoint`: those of the model's containers, which then need a way to S3 and ECR."
  default     = {}
  nullable    = false
  type = object({
    handler = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
    endpoint = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
  })

  validation {
    condition     = var.network.handler == null || try(contains(range(1, 17), length(var.network.handler.subnet_ids)) && contains(range(1, 6), length(var.network.handler.security_group_ids)), false)
    error_message = "network.handler takes 1 to 16 subnets and 1 to 5 security groups; two subnets in two zones survive the loss of one."
  }
}
