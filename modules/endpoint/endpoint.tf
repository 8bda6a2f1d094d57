# The endpoint. It moves from one configuration to the next as long as the function and the model agree on the same interface. Another
# interface gets an endpoint of its own, and the old one serves until the function's alias has moved:
# docs/decisions/0026-an-endpoint-for-each-interface.md.

locals {
  # The name in the alarms' dimensions and in the log group's name, which exist before the endpoint.
  expected_name = one([for group in aws_cloudwatch_log_group.this : trimprefix(group.name, local.log_group_prefix)])

  # Whether this plan creates the endpoint and replaces none.
  switched_on = one(terraform_data.switched_on[*].input) == plantimestamp()

  endpoint_name = var.serving.deployed ? aws_sagemaker_endpoint.this[0].name : var.serving.existing_name
  # SageMaker writes names in lower case here.
  endpoint_arns = "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.account.id}:endpoint/"

  mode_names   = { instances = "real-time", serverless = "serverless", async = "asynchronous" }
  serving_mode = "${lookup(local.mode_names, var.serving.mode, "existing")}${var.serving.several_variants ? " with the variants ${join(", ", keys(var.serving.variants))}" : ""}"

  # By key, so that Terraform knows how many there are before it knows their names.
  watched_alarm_names = merge(
    { for key, alarm in aws_cloudwatch_metric_alarm.rollback : key => alarm.alarm_name },
    { for name in var.serving.rollback.alarm_names : "alarm_names/${name}" => name },
  )
}

# The serving mode and the variants that the endpoint was created with. SageMaker changes the model, the number or the type of instances of
# a running endpoint, but not its serving mode nor, when alarms watch the update, the names of its variants.
resource "terraform_data" "serving_mode" {
  count = var.serving.deployed ? 1 : 0

  input = local.serving_mode

  lifecycle {
    # Kept until the endpoint is created again, for the precondition to compare with.
    ignore_changes = [input]
  }
}

# When the creation of the endpoint was planned. Its replacement does not change it.
resource "terraform_data" "switched_on" {
  count = var.serving.deployed ? 1 : 0

  input = plantimestamp()

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_sagemaker_endpoint" "this" {
  count = var.serving.deployed ? 1 : 0

  # Every creation has its own name, which the log group computes as well: docs/decisions/0011-endpoint-generations.md. An endpoint that is
  # switched on again has that of its log group, which stayed.
  name                 = local.switched_on ? local.expected_name : "${var.name}-${substr(sha256(plantimestamp()), 0, 8)}"
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
          type = (
            blue_green_update_policy.value.canary != null ? "CANARY"
            : blue_green_update_policy.value.linear != null ? "LINEAR"
            : "ALL_AT_ONCE"
          )
          wait_interval_in_seconds = try(
            blue_green_update_policy.value.canary.wait_in_seconds,
            blue_green_update_policy.value.linear.wait_in_seconds,
            0,
          )

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
            type = rollback_maximum_batch_size.value.percent != null ? "CAPACITY_PERCENT" : "INSTANCE_COUNT"
            value = (
              rollback_maximum_batch_size.value.percent != null
              ? rollback_maximum_batch_size.value.percent
              : rollback_maximum_batch_size.value.instances
            )
          }
        }
      }
    }
  }

  lifecycle {
    # The old endpoint serves until the function's alias has moved to the new one.
    create_before_destroy = true
    ignore_changes        = [name]
    replace_triggered_by  = [aws_cloudwatch_log_group.this[0].name]

    precondition {
      condition     = terraform_data.serving_mode[0].output == local.serving_mode
      error_message = "capacity: the endpoint of ${var.name} was created as ${terraform_data.serving_mode[0].output}, and SageMaker cannot change it to ${local.serving_mode} while it runs. Keep the serving mode and the names of the variants; a variant of weight 0 gets no requests. Or create the endpoint again, which interrupts the API for some minutes: apply capacity = { enabled = false, ... } first, then this."
    }

    # SageMaker rolls a failed update back, and the provider reports that as success (terraform-provider-aws 46663).
    # Failing here keeps the configuration that is still in use.
    postcondition {
      condition     = self.endpoint_config_name == aws_sagemaker_endpoint_configuration.this[0].name
      error_message = "SageMaker rolled the endpoint ${self.name} back to the configuration ${self.endpoint_config_name}, which still serves; the new one failed. Either its container did not start (see its log: ${aws_cloudwatch_log_group.this[0].name}) or an alarm went off (${join(", ", sort(values(local.watched_alarm_names)))}). For SageMaker's reason, run: aws sagemaker describe-endpoint --endpoint-name ${self.name} --query FailureReason"
    }
  }

  # Created before the endpoint, or SageMaker would create it, without retention; kept until the endpoint is gone.
  depends_on = [aws_cloudwatch_log_group.this]
}

# An endpoint that did not start, or that an operator replaces, is created again without its log group. It serves, and SageMaker creates a
# log group.
check "the_log_group_is_the_endpoints" {
  assert {
    condition     = local.endpoint_name == null || local.expected_name == null || local.endpoint_name == local.expected_name
    error_message = "The endpoint ${local.endpoint_name == null ? "-" : local.endpoint_name} is created again without its log group. It serves, but the alarms do not roll its updates back, and its log is kept until you delete it. To correct this without an interruption, apply with -replace and the address of the log group, as in: terraform apply -replace='module.${var.name}.module.endpoint.aws_cloudwatch_log_group.this[0]'"
  }
}
