data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

data "aws_sagemaker_prebuilt_ecr_image" "this" {
  count = local.made && anytrue([for served in values(local.served) : served.image_uri == null && served.package_arn == null]) ? 1 : 0

  repository_name = try(local.algorithm.repository, null)
  image_tag       = local.algorithm_version
}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  # Provider 6 renames the attribute, and refuses to hear of one that its version has not; lookup asks neither.
  region       = coalesce(lookup(data.aws_region.current, "region", null), lookup(data.aws_region.current, "name", null))
  endpoint_arn = "arn:${local.partition}:sagemaker:${local.region}:${local.account}:endpoint/${lower(local.endpoint_name)}" # SageMaker writes it in lower case

  stock_image_uri = one(data.aws_sagemaker_prebuilt_ecr_image.this[*].registry_path)

  # Models and configurations cannot be changed, only replaced, and the endpoint needs the old ones until it has moved to the
  # new. So their names say what is in them, and so do their keys here: generations exist side by side, and going back to one
  # that is still there makes nothing anew. A key holds what is known before the first apply; a name holds everything.
  containers = { for variant, served in local.served : variant => {
    image_uri   = served.package_arn != null ? null : served.image_uri != null ? served.image_uri : local.stock_image_uri
    artifact    = served.package_arn != null ? null : served.artifact
    package_arn = served.package_arn
    multi_model = one([for multi_model in local.model.multi_model[*] : { cache = multi_model.cache ? "Enabled" : "Disabled" }])
    environment = local.model.environment
    isolated    = local.model.network_isolation
  } if local.made }
  model_keys  = { for variant, container in local.containers : variant => substr(sha256(jsonencode(container)), 0, 8) }
  model_names = { for variant, container in local.containers : variant => "${var.name}-${substr(sha256(jsonencode([container, local.role_content, var.vpc])), 0, 8)}" }
  models = { for key in distinct(values(local.model_keys)) : key => {
    name      = [for variant, container in local.containers : local.model_names[variant] if local.model_keys[variant] == key][0]
    container = [for variant, container in local.containers : container if local.model_keys[variant] == key][0]
  } }

  kind       = "${local.mode}${local.several ? " with the variants ${join(", ", keys(local.variants))}" : ""}"
  production = [for variant in sort(keys(local.variants)) : merge(local.variants[variant], { name = variant })]
  settings = {
    scaling    = try(var.capacity.instances.managed_scaling, null)
    routing    = try(var.capacity.instances.routing_strategy, null)
    fleet      = local.fleet
    serverless = local.serverless
    calls      = try(var.capacity.async.max_concurrent_invocations_per_instance, null)
    notify     = try(var.capacity.async.notifications.include_response_in, null)
    capture    = var.monitoring.capture == null ? null : [var.monitoring.capture.sampling_percent, var.monitoring.capture.input, var.monitoring.capture.output]
    fleets     = { for variant, served in local.served : variant => [served.weight, served.instance_type, served.instance_count] }
    shadows    = keys(local.shadows)
  }
  config_key  = substr(sha256(jsonencode([local.settings, local.model_keys])), 0, 8)
  config_name = "${var.name}-${substr(sha256(jsonencode([local.settings, local.model_names, local.volume_kms_key_arn, local.output_kms_key_arn, local.async, try(var.capacity.async.notifications, null), try(var.monitoring.capture.s3_uri, null)])), 0, 8)}"

  # Captured data and asynchronous results go to S3.
  output_kms_key_arn = var.monitoring.capture != null || local.mode == "async" ? var.kms_key_arn : null
}

resource "aws_sagemaker_model" "this" {
  for_each = local.models

  name                     = each.value.name
  execution_role_arn       = local.execution_role_arn
  enable_network_isolation = each.value.container.isolated
  tags                     = var.tags

  primary_container {
    image              = each.value.container.image_uri
    model_data_url     = each.value.container.artifact
    model_package_name = each.value.container.package_arn
    mode               = each.value.container.multi_model == null ? "SingleModel" : "MultiModel"
    environment        = each.value.container.environment

    dynamic "multi_model_config" {
      for_each = each.value.container.multi_model[*]

      content {
        model_cache_setting = multi_model_config.value.cache
      }
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc[*]

    content {
      subnets            = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  lifecycle {
    # The endpoint serves the old model until it has moved to the new one.
    create_before_destroy = true

    precondition {
      condition     = each.value.container.image_uri == null || each.value.container.image_uri == local.stock_image_uri || can(regex("\\.dkr\\.ecr\\.${local.region}\\.", each.value.container.image_uri))
      error_message = "SageMaker takes an image from its own Region only: ${each.value.container.image_uri != null ? each.value.container.image_uri : "-"} is not in ${local.region}. Write the URI of a copy there; ECR can replicate repositories."
    }
  }

  # SageMaker tries the role as soon as the model is made.
  depends_on = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.this]
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  for_each = toset(local.deployed ? [local.config_key] : [])

  name        = local.config_name
  kms_key_arn = local.volume_kms_key_arn
  tags        = var.tags

  dynamic "production_variants" {
    for_each = local.production

    content {
      variant_name           = production_variants.value.name
      model_name             = aws_sagemaker_model.this[local.model_keys[production_variants.value.name]].name
      initial_variant_weight = production_variants.value.weight
      instance_type          = production_variants.value.instance_type
      initial_instance_count = production_variants.value.instance_count

      volume_size_in_gb                                 = local.fleet.volume_size_in_gb
      model_data_download_timeout_in_seconds            = local.fleet.model_data_download_timeout_in_seconds
      container_startup_health_check_timeout_in_seconds = local.fleet.container_startup_health_check_timeout_in_seconds

      dynamic "serverless_config" {
        for_each = local.serverless[*]

        content {
          memory_size_in_mb       = serverless_config.value.memory_size_in_mb
          max_concurrency         = serverless_config.value.max_concurrency
          provisioned_concurrency = serverless_config.value.provisioned_concurrency
        }
      }

      dynamic "managed_instance_scaling" {
        for_each = local.settings.scaling[*]

        content {
          status             = "ENABLED"
          min_instance_count = managed_instance_scaling.value.minimum
          max_instance_count = managed_instance_scaling.value.maximum
        }
      }

      dynamic "routing_config" {
        for_each = local.settings.routing[*]

        content {
          routing_strategy = routing_config.value
        }
      }
    }
  }

  dynamic "shadow_production_variants" {
    for_each = local.shadows

    content {
      variant_name           = shadow_production_variants.key
      model_name             = aws_sagemaker_model.this[local.model_keys[shadow_production_variants.key]].name
      initial_variant_weight = shadow_production_variants.value.weight
      instance_type          = shadow_production_variants.value.instance_type
      initial_instance_count = shadow_production_variants.value.instance_count

      volume_size_in_gb                                 = local.fleet.volume_size_in_gb
      model_data_download_timeout_in_seconds            = local.fleet.model_data_download_timeout_in_seconds
      container_startup_health_check_timeout_in_seconds = local.fleet.container_startup_health_check_timeout_in_seconds
    }
  }

  dynamic "async_inference_config" {
    for_each = var.capacity.async[*]

    content {
      output_config {
        s3_output_path  = local.async.output_s3_uri
        s3_failure_path = local.async.failure_s3_uri
        kms_key_id      = local.output_kms_key_arn

        dynamic "notification_config" {
          for_each = length(local.topic_arns) > 0 ? [async_inference_config.value.notifications] : []

          content {
            success_topic                 = notification_config.value.success_topic_arn
            error_topic                   = notification_config.value.error_topic_arn
            include_inference_response_in = length(notification_config.value.include_response_in) > 0 ? notification_config.value.include_response_in : null
          }
        }
      }

      dynamic "client_config" {
        for_each = async_inference_config.value.max_concurrent_invocations_per_instance[*]

        content {
          max_concurrent_invocations_per_instance = client_config.value
        }
      }
    }
  }

  dynamic "data_capture_config" {
    for_each = var.monitoring.capture[*]

    content {
      enable_capture              = true
      initial_sampling_percentage = data_capture_config.value.sampling_percent
      destination_s3_uri          = data_capture_config.value.s3_uri
      kms_key_id                  = local.output_kms_key_arn

      dynamic "capture_options" {
        for_each = concat(data_capture_config.value.input ? ["Input"] : [], data_capture_config.value.output ? ["Output"] : [])

        content {
          capture_mode = capture_options.value
        }
      }

      # What is not listed is captured as base64, and cannot be searched.
      capture_content_type_header {
        csv_content_types  = ["text/csv", "text/libsvm"]
        json_content_types = ["application/json", "application/jsonlines"]
      }
    }
  }

  lifecycle {
    # AWS forbids to delete a configuration that an endpoint uses.
    create_before_destroy = true
  }
}

# How the endpoint serves, as it was made: SageMaker changes a model, a count or a type under a running endpoint, but not the way
# to serve, nor, with alarms that guard the update, the names of its variants.
resource "terraform_data" "kind" {
  count = local.deployed ? 1 : 0

  input = local.kind

  lifecycle {
    # Kept until the endpoint is made anew, for the precondition to compare with.
    ignore_changes = [input]
  }
}

resource "aws_sagemaker_endpoint" "this" {
  count = local.deployed ? 1 : 0

  name                 = var.name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this[local.config_key].name
  tags                 = var.tags

  deployment_config {
    # From the first apply on: adding or removing this block later replaces the endpoint (provider 5.100).
    auto_rollback_configuration {
      dynamic "alarms" {
        for_each = setunion(local.rollback_alarm_names, var.monitoring.rollback.alarm_names)

        content {
          alarm_name = alarms.value
        }
      }
    }

    dynamic "blue_green_update_policy" {
      for_each = local.blue_green[*]

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
      for_each = local.rolling[*]

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
    # Made anew with it, when an operator says -replace.
    replace_triggered_by = [terraform_data.kind]

    precondition {
      condition     = terraform_data.kind[0].output == local.kind
      error_message = "The endpoint ${var.name} serves as ${terraform_data.kind[0].output}, and SageMaker cannot turn it into ${local.kind} while it runs. Keep the way to serve and the names of the variants (one of weight 0 gets no request); or make the endpoint anew, which takes it away for some minutes: apply capacity = { enabled = false, ... } first, then this."
    }

    # SageMaker rolls a failed update back by itself, and the provider reports that as success (terraform-provider-aws
    # 46663). Failing here keeps the configuration that is still in use.
    postcondition {
      condition     = self.endpoint_config_name == aws_sagemaker_endpoint_configuration.this[local.config_key].name
      error_message = "SageMaker rolled the endpoint ${var.name} back to the configuration ${self.endpoint_config_name}, which still serves; the new one failed. Either its container did not start, and its log says why: ${local.log_group_name}; or an alarm tripped: ${join(", ", sort(setunion(local.rollback_alarm_names, var.monitoring.rollback.alarm_names)))}. SageMaker's own words: aws sagemaker describe-endpoint --endpoint-name ${var.name} --query FailureReason"
    }
  }

  # Made before the endpoint, or SageMaker makes it, without retention; kept until the endpoint is gone.
  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_cloudwatch_log_group" "this" {
  count = local.made ? 1 : 0

  name              = local.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
