# Every metric alarm, and one composite alarm for each severity, which alone has actions: a person gets one message when something
# breaks, instead of one for each symptom.

locals {
  alarms = merge(
    local.api_alarms,
    local.function_alarms,
    local.variant_alarms,
    local.queue_alarms,
    local.problem_alarms,
    local.drift_alarms,
  )

  alarm_actions = {
    critical = var.alarm_action_arns
    warning  = var.alarms.warning_action_arns != null ? var.alarms.warning_action_arns : var.alarm_action_arns
  }

  # By name, which is shorter than an ARN and known when the plan is made.
  alarm_rules = { for severity in keys(local.alarm_actions) : severity => join(" OR ", [
    for key, alarm in aws_cloudwatch_metric_alarm.this : "ALARM(\"${alarm.alarm_name}\")" if local.alarms[key].severity == severity
  ]) }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${replace(each.key, "/", "-")}"
  alarm_description   = "${var.name}: ${each.value.description}. See ${format(var.alarms.runbook, try(each.value.runbook, split("/", each.key)[0]))}"
  namespace           = try(each.value.namespace, null)
  metric_name         = try(each.value.metric, null)
  dimensions          = try(each.value.dimensions, null)
  statistic           = try(startswith(each.value.statistic, "p") ? null : each.value.statistic, null)
  extended_statistic  = try(startswith(each.value.statistic, "p") ? each.value.statistic : null, null)
  comparison_operator = try(each.value.comparison, "GreaterThanThreshold")
  threshold           = each.value.threshold
  treat_missing_data  = try(each.value.missing, "notBreaching")
  tags                = var.tags

  # Three of five minutes: one bad minute of a quiet API is not an incident.
  period              = can(each.value.expression) ? null : try(each.value.period, 60)
  evaluation_periods  = try(each.value.periods, 5)
  datapoints_to_alarm = try(each.value.datapoints, min(3, try(each.value.periods, 5)))

  dynamic "metric_query" {
    for_each = try({ result = each.value.expression }, {})

    content {
      id          = metric_query.key
      expression  = metric_query.value
      label       = "drift"
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = try(each.value.metrics, {})

    content {
      id = metric_query.key

      metric {
        namespace   = var.function.metrics_namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = "Sum"
        period      = each.value.period
      }
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "this" {
  for_each = local.alarm_actions

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "${var.name}: an alarm of severity ${each.key} is on. See ${format(var.alarms.runbook, "severities")}"
  alarm_rule        = local.alarm_rules[each.key]
  alarm_actions     = each.value
  ok_actions        = each.value
  tags              = var.tags

  lifecycle {
    precondition {
      condition = (
        length(local.alarm_rules[each.key]) <= 10240
        && length([for alarm in values(local.alarms) : alarm if alarm.severity == each.key]) <= 100
      )
      error_message = "monitoring: the composite alarm of severity ${each.key} can have 100 alarms in a rule of 10,240 characters. Remove summaries from the contract's features or entries from monitoring.alarms.problems, or shorten name."
    }
  }
}
