# Types and limits are checked by the root module, which hands its inputs on as they are.

variable "name" {
  description = "Name of the endpoint, and beginning of the names of model and configuration."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource that takes them."
  type        = map(string)
  nullable    = false
}

variable "kms_key_arn" {
  description = "Key that encrypts the instances' volumes and the log group; null leaves both to AWS's own keys."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the execution role; null for none."
  type        = string
}

variable "log_retention_in_days" {
  description = "Days that the container's log is kept."
  type        = number
  nullable    = false
}

variable "model" {
  description = "What the endpoint serves; see the root module."
  nullable    = false
  type = object({
    artifact           = string
    algorithm_version  = string
    image_uri          = string
    environment        = map(string)
    network_isolation  = bool
    execution_role_arn = string
  })
}

variable "capacity" {
  description = "What the endpoint runs on; see the root module."
  nullable    = false
  type = object({
    instances = object({
      type  = string
      count = number
    })
    serverless = object({
      memory_size_in_mb       = number
      max_concurrency         = number
      provisioned_concurrency = number
    })
  })
}
