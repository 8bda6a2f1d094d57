# How a new configuration replaces the old one.

locals {
  blue_green = local.rolling != null ? null : {
    canary             = try(var.capacity.update.blue_green.canary, null)
    linear             = try(var.capacity.update.blue_green.linear, null)
    bake_in_seconds    = try(var.capacity.update.blue_green.bake_in_seconds, 300)
    timeout_in_seconds = try(var.capacity.update.blue_green.timeout_in_seconds, null)
  }
  rolling = var.capacity.update.rolling

  timeout_path = "capacity.update.${local.rolling != null ? "rolling" : "blue_green"}.timeout_in_seconds"

  # The steps of an update, each with its size.
  steps = merge(
    {
      for input in [for policy in var.capacity.update.blue_green[*].canary : policy if policy != null] :
      "capacity.update.blue_green.canary" => {
        percent   = input.percent
        instances = input.instances
        wait      = input.wait_in_seconds
        least     = 1
        most      = 50
      }
    },
    {
      for input in [for policy in var.capacity.update.blue_green[*].linear : policy if policy != null] :
      "capacity.update.blue_green.linear" => {
        percent   = input.percent
        instances = input.instances
        wait      = input.wait_in_seconds
        least     = 10
        most      = 50
      }
    },
    {
      for input in var.capacity.update.rolling[*] :
      "capacity.update.rolling" => {
        percent   = input.percent
        instances = input.instances
        wait      = input.wait_in_seconds
        least     = 5
        most      = 50
      }
    },
    {
      for input in [for policy in var.capacity.update.rolling[*].rollback : policy if policy != null] :
      "capacity.update.rolling.rollback" => {
        percent   = input.percent
        instances = input.instances
        wait      = 0
        least     = 5
        most      = 100
      }
    },
  )
  # Serverless variants have no instances.
  instance_counts  = [for variant in values(local.variants) : variant.instance_count if variant.instance_count != null]
  fewest_instances = try(min(local.instance_counts...), 0)
  most_instances   = try(max(local.instance_counts...), 0)
  step_problems = flatten([for path, step in local.steps : [for problem in [
    {
      when    = (step.percent == null) == (step.instances == null)
      message = "set either percent or instances."
    },
    {
      when    = try(step.percent < step.least || step.percent > step.most || step.percent != floor(step.percent), false)
      message = "percent must be a whole number from ${step.least} to ${step.most}."
    },
    {
      when = (
        contains(["instances", "async"], local.mode)
        && local.fewest_instances >= 2
        && try(
          step.instances < 1
          || step.instances * 100 < step.least * local.most_instances
          || step.instances * 100 > step.most * local.fewest_instances
          || step.instances != floor(step.instances),
          false,
        )
      )
      message = "${try(coalesce(step.instances, 0), 0)} of ${local.fewest_instances} instances is not ${step.least} to ${step.most} percent of them. Set another number, or percent."
    },
    {
      when    = local.mode == "serverless" && step.instances != null
      message = "a serverless endpoint has no instances. Set percent."
    },
    {
      when    = contains(["instances", "async"], local.mode) && local.fewest_instances < 2 && path != "capacity.update.rolling.rollback"
      message = "one instance cannot be updated in steps. Set a count of at least 2, or remove capacity.update to move all requests at once."
    },
    {
      when    = step.wait < 0 || step.wait > 3600 || step.wait != floor(step.wait)
      message = "wait_in_seconds must be a whole number from 0 to 3600."
    },
    {
      when    = path != "capacity.update.rolling.rollback" && anytrue([for type in local.instance_types : startswith(type, "ml.inf1.")])
      message = "SageMaker updates ml.inf1 instances all at once. Remove capacity.update."
    },
    {
      when    = path != "capacity.update.rolling.rollback" && local.marketplace
      message = "SageMaker updates packages from AWS Marketplace all at once. Remove capacity.update."
    },
  ] : "${path}: ${problem.message}" if problem.when]])

  # The seconds that an update waits by itself: a linear one waits after every step but the last.
  planned_wait = sum([
    try(local.blue_green.bake_in_seconds, 0),
    try(local.blue_green.canary.wait_in_seconds, 0),
    try(
      local.blue_green.linear.wait_in_seconds * (ceil(
        local.blue_green.linear.percent != null
        ? 100 / local.blue_green.linear.percent
        : local.most_instances / local.blue_green.linear.instances
      ) - 1),
      0,
    ),
    try(
      local.rolling.wait_in_seconds * ceil(
        local.rolling.percent != null ? 100 / local.rolling.percent : local.most_instances / local.rolling.instances
      ),
      0,
    ),
  ])
  longest_wait = concat([try(var.capacity.update.blue_green.bake_in_seconds, 0)], values(local.steps)[*].wait)
  # The provider waits 60 minutes for an update, and aws_sagemaker_endpoint has no timeouts (hashicorp/terraform-provider-aws#39090). New
  # instances need about five of them to start.
  provider_timeout = 3600
  start_of_a_fleet = 300
  update_timeout = try(
    coalesce(var.capacity.update.rolling.timeout_in_seconds),
    coalesce(var.capacity.update.blue_green.timeout_in_seconds),
    null,
  )

  update_problems = concat(local.mode == "existing" ? [] : local.step_problems, [for problem in [
    {
      when    = local.mode == "existing" && (var.capacity.update.blue_green != null || var.capacity.update.rolling != null)
      message = "capacity.update: not supported with capacity.existing: the endpoint is updated where it is created. Remove it."
    },
    {
      when    = local.mode != "existing" && var.capacity.update.blue_green != null && var.capacity.update.rolling != null
      message = "capacity.update: set blue_green or rolling, not both."
    },
    {
      when = (
        local.mode != "existing"
        && try(var.capacity.update.blue_green.canary, null) != null
        && try(var.capacity.update.blue_green.linear, null) != null
      )
      message = "capacity.update.blue_green: set canary or linear, not both. Without either, all requests move at once."
    },
    {
      when = (
        local.mode != "existing"
        && try(
          var.capacity.update.blue_green.bake_in_seconds < 0
          || var.capacity.update.blue_green.bake_in_seconds > 3600
          || var.capacity.update.blue_green.bake_in_seconds != floor(var.capacity.update.blue_green.bake_in_seconds),
          false,
        )
      )
      message = "capacity.update.blue_green.bake_in_seconds: must be a whole number from 0 to 3600."
    },
    {
      when = (
        local.mode != "existing"
        && try(local.update_timeout < 600 || local.update_timeout > 14400 || local.update_timeout != floor(local.update_timeout), false)
      )
      message = "${local.timeout_path}: must be a whole number from 600 to 14400."
    },
    {
      when    = local.mode != "existing" && try(local.update_timeout <= local.planned_wait, false)
      message = "${local.timeout_path}: the update waits ${local.planned_wait} seconds in total, and ${try(coalesce(local.update_timeout, 0), 0)} would end it before that. Raise it."
    },
    {
      when = (
        local.mode != "existing"
        && max(local.longest_wait...) <= 3600
        && local.planned_wait + local.start_of_a_fleet > local.provider_timeout
      )
      message = "capacity.update: the update waits ${local.planned_wait} seconds in total, and Terraform's AWS provider stops waiting for an endpoint after ${local.provider_timeout}, of which new instances need about ${local.start_of_a_fleet} to start. Use larger steps or shorter waits."
    },
    {
      when    = var.capacity.update.rolling != null && local.mode == "serverless"
      message = "capacity.update.rolling: not supported by serverless endpoints. Use blue_green."
    },
    {
      when    = var.capacity.update.rolling != null && length(local.variants) > 1
      message = "capacity.update.rolling: SageMaker supports it for one variant, and this endpoint has ${length(local.variants)}. Use blue_green."
    },
  ] : problem.message if problem.when])
}
