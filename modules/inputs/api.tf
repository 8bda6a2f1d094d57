# The API: its stage, its throttles and how callers authenticate.

locals {
  # Callers use an API key unless they sign their requests.
  default_key = { rate_per_second = 50, burst = 100, requests = 1000000, period = "MONTH" }
  key_given   = var.api.key != null
  key = {
    rate_per_second = try(coalesce(var.api.key.rate_per_second), local.default_key.rate_per_second)
    burst           = try(coalesce(var.api.key.burst), local.default_key.burst)
    quota = {
      requests = try(coalesce(var.api.key.quota.requests), local.default_key.requests)
      period   = try(coalesce(var.api.key.quota.period), local.default_key.period)
    }
  }

  api = {
    stage_name            = var.api.stage_name
    log_retention_in_days = var.api.log_retention_in_days
    execution_log_level   = var.api.execution_log_level
    throttle              = var.api.throttle
    key                   = var.api.iam == null ? local.key : null
    iam                   = var.api.iam
    page                  = var.api.page
  }

  api_problems = concat([for problem in [
    {
      when    = !can(regex("^[A-Za-z0-9_-]{1,128}$", var.api.stage_name))
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
      when    = var.api.throttle.rate_per_second <= 0 || var.api.throttle.burst < 1
      message = "api.throttle: it would reject every request. Set rate_per_second above 0 and burst to at least 1."
    },
    {
      when    = local.key_given && var.api.iam != null
      message = "api: set key or iam, not both. Callers authenticate with an API key or with SigV4."
    },
    ] : problem.message if problem.when], local.key_given ? [for problem in [
    {
      when    = local.key.rate_per_second <= 0 || local.key.burst < 1
      message = "api.key: it would reject every request. Set rate_per_second above 0 and burst to at least 1."
    },
    {
      when    = local.key.rate_per_second > var.api.throttle.rate_per_second || local.key.burst > var.api.throttle.burst
      message = "api.key: ${local.key.rate_per_second} requests per second with a burst of ${local.key.burst} exceed the stage's api.throttle (${var.api.throttle.rate_per_second}, ${var.api.throttle.burst}). Lower the key's limits or raise the stage's."
    },
    {
      when    = !contains(["DAY", "WEEK", "MONTH"], local.key.quota.period)
      message = "api.key.quota.period: \"${local.key.quota.period}\" is not a period. Set DAY, WEEK or MONTH."
    },
    {
      when    = local.key.quota.requests < 1
      message = "api.key.quota.requests: must be at least 1."
    },
  ] : problem.message if problem.when] : [])
}
