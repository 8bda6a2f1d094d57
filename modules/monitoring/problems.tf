# Problems that callers got, by their code: the handler's own metrics.

locals {
  problem_alarms = { for code, count in var.alarms.problems : "problem-${replace(code, "_", "-")}" => {
    severity    = contains(var.alarms.persistent_problems, code) ? "critical" : "warning"
    description = "callers got the problem ${code} more than ${count} times in five minutes"
    runbook     = "problems"
    namespace   = var.function.metrics_namespace
    metric      = "Faults"
    dimensions  = { EndpointName = var.endpoint.name, Code = code }
    statistic   = "Sum"
    period      = 300
    periods     = 1
    threshold   = count
  } if var.endpoint.enabled }
}
