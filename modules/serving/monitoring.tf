# Data capture, the alarms that roll an update back, and those for the people on call.

locals {
  # An asynchronous invocation may take an hour, so no latency is too high unless the caller sets one.
  latency_in_milliseconds = (
    var.monitoring.rollback.latency_in_milliseconds != null ? var.monitoring.rollback.latency_in_milliseconds
    : local.mode == "async" ? null
    : var.attempt_timeout_in_milliseconds
  )

  # Captured data and asynchronous results are stored in S3.
  output_kms_key_arn = var.monitoring.capture != null || local.mode == "async" ? var.kms_key_arn : null

  # One of these in five minutes is an alarm: they are errors in the configuration, the model or the code, and do not pass by themselves.
  persistent_problems = {
    adapter_failed         = 0
    answer_count           = 0
    answer_invalid         = 0
    endpoint_access_denied = 0
    endpoint_not_found     = 0
    endpoint_rejected      = 0
    internal               = 0
  }
  problem_codes = jsondecode(file("${path.module}/problem_codes.json"))

  # For format() with the name of a section, in the description of an alarm. Without an address, a description names the file.
  runbook_address = try(var.monitoring.alarms.runbook, null)
  runbook = (
    local.runbook_address == null
    ? "section %s of docs/runbook.md in the module's source"
    : "${replace(local.runbook_address, "%", "%%")}#%s"
  )

  alarms = one([for alarms in var.monitoring.alarms[*] : merge(alarms, {
    runbook = local.runbook
    model_latency_in_milliseconds = (
      alarms.model_latency_in_milliseconds != null ? alarms.model_latency_in_milliseconds
      : local.mode == "async" ? null
      : 0.8 * var.attempt_timeout_in_milliseconds
    )
    problems            = merge(local.persistent_problems, alarms.problems)
    persistent_problems = toset(keys(local.persistent_problems))
  })])

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
      when = (
        !can(regex(local.prefix_pattern, try(var.monitoring.capture.s3_uri, "s3://bucket")))
        || try(length(var.monitoring.capture.s3_uri) > 512, false)
      )
      message = "monitoring.capture.s3_uri: not the S3 URI of a prefix. Set a URI of at most 512 characters, like s3://bucket/prefix."
    },
    {
      when = try(
        var.monitoring.capture.sampling_percent < 0
        || var.monitoring.capture.sampling_percent > 100
        || var.monitoring.capture.sampling_percent != floor(var.monitoring.capture.sampling_percent),
        false,
      )
      message = "monitoring.capture.sampling_percent: must be a whole number from 0 to 100."
    },
    {
      when    = try(!var.monitoring.capture.input && !var.monitoring.capture.output, false)
      message = "monitoring.capture: neither input nor output would be captured. Enable one, or remove capture."
    },
    {
      when    = try(var.monitoring.drift.sampling_percent <= 0 || var.monitoring.drift.sampling_percent > 100, false)
      message = "monitoring.drift.sampling_percent: must be above 0, and at most 100."
    },
    {
      when    = try(var.monitoring.alarms.drift <= 0 || var.monitoring.alarms.drift >= 1, false)
      message = "monitoring.alarms.drift: must be above 0 and below 1: 0 is training data, and a shift by one deviation is about 0.5."
    },
    {
      when    = try(var.monitoring.alarms.drift_rows < 1, false)
      message = "monitoring.alarms.drift_rows: must be at least 1. Set how many rows must have been counted in the window."
    },
    {
      when = try(
        var.monitoring.alarms.drift_window_in_minutes < 1
        || var.monitoring.alarms.drift_window_in_minutes > 10080
        || floor(var.monitoring.alarms.drift_window_in_minutes) != var.monitoring.alarms.drift_window_in_minutes,
        false,
      )
      message = "monitoring.alarms.drift_window_in_minutes: not a whole number from 1 to 10080. Set one: CloudWatch evaluates an alarm over seven days at most."
    },
    {
      when = anytrue([
        for percent in [var.monitoring.rollback.server_error_percent, var.monitoring.rollback.client_error_percent] :
        percent < 0 || percent > 100
      ])
      message = "monitoring.rollback: server_error_percent and client_error_percent must be 0 to 100. To disable an alarm, set 100."
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
    {
      when = anytrue([
        for arn in try(coalesce(var.monitoring.alarms.warning_action_arns, []), []) : !can(regex("^arn:[a-z-]+:[a-z0-9-]+:.+$", arn))
      ])
      message = "monitoring.alarms.warning_action_arns: not an ARN. Set ARNs, like that of an SNS topic."
    },
    {
      when = anytrue([
        for attribute in [
          "server_error_percent", "client_error_percent", "duration_percent", "concurrency_percent", "utilization_percent"
        ] : try(var.monitoring.alarms[attribute] < 0 || var.monitoring.alarms[attribute] > 100, false)
      ])
      message = "monitoring.alarms: percentages must be 0 to 100. To disable an alarm on a share of the requests, set 100."
    },
    {
      when = anytrue([
        for attribute in [
          "latency_in_milliseconds", "model_latency_in_milliseconds", "invocations_per_instance", "backlog_age_in_seconds"
        ] : try(var.monitoring.alarms[attribute] <= 0, false)
      ])
      message = "monitoring.alarms: latency_in_milliseconds, model_latency_in_milliseconds, invocations_per_instance and backlog_age_in_seconds must be above 0. Set a larger number, or omit it."
    },
    {
      when    = try(var.monitoring.alarms.backlog < 0, false)
      message = "monitoring.alarms.backlog: must not be negative. Set how many requests may wait."
    },
    {
      when = try(
        var.monitoring.alarms.minutes_without_requests < 1
        || var.monitoring.alarms.minutes_without_requests > 1440
        || floor(var.monitoring.alarms.minutes_without_requests) != var.monitoring.alarms.minutes_without_requests,
        false,
      )
      message = "monitoring.alarms.minutes_without_requests: not a whole number from 1 to 1440. Set one, or omit it: CloudWatch evaluates an alarm with periods of a minute over a day at most."
    },
    {
      when    = !can(regex("^https://[!-\"$-~]{1,500}$", coalesce(local.runbook_address, "https://example.com/runbook")))
      message = "monitoring.alarms.runbook: not the address of a page. Set one that starts with https:// and has no fragment, of at most 508 characters, like https://example.com/runbook."
    },
    {
      when    = length(setsubtract(keys(try(var.monitoring.alarms.problems, {})), local.problem_codes)) > 0
      message = "monitoring.alarms.problems: no problem has the code ${join(" or ", setsubtract(keys(try(var.monitoring.alarms.problems, {})), local.problem_codes))}. Set codes of docs/errors.md, for example model_timeout."
    },
    {
      when    = anytrue([for count in values(try(var.monitoring.alarms.problems, {})) : count < 0])
      message = "monitoring.alarms.problems: must not be negative. Set how many problems in five minutes are acceptable."
    },
  ] : problem.message if problem.when]
}
