# Checked and completed by modules/inputs.

variable "name" {
  description = "Name of the API, and prefix of the names of its keys and usage plans."
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
  description = <<-EOT
    ARN of that alias, built from names: a deployment is created before the old one is destroyed, and so would be everything that it depends
    on.
  EOT
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
  description = <<-EOT
    The contract for the API's page, as JSON (output page of modules/contract), and the rows that a request may have; null for no page.
  EOT
  default     = null
  type = object({
    contract         = string
    rows_per_request = number
  })
}

variable "reference_function_arn" {
  description = <<-EOT
    ARN of the function that returns the files of the API reference (modules/reference), built from names; null for no reference. With it,
    GET /openapi.json needs no credential.
  EOT
  type        = string
  default     = null
}

variable "reference_function_name" {
  description = "Name of that function, known once it exists. Required if reference_function_arn is set."
  type        = string
  default     = null
}

variable "api" {
  description = "How the API is exposed; see the root module."
  nullable    = false
  type = object({
    stage_name            = string
    log_retention_in_days = number
    execution_log_level   = string
    timeout_in_seconds    = number
    further_stages = map(object({
      rate_per_second = number
      burst           = number
    }))
    canary = object({ percent_of_requests = number })
    throttle = object({
      rate_per_second = number
      burst           = number
    })
    cors = object({ origins = set(string) })
    access = object({
      cidr_blocks      = set(string)
      account_ids      = set(string)
      organization_ids = set(string)
    })
    private = object({ vpc_endpoint_ids = set(string) })
    domain = object({
      name                     = string
      certificate_arn          = string
      base_path                = string
      security_policy          = string
      disable_default_endpoint = bool
      mutual_tls = object({
        truststore_uri     = string
        truststore_version = string
      })
    })
    web_acl = object({
      arn = string
    })
    client_certificate = optional(bool, false)
    cache = optional(object({
      size_in_gb     = number
      ttl_in_seconds = number
    }))
    firewall = object({
      managed_rule_groups         = list(string)
      requests_per_five_minutes   = number
      body_limit_in_bytes         = number
      inspected_body_in_kilobytes = number
      blocked_cidr_blocks         = set(string)
    })
    minimum_compression_size_in_bytes = number
    auth = object({
      key = object({
        clients = map(object({
          keys            = set(string)
          rate_per_second = number
          burst           = number
          quota = object({
            requests = number
            period   = string
          })
        }))
      })
      iam = object({})
      cognito = object({
        user_pool_arns       = set(string)
        scopes               = set(string)
        cache_ttl_in_seconds = number
      })
      jwt = object({
        issuer               = string
        cache_ttl_in_seconds = number
      })
      lambda = object({
        function_arn         = string
        identity_sources     = list(string)
        token_pattern        = string
        cache_ttl_in_seconds = number
      })
    })
  })
}

variable "authorizer_function_arn" {
  description = "ARN of the authorizer's function that the module creates, built from names; null if there is none."
  type        = string
  default     = null
}

variable "authorizer_function_name" {
  description = "Name of that function, known once it exists; null if there is none."
  type        = string
  default     = null
}
