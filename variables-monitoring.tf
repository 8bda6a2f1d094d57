variable "monitoring" {
  description = <<-EOT
    What is kept of requests and answers, and what takes an update back.

    - `capture`: `sampling_percent` of the requests and answers at the model, below `s3_uri`, as JSON lines with plain text in them; `input` or `output` alone if the other is off.
    - `rollback`: alarms on the variants of the new configuration. `server_error_percent` and `client_error_percent` of a minute's requests (100 disarms the
      alarm), `latency_in_milliseconds` on average (by default what `handler.limits` gives one attempt), and `alarm_names` of your own.
    - `alarm_action_arns`: who is told when one of these alarms goes off, like an SNS topic.
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
