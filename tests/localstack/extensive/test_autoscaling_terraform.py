"""Terraform's AWS provider with the sandbox's Application Auto Scaling: each type of policy and schedule."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Any

import pytest
from hosting import Hosting, archive, constant, unique

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

MAIN = """
variable "artifact" { type = string }
variable "max" { type = number }

resource "aws_iam_role" "this" {
  name = "$name"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "sagemaker.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["ecr:*", "s3:*"], Resource = "*" }]
  })
}

resource "aws_sagemaker_model" "this" {
  name               = "$name"
  execution_role_arn = aws_iam_role.this.arn
  depends_on         = [aws_iam_role_policy.this]

  primary_container {
    image          = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5"
    model_data_url = var.artifact
  }
}

resource "aws_sagemaker_endpoint_configuration" "instances" {
  name = "$name-instances"
  production_variants {
    variant_name           = "one"
    model_name             = aws_sagemaker_model.this.name
    instance_type          = "ml.m5.large"
    initial_instance_count = 1
  }
}

resource "aws_sagemaker_endpoint_configuration" "serverless" {
  name = "$name-serverless"
  production_variants {
    variant_name = "one"
    model_name   = aws_sagemaker_model.this.name
    serverless_config {
      memory_size_in_mb       = 2048
      max_concurrency         = 10
      provisioned_concurrency = 1
    }
  }
}

resource "aws_sagemaker_endpoint" "instances" {
  name                 = aws_sagemaker_endpoint_configuration.instances.name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.instances.name
}

resource "aws_sagemaker_endpoint" "serverless" {
  name                 = aws_sagemaker_endpoint_configuration.serverless.name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.serverless.name
}

resource "aws_appautoscaling_target" "instances" {
  service_namespace  = "sagemaker"
  resource_id        = "endpoint/$${aws_sagemaker_endpoint.instances.name}/variant/one"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  min_capacity       = 2
  max_capacity       = var.max
  tags               = { a = "b" }
}

resource "aws_appautoscaling_target" "serverless" {
  service_namespace  = "sagemaker"
  resource_id        = "endpoint/$${aws_sagemaker_endpoint.serverless.name}/variant/one"
  scalable_dimension = "sagemaker:variant:DesiredProvisionedConcurrency"
  min_capacity       = 1
  max_capacity       = 10
}

locals {
  tracking = {
    SageMakerVariantInvocationsPerInstance                    = aws_appautoscaling_target.instances
    SageMakerVariantConcurrentRequestsPerModelHighResolution  = aws_appautoscaling_target.instances
    SageMakerVariantProvisionedConcurrencyUtilization         = aws_appautoscaling_target.serverless
  }
}

resource "aws_appautoscaling_policy" "predefined" {
  for_each = local.tracking

  name               = each.key
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 0.7
    scale_in_cooldown  = 300
    scale_out_cooldown = 60
    predefined_metric_specification { predefined_metric_type = each.key }
  }
}

resource "aws_appautoscaling_policy" "customized" {
  name               = "customized"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.instances.service_namespace
  resource_id        = aws_appautoscaling_target.instances.resource_id
  scalable_dimension = aws_appautoscaling_target.instances.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value     = 5
    disable_scale_in = true
    customized_metric_specification {
      metric_name = "ApproximateBacklogSizePerInstance"
      namespace   = "AWS/SageMaker"
      statistic   = "Average"
      dimensions {
        name  = "EndpointName"
        value = aws_sagemaker_endpoint.instances.name
      }
    }
  }
}

resource "aws_appautoscaling_policy" "math" {
  name               = "math"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.instances.service_namespace
  resource_id        = aws_appautoscaling_target.instances.resource_id
  scalable_dimension = aws_appautoscaling_target.instances.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 5
    customized_metric_specification {
      metrics {
        id          = "errors"
        return_data = false
        metric_stat {
          stat = "Sum"
          metric {
            metric_name = "Invocation5XXErrors"
            namespace   = "AWS/SageMaker"
            dimensions {
              name  = "EndpointName"
              value = aws_sagemaker_endpoint.instances.name
            }
          }
        }
      }
      metrics {
        id          = "doubled"
        expression  = "errors * 2"
        label       = "twice the errors"
        return_data = true
      }
    }
  }
}

resource "aws_appautoscaling_policy" "step" {
  name               = "step"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.instances.service_namespace
  resource_id        = aws_appautoscaling_target.instances.resource_id
  scalable_dimension = aws_appautoscaling_target.instances.scalable_dimension

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    cooldown                = 60
    metric_aggregation_type = "Maximum"
    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 1
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "this" {
  name               = "night"
  service_namespace  = aws_appautoscaling_target.instances.service_namespace
  resource_id        = aws_appautoscaling_target.instances.resource_id
  scalable_dimension = aws_appautoscaling_target.instances.scalable_dimension
  schedule           = "cron(0 22 * * ? *)"
  timezone           = "Europe/Berlin"
  start_time         = "2099-01-01T00:00:00Z"

  scalable_target_action {
    min_capacity = 1
    max_capacity = 2
  }
}
"""


@pytest.fixture(scope="module")
def hosting(sandbox: Sandbox) -> Hosting:
    return Hosting(sandbox.url, account="000000000000")


def test_every_type_of_scaling_applies_updates_plans_empty_and_is_destroyed(hosting: Hosting, terraform: Callable[..., Any]) -> None:
    name = unique("tf")
    module = terraform("examples/autoscaling", {"main.tf": Template(MAIN).substitute(name=name)})
    artifact = hosting.artifact(archive(("xgboost-model", constant(1))))

    module.apply(artifact=artifact, max=4)
    assert module.changes() == ""
    (variant,) = hosting.settled(f"{name}-instances")["ProductionVariants"]
    assert variant["CurrentInstanceCount"] == 2

    module.apply(artifact=artifact, max=5)
    assert module.changes() == ""

    module.destroy()
    scaling = hosting.client("application-autoscaling")
    alarms = hosting.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"TargetTracking-endpoint/{name}")
    targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert [target["ResourceId"] for target in targets if name in target["ResourceId"]] == []
    assert alarms["MetricAlarms"] == []
