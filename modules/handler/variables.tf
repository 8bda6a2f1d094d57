# Types and limits are checked by the root module, which hands its inputs on as they are.

variable "name" {
  description = "Name of the function, and beginning of its role's name."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource that takes them."
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
  description = "Key that encrypts the function's environment, its log group and what it puts in S3; null leaves them to AWS's own keys."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the function's role; null for none."
  type        = string
}

variable "endpoint" {
  description = "The endpoint that the function invokes, and the only one that it may. Without `enabled` it invokes none. `async` says where requests, results and failures of an asynchronous one lie, as S3 URIs."
  nullable    = false
  type = object({
    name    = string
    arn     = string
    enabled = optional(bool, true)
    async = optional(object({
      input_s3_uri   = string
      output_s3_uri  = string
      failure_s3_uri = string
    }))
  })
}

variable "after" {
  description = "Something that is known when the endpoint serves what it is to serve. The function is changed after it, and not at all when the endpoint's update fails."
  type        = string
  default     = null
}

variable "contract" {
  description = "The compiled contract as text for the environment (output environment of modules/contract)."
  type        = string
  nullable    = false
}

variable "handler" {
  description = "How the function runs; see the root module."
  nullable    = false
  type = object({
    architecture                   = string
    memory_size_in_mb              = number
    timeout_in_seconds             = number
    reserved_concurrent_executions = number
    log_retention_in_days          = number
    metrics_namespace              = string
    layers                         = list(string)
    adapter                        = string
    contract_bucket                = string
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

variable "vpc" {
  description = "Subnets and security groups of the function; null leaves it outside of any VPC."
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  })
}
