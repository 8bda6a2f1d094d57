variable "monitoring" {
  description = <<-EOT
    Data capture, the alarms that roll an update back, and alarms with a dashboard for the people on call.

    - `capture`: stores `sampling_percent` of the model's requests and responses under `s3_uri`, as JSON lines of plain text; `input` or
      `output` alone if the other is false.
    - `rollback`: alarms on the variants of the new configuration. `server_error_percent` and `client_error_percent` of the requests in a
      minute (100 disables the alarm), `latency_in_milliseconds` on average (by default handler.limits.attempt_timeout_in_milliseconds; no
      alarm for an asynchronous endpoint unless set), and `alarm_names` of your own.
    - `drift`: the function counts how far the values of `sampling_percent` of the requests, and the predictions, are from the summaries in
      the contract, as metrics; never a value itself. Off unless set: `drift = {}`.
    - `alarm_action_arns`: actions of these alarms, and of the composite alarms in `alarms`, like an SNS topic.
    - `alarms`: alarms on API, function, endpoint and problems, a composite alarm for each severity (critical and warning), a dashboard and
      saved queries: `alarms = {}`. Only the composite alarms have actions. None of them exists unless it is set.
      - `runbook`: address of the runbook that the alarms' descriptions link to, with https://: that of your copy of docs/runbook.md. Unless
        it is set, they name the section of docs/runbook.md.
      - `warning_action_arns`: actions of the warnings, by default `alarm_action_arns`.
      - `server_error_percent`, `client_error_percent`: of the requests to the API, and of those to the endpoint.
      - `latency_in_milliseconds`: of the slowest 1 % of the requests to the API.
      - `duration_percent`: of `handler.timeout_in_seconds`, by the slowest 1 % of the invocations.
      - `concurrency_percent`: of `handler.reserved_concurrent_executions`, if that is set.
      - `model_latency_in_milliseconds`: of the slowest 1 % of the requests to the container, by default 80 % of
        `handler.limits.attempt_timeout_in_milliseconds`; no alarm for an asynchronous endpoint unless set.
      - `utilization_percent`: of CPU, memory and disk of the instances.
      - `invocations_per_instance`: requests a minute; no alarm unless set.
      - `minutes_without_requests`: 1 to 1440 minutes without any request; no alarm unless set.
      - `backlog`, `backlog_age_in_seconds`: of an asynchronous endpoint's queue.
      - `problems`: further problem codes, and how many of each in five minutes are acceptable: `{ model_timeout = 10 }`. Those that do not
        pass by themselves, such as endpoint_access_denied, have an alarm at the first one.
      - `drift`: with `monitoring.drift`, how far a feature, or the prediction, may be from the training data: 0 is training data, 0.5 about
        a shift by one deviation.
      - `drift_rows`: how many rows must have been counted in the window.
      - `drift_window_in_minutes`: the window, 1 to 10080 minutes. By default a day, so that the difference between day and night does not
        count as drift.
  EOT
  default     = {}
  nullable    = false
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0022-inputs-of-any-type.md.
  type = any
}
