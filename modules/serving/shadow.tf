# The shadow variant, which gets copies of requests.

locals {
  shadow = one([for input in try(var.capacity.instances.shadow, null)[*] : {
    name           = input.name
    weight         = input.percent
    instance_type  = input.type != null ? input.type : local.fleet.type
    asked_count    = input.count
    instance_count = input.count != null ? input.count : local.fleet.count
    artifact       = input.artifact != null ? input.artifact : local.model.artifact
    image_uri      = input.image_uri != null ? input.image_uri : local.model.image_uri
    image_path     = input.image_uri != null ? "capacity.instances.shadow.image_uri" : "model.image_uri"
    package_arn    = input.artifact == null && input.image_uri == null ? one(local.model.package[*].arn) : null
  }])
  shadows = local.shadow == null ? {} : { (local.shadow.name) = local.shadow }

  shadow_problems = [for problem in [
    {
      when    = local.shadow != null && length(local.variants) > 1
      message = "capacity.instances.shadow: SageMaker supports a shadow for a single production variant, and this endpoint has ${length(local.variants)}. Remove variants or shadow."
    },
    {
      when    = local.shadow != null && local.model.multi_model != null
      message = "capacity.instances.shadow: not supported with several models. Remove model.multi_model or shadow."
    },
    {
      when    = local.shadow != null && local.marketplace
      message = "capacity.instances.shadow: not supported with a model package from AWS Marketplace. Use variants, or remove shadow."
    },
    {
      when    = local.shadow != null && anytrue([for type in local.instance_types : startswith(type, "ml.inf1.")])
      message = "capacity.instances.shadow: not supported on ml.inf1 instances. Set another type, or remove shadow."
    },
    {
      when    = contains(keys(local.variants), try(local.shadow.name, ""))
      message = "capacity.instances.shadow.name: \"${try(local.shadow.name, "")}\" is the name of the production variant. Set another name."
    },
    {
      when    = try(local.shadow.weight < 1 || local.shadow.weight > 100 || local.shadow.weight != floor(local.shadow.weight), false)
      message = "capacity.instances.shadow.percent: must be a whole number from 1 to 100. To copy no requests, remove shadow."
    },
  ] : problem.message if problem.when]
}
