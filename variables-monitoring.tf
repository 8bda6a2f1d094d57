variable "monitoring" {
  description = <<-EOT
    Data capture and the alarms that roll an update back.

    - `capture`: stores `sampling_percent` of the model's requests and responses under `s3_uri`, as JSON lines of plain text; `input` or `output` alone if the
      other is false.
    - `rollback`: alarms on the variants of the new configuration. `server_error_percent` and `client_error_percent` of the requests in a minute (100 disables the
      alarm), `latency_in_milliseconds` on average (by default handler.limits.attempt_timeout_in_milliseconds), and `alarm_names` of your own.
    - `alarm_action_arns`: actions of these alarms, like an SNS topic.
  EOT
  default     = {}
  nullable    = false
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0022-inputs-of-any-type.md.
  type = any
}
