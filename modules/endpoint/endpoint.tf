# The endpoint. It keeps its name, because clients and policies refer to it, and moves from one configuration to the next.

locals {
  # SageMaker writes the name in lower case here.
  endpoint_arn = "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.account.id}:endpoint/${lower(var.serving.endpoint_name)}"

  mode_names   = { instances = "real-time", serverless = "serverless", async = "asynchronous" }
  serving_mode = "${lookup(local.mode_names, var.serving.mode, "existing")}${var.serving.several_variants ? " with the variants ${join(", ", keys(var.serving.variants))}" : ""}"

  # By key, so that Terraform knows how many there are before it knows their names.
  watched_alarm_names = merge({ for key, alarm in aws_cloudwatch_metric_alarm.rollback : key => alarm.alarm_name }, { for name in var.serving.rollback.alarm_names : "alarm_names/${name}" => name })
}

# The serving mode and the variants that the endpoint was created with. SageMaker changes the model, the number or the type of instances of a
# running endpoint, but not its serving mode nor, when alarms watch the update, the names of its variants.
resource "terraform_data" "serving_mode" {
  count = var.serving.deployed ? 1 : 0

  input = local.serving_mode

  lifecycle {
    # Kept until the endpoint is created again, for the precondition to compare with.
    ignore_changes = [input]
  }
}

resource "aws_sagemaker_endpoint" "this" {
  count = var.serving.deployed ? 1 : 0

  name                 = var.name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this[0].name
  tags                 = var.tags

  deployment_config {
    # Present from the first apply: adding or removing this block later replaces the endpoint (provider 5.100).
    auto_rollback_configuration {
      dynamic "alarms" {
        for_each = local.watched_alarm_names

        content {
          alarm_name = alarms.value
        }
      }
    }

    dynamic "blue_green_update_policy" {
      for_each = var.serving.update.blue_green[*]

      content {
        termination_wait_in_seconds          = blue_green_update_policy.value.bake_in_seconds
        maximum_execution_timeout_in_seconds = blue_green_update_policy.value.timeout_in_seconds

        traffic_routing_configuration {
          type                     = blue_green_update_policy.value.canary != null ? "CANARY" : blue_green_update_policy.value.linear != null ? "LINEAR" : "ALL_AT_ONCE"
          wait_interval_in_seconds = try(blue_green_update_policy.value.canary.wait_in_seconds, blue_green_update_policy.value.linear.wait_in_seconds, 0)

          dynamic "canary_size" {
            for_each = blue_green_update_policy.value.canary[*]

            content {
              type  = canary_size.value.percent != null ? "CAPACITY_PERCENT" : "INSTANCE_COUNT"
              value = canary_size.value.percent != null ? canary_size.value.percent : canary_size.value.instances
            }
          }

          dynamic "linear_step_size" {
            for_each = blue_green_update_policy.value.linear[*]

            content {
              type  = linear_step_size.value.percent != null ? "CAPACITY_PERCENT" : "INSTANCE_COUNT"
              value = linear_step_size.value.percent != null ? linear_step_size.value.percent : linear_step_size.value.instances
            }
          }
        }
      }
    }

    dynamic "rolling_update_policy" {
      for_each = var.serving.update.rolling[*]

      content {
        wait_interval_in_seconds             = rolling_update_policy.value.wait_in_seconds
        maximum_execution_timeout_in_seconds = rolling_update_policy.value.timeout_in_seconds

        maximum_batch_size {
          type  = rolling_update_policy.value.percent != null ? "CAPACITY_PERCENT" : "INSTANCE_COUNT"
          value = rolling_update_policy.value.percent != null ? rolling_update_policy.value.percent : rolling_update_policy.value.instances
        }

        dynamic "rollback_maximum_batch_size" {
          for_each = rolling_update_policy.value.rollback[*]

          content {
            type  = rollback_maximum_batch_size.value.percent != null ? "CAPACITY_PERCENT" : "INSTANCE_COUNT"
            value = rollback_maximum_batch_size.value.percent != null ? rollback_maximum_batch_size.value.percent : rollback_maximum_batch_size.value.instances
          }
        }
      }
    }
  }

  lifecycle {
    # Created again with it when an operator plans with -replace.
    replace_triggered_by = [terraform_data.serving_mode]

    precondition {
      condition     = terraform_data.serving_mode[0].output == local.serving_mode
      error_message = "The endpoint ${var.name} was created as ${terraform_data.serving_mode[0].output}, and SageMaker cannot change it to ${local.serving_mode} while it runs. Keep the serving mode and the names of the variants; a variant of weight 0 gets no requests. Or create the endpoint again, which interrupts the API for some minutes: apply capacity = { enabled = false, ... } first, then this."
    }

    # SageMaker rolls a failed update back, and the provider reports that as success (terraform-provider-aws 46663).
    # Failing here keeps the configuration that is still in use.
    postcondition {
      condition     = self.endpoint_config_name == aws_sagemaker_endpoint_configuration.this[0].name
      error_message = "SageMaker rolled the endpoint ${var.name} back to the configuration ${self.endpoint_config_name}, which still serves; the new one failed. Either its container did not start (see its log: ${local.log_group_name}) or an alarm went off (${join(", ", sort(values(local.watched_alarm_names)))}). For SageMaker's reason, run: aws sagemaker describe-endpoint --endpoint-name ${var.name} --query FailureReason"
    }
  }

  # Created before the endpoint, or SageMaker would create it, without retention; kept until the endpoint is gone.
  depends_on = [aws_cloudwatch_log_group.this]
}
