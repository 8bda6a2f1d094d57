# What is captured, and which alarms roll an update back.

locals {
  # An asynchronous call may take an hour: no latency of it is too much unless the caller says so.
  latency_in_milliseconds = var.monitoring.rollback.latency_in_milliseconds != null ? var.monitoring.rollback.latency_in_milliseconds : local.mode == "async" ? null : var.attempt_timeout_in_milliseconds

  # Captured data and asynchronous results are stored in S3.
  output_kms_key_arn = var.monitoring.capture != null || local.mode == "async" ? var.kms_key_arn : null

  monitoring_problems = [for problem in [
    {
      when    = local.mode == "existing" && var.monitoring.capture != null
      message = "monitoring.capture: an existing endpoint captures what its own configuration says; remove it"
    },
    {
      when    = local.mode == "existing" && length(var.monitoring.rollback.alarm_names) > 0
      message = "monitoring.rollback.alarm_names: an existing endpoint is rolled back where it is made; remove them"
    },
    {
      when    = !can(regex(local.prefix_pattern, try(var.monitoring.capture.s3_uri, "s3://bucket"))) || try(length(var.monitoring.capture.s3_uri) > 512, false)
      message = "monitoring.capture.s3_uri: write the S3 URI of a prefix, at most 512 characters: s3://bucket/prefix"
    },
    {
      when    = try(var.monitoring.capture.sampling_percent < 0 || var.monitoring.capture.sampling_percent > 100 || var.monitoring.capture.sampling_percent != floor(var.monitoring.capture.sampling_percent), false)
      message = "monitoring.capture.sampling_percent: write a whole number from 0 to 100"
    },
    {
      when    = try(!var.monitoring.capture.input && !var.monitoring.capture.output, false)
      message = "monitoring.capture: neither input nor output would be captured; keep one, or remove capture"
    },
    {
      when    = anytrue([for percent in [var.monitoring.rollback.server_error_percent, var.monitoring.rollback.client_error_percent] : percent < 0 || percent > 100])
      message = "monitoring.rollback: error percentages must be 0 to 100; above 100 percent of requests nothing fails, so 100 disarms the alarm"
    },
    {
      when    = try(var.monitoring.rollback.latency_in_milliseconds <= 0, false)
      message = "monitoring.rollback.latency_in_milliseconds: write a number above 0"
    },
    {
      when    = length(var.monitoring.rollback.alarm_names) > 7
      message = "monitoring.rollback.alarm_names: SageMaker watches 10 alarms, of which the module makes 3; list at most 7"
    },
    {
      when    = anytrue([for name in var.monitoring.rollback.alarm_names : !can(regex("^[^:]{1,255}$", name))])
      message = "monitoring.rollback.alarm_names: write names of alarms, 1 to 255 characters, not ARNs"
    },
    {
      when    = anytrue([for arn in var.monitoring.alarm_action_arns : !can(regex("^arn:[a-z-]+:[a-z0-9-]+:.+$", arn))])
      message = "monitoring.alarm_action_arns: write ARNs, like that of an SNS topic"
    },
  ] : problem.message if problem.when]
}
