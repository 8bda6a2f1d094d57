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
      message = "capacity.serverless.memory_size_in_mb: write 1024, 2048, 3072, 4096, 5120 or 6144"
    },
    {
      when    = var.capacity.serverless.max_concurrency < 1 || var.capacity.serverless.max_concurrency > 200 || var.capacity.serverless.max_concurrency != floor(var.capacity.serverless.max_concurrency)
      message = "capacity.serverless.max_concurrency: write a whole number from 1 to 200"
    },
    {
      when    = try(var.capacity.serverless.provisioned_concurrency < 1 || var.capacity.serverless.provisioned_concurrency > var.capacity.serverless.max_concurrency || var.capacity.serverless.provisioned_concurrency != floor(var.capacity.serverless.provisioned_concurrency), false)
      message = "capacity.serverless.provisioned_concurrency: write a whole number from 1 to max_concurrency, or leave it out to keep nothing warm"
    },
    {
      when    = var.capacity.serverless.provisioned_concurrency == null && var.capacity.serverless.autoscaling != null
      message = "capacity.serverless.autoscaling: it scales what is kept warm, and nothing is; write provisioned_concurrency, or remove it: a serverless endpoint follows its load by itself"
    },
    {
      when    = try(var.capacity.serverless.autoscaling.maximum > var.capacity.serverless.max_concurrency, false)
      message = "capacity.serverless.autoscaling.maximum: ${try(var.capacity.serverless.autoscaling.maximum, 0)} is above max_concurrency ${var.capacity.serverless.max_concurrency}; raise the one or lower the other"
    },
    {
      when    = local.model.network_isolation
      message = "model.network_isolation: a serverless endpoint does not offer it; write model = { network_isolation = false }, or capacity.instances"
    },
    {
      when    = var.monitoring.capture != null
      message = "monitoring.capture: a serverless endpoint captures nothing; remove it, or write capacity.instances"
    },
    {
      when    = var.capacity.serverless.variants != null
      message = "capacity.serverless.variants: a serverless endpoint has one variant; write capacity.instances.variants"
    },
    {
      when    = var.capacity.serverless.shadow != null
      message = "capacity.serverless.shadow: a serverless endpoint shadows nothing; write capacity.instances.shadow"
    },
    {
      when    = var.capacity.serverless.type != null
      message = "capacity.serverless.type: a serverless endpoint has no instances, and no GPU; write memory_size_in_mb, or capacity.instances.type"
    },
    {
      when    = var.capacity.serverless.managed_scaling != null
      message = "capacity.serverless.managed_scaling: a serverless endpoint has no instances; write max_concurrency"
    },
    {
      when    = local.model.multi_model != null
      message = "model.multi_model: a serverless endpoint holds one model; write capacity.instances"
    },
    {
      when    = local.marketplace
      message = "model.package: a serverless endpoint takes no package of AWS Marketplace; write capacity.instances"
    },
  ] : problem.message if problem.when]
}
