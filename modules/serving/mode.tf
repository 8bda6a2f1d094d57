# The serving mode: real-time instances, serverless, asynchronous, or an existing endpoint.

locals {
  modes = [for mode, settings in {
    instances  = var.capacity.instances
    serverless = var.capacity.serverless
    async      = var.capacity.async
    existing   = var.capacity.existing
  } : mode if settings != null]
  mode = length(local.modes) == 1 ? local.modes[0] : "none"

  # Which resources exist depends on which objects are set, never on values in them, which may be unknown before the first apply.
  created  = contains(["instances", "serverless", "async"], local.mode) && var.model != null
  deployed = local.created && var.capacity.enabled

  mode_problems = [for problem in [
    {
      when    = length(local.modes) != 1
      message = "capacity: set exactly one of instances, serverless, async and existing, not ${length(local.modes) == 0 ? "none" : join(" and ", local.modes)}. For example: capacity = { instances = { type = \"ml.m5.large\", count = 1 } }"
    },
    {
      when    = var.model == null && local.mode != "existing"
      message = "model: missing. Set model = { artifact = \"s3://bucket/model.tar.gz\" }, or capacity = { existing = { name = \"...\" } } for an existing endpoint."
    },
    {
      when    = local.mode == "existing" && var.model != null
      message = "model: not supported with capacity.existing: the endpoint already serves a model. Remove it."
    },
    {
      when    = local.mode == "existing" && !can(regex(local.name_pattern, var.capacity.existing.name))
      message = "capacity.existing.name: not the name of an endpoint. Set 1 to 63 letters, digits and hyphens, not an ARN."
    },
    {
      when    = local.mode == "existing" && try(var.capacity.existing.autoscaling, null) != null
      message = "capacity.existing.autoscaling: not supported: an existing endpoint is scaled where it is created. Remove it."
    },
  ] : problem.message if problem.when]
}
