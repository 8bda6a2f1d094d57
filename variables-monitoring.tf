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
  type = object({
    capture = optional(object({
      s3_uri           = string
      sampling_percent = optional(number, 100)
      input            = optional(bool, true)
      output           = optional(bool, true)
    }))
    rollback = optional(object({
      server_error_percent    = optional(number, 5)
      client_error_percent    = optional(number, 50)
      latency_in_milliseconds = optional(number)
      alarm_names             = optional(set(string), [])
    }), {})
    alarm_action_arns = optional(set(string), [])
  })
}
