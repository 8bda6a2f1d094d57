# Are callers served? Metrics: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html

locals {
  api_dimensions = var.api == null ? {} : { ApiName = var.api.name, Stage = var.api.stage_name }

  api_alarms = { for key, alarm in {
    api-server-errors = {
      severity    = "critical"
      description = "more than ${var.alarms.server_error_percent} % of the requests fail"
      namespace   = "AWS/ApiGateway"
      metric      = "5XXError"
      dimensions  = local.api_dimensions
      statistic   = "Average"
      threshold   = var.alarms.server_error_percent / 100
    }
    api-client-errors = {
      severity    = "warning"
      description = "more than ${var.alarms.client_error_percent} % of the requests are rejected"
      namespace   = "AWS/ApiGateway"
      metric      = "4XXError"
      dimensions  = local.api_dimensions
      statistic   = "Average"
      threshold   = var.alarms.client_error_percent / 100
    }
    api-latency = {
      severity    = "warning"
      description = "1 % of the requests take more than ${var.alarms.latency_in_milliseconds} ms"
      namespace   = "AWS/ApiGateway"
      metric      = "Latency"
      dimensions  = local.api_dimensions
      statistic   = "p99"
      threshold   = var.alarms.latency_in_milliseconds
    }
    api-no-requests = {
      severity    = "critical"
      description = "no request has arrived for ${coalesce(var.alarms.minutes_without_requests, 1)} minutes"
      namespace   = "AWS/ApiGateway"
      metric      = "Count"
      dimensions  = local.api_dimensions
      # Without requests there are no data points: the absence is the alarm.
      statistic  = "SampleCount"
      comparison = "LessThanThreshold"
      threshold  = 1
      missing    = "breaching"
      periods    = var.alarms.minutes_without_requests
      datapoints = var.alarms.minutes_without_requests
    }
  } : key => alarm if var.api != null && (key != "api-no-requests" || var.alarms.minutes_without_requests != null) }
}
