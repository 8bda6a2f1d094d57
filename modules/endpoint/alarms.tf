# Alarms that roll an update back. They watch the variants of one configuration, so that errors of the fleet that is being replaced do not
# stop its replacement.

locals {
  alarm_prefix = "${var.name}-endpoint-"
  watched      = one(aws_sagemaker_endpoint_configuration.this[*].name)
  latency      = var.serving.rollback.latency_in_milliseconds

  alarms = { for key, alarm in {
    server-errors = {
      description = "more than ${var.serving.rollback.server_error_percent} % of the requests in a minute fail in the container"
      metric_name = "Invocation5XXErrors"
      threshold   = var.serving.rollback.server_error_percent / 100
    }
    client-errors = {
      description = "the container rejects more than ${var.serving.rollback.client_error_percent} % of the requests in a minute: it expects other columns than the contract's"
      metric_name = "Invocation4XXErrors"
      threshold   = var.serving.rollback.client_error_percent / 100
    }
    latency = {
      description = local.latency == null ? "" : "the container takes more than ${local.latency} ms on average over a minute"
      metric_name = "ModelLatency"
      threshold   = local.latency == null ? 0 : local.latency * 1000
    }
  } : key => alarm if var.serving.deployed && (key != "latency" || local.latency != null) }
}

resource "aws_cloudwatch_metric_alarm" "rollback" {
  for_each = local.alarms

  # Every creation has its own name: docs/decisions/0011-endpoint-generations.md.
  alarm_name          = "${local.alarm_prefix}${substr(sha256(jsonencode([local.watched, plantimestamp()])), 0, 8)}-${each.key}"
  alarm_description   = "The endpoint of ${var.name}: ${each.value.description}. See ${format(var.serving.runbook, "rollback")}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.serving.alarm_action_arns
  tags                = var.tags

  # The metric of one variant, or the worst of several: SageMaker watches at most ten alarms.
  namespace   = var.serving.several_variants ? null : "AWS/SageMaker"
  metric_name = var.serving.several_variants ? null : each.value.metric_name
  statistic   = var.serving.several_variants ? null : "Average"
  period      = var.serving.several_variants ? null : 60
  dimensions = var.serving.several_variants ? null : {
    EndpointName       = local.expected_name
    VariantName        = keys(var.serving.variants)[0]
    EndpointConfigName = local.watched
  }

  dynamic "metric_query" {
    for_each = var.serving.several_variants ? keys(var.serving.variants) : []

    content {
      id = "variant${metric_query.key}"

      metric {
        namespace   = "AWS/SageMaker"
        metric_name = each.value.metric_name
        stat        = "Average"
        period      = 60
        dimensions  = { EndpointName = local.expected_name, VariantName = metric_query.value, EndpointConfigName = local.watched }
      }
    }
  }

  dynamic "metric_query" {
    for_each = (
      var.serving.several_variants
      ? ["MAX([${join(", ", [for index in range(length(var.serving.variants)) : "variant${index}"])}])"]
      : []
    )

    content {
      id          = "worst"
      label       = "The worst variant"
      expression  = metric_query.value
      return_data = true
    }
  }

  lifecycle {
    # The old configuration keeps its alarms until the endpoint has moved to the new one.
    create_before_destroy = true
    ignore_changes        = [alarm_name]
    replace_triggered_by  = [aws_sagemaker_endpoint_configuration.this[0].name, aws_cloudwatch_log_group.this[0].name]
  }
}
