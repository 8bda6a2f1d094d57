# The types of handler, api and network, which the root module describes. It has any type itself, to find the keys that these do not declare.

variable "name" {
  description = "Name of the deployment."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key of the deployment; null uses AWS's own keys."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role; null sets none."
  type        = string
  default     = null
}

variable "serverless" {
  description = "Whether the endpoint is serverless, which limits the size of a call."
  type        = bool
  default     = false
  nullable    = false
}

variable "handler" {
  description = "How the Lambda function runs."
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
    kms_key_arns                   = optional(set(string), [])
    smoke_prediction = optional(object({
      expected  = optional(number)
      tolerance = optional(number, 0.001)
    }))
    limits = optional(object({
      rows_per_request                = optional(number, 10000)
      rows_per_call                   = optional(number, 5000)
      bytes_per_call                  = optional(number)
      concurrent_calls                = optional(number, 4)
      attempt_timeout_in_milliseconds = optional(number, 10000)
      attempts_per_call               = optional(number, 2)
      async_timeout_in_seconds        = optional(number, 3600)
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
}

variable "api" {
  description = "How the API is exposed."
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
      rate_per_second = optional(number)
      burst           = optional(number)
      quota = optional(object({
        requests = optional(number)
        period   = optional(string)
      }))
    }))
    iam  = optional(object({}))
    page = optional(bool, true)
  })
}

variable "network" {
  description = "VPCs of the function and of the endpoint."
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
}
