# modules/endpoint: models, configuration, endpoint, alarms, autoscaling, and the role that they run with.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  account   = { id = "123456789012", partition = "aws", region = "eu-west-1" }
  name      = "bikes"
  interface = "[\"x\"]"
  model     = { artifact = "s3://models/bikes/1/model.tar.gz" }
  capacity  = { instances = { type = "ml.m5.large", count = 2 } }
}

run "stock" {
  command = plan

  module {
    source = "./modules/serving"
  }
}

run "stock_image_on_instances" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.stock.serving
  }

  assert {
    condition = (
      one(one(values(aws_sagemaker_model.this)).primary_container).image
      == "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5"
    )
    error_message = "Without image_uri the model runs AWS's stock XGBoost image of the Region."
  }

  assert {
    condition = (
      data.aws_sagemaker_prebuilt_ecr_image.this[0].repository_name == "sagemaker-xgboost"
      && data.aws_sagemaker_prebuilt_ecr_image.this[0].image_tag == "3.0-5"
    )
    error_message = "XGBoost 3.0-5 is the algorithm unless the caller says another."
  }

  assert {
    condition     = one(values(aws_sagemaker_model.this)).enable_network_isolation
    error_message = "The container is isolated from the network."
  }

  assert {
    condition = (
      jsonencode([
        for variant in aws_sagemaker_endpoint_configuration.this[0].production_variants :
        [variant.variant_name, variant.instance_type, variant.initial_instance_count, variant.initial_variant_weight]
      ])
      == jsonencode([["primary", "ml.m5.large", 2, 1]])
    )
    error_message = jsonencode(aws_sagemaker_endpoint_configuration.this[0].production_variants)
  }

  assert {
    condition     = can(regex("^bikes-[0-9a-f]{8}$", output.name)) && aws_sagemaker_endpoint.this[0].name == output.name
    error_message = "The endpoint's name ends in a digest, which changes with the interface."
  }

  assert {
    condition     = can(regex("^bikes-[0-9a-f]{8}$", output.model_name)) && can(regex("^bikes-[0-9a-f]{8}$", output.config_name))
    error_message = "Model and configuration carry a digest of their content."
  }

  assert {
    condition = (
      output.arn == "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/${output.name}"
      && output.arn_pattern == "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes-????????"
    )
    error_message = "The endpoint's ARN is known before it is made: ${output.arn}, ${output.arn_pattern}."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.this[0].name == "/aws/sagemaker/Endpoints/${output.name}"
      && aws_cloudwatch_log_group.this[0].retention_in_days == 365
    )
    error_message = "The container's log group is the one that SageMaker writes to, with retention."
  }

  assert {
    condition = (
      length(aws_appautoscaling_target.this) == 0
      && length(aws_sagemaker_endpoint_configuration.this[0].data_capture_config) == 0
    )
    error_message = "Nothing is scaled or captured unasked."
  }
}

# updates

run "an_update_moves_at_once_and_alarms_move_it_back" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.stock.serving
  }

  assert {
    condition = jsonencode(one(one(aws_sagemaker_endpoint.this[0].deployment_config).blue_green_update_policy)) == jsonencode({
      maximum_execution_timeout_in_seconds = null
      termination_wait_in_seconds          = 300
      traffic_routing_configuration = [{
        canary_size              = []
        linear_step_size         = []
        type                     = "ALL_AT_ONCE"
        wait_interval_in_seconds = 0
      }]
    })
    error_message = jsonencode(one(aws_sagemaker_endpoint.this[0].deployment_config).blue_green_update_policy)
  }

  assert {
    condition = (
      join(
        " ",
        sort([
          for alarm in one(one(aws_sagemaker_endpoint.this[0].deployment_config).auto_rollback_configuration).alarms : alarm.alarm_name
        ]),
      )
      == join(" ", sort([for alarm in values(aws_cloudwatch_metric_alarm.rollback) : alarm.alarm_name]))
      && alltrue([
        for key, alarm in aws_cloudwatch_metric_alarm.rollback : can(regex("^bikes-endpoint-[0-9a-f]{8}-${key}$", alarm.alarm_name))
      ])
    )
    error_message = jsonencode(one(aws_sagemaker_endpoint.this[0].deployment_config).auto_rollback_configuration)
  }

  assert {
    condition = (
      jsonencode({
        for alarm in values(aws_cloudwatch_metric_alarm.rollback) :
        alarm.metric_name => [alarm.threshold, alarm.statistic, alarm.period, alarm.treat_missing_data]
      })
      == jsonencode({
        Invocation4XXErrors = [0.5, "Average", 60, "notBreaching"]
        Invocation5XXErrors = [0.05, "Average", 60, "notBreaching"]
        ModelLatency        = [10000000, "Average", 60, "notBreaching"]
      })
    )
    error_message = jsonencode(values(aws_cloudwatch_metric_alarm.rollback))
  }

  assert {
    condition = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.rollback) : jsonencode(alarm.dimensions) == jsonencode({
      EndpointName = output.name, VariantName = "primary", EndpointConfigName = output.config_name
    })])
    error_message = "The alarms watch the new fleet alone: errors of the old one must not stop its replacement."
  }
}

run "a_canary_with_a_time_limit_and_alarms_of_ones_own_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = {
      instances = { count = 4 }
      update    = { blue_green = { canary = { instances = 2, wait_in_seconds = 600 }, bake_in_seconds = 60, timeout_in_seconds = 900 } }
    }
    monitoring = {
      rollback          = { server_error_percent = 1, latency_in_milliseconds = 250, alarm_names = ["revenue"] }
      alarm_action_arns = ["arn:aws:sns:eu-west-1:123456789012:operators"]
    }
  }
}

run "a_canary_with_a_time_limit_and_alarms_of_ones_own" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.a_canary_with_a_time_limit_and_alarms_of_ones_own_served.serving
  }

  assert {
    condition = jsonencode(one(one(aws_sagemaker_endpoint.this[0].deployment_config).blue_green_update_policy)) == jsonencode({
      maximum_execution_timeout_in_seconds = 900
      termination_wait_in_seconds          = 60
      traffic_routing_configuration = [{
        canary_size              = [{ type = "INSTANCE_COUNT", value = 2 }]
        linear_step_size         = []
        type                     = "CANARY"
        wait_interval_in_seconds = 600
      }]
    })
    error_message = jsonencode(one(aws_sagemaker_endpoint.this[0].deployment_config).blue_green_update_policy)
  }

  assert {
    condition = (
      contains(output.rollback_alarm_names, "revenue")
      && length(one(one(aws_sagemaker_endpoint.this[0].deployment_config).auto_rollback_configuration).alarms) == 4
    )
    error_message = jsonencode(output.rollback_alarm_names)
  }

  assert {
    condition = (
      jsonencode({ for alarm in values(aws_cloudwatch_metric_alarm.rollback) : alarm.metric_name => alarm.threshold })
      == jsonencode({ Invocation4XXErrors = 0.5, Invocation5XXErrors = 0.01, ModelLatency = 250000 })
    )
    error_message = jsonencode(values(aws_cloudwatch_metric_alarm.rollback)[*].threshold)
  }

  assert {
    condition = alltrue([
      for alarm in values(aws_cloudwatch_metric_alarm.rollback) : one(alarm.alarm_actions) == "arn:aws:sns:eu-west-1:123456789012:operators"
    ])
    error_message = "Operators are told."
  }

  assert {
    condition = contains(
      [
        for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Resource
        if statement.Sid == "WatchTheAlarmsOfAnUpdate"
      ][0],
      "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:revenue",
    )
    error_message = "SageMaker looks at the alarms as the execution role."
  }
}

run "linear_by_percent_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 4 }, update = { blue_green = { linear = { percent = 25 } } } }
  }
}

run "linear_by_percent" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.linear_by_percent_served.serving
  }

  assert {
    condition = (
      jsonencode(one(one(one(aws_sagemaker_endpoint.this[0].deployment_config).blue_green_update_policy).traffic_routing_configuration))
      == jsonencode({
        canary_size              = []
        linear_step_size         = [{ type = "CAPACITY_PERCENT", value = 25 }]
        type                     = "LINEAR"
        wait_interval_in_seconds = 300
      })
    )
    error_message = jsonencode(one(aws_sagemaker_endpoint.this[0].deployment_config).blue_green_update_policy)
  }
}

run "rolling_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 4 }, update = { rolling = { instances = 1, wait_in_seconds = 120, rollback = { percent = 100 } } } }
  }
}

run "rolling" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.rolling_served.serving
  }

  assert {
    condition = jsonencode(one(one(aws_sagemaker_endpoint.this[0].deployment_config).rolling_update_policy)) == jsonencode({
      maximum_batch_size                   = [{ type = "INSTANCE_COUNT", value = 1 }]
      maximum_execution_timeout_in_seconds = null
      rollback_maximum_batch_size          = [{ type = "CAPACITY_PERCENT", value = 100 }]
      wait_interval_in_seconds             = 120
    })
    error_message = jsonencode(one(aws_sagemaker_endpoint.this[0].deployment_config).rolling_update_policy)
  }

  assert {
    condition = (
      length(one(aws_sagemaker_endpoint.this[0].deployment_config).blue_green_update_policy) == 0
      && length(one(aws_sagemaker_endpoint.this[0].deployment_config).auto_rollback_configuration) == 1
    )
    error_message = "An endpoint is updated in one way, and always under alarms."
  }
}

# Applied, for the next runs to find an endpoint that serves.
run "instances_that_serve" {
  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.stock.serving
  }

}

run "another_artifact_is_another_model_and_configuration_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/2/model.tar.gz" }
  }
}

run "another_artifact_is_another_model_and_configuration" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.another_artifact_is_another_model_and_configuration_served.serving
  }

  assert {
    condition     = output.model_name != run.instances_that_serve.model_name && output.config_name != run.instances_that_serve.config_name
    error_message = "A new artifact must reach the endpoint through a new model and a new configuration."
  }

}

run "another_count_is_another_configuration_of_the_same_model_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 3 } }
  }
}

run "another_count_is_another_configuration_of_the_same_model" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.another_count_is_another_configuration_of_the_same_model_served.serving
  }

  assert {
    condition     = output.model_name == run.instances_that_serve.model_name && output.config_name != run.instances_that_serve.config_name
    error_message = "The count belongs to the configuration alone."
  }
}

run "what_is_not_in_the_configuration_changes_no_name_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = {
      instances = { type = "ml.m5.large", count = 2, autoscaling = { minimum = 2, maximum = 9, invocations_per_instance = 600 } }
      update    = { blue_green = { canary = { percent = 50 } } }
    }
    monitoring = { rollback = { server_error_percent = 1 } }
  }
}

run "what_is_not_in_the_configuration_changes_no_name" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    tags    = { team = "bikes" }
    serving = run.what_is_not_in_the_configuration_changes_no_name_served.serving
  }

  assert {
    condition     = output.model_name == run.instances_that_serve.model_name && output.config_name == run.instances_that_serve.config_name
    error_message = "Tags, autoscaling, alarms and the way to update need no new configuration."
  }
}

run "a_serving_mode_is_not_changed_while_it_runs_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/1/model.tar.gz", network_isolation = false }
    capacity = { serverless = {} }
  }
}

run "a_serving_mode_is_not_changed_while_it_runs" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.a_serving_mode_is_not_changed_while_it_runs_served.serving
  }

  expect_failures = [aws_sagemaker_endpoint.this]
}

run "a_variant_is_not_renamed_while_it_runs_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = {}, new = {} } } }
  }
}

run "a_variant_is_not_renamed_while_it_runs" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.a_variant_is_not_renamed_while_it_runs_served.serving
  }

  expect_failures = [aws_sagemaker_endpoint.this]
}

run "another_model_moves_the_same_endpoint_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/2/model.tar.gz" }
  }
}

run "another_model_moves_the_same_endpoint" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.another_model_moves_the_same_endpoint_served.serving
  }

  assert {
    condition     = output.name == run.instances_that_serve.name && output.model_name != run.instances_that_serve.model_name
    error_message = "A model with the same interface is an update of the endpoint: ${output.name}"
  }
}

run "another_interface_gets_an_endpoint_of_its_own" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    interface = "y"
    serving   = run.stock.serving
  }

  assert {
    condition = (
      output.name != run.instances_that_serve.name && output.model_name == run.instances_that_serve.model_name
      && output.log_group_name == "/aws/sagemaker/Endpoints/${output.name}"
      && alltrue([for alarm in values(aws_cloudwatch_metric_alarm.rollback) : alarm.dimensions["EndpointName"] == output.name])
    )
    error_message = "Log group and alarms follow the endpoint's name, and the model stays: ${output.name}, ${output.log_group_name}"
  }
}

run "an_endpoint_that_is_disabled_leaves_model_role_and_log_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = {
      enabled   = false
      instances = { type = "ml.m5.large", count = 2, autoscaling = { maximum = 2, invocations_per_instance = 600 } }
    }
  }
}

run "an_endpoint_that_is_disabled_leaves_model_role_and_log" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.an_endpoint_that_is_disabled_leaves_model_role_and_log_served.serving
  }

  assert {
    condition = (
      length(aws_sagemaker_endpoint.this) + length(aws_sagemaker_endpoint_configuration.this) + length(aws_appautoscaling_target.this)
      + length(aws_cloudwatch_metric_alarm.rollback)
      == 0
      && length(aws_sagemaker_model.this) + length(aws_iam_role.this) + length(aws_cloudwatch_log_group.this) == 3
    )
    error_message = "Everything that costs is removed; the model, the role and the log group stay."
  }

  assert {
    condition = (
      output.name == null
      && output.arn == null
      && output.config_name == null
      && output.model_name == run.instances_that_serve.model_name
    )
    error_message = "The endpoint's name is known while there is none."
  }
}

run "an_existing_endpoint_is_called_and_nothing_is_made_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = "Theirs" } }
  }
}

run "an_existing_endpoint_is_called_and_nothing_is_made" {
  command   = plan
  state_key = "existing"

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.an_existing_endpoint_is_called_and_nothing_is_made_served.serving
  }

  assert {
    condition = (
      length(aws_sagemaker_endpoint.this) + length(aws_sagemaker_endpoint_configuration.this) + length(aws_sagemaker_model.this)
      + length(aws_iam_role.this)
      + length(aws_cloudwatch_log_group.this)
      + length(aws_cloudwatch_metric_alarm.rollback)
      + length(data.aws_sagemaker_prebuilt_ecr_image.this)
      == 0
    )
    error_message = "The endpoint is an existing one."
  }

  assert {
    condition = (
      output.name == "Theirs"
      && output.arn == "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/theirs"
      && output.arn_pattern == output.arn
      && output.log_group_name == "/aws/sagemaker/Endpoints/Theirs"
    )
    error_message = "IAM compares letter by letter, and SageMaker writes ARNs in lower case: ${output.arn}."
  }

  assert {
    condition     = output.model_name == null && output.config_name == null && output.execution_role_arn == null
    error_message = "A resource that is not created has no name."
  }
}

# Serving modes

run "serverless_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    model       = { artifact = "s3://models/bikes/1/model.tar.gz", network_isolation = false }
    capacity = { serverless = {
      provisioned_concurrency = 1
      autoscaling             = { minimum = 2, maximum = 5, utilization_percent = 70 }
    } }
  }
}

run "serverless" {
  command   = plan
  state_key = "serverless"

  module {
    source = "./modules/endpoint"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    serving     = run.serverless_served.serving
  }

  assert {
    condition = jsonencode(one(one(aws_sagemaker_endpoint_configuration.this[0].production_variants).serverless_config)) == jsonencode({
      memory_size_in_mb = 2048, max_concurrency = 5, provisioned_concurrency = 2
    })
    error_message = "The variant is serverless, and starts with the minimum that autoscaling keeps warm."
  }

  assert {
    condition = (
      one(aws_sagemaker_endpoint_configuration.this[0].production_variants).instance_type == null
      && aws_sagemaker_endpoint_configuration.this[0].kms_key_arn == null
    )
    error_message = "A serverless endpoint has no instances, and so no volumes to encrypt."
  }

  assert {
    condition = (
      aws_appautoscaling_target.this["primary"].scalable_dimension == "sagemaker:variant:DesiredProvisionedConcurrency"
      && aws_appautoscaling_target.this["primary"].max_capacity == 5
    )
    error_message = aws_appautoscaling_target.this["primary"].scalable_dimension
  }

  assert {
    condition = (
      one(
        one(
          aws_appautoscaling_policy.this["primary/utilization_percent"].target_tracking_scaling_policy_configuration
        ).predefined_metric_specification
      ).predefined_metric_type == "SageMakerVariantProvisionedConcurrencyUtilization"
      && one(aws_appautoscaling_policy.this["primary/utilization_percent"].target_tracking_scaling_policy_configuration).target_value == 0.7
    )
    error_message = jsonencode(aws_appautoscaling_policy.this["primary/utilization_percent"].target_tracking_scaling_policy_configuration)
  }
}

run "asynchronous_to_zero_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    model       = { artifact = "s3://models/bikes/1/model.tar.gz", kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:key/2"] }
    capacity = { async = {
      s3_uri                                  = "s3://calls/bikes/"
      max_concurrent_invocations_per_instance = 4
      notifications = {
        success_topic_arn = "arn:aws:sns:eu-west-1:123456789012:done"
        error_topic_arn   = "arn:aws:sns:eu-west-1:123456789012:failed"
      }
      autoscaling = { maximum = 3, backlog_per_instance = 5 }
    } }
  }
}

run "asynchronous_to_zero" {
  command   = plan
  state_key = "asynchronous"

  module {
    source = "./modules/endpoint"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    serving     = run.asynchronous_to_zero_served.serving
  }

  assert {
    condition = jsonencode(one(one(aws_sagemaker_endpoint_configuration.this[0].async_inference_config).output_config)) == jsonencode({
      kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/1"
      notification_config = [{
        error_topic                   = "arn:aws:sns:eu-west-1:123456789012:failed"
        include_inference_response_in = null
        success_topic                 = "arn:aws:sns:eu-west-1:123456789012:done"
      }]
      s3_failure_path = "s3://calls/bikes/failure"
      s3_output_path  = "s3://calls/bikes/output"
    })
    error_message = jsonencode(aws_sagemaker_endpoint_configuration.this[0].async_inference_config)
  }

  assert {
    condition = (
      one(one(aws_sagemaker_endpoint_configuration.this[0].async_inference_config).client_config).max_concurrent_invocations_per_instance
      == 4
    )
    error_message = jsonencode(aws_sagemaker_endpoint_configuration.this[0].async_inference_config)
  }

  assert {
    condition = (
      one(aws_sagemaker_endpoint_configuration.this[0].production_variants).initial_instance_count == 1
      && aws_appautoscaling_target.this["primary"].min_capacity == 0
    )
    error_message = "A fleet starts with one instance, and goes to zero from there."
  }

  assert {
    condition = (
      jsonencode(one(
        one(
          aws_appautoscaling_policy.this["primary/backlog_per_instance"].target_tracking_scaling_policy_configuration
        ).customized_metric_specification
      ))
      == jsonencode({
        dimensions  = [{ name = "EndpointName", value = output.name }]
        metric_name = "ApproximateBacklogSizePerInstance"
        metrics     = []
        namespace   = "AWS/SageMaker"
        statistic   = "Average"
        unit        = null
      })
    )
    error_message = jsonencode(aws_appautoscaling_policy.this["primary/backlog_per_instance"].target_tracking_scaling_policy_configuration)
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.from_zero["primary"].metric_name == "HasBacklogWithoutCapacity"
      && aws_appautoscaling_policy.from_zero["primary"].policy_type == "StepScaling"
    )
    error_message = "Without an instance there is no backlog per instance: an alarm starts the first."
  }

  assert {
    condition = (
      jsonencode(sort([for alarm in values(aws_cloudwatch_metric_alarm.rollback) : alarm.metric_name]))
      == jsonencode(["Invocation4XXErrors", "Invocation5XXErrors"])
    )
    error_message = "An asynchronous call may take an hour, and rolls nothing back by it."
  }

  assert {
    condition = (
      jsonencode({ for key, uri in var.serving.async : key => uri if endswith(key, "_s3_uri") })
      == jsonencode({
        failure_s3_uri = "s3://calls/bikes/failure"
        input_s3_uri   = "s3://calls/bikes/input"
        output_s3_uri  = "s3://calls/bikes/output"
      })
    )
    error_message = jsonencode(var.serving)
  }

  assert {
    condition = (
      jsonencode({
        for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Sid => statement.Resource
        if contains(["ReadAsynchronousRequests", "WriteAsynchronousResults", "NotifyOfAsynchronousResults"], statement.Sid)
      })
      == jsonencode({
        ReadAsynchronousRequests    = ["arn:aws:s3:::calls/bikes/input/*"]
        WriteAsynchronousResults    = ["arn:aws:s3:::calls/bikes/failure/*", "arn:aws:s3:::calls/bikes/output/*"]
        NotifyOfAsynchronousResults = ["arn:aws:sns:eu-west-1:123456789012:done", "arn:aws:sns:eu-west-1:123456789012:failed"]
      })
    )
    error_message = aws_iam_role_policy.this[0].policy
  }

  assert {
    condition = (
      jsonencode([
        for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : [statement.Action, statement.Resource]
        if statement.Sid == "UseTheKeysOfTheBuckets"
      ])
      == jsonencode([[["kms:Decrypt", "kms:GenerateDataKey"], ["arn:aws:kms:eu-west-1:123456789012:key/2"]]])
    )
    error_message = aws_iam_role_policy.this[0].policy
  }
}

run "weighted_variants_of_two_models_each_scaled_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = {
      count            = 2
      routing_strategy = "LEAST_OUTSTANDING_REQUESTS"
      autoscaling = {
        minimum   = 2, maximum = 6, invocations_per_instance = 600, concurrency_per_instance = 4
        schedules = { night = { schedule = "cron(0 20 ? * MON-FRI *)", timezone = "Europe/Berlin", minimum = 1, maximum = 1 } }
      }
      variants = {
        stable = { weight = 9 }
        candidate = {
          weight      = 1, type = "ml.c7i.large", artifact = "s3://models/bikes/2/model.tar.gz"
          autoscaling = { minimum = 3, maximum = 3, invocations_per_instance = 300 }
        }
      }
    } }
  }
}

run "weighted_variants_of_two_models_each_scaled" {
  command   = plan
  state_key = "variants"

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.weighted_variants_of_two_models_each_scaled_served.serving
  }

  assert {
    condition = (
      jsonencode([
        for variant in aws_sagemaker_endpoint_configuration.this[0].production_variants : [
          variant.variant_name,
          variant.instance_type,
          variant.initial_instance_count,
          variant.initial_variant_weight,
          one(variant.routing_config).routing_strategy,
        ]
      ])
      == jsonencode([
        ["candidate", "ml.c7i.large", 3, 1, "LEAST_OUTSTANDING_REQUESTS"],
        ["stable", "ml.m5.large", 2, 9, "LEAST_OUTSTANDING_REQUESTS"],
      ])
    )
    error_message = jsonencode(aws_sagemaker_endpoint_configuration.this[0].production_variants)
  }

  assert {
    condition = (
      jsonencode(sort([for model in values(aws_sagemaker_model.this) : one(model.primary_container).model_data_url]))
      == jsonencode(["s3://models/bikes/1/model.tar.gz", "s3://models/bikes/2/model.tar.gz"])
    )
    error_message = jsonencode(values(aws_sagemaker_model.this)[*].primary_container)
  }

  assert {
    condition     = output.model_names["stable"] != output.model_names["candidate"] && output.model_name == output.model_names["candidate"]
    error_message = jsonencode(output.model_names)
  }

  assert {
    condition = (
      jsonencode({
        for variant, target in aws_appautoscaling_target.this : target.resource_id => [target.min_capacity, target.max_capacity]
      })
      == jsonencode({ "endpoint/${output.name}/variant/candidate" = [3, 3], "endpoint/${output.name}/variant/stable" = [2, 6] })
    )
    error_message = jsonencode(aws_appautoscaling_target.this)
  }

  assert {
    condition = jsonencode(sort(keys(aws_appautoscaling_policy.this))) == jsonencode([
      "candidate/invocations_per_instance",
      "stable/concurrency_per_instance",
      "stable/invocations_per_instance",
    ])
    error_message = jsonencode(keys(aws_appautoscaling_policy.this))
  }

  assert {
    condition = one(
      one(
        aws_appautoscaling_policy.this["stable/concurrency_per_instance"].target_tracking_scaling_policy_configuration
      ).predefined_metric_specification
    ).predefined_metric_type == "SageMakerVariantConcurrentRequestsPerModelHighResolution"
    error_message = jsonencode(
      aws_appautoscaling_policy.this["stable/concurrency_per_instance"].target_tracking_scaling_policy_configuration
    )
  }

  assert {
    condition = (
      keys(aws_appautoscaling_scheduled_action.this) == ["stable/night"]
      && one(aws_appautoscaling_scheduled_action.this["stable/night"].scalable_target_action).max_capacity == "1"
      && aws_appautoscaling_scheduled_action.this["stable/night"].timezone == "Europe/Berlin"
    )
    error_message = jsonencode(aws_appautoscaling_scheduled_action.this)
  }

  assert {
    condition = alltrue([
      for alarm in values(aws_cloudwatch_metric_alarm.rollback) :
      alarm.metric_name == null
      && contains([for query in alarm.metric_query : coalesce(query.expression, "-")], "MAX([variant0, variant1])")
    ])
    error_message = "SageMaker watches ten alarms at most, so that one looks at all variants."
  }

  assert {
    condition = (
      jsonencode(
        [
          for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Resource
          if statement.Sid == "ReadTheModelArtifacts"
        ][0]
      )
      == jsonencode(["arn:aws:s3:::models/bikes/1/model.tar.gz", "arn:aws:s3:::models/bikes/2/model.tar.gz"])
    )
    error_message = aws_iam_role_policy.this[0].policy
  }
}

run "a_shadow_beside_one_variant_captured_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    capacity    = { instances = { shadow = { percent = 20, artifact = "s3://models/bikes/2/model.tar.gz" }, volume_size_in_gb = 30 } }
    monitoring  = { capture = { s3_uri = "s3://captured/bikes", sampling_percent = 10 } }
  }
}

run "a_shadow_beside_one_variant_captured" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    serving     = run.a_shadow_beside_one_variant_captured_served.serving
  }

  assert {
    condition = (
      one(aws_sagemaker_endpoint_configuration.this[0].production_variants).initial_variant_weight == 100
      && one(aws_sagemaker_endpoint_configuration.this[0].shadow_production_variants).initial_variant_weight == 20
    )
    error_message = "The share of the shadow is the ratio of the weights."
  }

  assert {
    condition = (
      one(aws_sagemaker_endpoint_configuration.this[0].shadow_production_variants).variant_name == "shadow"
      && one(aws_sagemaker_endpoint_configuration.this[0].shadow_production_variants).volume_size_in_gb == 30
    )
    error_message = jsonencode(aws_sagemaker_endpoint_configuration.this[0].shadow_production_variants)
  }

  assert {
    condition = jsonencode(one(aws_sagemaker_endpoint_configuration.this[0].data_capture_config)) == jsonencode({
      capture_content_type_header = [{
        csv_content_types  = ["text/csv", "text/libsvm"]
        json_content_types = ["application/json", "application/jsonlines"]
      }]
      capture_options             = [{ capture_mode = "Input" }, { capture_mode = "Output" }]
      destination_s3_uri          = "s3://captured/bikes"
      enable_capture              = true
      initial_sampling_percentage = 10
      kms_key_id                  = "arn:aws:kms:eu-west-1:123456789012:key/1"
    })
    error_message = jsonencode(aws_sagemaker_endpoint_configuration.this[0].data_capture_config)
  }

  assert {
    condition = (
      jsonencode(
        [
          for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Resource
          if statement.Sid == "CaptureRequestsAndAnswers"
        ][0]
      )
      == jsonencode(["arn:aws:s3:::captured/bikes/*"])
    )
    error_message = aws_iam_role_policy.this[0].policy
  }
}

# models

run "another_algorithm_of_aws_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/1/model.tar.gz", algorithm = "deepar" }
  }
}

run "another_algorithm_of_aws" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.another_algorithm_of_aws_served.serving
  }

  assert {
    condition = (
      data.aws_sagemaker_prebuilt_ecr_image.this[0].repository_name == "forecasting-deepar"
      && data.aws_sagemaker_prebuilt_ecr_image.this[0].image_tag == "1"
    )
    error_message = "The registry is looked up by the repository's name."
  }
}

run "an_image_of_another_region_is_rejected_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { image_uri = "210987654321.dkr.ecr.us-east-1.amazonaws.com/team/model:7" }
  }
}

run "an_image_of_another_region_is_rejected" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.an_image_of_another_region_is_rejected_served.serving
  }

  expect_failures = [aws_sagemaker_model.this]
}

run "own_image_without_an_artifact_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { image_uri = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/model:7", environment = { A = "1" } }
  }
}

run "own_image_without_an_artifact" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.own_image_without_an_artifact_served.serving
  }

  assert {
    condition = (
      output.image_uri == "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/model:7"
      && length(data.aws_sagemaker_prebuilt_ecr_image.this) == 0
    )
    error_message = "A given image is used as it is, and the stock one is not looked up."
  }

  assert {
    condition = (
      jsonencode(
        [
          for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Resource if statement.Sid == "PullTheImages"
        ][0]
      )
      == jsonencode(["arn:aws:ecr:eu-west-1:210987654321:repository/team/model"])
    )
    error_message = "The role may pull from the given image's repository."
  }

}

run "a_package_brings_artifact_and_image_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { package = {
      arn       = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1", artifact = "s3://registry/bikes/model.tar.gz"
      image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes:7"
    } }
  }
}

run "a_package_brings_artifact_and_image" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.a_package_brings_artifact_and_image_served.serving
  }

  assert {
    condition = (
      one(one(values(aws_sagemaker_model.this)).primary_container).model_package_name
      == "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1"
      && one(one(values(aws_sagemaker_model.this)).primary_container).image == null
    )
    error_message = jsonencode(one(values(aws_sagemaker_model.this)).primary_container)
  }

  assert {
    condition = (
      jsonencode({
        for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Sid => statement.Resource
        if contains(["ReadTheModelArtifacts", "PullTheImages"], statement.Sid)
      })
      == jsonencode({
        ReadTheModelArtifacts = ["arn:aws:s3:::registry/bikes/model.tar.gz"]
        PullTheImages         = ["arn:aws:ecr:eu-west-1:123456789012:repository/bikes"]
      })
    )
    error_message = aws_iam_role_policy.this[0].policy
  }
}

run "many_models_below_one_prefix_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/", multi_model = { cache = false } }
  }
}

run "many_models_below_one_prefix" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.many_models_below_one_prefix_served.serving
  }

  assert {
    condition = (
      one(one(values(aws_sagemaker_model.this)).primary_container).mode == "MultiModel"
      && one(one(one(values(aws_sagemaker_model.this)).primary_container).multi_model_config).model_cache_setting == "Disabled"
    )
    error_message = jsonencode(one(values(aws_sagemaker_model.this)).primary_container)
  }

  assert {
    condition = (
      jsonencode(
        [
          for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Resource
          if statement.Sid == "ReadTheModelArtifacts"
        ][0]
      )
      == jsonencode(["arn:aws:s3:::models/bikes/*"])
    )
    error_message = aws_iam_role_policy.this[0].policy
  }

  assert {
    condition = (
      jsonencode([
        for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : [statement.Resource, statement.Condition]
        if contains(statement.Action, "s3:ListBucket")
      ])
      == jsonencode([[["arn:aws:s3:::models"], { StringLike = { "s3:prefix" = ["bikes/*"] } }]])
    )
    error_message = aws_iam_role_policy.this[0].policy
  }

  assert {
    condition     = var.serving.model.multi_model != null
    error_message = "The function may be asked for one of several models."
  }
}

run "given_role_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/1/model.tar.gz", execution_role = { arn = "arn:aws:iam::123456789012:role/given" } }
  }
}

run "given_role" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.given_role_served.serving
  }

  assert {
    condition = (
      length(aws_iam_role.this) + length(aws_iam_role_policy.this) == 0
      && output.execution_role_arn == "arn:aws:iam::123456789012:role/given"
    )
    error_message = "A given role is used, and none is made."
  }
}

# the role

run "the_role_holds_what_the_container_needs" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.stock.serving
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.this[0].policy).Statement) == jsonencode([
      {
        Sid      = "ReadTheModelArtifacts"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["arn:aws:s3:::models/bikes/1/model.tar.gz"]
      },
      {
        Sid      = "PullTheImages"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      },
      { Sid = "LogInToTheRegistry", Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] },
      {
        Sid    = "WriteTheContainersLog"
        Effect = "Allow"
        Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = [
          "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bikes-????????",
          "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bikes-????????:*",
        ]
      },
      {
        Sid      = "WatchTheAlarmsOfAnUpdate"
        Effect   = "Allow"
        Action   = ["cloudwatch:DescribeAlarms"]
        Resource = ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:bikes-endpoint-*"]
      },
    ])
    error_message = aws_iam_role_policy.this[0].policy
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role.this[0].assume_role_policy).Statement[0]) == jsonencode({
      Sid       = "SageMakerAssumesTheRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    })
    error_message = aws_iam_role.this[0].assume_role_policy
  }
}

run "a_longest_name_fits_the_role_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    name = "a2345678901234567890123456789012"
  }
}

run "a_longest_name_fits_the_role" {
  command   = plan
  state_key = "long"

  module {
    source = "./modules/endpoint"
  }

  variables {
    name    = "a2345678901234567890123456789012"
    account = { id = "123456789012", partition = "aws", region = "ap-southeast-2" }
    serving = run.a_longest_name_fits_the_role_served.serving
  }

  assert {
    condition     = length(aws_iam_role.this[0].name) <= 64
    error_message = aws_iam_role.this[0].name
  }
}

run "key_and_boundary_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
  }
}

run "key_and_boundary" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    kms_key_arn              = "arn:aws:kms:eu-west-1:123456789012:key/1"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    serving                  = run.key_and_boundary_served.serving
  }

  assert {
    condition = (
      aws_sagemaker_endpoint_configuration.this[0].kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/1"
      && aws_cloudwatch_log_group.this[0].kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/1"
    )
    error_message = "The key encrypts volumes and log."
  }

  assert {
    condition = (
      jsonencode([
        for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Resource
        if strcontains(statement.Sid, "TheKey")
      ])
      == jsonencode([["arn:aws:kms:eu-west-1:123456789012:key/1"], ["arn:aws:kms:eu-west-1:123456789012:key/1"]])
    )
    error_message = "The role may use this key and no other."
  }

  assert {
    condition     = aws_iam_role.this[0].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "The role has the boundary."
  }
}

run "a_key_is_not_given_for_types_that_encrypt_by_hardware_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    capacity    = { instances = { type = "ml.g5.xlarge" } }
  }
}

run "a_key_is_not_given_for_types_that_encrypt_by_hardware" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    serving     = run.a_key_is_not_given_for_types_that_encrypt_by_hardware_served.serving
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this[0].kms_key_arn == null
    error_message = "SageMaker rejects a key for instances with local storage."
  }
}

run "containers_in_a_vpc_served" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    vpc = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
  }
}

run "containers_in_a_vpc" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    serving = run.containers_in_a_vpc_served.serving
  }

  assert {
    condition     = jsonencode(one(one(values(aws_sagemaker_model.this)).vpc_config).subnets) == jsonencode(["subnet-1", "subnet-2"])
    error_message = jsonencode(one(values(aws_sagemaker_model.this)).vpc_config)
  }

  assert {
    condition = (
      jsonencode({
        for statement in jsondecode(aws_iam_role_policy.this[0].policy).Statement : statement.Sid => statement.Resource
        if strcontains(statement.Sid, "TheSubnets") || statement.Sid == "DescribeTheNetwork"
      })
      == jsonencode({
        DescribeTheNetwork = ["*"]
        EnterTheSubnets = [
          "arn:aws:ec2:eu-west-1:*:subnet/subnet-1",
          "arn:aws:ec2:eu-west-1:*:subnet/subnet-2",
          "arn:aws:ec2:eu-west-1:*:security-group/sg-1",
          "arn:aws:ec2:eu-west-1:123456789012:network-interface/*",
        ]
        LeaveTheSubnets = ["arn:aws:ec2:eu-west-1:123456789012:network-interface/*"]
      })
    )
    error_message = aws_iam_role_policy.this[0].policy
  }
}
