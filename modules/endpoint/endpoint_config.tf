# The endpoint configuration. It cannot be changed, only replaced. Every argument comes from one object, and so does the name.

locals {
  variant_settings = {
    volume_size_in_gb                                 = var.serving.instances.volume_size_in_gb
    model_data_download_timeout_in_seconds            = var.serving.instances.model_data_download_timeout_in_seconds
    container_startup_health_check_timeout_in_seconds = var.serving.instances.container_startup_health_check_timeout_in_seconds
  }
  configured_variants = { for role in ["production", "shadow"] : role => [
    for name, variant in local.served : merge(local.variant_settings, {
      variant_name           = name
      model_name             = aws_sagemaker_model.this[name].name
      initial_variant_weight = variant.weight
      instance_type          = variant.instance_type
      initial_instance_count = variant.instance_count
    }) if variant.shadow == (role == "shadow")
  ] if var.serving.deployed }

  # Content types that are not listed are captured as base64, which cannot be searched.
  capture = one([for capture in var.serving.capture[*] : merge(capture, {
    csv_content_types  = ["text/csv", "text/libsvm"]
    json_content_types = ["application/json", "application/jsonlines"]
  })])

  endpoint_config = var.serving.deployed ? {
    kms_key_arn                = var.serving.volume_kms_key_arn
    production_variants        = local.configured_variants.production
    shadow_production_variants = local.configured_variants.shadow
    serverless_config          = var.serving.serverless
    managed_instance_scaling   = var.serving.managed_scaling
    routing_strategy           = var.serving.routing_strategy
    output_kms_key_id          = var.serving.output_kms_key_arn
    async_inference_config     = var.serving.async
    data_capture_config        = local.capture
  } : null
}

# Other content creates another configuration. The provider replaces it anyway; the plan must not depend on that.
resource "terraform_data" "endpoint_config" {
  count = var.serving.deployed ? 1 : 0

  triggers_replace = sha256(jsonencode(local.endpoint_config))
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  count = var.serving.deployed ? 1 : 0

  # Every creation has its own name: docs/decisions/0011-endpoint-generations.md.
  name        = "${var.name}-${substr(sha256(jsonencode([local.endpoint_config, plantimestamp()])), 0, 8)}"
  kms_key_arn = local.endpoint_config.kms_key_arn
  tags        = var.tags

  dynamic "production_variants" {
    for_each = local.endpoint_config.production_variants

    content {
      variant_name           = production_variants.value.variant_name
      model_name             = production_variants.value.model_name
      initial_variant_weight = production_variants.value.initial_variant_weight
      instance_type          = production_variants.value.instance_type
      initial_instance_count = production_variants.value.initial_instance_count

      volume_size_in_gb                                 = production_variants.value.volume_size_in_gb
      model_data_download_timeout_in_seconds            = production_variants.value.model_data_download_timeout_in_seconds
      container_startup_health_check_timeout_in_seconds = production_variants.value.container_startup_health_check_timeout_in_seconds

      dynamic "serverless_config" {
        for_each = local.endpoint_config.serverless_config[*]

        content {
          memory_size_in_mb       = serverless_config.value.memory_size_in_mb
          max_concurrency         = serverless_config.value.max_concurrency
          provisioned_concurrency = serverless_config.value.provisioned_concurrency
        }
      }

      dynamic "managed_instance_scaling" {
        for_each = local.endpoint_config.managed_instance_scaling[*]

        content {
          status             = "ENABLED"
          min_instance_count = managed_instance_scaling.value.minimum
          max_instance_count = managed_instance_scaling.value.maximum
        }
      }

      dynamic "routing_config" {
        for_each = local.endpoint_config.routing_strategy[*]

        content {
          routing_strategy = routing_config.value
        }
      }
    }
  }

  dynamic "shadow_production_variants" {
    for_each = local.endpoint_config.shadow_production_variants

    content {
      variant_name           = shadow_production_variants.value.variant_name
      model_name             = shadow_production_variants.value.model_name
      initial_variant_weight = shadow_production_variants.value.initial_variant_weight
      instance_type          = shadow_production_variants.value.instance_type
      initial_instance_count = shadow_production_variants.value.initial_instance_count

      volume_size_in_gb                                 = shadow_production_variants.value.volume_size_in_gb
      model_data_download_timeout_in_seconds            = shadow_production_variants.value.model_data_download_timeout_in_seconds
      container_startup_health_check_timeout_in_seconds = shadow_production_variants.value.container_startup_health_check_timeout_in_seconds
    }
  }

  dynamic "async_inference_config" {
    for_each = local.endpoint_config.async_inference_config[*]

    content {
      output_config {
        s3_output_path  = async_inference_config.value.output_s3_uri
        s3_failure_path = async_inference_config.value.failure_s3_uri
        kms_key_id      = local.endpoint_config.output_kms_key_id

        dynamic "notification_config" {
          for_each = (
            async_inference_config.value.notifications.success_topic_arn != null
            || async_inference_config.value.notifications.error_topic_arn != null
            ? [async_inference_config.value.notifications]
            : []
          )

          content {
            success_topic = notification_config.value.success_topic_arn
            error_topic   = notification_config.value.error_topic_arn
            include_inference_response_in = (
              length(notification_config.value.include_response_in) > 0
              ? notification_config.value.include_response_in
              : null
            )
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
    for_each = local.endpoint_config.data_capture_config[*]

    content {
      enable_capture              = true
      initial_sampling_percentage = data_capture_config.value.sampling_percent
      destination_s3_uri          = data_capture_config.value.s3_uri
      kms_key_id                  = local.endpoint_config.output_kms_key_id

      dynamic "capture_options" {
        for_each = concat(data_capture_config.value.input ? ["Input"] : [], data_capture_config.value.output ? ["Output"] : [])

        content {
          capture_mode = capture_options.value
        }
      }

      capture_content_type_header {
        csv_content_types  = data_capture_config.value.csv_content_types
        json_content_types = data_capture_config.value.json_content_types
      }
    }
  }

  lifecycle {
    # A configuration that an endpoint uses must not be deleted.
    create_before_destroy = true
    ignore_changes        = [name]
    replace_triggered_by  = [terraform_data.endpoint_config]
  }
}
