# Autoscaling of each variant, in one form for every serving mode.

locals {
  # Autoscaling by variant, in one form for every serving mode.
  scalings = merge(
    { for name, input in local.variant_inputs : name => {
      path      = input.autoscaling != null ? "${local.variant_paths[name]}.autoscaling" : "capacity.instances.autoscaling"
      minimum   = try(input.autoscaling.minimum, var.capacity.instances.autoscaling.minimum)
      maximum   = try(input.autoscaling.maximum, var.capacity.instances.autoscaling.maximum)
      schedules = try(input.autoscaling.schedules, var.capacity.instances.autoscaling.schedules)
      cooldowns = {
        in  = try(input.autoscaling.scale_in_cooldown_in_seconds, var.capacity.instances.autoscaling.scale_in_cooldown_in_seconds)
        out = try(input.autoscaling.scale_out_cooldown_in_seconds, var.capacity.instances.autoscaling.scale_out_cooldown_in_seconds)
      }
      targets = { for metric, value in {
        invocations_per_instance = try(
          input.autoscaling.invocations_per_instance,
          var.capacity.instances.autoscaling.invocations_per_instance,
        )
        concurrency_per_instance = try(
          input.autoscaling.concurrency_per_instance,
          var.capacity.instances.autoscaling.concurrency_per_instance,
        )
      } : metric => value if value != null }
    } if input.autoscaling != null || try(var.capacity.instances.autoscaling, null) != null },
    { for input in var.capacity.async[*].autoscaling : "primary" => {
      path      = "capacity.async.autoscaling"
      minimum   = input.minimum
      maximum   = input.maximum
      schedules = input.schedules
      cooldowns = { in = input.scale_in_cooldown_in_seconds, out = input.scale_out_cooldown_in_seconds }
      targets   = { for value in input.backlog_per_instance[*] : "backlog_per_instance" => value }
    } if input != null && local.mode == "async" },
    { for input in var.capacity.serverless[*].autoscaling : "primary" => {
      path      = "capacity.serverless.autoscaling"
      minimum   = input.minimum
      maximum   = input.maximum
      schedules = input.schedules
      cooldowns = { in = input.scale_in_cooldown_in_seconds, out = input.scale_out_cooldown_in_seconds }
      targets   = { for value in input.utilization_percent[*] : "utilization_percent" => value }
    } if input != null && local.mode == "serverless" },
  )

  scaling_metrics = {
    instances  = "invocations_per_instance or concurrency_per_instance"
    async      = "backlog_per_instance"
    serverless = "utilization_percent"
  }
  scaling_floor = local.mode == "async" ? 0 : 1
  autoscaling_problems = distinct(flatten([for name, scaling in local.scalings : [for problem in concat([
    {
      when    = scaling.minimum < local.scaling_floor || scaling.minimum != floor(scaling.minimum)
      message = "minimum must be a whole number of at least ${local.scaling_floor}${local.scaling_floor == 1 ? ". To pay nothing while idle, use capacity.async, which scales to zero, or capacity.serverless" : ""}."
    },
    {
      when    = scaling.maximum < max(scaling.minimum, 1) || scaling.maximum != floor(scaling.maximum)
      message = "maximum ${scaling.maximum} must be a whole number of at least ${max(scaling.minimum, 1)}, the minimum."
    },
    {
      when    = scaling.maximum >= 1 && try(local.variants[name].asked_count > scaling.maximum, false)
      message = "count ${try(coalesce(local.variants[name].asked_count, 0), 0)} exceeds maximum ${scaling.maximum}. Raise maximum or lower count."
    },
    {
      when    = try(var.capacity.serverless.provisioned_concurrency > scaling.maximum, false) && local.mode == "serverless"
      message = "provisioned_concurrency exceeds maximum ${scaling.maximum}. Raise maximum or lower provisioned_concurrency."
    },
    {
      when    = length(scaling.targets) == 0 && length(scaling.schedules) == 0
      message = "no metric and no schedule. Set ${lookup(local.scaling_metrics, local.mode, "a metric")}, or schedules."
    },
    {
      when    = anytrue([for metric, target in scaling.targets : target <= 0])
      message = "${join(", ", [for metric, target in scaling.targets : metric if target <= 0])} must be above 0."
    },
    {
      when    = try(scaling.targets.utilization_percent < 10 || scaling.targets.utilization_percent > 90, false)
      message = "utilization_percent must be 10 to 90."
    },
    {
      when    = anytrue([for way, seconds in scaling.cooldowns : seconds < 0 || seconds != floor(seconds)])
      message = "scale_in_cooldown_in_seconds and scale_out_cooldown_in_seconds must be whole numbers of at least 0."
    },
    {
      when    = can(regex("^ml\\.t[0-9]", local.variants[name].instance_type))
      message = "${try(coalesce(local.variants[name].instance_type), "The instance type")} is burstable, which SageMaker does not scale: its utilization does not show how much it can serve. Set a type like ml.m5.large."
    },
    ], flatten([for key, schedule in scaling.schedules : [
      {
        when    = !can(regex(local.schedule_pattern, schedule.schedule))
        message = "schedules.${key}: \"${schedule.schedule}\" is not a schedule. Set cron(0 20 ? * MON-FRI *), rate(...) or at(...)."
      },
      {
        when    = schedule.minimum == null && schedule.maximum == null
        message = "schedules.${key}: changes nothing. Set minimum, maximum or both."
      },
      {
        when = (
          try(schedule.minimum < local.scaling_floor || schedule.minimum != floor(schedule.minimum), false)
          || try(schedule.maximum < coalesce(schedule.minimum, local.scaling_floor) || schedule.maximum != floor(schedule.maximum), false)
        )
        message = "schedules.${key}: minimum and maximum must be whole numbers, ${local.scaling_floor} <= minimum <= maximum."
      },
      {
        when = (
          schedule.minimum == null
          ? try(schedule.maximum < scaling.minimum, false)
          : schedule.maximum == null && schedule.minimum > scaling.maximum
        )
        message = "schedules.${key}: its minimum would exceed its maximum, because the bound that it does not set stays as it is (minimum ${scaling.minimum}, maximum ${scaling.maximum}). Set both."
      },
      {
        when    = local.mode == "serverless" && try(schedule.maximum > var.capacity.serverless.max_concurrency, false)
        message = "schedules.${key}: maximum exceeds max_concurrency. Raise max_concurrency or lower maximum."
      },
  ]])) : "${scaling.path}: ${problem.message}" if problem.when]]))
}
