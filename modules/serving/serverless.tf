# Serverless capacity.

locals {
  serverless = one([for input in var.capacity.serverless[*] : {
    memory_size_in_mb       = input.memory_size_in_mb
    max_concurrency         = input.max_concurrency
    provisioned_concurrency = try(max(input.provisioned_concurrency, local.scalings["primary"].minimum), input.provisioned_concurrency)
  }])

  serverless_problems = local.mode != "serverless" ? [] : [for problem in [
    {
      when    = !contains([1024, 2048, 3072, 4096, 5120, 6144], var.capacity.serverless.memory_size_in_mb)
      message = "capacity.serverless.memory_size_in_mb: must be 1024, 2048, 3072, 4096, 5120 or 6144."
    },
    {
      when = (
        var.capacity.serverless.max_concurrency < 1
        || var.capacity.serverless.max_concurrency > 200
        || var.capacity.serverless.max_concurrency != floor(var.capacity.serverless.max_concurrency)
      )
      message = "capacity.serverless.max_concurrency: must be a whole number from 1 to 200."
    },
    {
      when = try(
        var.capacity.serverless.provisioned_concurrency < 1
        || var.capacity.serverless.provisioned_concurrency > var.capacity.serverless.max_concurrency
        || var.capacity.serverless.provisioned_concurrency != floor(var.capacity.serverless.provisioned_concurrency),
        false,
      )
      message = "capacity.serverless.provisioned_concurrency: must be a whole number from 1 to max_concurrency. To provision nothing, remove it."
    },
    {
      when    = var.capacity.serverless.provisioned_concurrency == null && var.capacity.serverless.autoscaling != null
      message = "capacity.serverless.autoscaling: it scales provisioned concurrency, which is not set. Set provisioned_concurrency, or remove autoscaling: on-demand serverless capacity scales automatically."
    },
    {
      when    = try(var.capacity.serverless.autoscaling.maximum > var.capacity.serverless.max_concurrency, false)
      message = "capacity.serverless.autoscaling.maximum: ${try(var.capacity.serverless.autoscaling.maximum, 0)} exceeds max_concurrency ${var.capacity.serverless.max_concurrency}. Raise max_concurrency or lower maximum."
    },
    {
      when    = local.network_isolation
      message = "model.network_isolation: not supported by serverless endpoints. Remove it, or use capacity.instances."
    },
    {
      when    = var.monitoring.capture != null
      message = "monitoring.capture: not supported by serverless endpoints. Remove it, or use capacity.instances."
    },
    {
      when    = var.capacity.serverless.variants != null
      message = "capacity.serverless.variants: not supported: a serverless endpoint has one variant. Use capacity.instances.variants."
    },
    {
      when    = var.capacity.serverless.shadow != null
      message = "capacity.serverless.shadow: not supported by serverless endpoints. Use capacity.instances.shadow."
    },
    {
      when    = var.capacity.serverless.type != null
      message = "capacity.serverless.type: not supported: a serverless endpoint has no instances and no GPU. Set memory_size_in_mb, or use capacity.instances.type."
    },
    {
      when    = var.capacity.serverless.managed_scaling != null
      message = "capacity.serverless.managed_scaling: not supported: a serverless endpoint has no instances. Set max_concurrency."
    },
    {
      when    = local.model.multi_model != null
      message = "model.multi_model: not supported by serverless endpoints, which serve one model. Use capacity.instances."
    },
    {
      when    = local.marketplace
      message = "model.package: serverless endpoints do not support packages from AWS Marketplace. Use capacity.instances."
    },
  ] : problem.message if problem.when]
}
