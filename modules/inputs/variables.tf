# The types of handler, api and network, which the root module describes. It has any type itself, to find the keys that these do not
# declare.

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

variable "asynchronous" {
  description = "Whether the endpoint is asynchronous, so that predictions are fetched with GET."
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
    timeout_in_seconds             = optional(number)
    reserved_concurrent_executions = optional(number)
    log_retention_in_days          = optional(number, 365)
    metrics_namespace              = optional(string)
    layers                         = optional(list(string), [])
    adapter                        = optional(string)
    contract_bucket                = optional(string)
    kms_key_arns                   = optional(set(string), [])
    code_signing_config_arn        = optional(string)
    dead_letter_target_arn         = optional(string)
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
    kind                              = optional(string, "rest")
    stage_name                        = optional(string, "v1")
    log_retention_in_days             = optional(number, 365)
    execution_log_level               = optional(string, "OFF")
    timeout_in_seconds                = optional(number, 29)
    minimum_compression_size_in_bytes = optional(number)
    cors = optional(object({
      origins = set(string)
    }))
    access = optional(object({
      cidr_blocks      = optional(set(string), [])
      account_ids      = optional(set(string), [])
      organization_ids = optional(set(string), [])
    }), {})
    private = optional(object({
      vpc_endpoint_ids = set(string)
    }))
    domain = optional(object({
      name                     = string
      certificate_arn          = string
      base_path                = optional(string)
      security_policy          = optional(string, "TLS_1_2")
      disable_default_endpoint = optional(bool, false)
      mutual_tls = optional(object({
        truststore_uri     = string
        truststore_version = optional(string)
      }))
    }))
    web_acl = optional(object({
      arn = string
    }))
    client_certificate = optional(bool, false)
    cache = optional(object({
      size_in_gb     = optional(number, 0.5)
      ttl_in_seconds = optional(number, 300)
    }))
    firewall = optional(object({
      managed_rule_groups = optional(list(string), [
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
      ])
      requests_per_five_minutes   = optional(number, 2000)
      body_limit_in_bytes         = optional(number)
      inspected_body_in_kilobytes = optional(number, 16)
      blocked_cidr_blocks         = optional(set(string), [])
    }))
    throttle = optional(object({
      rate_per_second = optional(number, 100)
      burst           = optional(number, 200)
    }), {})
    further_stages = optional(map(object({
      rate_per_second = optional(number, 100)
      burst           = optional(number, 200)
    })), {})
    canary = optional(object({
      percent_of_requests = number
    }))
    page = optional(bool, true)
    auth = optional(object({
      key = optional(object({
        clients = optional(map(object({
          keys            = optional(set(string))
          rate_per_second = optional(number)
          burst           = optional(number)
          quota = optional(object({
            requests = optional(number)
            period   = optional(string)
          }), {})
        })), { default = {} })
      }))
      iam = optional(object({}))
      cognito = optional(object({
        user_pool_arns       = set(string)
        scopes               = optional(set(string), [])
        cache_ttl_in_seconds = optional(number, 300)
      }))
      lambda = optional(object({
        function_arn = optional(string)
        package = optional(object({
          path               = string
          handler            = string
          runtime            = optional(string, "python3.13")
          architecture       = optional(string, "arm64")
          memory_size_in_mb  = optional(number, 256)
          timeout_in_seconds = optional(number, 5)
          environment        = optional(map(string), {})
        }))
        identity_sources     = optional(list(string), ["method.request.header.Authorization"])
        token_pattern        = optional(string)
        cache_ttl_in_seconds = optional(number, 300)
      }))
      jwt = optional(object({
        issuer               = string
        audiences            = set(string)
        scopes               = optional(set(string), [])
        jwks_uri             = optional(string)
        cache_ttl_in_seconds = optional(number, 60)
      }))
    }), {})
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
