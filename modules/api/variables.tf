# Types and limits are checked by the root module, which hands its inputs on as they are.

variable "name" {
  description = "Name of the API, its key and its usage plan."
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
  description = "Key that encrypts the access log; null leaves it to AWS's own key."
  type        = string
}

variable "function" {
  description = "The function that answers, and the alias of it that is called. The stage serves another body only when both have changed."
  nullable    = false
  type = object({
    name       = string
    alias_name = string
  })
}

variable "function_alias_arn" {
  description = "ARN of that alias, built from names: a deployment is made before the old one goes, and so would be all that it depends on."
  type        = string
  nullable    = false
}

variable "contract" {
  description = "What the contract decides of the API, as JSON text: the JSON Schema (draft-04) of a request, and schemas and examples of the OpenAPI document (outputs request_schema and openapi of modules/contract)."
  nullable    = false
  type = object({
    request_schema = string
    openapi        = string
  })
}

variable "asynchronous" {
  description = "Whether a request is answered with the place where its predictions will be: GET /predictions/{id}."
  type        = bool
  default     = false
  nullable    = false
}

variable "api" {
  description = "How the API is offered; see the root module."
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
