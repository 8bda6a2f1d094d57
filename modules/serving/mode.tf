# The serving mode: real-time instances, serverless, asynchronous, or an existing endpoint.

locals {
  modes = [for mode, settings in {
    instances  = var.capacity.instances
    serverless = var.capacity.serverless
    async      = var.capacity.async
    existing   = var.capacity.existing
  } : mode if settings != null]
  mode = length(local.modes) == 1 ? local.modes[0] : "none"

  # What is made depends on which objects are given, never on values in them, which a first plan may not know yet.
  created  = contains(["instances", "serverless", "async"], local.mode) && var.model != null
  deployed = local.created && var.capacity.enabled

  endpoint_name = local.mode == "existing" ? var.capacity.existing.name : var.name

  mode_problems = [for problem in [
    {
      when    = length(local.modes) != 1
      message = "capacity: write exactly one of instances, serverless, async and existing, not ${length(local.modes) == 0 ? "none" : join(" and ", local.modes)}: capacity = { instances = { type = \"ml.m5.large\", count = 1 } }"
    },
    {
      when    = var.model == null && local.mode != "existing"
      message = "model: it is missing; write model = { artifact = \"s3://bucket/model.tar.gz\" }, or capacity = { existing = { name = \"...\" } } for an endpoint that is made elsewhere"
    },
    {
      when    = local.mode == "existing" && var.model != null
      message = "model: capacity.existing serves by an endpoint that is made elsewhere, and its model with it; remove model"
    },
    {
      when    = local.mode == "existing" && !can(regex(local.name_pattern, var.capacity.existing.name))
      message = "capacity.existing.name: write the endpoint's name, 1 to 63 letters, digits and hyphens, not its ARN"
    },
    {
      when    = local.mode == "existing" && try(var.capacity.existing.autoscaling, null) != null
      message = "capacity.existing.autoscaling: an existing endpoint is scaled where it is made; remove it"
    },
  ] : problem.message if problem.when]
}
