# SageMaker models, one per variant. A model cannot be changed, only replaced, and the endpoint needs the old one until it has moved to the
# new one.

data "aws_sagemaker_prebuilt_ecr_image" "this" {
  count = (
    var.serving.created && anytrue([for variant in values(local.served) : variant.image_uri == null && variant.package_arn == null])
    ? 1 : 0
  )

  repository_name = var.serving.model.stock_image.repository
  image_tag       = var.serving.model.stock_image.tag
}

# Looked up once for each image: with depends_on on the module call, Terraform does not know the URI while it plans, and would replace the
# models.
resource "terraform_data" "stock_image" {
  count = length(data.aws_sagemaker_prebuilt_ecr_image.this)

  input            = data.aws_sagemaker_prebuilt_ecr_image.this[count.index].registry_path
  triggers_replace = var.serving.model.stock_image

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  stock_image_uri = one(terraform_data.stock_image[*].input)

  # Production variants and the shadow, by name.
  served = merge(
    { for name, variant in var.serving.variants : name => merge(variant, { shadow = false }) },
    {
      for shadow in var.serving.shadow[*] : shadow.name => merge(
        { for key, value in shadow : key => value if key != "name" },
        { shadow = true },
      )
    },
  )

  images = {
    for name, variant in local.served :
    name => variant.package_arn != null ? null : variant.image_uri != null ? variant.image_uri : local.stock_image_uri
    if var.serving.created
  }
  artifacts = { for name, variant in local.served : name => variant.package_arn != null ? null : variant.artifact if var.serving.created }

  models = { for name, variant in local.served : name => {
    execution_role_arn       = local.execution_role_arn
    enable_network_isolation = var.serving.model.network_isolation
    image                    = local.images[name]
    model_data_url           = local.artifacts[name]
    model_package_name       = variant.package_arn
    mode                     = var.serving.model.multi_model == null ? "SingleModel" : "MultiModel"
    model_cache_setting      = one([for multi_model in var.serving.model.multi_model[*] : multi_model.cache ? "Enabled" : "Disabled"])
    environment              = var.serving.model.environment
    vpc                      = var.serving.vpc
  } if var.serving.created }

}

# Other content creates another model. The provider replaces it anyway; the plan must not depend on that.
resource "terraform_data" "model" {
  for_each = local.models

  triggers_replace = sha256(jsonencode(each.value))
}

resource "aws_sagemaker_model" "this" {
  for_each = local.models

  # Every creation has its own name: docs/decisions/0011-endpoint-generations.md.
  name                     = "${var.name}-${substr(sha256(jsonencode([each.key, each.value, plantimestamp()])), 0, 8)}"
  execution_role_arn       = each.value.execution_role_arn
  enable_network_isolation = each.value.enable_network_isolation
  tags                     = var.tags

  primary_container {
    image              = each.value.image
    model_data_url     = each.value.model_data_url
    model_package_name = each.value.model_package_name
    mode               = each.value.mode
    environment        = each.value.environment

    dynamic "multi_model_config" {
      for_each = each.value.model_cache_setting[*]

      content {
        model_cache_setting = multi_model_config.value
      }
    }
  }

  dynamic "vpc_config" {
    for_each = each.value.vpc[*]

    content {
      subnets            = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  lifecycle {
    # The endpoint serves the old model until it has moved to the new one.
    create_before_destroy = true
    ignore_changes        = [name]
    replace_triggered_by  = [terraform_data.model[each.key]]

    precondition {
      condition = (
        each.value.image == null
        || each.value.image == local.stock_image_uri
        || can(regex("\\.dkr\\.ecr\\.${var.account.region}\\.", each.value.image))
      )
      error_message = "${local.served[each.key].image_path}: ${each.value.image != null ? each.value.image : "-"} is not in ${var.account.region}, and SageMaker pulls images only from its own Region. Set the URI of a copy in that Region; ECR can replicate repositories."
    }
  }

  # SageMaker uses the role as soon as the model is created.
  depends_on = [aws_iam_role.this, aws_iam_role_policy.this]
}
