# Metrics: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html

locals {
  function_dimensions = { FunctionName = var.function.name }

  function_alarms = { for key, alarm in {
    function-errors = {
      severity    = "critical"
      description = "the function crashes or times out, instead of responding with a problem document"
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = local.function_dimensions
      statistic   = "Sum"
      threshold   = 0
      datapoints  = 1
    }
    function-throttles = {
      severity    = "critical"
      description = "Lambda rejects invocations, because the function or the account has reached its concurrency"
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = local.function_dimensions
      statistic   = "Sum"
      threshold   = 0
    }
    function-duration = {
      severity    = "warning"
      description = "1 % of the invocations take more than ${var.alarms.duration_percent} % of the timeout of ${var.function.timeout_in_seconds} s"
      namespace   = "AWS/Lambda"
      metric      = "Duration"
      dimensions  = local.function_dimensions
      statistic   = "p99"
      threshold   = var.function.timeout_in_seconds * 1000 * var.alarms.duration_percent / 100
    }
    function-concurrency = {
      severity    = "warning"
      description = "more than ${var.alarms.concurrency_percent} % of the reserved concurrency is in use"
      namespace   = "AWS/Lambda"
      metric      = "ConcurrentExecutions"
      dimensions  = local.function_dimensions
      statistic   = "Maximum"
      threshold   = coalesce(var.function.reserved_concurrent_executions, 1) * var.alarms.concurrency_percent / 100
    }
  } : key => alarm if key != "function-concurrency" || var.function.reserved_concurrent_executions != null }
}
