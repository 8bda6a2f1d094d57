# The API: its stage and the limits of the stage.

locals {
  stage_pattern = "^[A-Za-z0-9_-]{1,128}$"

  api = {
    kind                  = var.api.kind
    stage_name            = var.api.stage_name
    log_retention_in_days = var.api.log_retention_in_days
    execution_log_level   = var.api.execution_log_level
    timeout_in_seconds    = var.api.timeout_in_seconds
    further_stages        = var.api.further_stages
    canary                = var.api.canary
    throttle              = var.api.throttle
    auth                  = local.auth
    cors                  = var.api.cors
    access                = var.api.access
    private               = var.api.private
    domain                = local.domain
    web_acl               = var.api.web_acl
    firewall              = var.api.firewall
    client_certificate    = var.api.client_certificate
    cache                 = var.api.cache

    minimum_compression_size_in_bytes = var.api.minimum_compression_size_in_bytes

    # The page asks for a key or a token, or explains how to sign. It cannot ask for a credential that is not one header.
    page = (
      var.api.page
      && var.api.kind == "rest"
      && (local.auth.lambda == null || can(regex("^method\\.request\\.header\\.[^,]+$", join(",", var.api.auth.lambda.identity_sources))))
    )
  }

  own_api_problems = [for problem in [
    {
      when    = !can(regex(local.stage_pattern, var.api.stage_name))
      message = "api.stage_name: \"${var.api.stage_name}\" is not a valid name. Use 1 to 128 letters, digits, hyphens and underscores."
    },
    {
      when    = !contains(local.log_retention_periods_in_days, var.api.log_retention_in_days)
      message = "api.log_retention_in_days: ${var.api.log_retention_in_days} is not supported by CloudWatch Logs. Set one of ${local.log_retention_text}."
    },
    {
      when    = !contains(["OFF", "ERROR", "INFO"], var.api.execution_log_level)
      message = "api.execution_log_level: \"${var.api.execution_log_level}\" is not a log level. Set OFF, ERROR or INFO."
    },
    {
      when    = contains(keys(var.api.further_stages), var.api.stage_name)
      message = "api.further_stages: \"${var.api.stage_name}\" is api.stage_name. Set another name."
    },
    {
      when    = anytrue([for name, stage in var.api.further_stages : !can(regex(local.stage_pattern, name))])
      message = "api.further_stages: ${join(", ", [for name in keys(var.api.further_stages) : "\"${name}\"" if !can(regex(local.stage_pattern, name))])} cannot name a stage. Use 1 to 128 letters, digits, hyphens and underscores."
    },
    {
      when    = length(var.api.further_stages) > 9
      message = "api.further_stages: an API has at most 10 stages. Name at most nine."
    },
    {
      when = anytrue([
        for name, stage in var.api.further_stages : stage.rate_per_second <= 0 || stage.burst < 1 || stage.burst != floor(stage.burst)
      ])
      message = "api.further_stages: each stage needs a rate_per_second above 0, and as its burst a whole number of at least 1. With less, it would reject every request."
    },
    {
      when    = try(var.api.canary.percent_of_requests <= 0 || var.api.canary.percent_of_requests > 100, false)
      message = "api.canary.percent_of_requests: ${try(var.api.canary.percent_of_requests, 0)} is out of range. Set a number above 0 and up to 100, or remove canary."
    },
    {
      when = (
        var.api.timeout_in_seconds < 4
        || var.api.timeout_in_seconds > 300
        || var.api.timeout_in_seconds != floor(var.api.timeout_in_seconds)
      )
      message = "api.timeout_in_seconds: ${var.api.timeout_in_seconds} is out of range. Set a whole number from 4 to 29, or up to 300 if the account's quota L-E5AE38E3 allows it."
    },
    {
      when = try(
        var.api.minimum_compression_size_in_bytes < 0
        || var.api.minimum_compression_size_in_bytes > 10485760
        || var.api.minimum_compression_size_in_bytes != floor(var.api.minimum_compression_size_in_bytes),
        false,
      )
      message = "api.minimum_compression_size_in_bytes: ${coalesce(var.api.minimum_compression_size_in_bytes, 0)} is out of range. Set a whole number from 0 to 10485760."
    },
    {
      when = (
        var.api.throttle.rate_per_second <= 0
        || var.api.throttle.burst < 1
        || var.api.throttle.burst != floor(var.api.throttle.burst)
      )
      message = "api.throttle: set rate_per_second above 0, and burst to a whole number of at least 1. With less, the API would reject every request."
    },
  ] : problem.message if problem.when]

  api_problems = concat(
    local.kind_problems,
    local.own_api_problems,
    local.auth_problems,
    local.cors_problems,
    local.access_problems,
    local.domain_problems,
    local.firewall_problems,
    local.cache_problems,
  )
}
