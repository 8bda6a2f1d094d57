# Autoscaling of each variant by the metrics of its serving mode. From the first apply, autoscaling owns the number of instances: the
# configuration only sets where a new fleet starts, never below the minimum, and no plan compares the current number.

locals {
  scalable = var.serving.deployed ? var.serving.autoscaling : {}

  metrics = {
    invocations_per_instance = { type = "SageMakerVariantInvocationsPerInstance", factor = 1 }
    concurrency_per_instance = { type = "SageMakerVariantConcurrentRequestsPerModelHighResolution", factor = 1 }
    utilization_percent      = { type = "SageMakerVariantProvisionedConcurrencyUtilization", factor = 0.01 }
    backlog_per_instance     = { type = null, factor = 1 }
  }
  scaling_policies = merge([for variant, scaling in local.scalable : {
    for metric, target in scaling.targets : "${variant}/${metric}" => {
      variant   = variant
      metric    = metric
      target    = target
      cooldowns = scaling.cooldowns
    }
  }]...)
  scaling_schedules = merge([for variant, scaling in local.scalable : {
    for name, schedule in scaling.schedules : "${variant}/${name}" => merge(schedule, { variant = variant, name = name })
  }]...)
  from_zero = {
    for variant, scaling in local.scalable : variant => scaling
    if var.serving.mode == "async" && anytrue(concat([scaling.minimum == 0], [for schedule in scaling.schedules : schedule.minimum == 0]))
  }
}

# AWS deletes a registration with its endpoint, and policies and schedules with their registration, so Terraform replaces them together.
# Policies and schedules refer to the registration by its id, which is unknown while it is replaced.

# SageMaker does not change the instance type of a registered variant, so a new type needs a new registration. Schedules change the bounds
# of a registration, so new bounds need a new registration as well.
resource "terraform_data" "scaling" {
  for_each = local.scalable

  input = jsonencode([var.serving.mode, var.serving.variants[each.key].instance_type, each.value.minimum, each.value.maximum])
}

resource "aws_appautoscaling_target" "this" {
  for_each = local.scalable

  service_namespace = "sagemaker"
  resource_id       = "endpoint/${aws_sagemaker_endpoint.this[0].name}/variant/${each.key}"
  scalable_dimension = (
    var.serving.mode == "serverless"
    ? "sagemaker:variant:DesiredProvisionedConcurrency"
    : "sagemaker:variant:DesiredInstanceCount"
  )
  min_capacity = each.value.minimum
  max_capacity = each.value.maximum
  tags         = var.tags

  lifecycle {
    # Schedules own the bounds; the next apply must not reset them.
    ignore_changes       = [min_capacity, max_capacity]
    replace_triggered_by = [terraform_data.scaling[each.key], aws_sagemaker_endpoint.this[0].arn]
  }
}

resource "aws_appautoscaling_policy" "this" {
  for_each = local.scaling_policies

  name               = "${var.name}-${replace(each.key, "/[/_]/", "-")}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[each.value.variant].service_namespace
  resource_id        = aws_appautoscaling_target.this[each.value.variant].id
  scalable_dimension = aws_appautoscaling_target.this[each.value.variant].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.target * local.metrics[each.value.metric].factor
    scale_in_cooldown  = each.value.cooldowns.in
    scale_out_cooldown = each.value.cooldowns.out

    dynamic "predefined_metric_specification" {
      for_each = local.metrics[each.value.metric].type[*]

      content {
        predefined_metric_type = predefined_metric_specification.value
      }
    }

    dynamic "customized_metric_specification" {
      for_each = local.metrics[each.value.metric].type == null ? ["ApproximateBacklogSizePerInstance"] : []

      content {
        namespace   = "AWS/SageMaker"
        metric_name = customized_metric_specification.value
        statistic   = "Average"

        dimensions {
          name  = "EndpointName"
          value = aws_sagemaker_endpoint.this[0].name
        }
      }
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "this" {
  for_each = local.scaling_schedules

  name               = "${var.name}-${each.value.variant}-${each.value.name}"
  service_namespace  = aws_appautoscaling_target.this[each.value.variant].service_namespace
  resource_id        = aws_appautoscaling_target.this[each.value.variant].id
  scalable_dimension = aws_appautoscaling_target.this[each.value.variant].scalable_dimension
  schedule           = each.value.schedule
  timezone           = each.value.timezone

  scalable_target_action {
    min_capacity = each.value.minimum
    max_capacity = each.value.maximum
  }
}

# Without instances there is no backlog per instance, so an alarm starts the first one.
resource "aws_appautoscaling_policy" "from_zero" {
  for_each = local.from_zero

  name               = "${var.name}-${each.key}-from-zero"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  resource_id        = aws_appautoscaling_target.this[each.key].id
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Average"
    cooldown                = each.value.cooldowns.in

    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "from_zero" {
  for_each = local.from_zero

  alarm_name          = "${local.alarm_prefix}${each.key}-backlog-without-capacity"
  alarm_description   = "The endpoint of ${var.name}: requests are waiting and no instance is running. See ${format(var.serving.runbook, "from-zero")}"
  namespace           = "AWS/SageMaker"
  metric_name         = "HasBacklogWithoutCapacity"
  dimensions          = { EndpointName = aws_sagemaker_endpoint.this[0].name }
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 2
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "missing"
  alarm_actions       = [aws_appautoscaling_policy.from_zero[each.key].arn]
  tags                = var.tags
}
