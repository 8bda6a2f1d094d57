variable "name" {
  description = "Name of the deployment: the beginning of the names of alarms and queries, and the dashboard's name."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of the alarms."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region of the dashboard's metrics."
  type        = string
  nullable    = false
}

variable "alarms" {
  description = "Thresholds, and where the alarms are sent (output alarms of modules/serving); see monitoring.alarms of the root module."
  nullable    = false
  type = object({
    runbook                       = string # a reference to a section, for format()
    warning_action_arns           = set(string)
    server_error_percent          = number
    client_error_percent          = number
    latency_in_milliseconds       = number
    duration_percent              = number
    concurrency_percent           = number
    model_latency_in_milliseconds = number
    utilization_percent           = number
    invocations_per_instance      = number
    minutes_without_requests      = number
    backlog                       = number
    backlog_age_in_seconds        = number
    problems                      = map(number)
    persistent_problems           = set(string)
    drift                         = number
    drift_rows                    = number
    drift_window_in_minutes       = number
  })
}

variable "alarm_action_arns" {
  description = "Actions of the critical composite alarm, and of the warning one unless alarms.warning_action_arns is set."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "api" {
  description = "Names of the REST API and its stage, and of the log group of its access log; null without a REST API."
  default     = null
  type = object({
    name           = string
    stage_name     = string
    log_group_name = string
  })
}

variable "drift" {
  description = <<-EOT
    Names of the features whose drift the function measures, and of the output, null if it does not; null without such metrics.
  EOT
  default     = null
  type = object({
    features = list(string)
    output   = string
  })
}

variable "function" {
  description = "Name, timeout, reserved concurrency, log group and metrics namespace of the function."
  nullable    = false
  type = object({
    name                           = string
    timeout_in_seconds             = number
    reserved_concurrent_executions = number
    log_group_name                 = string
    metrics_namespace              = string
  })
}

variable "endpoint" {
  description = <<-EOT
    The endpoint: whether it is enabled, its name, which is null otherwise, its serving mode, and the instance type of each variant (null
    for serverless ones); no variants while it is disabled or for an existing endpoint.
  EOT
  nullable    = false
  type = object({
    enabled  = bool
    name     = string
    mode     = string
    variants = map(string)
  })
}
