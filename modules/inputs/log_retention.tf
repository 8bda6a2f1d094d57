# The retention periods that CloudWatch Logs supports, for every log group of the module.

locals {
  log_retention_periods_in_days = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  log_retention_text            = "${join(", ", slice(local.log_retention_periods_in_days, 0, length(local.log_retention_periods_in_days) - 1))} or ${reverse(local.log_retention_periods_in_days)[0]}"
}
