# Alarms that roll an update back. They watch the variants of one configuration, so that errors of the fleet that is to be
# replaced do not stop its replacement.

locals {
  alarm_prefix = "${var.name}-endpoint-"
  alarm_config = trimprefix(local.config_name, "${var.name}-")

  alarms = { for kind, alarm in {
    server-errors = {
      description = "more than ${var.monitoring.rollback.server_error_percent} % of a minute's requests fail in the container"
      metric_name = "Invocation5XXErrors"
      threshold   = var.monitoring.rollback.server_error_percent / 100
    }
    client-errors = {
      description = "the container refuses more than ${var.monitoring.rollback.client_error_percent} % of a minute's requests: it expects other columns than the contract sends"
      metric_name = "Invocation4XXErrors"
      threshold   = var.monitoring.rollback.client_error_percent / 100
    }
    latency = {
      description = local.latency_in_milliseconds == null ? "" : "the container takes more than ${local.latency_in_milliseconds} ms on a minute's average"
      metric_name = "ModelLatency"
      threshold   = local.latency_in_milliseconds == null ? 0 : local.latency_in_milliseconds * 1000
    }
  } : "${local.config_key}/${kind}" => merge(alarm, { name = "${local.alarm_prefix}${local.alarm_config}-${kind}" }) if local.deployed && (kind != "latency" || local.latency_in_milliseconds != null) }

  rollback_alarm_names = toset([for alarm in aws_cloudwatch_metric_alarm.rollback : alarm.alarm_name])
}

resource "aws_cloudwatch_metric_alarm" "rollback" {
  for_each = local.alarms

  alarm_name          = each.value.name
  alarm_description   = "The endpoint ${var.name}: ${each.value.description}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.monitoring.alarm_action_arns
  tags                = var.tags

  # One variant's metric, or the worst of several: SageMaker watches no more than ten alarms.
  namespace   = local.several ? null : "AWS/SageMaker"
  metric_name = local.several ? null : each.value.metric_name
  statistic   = local.several ? null : "Average"
  period      = local.several ? null : 60
  dimensions  = local.several ? null : { EndpointName = var.name, VariantName = keys(local.variants)[0], EndpointConfigName = local.config_name }

  dynamic "metric_query" {
    for_each = local.several ? keys(local.variants) : []

    content {
      id = "variant${metric_query.key}"

      metric {
        namespace   = "AWS/SageMaker"
        metric_name = each.value.metric_name
        stat        = "Average"
        period      = 60
        dimensions  = { EndpointName = var.name, VariantName = metric_query.value, EndpointConfigName = local.config_name }
      }
    }
  }

  dynamic "metric_query" {
    for_each = local.several ? ["MAX([${join(", ", [for index in range(length(local.variants)) : "variant${index}"])}])"] : []

    content {
      id          = "worst"
      label       = "The worst variant"
      expression  = metric_query.value
      return_data = true
    }
  }

  lifecycle {
    # The old configuration keeps its alarms until the endpoint has left it.
    create_before_destroy = true
  }
}
