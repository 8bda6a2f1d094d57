# Settings of instances, which the real-time and the asynchronous mode share.

locals {
  fleet = {
    type  = try(var.capacity.instances.type, var.capacity.async.type, null)
    count = try(var.capacity.instances.count, var.capacity.async.count, null)
    volume_size_in_gb = try(
      var.capacity.instances.volume_size_in_gb,
      var.capacity.async.volume_size_in_gb,
      null,
    )
    model_data_download_timeout_in_seconds = try(
      var.capacity.instances.model_data_download_timeout_in_seconds,
      var.capacity.async.model_data_download_timeout_in_seconds,
      null,
    )
    container_startup_health_check_timeout_in_seconds = try(
      var.capacity.instances.container_startup_health_check_timeout_in_seconds,
      var.capacity.async.container_startup_health_check_timeout_in_seconds,
      null,
    )
  }

  # Types with NVMe storage, which hardware encrypts. SageMaker rejects a key and a volume size for them.
  local_storage_pattern = "^ml\\.([a-z]+[0-9]+[a-z]*d[a-z]*|g[56]|g6e|gr6|p[56][a-z0-9-]*|trn[12]n?|dl1)\\."
  # Types with ARM processors (Graviton): ml.c7g, ml.m8gd, ml.c6gn. AWS marks them with a g after the generation.
  graviton_pattern    = "^ml\\.[a-z]+[0-9]+g[a-z]*\\."
  instance_types      = distinct(compact([for variant in values(local.served) : variant.instance_type]))
  local_storage_types = [for type in local.instance_types : type if can(regex(local.local_storage_pattern, type))]
  volume_kms_key_arn  = length(local.instance_types) > 0 && length(local.local_storage_types) == 0 ? var.kms_key_arn : null

  routing_problems = [for problem in [
    {
      when = !contains(
        ["LEAST_OUTSTANDING_REQUESTS", "RANDOM"],
        try(coalesce(var.capacity.instances.routing_strategy, "RANDOM"), "RANDOM"),
      )
      message = "capacity.instances.routing_strategy: \"${try(coalesce(var.capacity.instances.routing_strategy, ""), "")}\" is unknown. Set LEAST_OUTSTANDING_REQUESTS or RANDOM."
    },
    {
      when = try(
        var.capacity.instances.managed_scaling.minimum < 0
        || var.capacity.instances.managed_scaling.maximum < max(1, var.capacity.instances.managed_scaling.minimum),
        false,
      )
      message = "capacity.instances.managed_scaling: set 0 <= minimum <= maximum, and a maximum of at least 1."
    },
    {
      when    = try(var.capacity.instances.managed_scaling, null) != null && length(local.scalings) > 0
      message = "capacity.instances.managed_scaling: not supported with autoscaling: both would set the number of instances. Remove one of them."
    },
  ] : problem.message if problem.when]

  fleet_problems = [for problem in [
    {
      when = try(
        local.fleet.volume_size_in_gb < 1
        || local.fleet.volume_size_in_gb > 512
        || local.fleet.volume_size_in_gb != floor(local.fleet.volume_size_in_gb),
        false,
      )
      message = "volume_size_in_gb: must be a whole number from 1 to 512."
    },
    {
      when    = local.fleet.volume_size_in_gb != null && length(local.local_storage_types) > 0
      message = "volume_size_in_gb: not supported by ${join(", ", local.local_storage_types)}, which has local storage. Remove it."
    },
    {
      when = try(
        local.fleet.model_data_download_timeout_in_seconds < 60
        || local.fleet.model_data_download_timeout_in_seconds > 3600
        || local.fleet.model_data_download_timeout_in_seconds != floor(local.fleet.model_data_download_timeout_in_seconds),
        false,
      )
      message = "model_data_download_timeout_in_seconds: must be a whole number from 60 to 3600."
    },
    {
      when = try(
        local.fleet.container_startup_health_check_timeout_in_seconds < 60
        || local.fleet.container_startup_health_check_timeout_in_seconds > 3600
        || (
          local.fleet.container_startup_health_check_timeout_in_seconds
          != floor(local.fleet.container_startup_health_check_timeout_in_seconds)
        ),
        false,
      )
      message = "container_startup_health_check_timeout_in_seconds: must be a whole number from 60 to 3600."
    },
    {
      when = (
        var.kms_key_arn != null
        && length(local.local_storage_types) > 0
        && length(local.local_storage_types) < length(local.instance_types)
      )
      message = "type: SageMaker rejects kms_key_arn for ${join(", ", local.local_storage_types)}, whose local storage is encrypted by hardware, and the volumes of ${join(", ", setsubtract(local.instance_types, local.local_storage_types))} need it. Use only types with local storage or only types without."
    },
  ] : "capacity.${local.mode}.${problem.message}" if problem.when]
}
