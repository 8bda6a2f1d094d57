# Checked and completed by modules/inputs.

variable "name" {
  description = "Name of the function, and beginning of its role's name."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource that supports them."
  type        = map(string)
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
  description = <<-EOT
    Key that encrypts the function's environment, its log group and the objects that it writes to S3; null uses AWS's own keys.
  EOT
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the function's role; null sets none."
  type        = string
}

variable "endpoint" {
  description = <<-EOT
    The only endpoint that the function may invoke; `arn` may stand for several that follow each other. If `enabled` is false, the function
    invokes none, and `name` may be null. `managed` says that the endpoints are created and deleted with the function. `async` holds the S3
    URIs of an asynchronous endpoint's requests, results and failures.
  EOT
  nullable    = false
  type = object({
    name    = string
    arn     = string
    enabled = optional(bool, true)
    managed = optional(bool, false)
    async = optional(object({
      input_s3_uri   = string
      output_s3_uri  = string
      failure_s3_uri = string
    }))
  })
}

variable "after" {
  description = <<-EOT
    A value that is known once the endpoint serves the new configuration. The function is updated after that, and not at all if the
    endpoint's update fails.
  EOT
  type        = string
  default     = null
}

variable "contract" {
  description = "The compiled contract as text for the environment (output environment of modules/contract)."
  type        = string
  nullable    = false
}

variable "sample_request" {
  description = "The request of the smoke prediction as JSON; null makes none."
  type        = string
  default     = null
}

variable "handler" {
  description = "How the function runs; see the root module."
  nullable    = false
  type = object({
    architecture                   = string
    memory_size_in_mb              = number
    timeout_in_seconds             = number
    http_seconds                   = number
    cors_origins                   = list(string)
    reserved_concurrent_executions = number
    log_retention_in_days          = number
    metrics_namespace              = string
    layers                         = list(string)
    adapter                        = string
    contract_bucket                = string
    kms_key_arns                   = optional(set(string), [])
    code_signing_config_arn        = optional(string)
    dead_letter_target_arn         = optional(string)
    smoke_prediction               = optional(object({ expected = number, tolerance = number }))
    # Of a public function URL: the zip of the libraries that verify its callers' tokens, and the settings for them as JSON.
    tokens = optional(object({
      libraries = string
      settings  = string
    }))
    limits = object({
      rows_per_request                = number
      rows_per_call                   = number
      bytes_per_call                  = number
      concurrent_calls                = number
      attempt_timeout_in_milliseconds = number
      attempts_per_call               = number
      async_timeout_in_seconds        = number
    })
    package = object({
      path = string
      s3 = object({
        bucket           = string
        key              = string
        object_version   = string
        source_code_hash = string
      })
    })
  })
}

variable "drift" {
  description = "The percentage of requests whose values are counted for metrics of drift; null counts none."
  default     = null
  type = object({
    sampling_percent = number
  })
}

variable "vpc" {
  description = "Subnets and security groups of the function; null for no VPC."
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  })
}
