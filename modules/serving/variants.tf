# Production variants and the shadow.

locals {
  several = try(length(var.capacity.instances.variants) > 0, false)
  variant_inputs = local.several ? var.capacity.instances.variants : {
    primary = { weight = 1, type = null, count = null, artifact = null, image_uri = null, autoscaling = null }
  }
  variant_paths = {
    for name in keys(local.variant_inputs) : name => local.several ? "capacity.instances.variants.${name}" : "capacity.${local.mode}"
  }

  # Production variants by name. A shadow's share is the ratio of its weight to that of the one production variant; whole
  # weights only, because SageMaker keeps them as 32-bit floats and 0.1 is a different number in every plan.
  variants = { for name, input in local.variant_inputs : name => {
    weight        = local.shadow == null ? input.weight : 100
    instance_type = input.type != null ? input.type : local.fleet.type
    asked_count   = input.count != null ? input.count : local.fleet.count
    instance_count = try(
      max(input.count != null ? input.count : local.fleet.count, local.scalings[name].minimum),
      input.count != null ? input.count : local.fleet.count,
    )
    artifact    = input.artifact != null ? input.artifact : local.model.artifact
    image_uri   = input.image_uri != null ? input.image_uri : local.model.image_uri
    image_path  = input.image_uri != null ? "${local.variant_paths[name]}.image_uri" : "model.image_uri"
    package_arn = input.artifact == null && input.image_uri == null ? one(local.model.package[*].arn) : null
  } }

  served = merge(local.variants, local.shadows)

  # Every variant, including the shadow.
  served_paths = merge(local.variant_paths, { for name in keys(local.shadows) : name => "capacity.instances.shadow" })
  variant_problems = local.mode == "existing" || local.mode == "none" ? [] : flatten([for name, served in local.served : [for problem in [
    {
      when    = !can(regex(local.name_pattern, name))
      message = "\"${name}\" is not a valid variant name. Use 1 to 63 letters, digits and single hyphens; start and end with a letter or digit."
    },
    {
      when    = contains(keys(local.variants), name) && (served.weight < 0 || served.weight != floor(served.weight))
      message = "weight ${served.weight} must be a whole number of at least 0. SageMaker rounds fractions, which would show as a change in every plan: set 9 and 1 instead of 0.9 and 0.1."
    },
    {
      when = (
        can(regex(local.graviton_pattern, served.instance_type))
        && served.image_uri == null
        && served.package_arn == null
        && !local.stock_image_is_arm
      )
      message = "type \"${coalesce(served.instance_type, "-")}\" has an ARM processor (Graviton), and the built-in image is for x86. Set another type, or a model.algorithm_version for ARM: for xgboost \"1.5-1-arm64\" or \"1.3-1-arm64\"."
    },
    {
      when = (
        !can(regex(local.graviton_pattern, served.instance_type))
        && served.image_uri == null
        && served.package_arn == null
        && local.stock_image_is_arm
      )
      message = "the image of model.algorithm_version \"${coalesce(local.algorithm_version, "-")}\" is for ARM processors (Graviton), and ${served.instance_type == null ? "serverless capacity" : "type \"${coalesce(served.instance_type, "-")}\""} is x86. Set a type like ml.c7g.large, or another version."
    },
    {
      when    = served.instance_type != null && !can(regex(local.type_pattern, served.instance_type))
      message = "type \"${coalesce(served.instance_type, "-")}\" is not an instance type for hosting. Set a type like ml.m5.large."
    },
    {
      when    = try(served.asked_count < 1 || served.asked_count != floor(served.asked_count), false)
      message = "count must be a whole number of at least 1. To pay nothing while idle, use capacity.serverless."
    },
    {
      when    = var.model != null && served.artifact == null && served.image_uri == null && served.package_arn == null
      message = "no model. Set model.artifact, or set model.image_uri to an image that contains its model."
    },
    {
      when = (
        served.artifact != null
        && served.artifact != local.model.artifact
        && !can(regex(local.model.multi_model == null ? local.object_pattern : local.models_pattern, served.artifact))
      )
      message = (
        local.model.multi_model == null
        ? "artifact is not the S3 URI of one object. Set a URI like s3://bucket/path/model.tar.gz."
        : "artifact is not the S3 URI of a prefix. Set a URI with a trailing slash, like s3://bucket/models/."
      )
    },
    {
      when    = served.image_uri != local.model.image_uri && !can(regex(local.image_pattern, served.image_uri))
      message = "image_uri is not an image in ECR. Set a URI with a tag or a digest, like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag."
    },
  ] : "${local.served_paths[name]}: ${problem.message}" if problem.when]])

  variants_problems = [for problem in [
    {
      when    = length(local.variants) > 10
      message = "capacity.instances.variants: an endpoint has at most 10 variants, and this has ${length(local.variants)}. Remove some."
    },
    {
      when    = alltrue([for variant in values(local.variants) : variant.weight == 0])
      message = "capacity.instances.variants: every weight is 0, so no variant would get requests. Set a weight above 0."
    },
  ] : problem.message if problem.when]
}
