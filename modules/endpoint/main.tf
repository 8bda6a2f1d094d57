data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

data "aws_sagemaker_prebuilt_ecr_image" "this" {
  count = var.model.image_uri == null ? 1 : 0

  repository_name = "sagemaker-xgboost"
  image_tag       = var.model.algorithm_version
}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  # Provider 6 renames the attribute, and refuses to hear of one that its version has not; lookup asks neither.
  region    = coalesce(lookup(data.aws_region.current, "region", null), lookup(data.aws_region.current, "name", null))
  image_uri = var.model.image_uri == null ? data.aws_sagemaker_prebuilt_ecr_image.this[0].registry_path : var.model.image_uri

  execution_role_arn = var.model.execution_role_arn == null ? one(aws_iam_role.this[*].arn) : var.model.execution_role_arn

  # Models and configurations cannot be changed, only replaced, and the endpoint needs the old pair until it has moved to
  # the new one. So their names say what is in them: a new name for every change, the same name for the same content.
  model_content  = jsonencode([local.image_uri, var.model, local.role_name])
  model_name     = "${var.name}-${substr(sha256(local.model_content), 0, 8)}"
  config_content = jsonencode([local.model_name, var.capacity, var.kms_key_arn])
  config_name    = "${var.name}-${substr(sha256(local.config_content), 0, 8)}"
}

resource "aws_sagemaker_model" "this" {
  name                     = local.model_name
  execution_role_arn       = local.execution_role_arn
  enable_network_isolation = var.model.network_isolation
  tags                     = var.tags

  primary_container {
    image          = local.image_uri
    model_data_url = var.model.artifact
    environment    = var.model.environment
  }

  lifecycle {
    # The endpoint serves the old model until it has moved to the new one.
    create_before_destroy = true
  }

  # SageMaker tries the role as soon as the model is made.
  depends_on = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.registry_login]
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  name        = local.config_name
  kms_key_arn = var.capacity.serverless == null ? var.kms_key_arn : null
  tags        = var.tags

  production_variants {
    variant_name           = "primary"
    model_name             = aws_sagemaker_model.this.name
    instance_type          = one(var.capacity.instances[*].type)
    initial_instance_count = one(var.capacity.instances[*].count)

    dynamic "serverless_config" {
      for_each = var.capacity.serverless[*]

      content {
        memory_size_in_mb       = serverless_config.value.memory_size_in_mb
        max_concurrency         = serverless_config.value.max_concurrency
        provisioned_concurrency = serverless_config.value.provisioned_concurrency
      }
    }
  }

  lifecycle {
    # AWS forbids to delete a configuration that an endpoint uses.
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint" "this" {
  name                 = var.name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this.name
  tags                 = var.tags

  lifecycle {
    # SageMaker rolls a failed update back by itself, and the provider reports that as success (terraform-provider-aws
    # 46663). Failing here keeps the configuration that is still in use.
    postcondition {
      condition     = self.endpoint_config_name == aws_sagemaker_endpoint_configuration.this.name
      error_message = "SageMaker rolled the endpoint ${var.name} back to the configuration ${self.endpoint_config_name}; the new one failed. The container's log says why: /aws/sagemaker/Endpoints/${var.name}."
    }
  }

  # Made before the endpoint, or SageMaker makes it, without retention; kept until the endpoint is gone.
  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
