# What the inputs come to, one way to serve or another: pure values, so that tests/mocks/serving can link this file, faults.tf
# and variables.tf, and try every rule without a provider.

locals {
  ways = [for way, settings in {
    instances  = var.capacity.instances
    serverless = var.capacity.serverless
    async      = var.capacity.async
    existing   = var.capacity.existing
  } : way if settings != null]
  mode = length(local.ways) == 1 ? local.ways[0] : "none"

  # What is made depends on which objects are given, never on values in them, which a first plan may not know yet.
  made     = contains(["instances", "serverless", "async"], local.mode) && var.model != null
  deployed = local.made && var.capacity.enabled

  endpoint_name = local.mode == "existing" ? var.capacity.existing.name : var.name

  model = var.model != null ? var.model : {
    artifact          = null
    algorithm         = "xgboost"
    algorithm_version = null
    image_uri         = null
    package           = null
    multi_model       = null
    environment       = {}
    network_isolation = false
    execution_role    = null
  }

  # Settings that instances and async have in common.
  fleet = {
    type                                              = try(var.capacity.instances.type, var.capacity.async.type, null)
    count                                             = try(var.capacity.instances.count, var.capacity.async.count, null)
    volume_size_in_gb                                 = try(var.capacity.instances.volume_size_in_gb, var.capacity.async.volume_size_in_gb, null)
    model_data_download_timeout_in_seconds            = try(var.capacity.instances.model_data_download_timeout_in_seconds, var.capacity.async.model_data_download_timeout_in_seconds, null)
    container_startup_health_check_timeout_in_seconds = try(var.capacity.instances.container_startup_health_check_timeout_in_seconds, var.capacity.async.container_startup_health_check_timeout_in_seconds, null)
  }

  several        = try(length(var.capacity.instances.variants) > 0, false)
  variant_inputs = local.several ? var.capacity.instances.variants : { primary = { weight = 1, type = null, count = null, artifact = null, image_uri = null, autoscaling = null } }
  variant_paths  = { for name in keys(local.variant_inputs) : name => local.several ? "capacity.instances.variants.${name}" : "capacity.${local.mode}" }

  # Production variants by name. A shadow's share is the ratio of its weight to that of the one production variant; whole
  # weights only, because SageMaker keeps them as 32-bit floats and 0.1 comes back as another number at every plan.
  variants = { for name, input in local.variant_inputs : name => {
    weight         = local.shadow == null ? input.weight : 100
    instance_type  = local.mode == "serverless" ? null : input.type != null ? input.type : local.fleet.type
    asked_count    = local.mode == "serverless" ? null : input.count != null ? input.count : local.fleet.count
    instance_count = local.mode == "serverless" ? null : try(max(input.count != null ? input.count : local.fleet.count, local.scalings[name].minimum), input.count != null ? input.count : local.fleet.count)
    artifact       = input.artifact != null ? input.artifact : local.model.artifact
    image_uri      = input.image_uri != null ? input.image_uri : local.model.image_uri
    package_arn    = input.artifact == null && input.image_uri == null ? one(local.model.package[*].arn) : null
  } }

  shadow = one([for input in try(var.capacity.instances.shadow, null)[*] : {
    name           = input.name
    weight         = input.percent
    instance_type  = input.type != null ? input.type : local.fleet.type
    asked_count    = input.count != null ? input.count : local.fleet.count
    instance_count = input.count != null ? input.count : local.fleet.count
    artifact       = input.artifact != null ? input.artifact : local.model.artifact
    image_uri      = input.image_uri != null ? input.image_uri : local.model.image_uri
    package_arn    = input.artifact == null && input.image_uri == null ? one(local.model.package[*].arn) : null
  }])
  shadows = local.shadow == null ? {} : { (local.shadow.name) = local.shadow }
  served  = merge(local.variants, local.shadows)

  # What autoscaling does to each variant that it is given for, in one form for every way to serve.
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
        invocations_per_instance = try(input.autoscaling.invocations_per_instance, var.capacity.instances.autoscaling.invocations_per_instance)
        concurrency_per_instance = try(input.autoscaling.concurrency_per_instance, var.capacity.instances.autoscaling.concurrency_per_instance)
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

  serverless = one([for input in var.capacity.serverless[*] : {
    memory_size_in_mb       = input.memory_size_in_mb
    max_concurrency         = input.max_concurrency
    provisioned_concurrency = try(max(input.provisioned_concurrency, local.scalings["primary"].minimum), input.provisioned_concurrency)
  }])

  # Requests, results and failures of asynchronous calls, side by side below one prefix.
  async = one([for input in var.capacity.async[*] : {
    input_s3_uri   = "${trimsuffix(input.s3_uri, "/")}/input"
    output_s3_uri  = "${trimsuffix(input.s3_uri, "/")}/output"
    failure_s3_uri = "${trimsuffix(input.s3_uri, "/")}/failure"
  }])

  # These carry NVMe storage that hardware encrypts. SageMaker refuses a key, and a volume's size, for them.
  local_storage_pattern = "^ml\\.([a-z]+[0-9]+[a-z]*d[a-z]*|g[56]|g6e|gr6|p[56][a-z0-9-]*|trn[12]n?|dl1)\\."
  instance_types        = distinct(compact([for variant in values(local.served) : variant.instance_type]))
  local_storage_types   = [for type in local.instance_types : type if can(regex(local.local_storage_pattern, type))]
  volume_kms_key_arn    = length(local.instance_types) > 0 && length(local.local_storage_types) == 0 ? var.kms_key_arn : null

  # An asynchronous call may take an hour: no latency of it is too much unless the caller says so.
  latency_in_milliseconds = var.monitoring.rollback.latency_in_milliseconds != null ? var.monitoring.rollback.latency_in_milliseconds : local.mode == "async" ? null : var.call_timeout_in_milliseconds

  blue_green = local.rolling != null ? null : {
    canary             = try(var.capacity.update.blue_green.canary, null)
    linear             = try(var.capacity.update.blue_green.linear, null)
    bake_in_seconds    = try(var.capacity.update.blue_green.bake_in_seconds, 300)
    timeout_in_seconds = try(var.capacity.update.blue_green.timeout_in_seconds, null)
  }
  rolling = var.capacity.update.rolling
}
