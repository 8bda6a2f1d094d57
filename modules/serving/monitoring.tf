# Data capture, and the alarms that roll an update back.

locals {
  # An asynchronous invocation may take an hour, so no latency is too high unless the caller sets one.
  latency_in_milliseconds = var.monitoring.rollback.latency_in_milliseconds != null ? var.monitoring.rollback.latency_in_milliseconds : local.mode == "async" ? null : var.attempt_timeout_in_milliseconds

  # Captured data and asynchronous results are stored in S3.
  output_kms_key_arn = var.monitoring.capture != null || local.mode == "async" ? var.kms_key_arn : null

  monitoring_problems = [for problem in [
    {
      when    = local.mode == "existing" && var.monitoring.capture != null
      message = "monitoring.capture: not supported with capacity.existing: the endpoint's own configuration decides what is captured. Remove it."
    },
    {
      when    = local.mode == "existing" && length(var.monitoring.rollback.alarm_names) > 0
      message = "monitoring.rollback.alarm_names: not supported with capacity.existing: the endpoint is updated where it is created. Remove them."
    },
    {
      when    = !can(regex(local.prefix_pattern, try(var.monitoring.capture.s3_uri, "s3://bucket"))) || try(length(var.monitoring.capture.s3_uri) > 512, false)
      message = "monitoring.capture.s3_uri: not the S3 URI of a prefix. Set a URI of at most 512 characters, like s3://bucket/prefix."
    },
    {
      when    = try(var.monitoring.capture.sampling_percent < 0 || var.monitoring.capture.sampling_percent > 100 || var.monitoring.capture.sampling_percent != floor(var.monitoring.capture.sampling_percent), false)
      message = "monitoring.capture.sampling_percent: must be a whole number from 0 to 100."
    },
    {
      when    = try(!var.monitoring.capture.input && !var.monitoring.capture.output, false)
      message = "monitoring.capture: neither input nor output would be captured. Enable one, or remove capture."
    },
    {
      when    = anytrue([for percent in [var.monitoring.rollback.server_error_percent, var.monitoring.rollback.client_error_percent] : percent < 0 || percent > 100])
      message = "monitoring.rollback: error percentages must be 0 to 100. To disable an alarm, set 100."
    },
    {
      when    = try(var.monitoring.rollback.latency_in_milliseconds <= 0, false)
      message = "monitoring.rollback.latency_in_milliseconds: must be above 0."
    },
    {
      when    = length(var.monitoring.rollback.alarm_names) > 7
      message = "monitoring.rollback.alarm_names: SageMaker watches 10 alarms, 3 of which the module creates. List at most 7."
    },
    {
      when    = anytrue([for name in var.monitoring.rollback.alarm_names : !can(regex("^[^:]{1,255}$", name))])
      message = "monitoring.rollback.alarm_names: not the name of an alarm. Set names of 1 to 255 characters, not ARNs."
    },
    {
      when    = anytrue([for arn in var.monitoring.alarm_action_arns : !can(regex("^arn:[a-z-]+:[a-z0-9-]+:.+$", arn))])
      message = "monitoring.alarm_action_arns: not an ARN. Set ARNs, like that of an SNS topic."
    },
  ] : problem.message if problem.when]
}
