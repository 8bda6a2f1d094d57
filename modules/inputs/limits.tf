# Limits of requests and of calls to the endpoint.

locals {
  # A serverless endpoint accepts 4 MB; the XGBoost container accepts 6 MiB on instances.
  bytes_per_call_default = var.serverless ? 4000000 : 5000000
  bytes_per_call_maximum = var.serverless ? 4000000 : 6291456
  bytes_per_call         = var.handler.limits.bytes_per_call != null ? var.handler.limits.bytes_per_call : local.bytes_per_call_default

  limits = merge(var.handler.limits, { bytes_per_call = local.bytes_per_call })

  whole_limits = {
    rows_per_request                = var.handler.limits.rows_per_request
    rows_per_call                   = var.handler.limits.rows_per_call
    concurrent_calls                = var.handler.limits.concurrent_calls
    attempts_per_call               = var.handler.limits.attempts_per_call
    attempt_timeout_in_milliseconds = var.handler.limits.attempt_timeout_in_milliseconds
  }

  # All attempts of a call take place in one invocation, which needs a second for everything else.
  attempts_outlast_the_function = (
    var.handler.limits.attempts_per_call * var.handler.limits.attempt_timeout_in_milliseconds + 1000 > local.timeout_in_seconds * 1000
  )

  whole_limits_problems = [
    for name, limit in local.whole_limits : "handler.limits.${name}: ${limit} must be a whole number of at least 1."
    if limit < 1 || limit != floor(limit)
  ]

  limits_problems = concat(local.whole_limits_problems, [for problem in [
    {
      when    = var.handler.limits.attempts_per_call == 1 && local.attempts_outlast_the_function
      message = "handler.limits: 1 attempt of ${var.handler.limits.attempt_timeout_in_milliseconds} ms, plus one second for the function itself, exceeds handler.timeout_in_seconds = ${local.timeout_in_seconds}. Lower attempt_timeout_in_milliseconds."
    },
    {
      when    = var.handler.limits.attempts_per_call != 1 && local.attempts_outlast_the_function
      message = "handler.limits: ${var.handler.limits.attempts_per_call} attempts of ${var.handler.limits.attempt_timeout_in_milliseconds} ms, plus one second for the function itself, exceed handler.timeout_in_seconds = ${local.timeout_in_seconds}. Lower attempts_per_call or attempt_timeout_in_milliseconds."
    },
    {
      when = (
        var.handler.limits.async_timeout_in_seconds < 1
        || var.handler.limits.async_timeout_in_seconds > 3600
        || var.handler.limits.async_timeout_in_seconds != floor(var.handler.limits.async_timeout_in_seconds)
      )
      message = "handler.limits.async_timeout_in_seconds: ${var.handler.limits.async_timeout_in_seconds} must be a whole number from 1 to 3600, SageMaker's maximum for an asynchronous invocation."
    },
    {
      when = (
        local.bytes_per_call < 1000
        || local.bytes_per_call > local.bytes_per_call_maximum
        || local.bytes_per_call != floor(local.bytes_per_call)
      )
      message = "handler.limits.bytes_per_call: ${local.bytes_per_call} must be a whole number from 1000 to ${local.bytes_per_call_maximum}, the most that ${var.serverless ? "a serverless endpoint" : "the XGBoost container"} accepts."
    },
  ] : problem.message if problem.when])
}
