# Checked and completed by modules/inputs.

variable "name" {
  description = "Name of the API, its key and its usage plan."
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
  description = "Key that encrypts the access log; null uses AWS's own key."
  type        = string
}

variable "function" {
  description = "The function and the alias that the API calls. The stage serves a new body only after both have changed."
  nullable    = false
  type = object({
    name       = string
    alias_name = string
  })
}

variable "function_alias_arn" {
  description = "ARN of that alias, built from names: a deployment is created before the old one is destroyed, and so would be everything that it depends on."
  type        = string
  nullable    = false
}

variable "openapi" {
  description = "Schemas and examples of the OpenAPI document, as JSON (output openapi of modules/contract)."
  type        = string
  nullable    = false
}

variable "asynchronous" {
  description = "Whether the API responds to a request with the location of its predictions, GET /predictions/{id}."
  type        = bool
  default     = false
  nullable    = false
}

variable "page" {
  description = "The contract for the API's page, as JSON (output page of modules/contract), and the rows that a request may have; null for no page."
  default     = null
  type = object({
    contract         = string
    rows_per_request = number
  })
}

variable "reference" {
  description = "The function that returns the files of the API reference (modules/reference); null for no reference. With it, GET /openapi.json needs no credential."
  default     = null
  type = object({
    function_name = string
    function_arn  = string
  })
}

variable "api" {
  description = "How the API is exposed; see the root module."
  nullable    = false
  type = object({
    stage_name            = string
    log_retention_in_days = number
    execution_log_level   = string
    throttle = object({
      rate_per_second = number
      burst           = number
    })
    key = object({
      rate_per_second = number
      burst           = number
      quota = object({
        requests = number
        period   = string
      })
    })
    iam = object({})
  })
}
