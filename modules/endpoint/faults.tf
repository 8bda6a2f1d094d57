# Everything that a model, a capacity and their monitoring may not be, as text that names the place and says what to write.
# Faults are data for the reasons that docs/decisions/tf-contract-faults.md gives.

locals {
  # Repositories that the provider knows the registry of, by the name that AWS's documentation gives the algorithm, and the
  # version to take unless the caller says. What has none is a framework, whose tag names version, processor and system.
  algorithms = {
    xgboost                          = { repository = "sagemaker-xgboost", version = "3.0-5" }
    blazingtext                      = { repository = "blazingtext", version = "1" }
    deepar                           = { repository = "forecasting-deepar", version = "1" }
    factorization-machines           = { repository = "factorization-machines", version = "1" }
    image-classification             = { repository = "image-classification", version = "1" }
    ipinsights                       = { repository = "ipinsights", version = "1" }
    kmeans                           = { repository = "kmeans", version = "1" }
    knn                              = { repository = "knn", version = "1" }
    lda                              = { repository = "lda", version = "1" }
    linear-learner                   = { repository = "linear-learner", version = "1" }
    ntm                              = { repository = "ntm", version = "1" }
    object-detection                 = { repository = "object-detection", version = "1" }
    object2vec                       = { repository = "object2vec", version = "1" }
    pca                              = { repository = "pca", version = "1" }
    randomcutforest                  = { repository = "randomcutforest", version = "1" }
    semantic-segmentation            = { repository = "semantic-segmentation", version = "1" }
    seq2seq                          = { repository = "seq2seq", version = "1" }
    huggingface-pytorch-inference    = { repository = "huggingface-pytorch-inference", version = null }
    huggingface-tensorflow-inference = { repository = "huggingface-tensorflow-inference", version = null }
    mxnet-inference                  = { repository = "mxnet-inference", version = null }
    pytorch-inference                = { repository = "pytorch-inference", version = null }
    scikit-learn                     = { repository = "sagemaker-scikit-learn", version = null }
    sparkml-serving                  = { repository = "sagemaker-sparkml-serving", version = null }
    tensorflow-inference             = { repository = "tensorflow-inference", version = null }
  }
  algorithm         = lookup(local.algorithms, local.model.algorithm, null)
  algorithm_version = local.model.algorithm_version != null ? local.model.algorithm_version : try(local.algorithm.version, null)

  # Accounts that own the model packages of AWS Marketplace, one for each Region.
  marketplace_accounts = [
    "057799348421", "077584701553", "136758871317", "192199979996", "270155090741", "382657785993", "446921602837", "470592106596", "594846645681",
    "666831318237", "745090734665", "822005858737", "843114510376", "856760150666", "865070037744", "977537786026", "985815980388",
  ]
  marketplace = contains(local.marketplace_accounts, try(split(":", local.model.package.arn)[4], ""))

  name_pattern       = "^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$"
  object_pattern     = "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^*?]*[^*?/]$"
  models_pattern     = "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^*?]*/)?$"
  prefix_pattern     = "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^*?]*)?$"
  image_pattern      = "^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.[a-z.]+/[^:@]+(:[^:@]+|@sha256:[0-9a-f]{64})$"
  type_pattern       = "^ml\\.[a-z0-9-]+\\.[a-z0-9]+$"
  schedule_pattern   = "^(at|rate|cron)\\(.+\\)$"
  topic_pattern      = "^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+$"
  environment_faulty = [for key in keys(local.model.environment) : key if !can(regex("^[A-Za-z_][A-Za-z0-9_]*$", key))]

  way_faults = [for fault in [
    {
      if = length(local.ways) != 1
      is = "capacity: write exactly one of instances, serverless, async and existing, not ${length(local.ways) == 0 ? "none" : join(" and ", local.ways)}: capacity = { instances = { type = \"ml.m5.large\", count = 1 } }"
    },
    {
      if = var.model == null && local.mode != "existing"
      is = "model: it is missing; write model = { artifact = \"s3://bucket/model.tar.gz\" }, or capacity = { existing = { name = \"...\" } } for an endpoint that is made elsewhere"
    },
    {
      if = local.mode == "existing" && var.model != null
      is = "model: capacity.existing serves by an endpoint that is made elsewhere, and its model with it; remove model"
    },
    {
      if = local.mode == "existing" && !can(regex(local.name_pattern, var.capacity.existing.name))
      is = "capacity.existing.name: write the endpoint's name, 1 to 63 letters, digits and hyphens, not its ARN"
    },
    {
      if = local.mode == "existing" && try(var.capacity.existing.autoscaling, null) != null
      is = "capacity.existing.autoscaling: an existing endpoint is scaled where it is made; remove it"
    },
    {
      if = local.mode == "existing" && (var.capacity.update.blue_green != null || var.capacity.update.rolling != null)
      is = "capacity.update: an existing endpoint is updated where it is made; remove it"
    },
    {
      if = local.mode == "existing" && var.monitoring.capture != null
      is = "monitoring.capture: an existing endpoint captures what its own configuration says; remove it"
    },
    {
      if = local.mode == "existing" && length(var.monitoring.rollback.alarm_names) > 0
      is = "monitoring.rollback.alarm_names: an existing endpoint is rolled back where it is made; remove them"
    },
    {
      if = local.mode == "existing" && var.vpc != null
      is = "network.endpoint: an existing endpoint lies where it was put; remove it"
    },
  ] : fault.is if fault.if]

  model_faults = var.model == null ? [] : [for fault in [
    {
      if = local.model.package != null && (local.model.artifact != null || local.model.image_uri != null)
      is = "model.package: a package brings artifact and image; remove model.artifact and model.image_uri, or write them into package, for the role to read"
    },
    {
      if = local.model.package != null && local.model.multi_model != null
      is = "model.multi_model: a package holds one model; write artifact = \"s3://bucket/prefix/\" instead of package"
    },
    {
      if = local.model.package != null && !can(regex("^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]{12}:model-package/.+$", try(local.model.package.arn, "")))
      is = "model.package.arn: write the ARN of a model package with its version: arn:aws:sagemaker:eu-west-1:123456789012:model-package/name/1"
    },
    {
      if = try(local.model.package.artifact, null) != null && !can(regex(local.object_pattern, local.model.package.artifact))
      is = "model.package.artifact: write the S3 URI of one object: s3://bucket/path/model.tar.gz"
    },
    {
      if = try(local.model.package.image_uri, null) != null && !can(regex(local.image_pattern, local.model.package.image_uri))
      is = "model.package.image_uri: write an image in ECR with a tag or a digest: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag"
    },
    {
      if = local.model.artifact != null && local.model.multi_model == null && !can(regex(local.object_pattern, local.model.artifact))
      is = "model.artifact: \"${coalesce(local.model.artifact, "-")}\" is not the S3 URI of one object; write s3://bucket/path/model.tar.gz"
    },
    {
      if = local.model.multi_model != null && local.model.package == null && !can(regex(local.models_pattern, local.model.artifact))
      is = "model.artifact: with multi_model it is the prefix that the models lie below, with a slash at its end: s3://bucket/models/"
    },
    {
      if = local.algorithm == null
      is = "model.algorithm: \"${local.model.algorithm}\" is unknown; write one of ${join(", ", keys(local.algorithms))}, or image_uri"
    },
    {
      if = local.algorithm != null && local.model.image_uri == null && local.model.package == null && local.algorithm_version == null
      is = "model.algorithm_version: ${local.model.algorithm} has no default; write the image's tag, like \"2.3.0-cpu-py311-ubuntu20.04-sagemaker\""
    },
    {
      if = local.model.algorithm == "xgboost" && !can(regex("^[0-9]+\\.[0-9]+-[0-9]+$", local.algorithm_version))
      is = "model.algorithm_version: \"${coalesce(local.algorithm_version, "-")}\" is not a version of the stock XGBoost image; write one like \"3.0-5\" or \"1.7-1\""
    },
    {
      if = local.model.algorithm != "xgboost" && local.algorithm_version != null && !can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", coalesce(local.algorithm_version, "-")))
      is = "model.algorithm_version: \"${coalesce(local.algorithm_version, "-")}\" is not a tag of an image"
    },
    {
      if = local.model.image_uri != null && !can(regex(local.image_pattern, local.model.image_uri))
      is = "model.image_uri: write an image in ECR with a tag or a digest: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag"
    },
    {
      if = length(local.environment_faulty) > 0
      is = "model.environment: ${join(", ", [for key in local.environment_faulty : "\"${key}\""])} cannot be a variable's name; use letters, digits and underscores, and no digit first"
    },
    {
      if = length(local.model.environment) > 100 || anytrue([for key, value in local.model.environment : length(key) > 1024 || length(value) > 1024])
      is = "model.environment: it holds at most 100 variables of at most 1024 characters each"
    },
    {
      if = sum(concat([0], [for key, value in local.model.environment : length(key) + length(value)])) > 32 * 1024
      is = "model.environment: it is larger than 32 KB in all; put what is large into the artifact"
    },
    {
      if = local.model.execution_role != null && !can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", local.model.execution_role.arn))
      is = "model.execution_role.arn: write the ARN of an IAM role: arn:aws:iam::123456789012:role/name"
    },
  ] : fault.is if fault.if]

  # each variant, the shadow among them
  served_paths = merge(local.variant_paths, { for name in keys(local.shadows) : name => "capacity.instances.shadow" })
  served_faults = local.mode == "existing" || local.mode == "none" ? [] : flatten([for name, served in local.served : [for fault in [
    {
      if = !can(regex(local.name_pattern, name))
      is = "\"${name}\" is no name of a variant; use 1 to 63 letters, digits and single hyphens, and no hyphen first or last"
    },
    {
      if = contains(keys(local.variants), name) && (served.weight < 0 || served.weight != floor(served.weight))
      is = "weight ${served.weight} must be a whole number of at least 0; SageMaker rounds fractions, and every plan would differ: write 9 and 1 for 0.9 and 0.1"
    },
    {
      if = served.instance_type != null && !can(regex(local.type_pattern, served.instance_type))
      is = "type \"${coalesce(served.instance_type, "-")}\" is not an instance type for hosting; write one like ml.m5.large"
    },
    {
      if = try(served.asked_count < 1 || served.asked_count != floor(served.asked_count), false)
      is = "count must be a whole number of at least 1; capacity.serverless costs nothing while idle"
    },
    {
      if = var.model != null && served.artifact == null && served.image_uri == null && served.package_arn == null
      is = "it has no model; write model.artifact, or model.image_uri with an image that holds its model"
    },
    {
      if = served.artifact != null && served.artifact != local.model.artifact && !can(regex(local.model.multi_model == null ? local.object_pattern : local.models_pattern, served.artifact))
      is = local.model.multi_model == null ? "artifact must be the S3 URI of one object: s3://bucket/path/model.tar.gz" : "artifact must be the S3 URI of a prefix, with a slash at its end: s3://bucket/models/"
    },
    {
      if = served.image_uri != null && served.image_uri != local.model.image_uri && !can(regex(local.image_pattern, served.image_uri))
      is = "image_uri must be an image in ECR with a tag or a digest: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag"
    },
  ] : "${local.served_paths[name]}: ${fault.is}" if fault.if]])

  instances_faults = local.mode != "instances" ? [] : [for fault in [
    {
      if = length(local.variants) > 10
      is = "capacity.instances.variants: an endpoint has at most 10; this has ${length(local.variants)}"
    },
    {
      if = alltrue([for variant in values(local.variants) : variant.weight == 0])
      is = "capacity.instances.variants: every weight is 0, so that no variant would be asked; give one a weight"
    },
    {
      if = local.shadow != null && length(local.variants) > 1
      is = "capacity.instances.shadow: SageMaker shadows one production variant, and this endpoint has ${length(local.variants)}; remove variants or shadow"
    },
    {
      if = local.shadow != null && local.model.multi_model != null
      is = "capacity.instances.shadow: SageMaker shadows no endpoint of several models; remove model.multi_model or shadow"
    },
    {
      if = local.shadow != null && local.marketplace
      is = "capacity.instances.shadow: SageMaker shadows no package of AWS Marketplace; write variants, or remove shadow"
    },
    {
      if = local.shadow != null && anytrue([for type in local.instance_types : startswith(type, "ml.inf1.")])
      is = "capacity.instances.shadow: SageMaker shadows nothing where ml.inf1 instances serve; write another type, or remove shadow"
    },
    {
      if = local.shadow != null && contains(keys(local.variants), try(local.shadow.name, ""))
      is = "capacity.instances.shadow.name: \"${try(local.shadow.name, "")}\" is the production variant's; write another"
    },
    {
      if = local.shadow != null && try(local.shadow.weight < 1 || local.shadow.weight > 100 || local.shadow.weight != floor(local.shadow.weight), false)
      is = "capacity.instances.shadow.percent: write a whole number of percent from 1 to 100; remove shadow to copy no request"
    },
    {
      if = !contains(["LEAST_OUTSTANDING_REQUESTS", "RANDOM"], try(coalesce(var.capacity.instances.routing_strategy, "RANDOM"), "RANDOM"))
      is = "capacity.instances.routing_strategy: \"${try(coalesce(var.capacity.instances.routing_strategy, ""), "")}\" is unknown; write LEAST_OUTSTANDING_REQUESTS or RANDOM"
    },
    {
      if = try(var.capacity.instances.managed_scaling.minimum < 0 || var.capacity.instances.managed_scaling.maximum < max(1, var.capacity.instances.managed_scaling.minimum), false)
      is = "capacity.instances.managed_scaling: write 0 <= minimum <= maximum, and a maximum of at least 1"
    },
    {
      if = try(var.capacity.instances.managed_scaling, null) != null && length(local.scalings) > 0
      is = "capacity.instances.managed_scaling: SageMaker and autoscaling would both set the number of instances; keep one of the two"
    },
  ] : fault.is if fault.if]

  fleet_faults = !contains(["instances", "async"], local.mode) ? [] : [for fault in [
    {
      if = local.fleet.volume_size_in_gb != null && try(local.fleet.volume_size_in_gb < 1 || local.fleet.volume_size_in_gb > 512 || local.fleet.volume_size_in_gb != floor(local.fleet.volume_size_in_gb), false)
      is = "volume_size_in_gb: write a whole number of GB from 1 to 512"
    },
    {
      if = local.fleet.volume_size_in_gb != null && length(local.local_storage_types) > 0
      is = "volume_size_in_gb: ${join(", ", local.local_storage_types)} has storage of its own, and takes no volume; remove it"
    },
    {
      if = local.fleet.model_data_download_timeout_in_seconds != null && try(local.fleet.model_data_download_timeout_in_seconds < 60 || local.fleet.model_data_download_timeout_in_seconds > 3600, false)
      is = "model_data_download_timeout_in_seconds: write 60 to 3600"
    },
    {
      if = local.fleet.container_startup_health_check_timeout_in_seconds != null && try(local.fleet.container_startup_health_check_timeout_in_seconds < 60 || local.fleet.container_startup_health_check_timeout_in_seconds > 3600, false)
      is = "container_startup_health_check_timeout_in_seconds: write 60 to 3600"
    },
    {
      if = var.kms_key_arn != null && length(local.local_storage_types) > 0 && length(local.local_storage_types) < length(local.instance_types)
      is = "type: ${join(", ", local.local_storage_types)} has storage that hardware encrypts, for which SageMaker refuses kms_key_arn, and ${join(", ", setsubtract(local.instance_types, local.local_storage_types))} has volumes that need it; serve by types of one kind"
    },
  ] : "capacity.${local.mode}.${fault.is}" if fault.if]

  serverless_faults = local.mode != "serverless" ? [] : [for fault in [
    {
      if = !contains([1024, 2048, 3072, 4096, 5120, 6144], var.capacity.serverless.memory_size_in_mb)
      is = "capacity.serverless.memory_size_in_mb: write 1024, 2048, 3072, 4096, 5120 or 6144"
    },
    {
      if = var.capacity.serverless.max_concurrency < 1 || var.capacity.serverless.max_concurrency > 200 || var.capacity.serverless.max_concurrency != floor(var.capacity.serverless.max_concurrency)
      is = "capacity.serverless.max_concurrency: write a whole number from 1 to 200"
    },
    {
      if = try(var.capacity.serverless.provisioned_concurrency < 1 || var.capacity.serverless.provisioned_concurrency > var.capacity.serverless.max_concurrency || var.capacity.serverless.provisioned_concurrency != floor(var.capacity.serverless.provisioned_concurrency), false)
      is = "capacity.serverless.provisioned_concurrency: write a whole number from 1 to max_concurrency, or leave it out to keep nothing warm"
    },
    {
      if = var.capacity.serverless.provisioned_concurrency == null && var.capacity.serverless.autoscaling != null
      is = "capacity.serverless.autoscaling: it scales what is kept warm, and nothing is; write provisioned_concurrency, or remove it: a serverless endpoint follows its load by itself"
    },
    {
      if = try(var.capacity.serverless.autoscaling.maximum > var.capacity.serverless.max_concurrency, false)
      is = "capacity.serverless.autoscaling.maximum: ${try(var.capacity.serverless.autoscaling.maximum, 0)} is above max_concurrency ${var.capacity.serverless.max_concurrency}; raise the one or lower the other"
    },
    {
      if = local.model.network_isolation
      is = "model.network_isolation: a serverless endpoint does not offer it; write model = { network_isolation = false }, or capacity.instances"
    },
    {
      if = var.vpc != null
      is = "network.endpoint: a serverless endpoint lies in no VPC; remove it, or write capacity.instances"
    },
    {
      if = var.monitoring.capture != null
      is = "monitoring.capture: a serverless endpoint captures nothing; remove it, or write capacity.instances"
    },
    {
      if = var.capacity.serverless.variants != null
      is = "capacity.serverless.variants: a serverless endpoint has one variant; write capacity.instances.variants"
    },
    {
      if = var.capacity.serverless.shadow != null
      is = "capacity.serverless.shadow: a serverless endpoint shadows nothing; write capacity.instances.shadow"
    },
    {
      if = var.capacity.serverless.type != null
      is = "capacity.serverless.type: a serverless endpoint has no instances, and no GPU; write memory_size_in_mb, or capacity.instances.type"
    },
    {
      if = var.capacity.serverless.managed_scaling != null
      is = "capacity.serverless.managed_scaling: a serverless endpoint has no instances; write max_concurrency"
    },
    {
      if = local.model.multi_model != null
      is = "model.multi_model: a serverless endpoint holds one model; write capacity.instances"
    },
    {
      if = local.marketplace
      is = "model.package: a serverless endpoint takes no package of AWS Marketplace; write capacity.instances"
    },
  ] : fault.is if fault.if]

  async_faults = local.mode != "async" ? [] : [for fault in [
    {
      if = !can(regex(local.prefix_pattern, var.capacity.async.s3_uri)) || length(var.capacity.async.s3_uri) > 500
      is = "capacity.async.s3_uri: write the S3 URI of a prefix, at most 500 characters: s3://bucket/prefix"
    },
    {
      if = try(var.capacity.async.max_concurrent_invocations_per_instance < 1 || var.capacity.async.max_concurrent_invocations_per_instance > 1000, false)
      is = "capacity.async.max_concurrent_invocations_per_instance: write 1 to 1000, or leave it to SageMaker"
    },
    {
      if = anytrue([for topic in [var.capacity.async.notifications.success_topic_arn, var.capacity.async.notifications.error_topic_arn] : topic != null && !can(regex(local.topic_pattern, topic))])
      is = "capacity.async.notifications: write ARNs of SNS topics: arn:aws:sns:eu-west-1:123456789012:name"
    },
    {
      if = length(setsubtract(var.capacity.async.notifications.include_response_in, ["SUCCESS_NOTIFICATION_TOPIC", "ERROR_NOTIFICATION_TOPIC"])) > 0
      is = "capacity.async.notifications.include_response_in: write SUCCESS_NOTIFICATION_TOPIC, ERROR_NOTIFICATION_TOPIC or both"
    },
    {
      if = anytrue([for kind, topic in { SUCCESS = var.capacity.async.notifications.success_topic_arn, ERROR = var.capacity.async.notifications.error_topic_arn } : topic == null && contains(var.capacity.async.notifications.include_response_in, "${kind}_NOTIFICATION_TOPIC")])
      is = "capacity.async.notifications.include_response_in: it names a topic that is not given; write its success_topic_arn or error_topic_arn, or leave it out"
    },
    {
      if = var.capacity.async.variants != null
      is = "capacity.async.variants: an asynchronous endpoint has one variant; write capacity.instances.variants"
    },
    {
      if = var.capacity.async.shadow != null
      is = "capacity.async.shadow: an asynchronous endpoint shadows nothing; write capacity.instances.shadow"
    },
    {
      if = var.capacity.async.managed_scaling != null
      is = "capacity.async.managed_scaling: write capacity.async.autoscaling, which follows the backlog, to zero too"
    },
    {
      if = local.model.multi_model != null
      is = "model.multi_model: an asynchronous endpoint holds one model; write capacity.instances"
    },
    {
      if = local.marketplace
      is = "model.package: an asynchronous endpoint takes no package of AWS Marketplace; write capacity.instances"
    },
  ] : fault.is if fault.if]

  scaling_metrics = {
    instances  = "invocations_per_instance or concurrency_per_instance"
    async      = "backlog_per_instance"
    serverless = "utilization_percent"
  }
  scaling_floor = local.mode == "async" ? 0 : 1
  scaling_faults = distinct(flatten([for name, scaling in local.scalings : [for fault in concat([
    {
      if = scaling.minimum < local.scaling_floor || scaling.minimum != floor(scaling.minimum)
      is = "minimum must be a whole number of at least ${local.scaling_floor}${local.scaling_floor == 1 ? "; only capacity.async scales to zero, and capacity.serverless costs nothing while idle" : ""}"
    },
    {
      if = scaling.maximum < max(scaling.minimum, 1) || scaling.maximum != floor(scaling.maximum)
      is = "maximum ${scaling.maximum} must be a whole number of at least ${max(scaling.minimum, 1)}, the minimum"
    },
    {
      if = scaling.maximum >= 1 && try(local.variants[name].asked_count > scaling.maximum, false)
      is = "count ${try(coalesce(local.variants[name].asked_count, 0), 0)} is above maximum ${scaling.maximum}; raise the one or lower the other"
    },
    {
      if = try(var.capacity.serverless.provisioned_concurrency > scaling.maximum, false) && local.mode == "serverless"
      is = "provisioned_concurrency is above maximum ${scaling.maximum}; raise the one or lower the other"
    },
    {
      if = length(scaling.targets) == 0 && length(scaling.schedules) == 0
      is = "nothing says when to scale; write ${lookup(local.scaling_metrics, local.mode, "a metric")}, or schedules"
    },
    {
      if = anytrue([for metric, target in scaling.targets : target <= 0])
      is = "${join(", ", [for metric, target in scaling.targets : metric if target <= 0])} must be above 0"
    },
    {
      if = try(scaling.targets.utilization_percent < 10 || scaling.targets.utilization_percent > 90, false)
      is = "utilization_percent must be 10 to 90"
    },
    {
      if = min(scaling.cooldowns.in, scaling.cooldowns.out) < 0
      is = "cooldowns must be at least 0 seconds"
    },
    {
      if = can(regex("^ml\\.t[0-9]", local.variants[name].instance_type))
      is = "${try(coalesce(local.variants[name].instance_type), "It")} is burstable: its load says nothing of what it can take, and SageMaker does not scale it; write a type like ml.m5.large"
    },
    ], flatten([for key, schedule in scaling.schedules : [
      {
        if = !can(regex(local.schedule_pattern, schedule.schedule))
        is = "schedules.${key}: \"${schedule.schedule}\" is no schedule; write cron(0 20 ? * MON-FRI *), rate(...) or at(...)"
      },
      {
        if = schedule.minimum == null && schedule.maximum == null
        is = "schedules.${key}: it changes nothing; write minimum, maximum or both"
      },
      {
        if = try(schedule.minimum < local.scaling_floor || schedule.minimum != floor(schedule.minimum), false) || try(schedule.maximum < max(local.scaling_floor, try(max(schedule.minimum, 0), 0)) || schedule.maximum != floor(schedule.maximum), false)
        is = "schedules.${key}: minimum and maximum must be whole numbers, ${local.scaling_floor} <= minimum <= maximum"
      },
      {
        if = schedule.minimum == null ? try(schedule.maximum < scaling.minimum, false) : schedule.maximum == null && schedule.minimum > scaling.maximum
        is = "schedules.${key}: with the other bound as it is (minimum ${scaling.minimum}, maximum ${scaling.maximum}) its bounds would cross; write both"
      },
      {
        if = local.mode == "serverless" && try(schedule.maximum > var.capacity.serverless.max_concurrency, false)
        is = "schedules.${key}: its maximum is above max_concurrency; raise the one or lower the other"
      },
  ]])) : "${scaling.path}: ${fault.is}" if fault.if]]))

  # the steps of an update, each with its size
  steps = merge(
    { for input in [for policy in var.capacity.update.blue_green[*].canary : policy if policy != null] : "capacity.update.blue_green.canary" => { percent = input.percent, instances = input.instances, wait = input.wait_in_seconds, least = 1, most = 50 } },
    { for input in [for policy in var.capacity.update.blue_green[*].linear : policy if policy != null] : "capacity.update.blue_green.linear" => { percent = input.percent, instances = input.instances, wait = input.wait_in_seconds, least = 10, most = 50 } },
    { for input in var.capacity.update.rolling[*] : "capacity.update.rolling" => { percent = input.percent, instances = input.instances, wait = input.wait_in_seconds, least = 5, most = 50 } },
    { for input in [for policy in var.capacity.update.rolling[*].rollback : policy if policy != null] : "capacity.update.rolling.rollback" => { percent = input.percent, instances = input.instances, wait = 0, least = 5, most = 100 } },
  )
  fewest_instances = min(concat([1000000], [for variant in values(local.variants) : try(max(variant.instance_count, 0), 1000000)])...)
  most_instances   = max(concat([0], [for variant in values(local.variants) : try(max(variant.instance_count, 0), 0)])...)
  step_faults = flatten([for path, step in local.steps : [for fault in [
    {
      if = (step.percent == null) == (step.instances == null)
      is = "write its size once, as percent or as instances"
    },
    {
      if = try(step.percent < step.least || step.percent > step.most || step.percent != floor(step.percent), false)
      is = "percent must be a whole number from ${step.least} to ${step.most}"
    },
    {
      if = contains(["instances", "async"], local.mode) && local.fewest_instances >= 2 && try(step.instances < 1 || step.instances * 100 < step.least * local.most_instances || step.instances * 100 > step.most * local.fewest_instances || step.instances != floor(step.instances), false)
      is = "${try(coalesce(step.instances, 0), 0)} of ${local.fewest_instances} instances must be ${step.least} to ${step.most} percent of them"
    },
    {
      if = local.mode == "serverless" && step.instances != null
      is = "a serverless endpoint has no instances; write percent"
    },
    {
      if = contains(["instances", "async"], local.mode) && local.fewest_instances < 2 && path != "capacity.update.rolling.rollback"
      is = "one instance cannot be changed by parts; write a count of at least 2, or leave capacity.update out to change all at once"
    },
    {
      if = step.wait < 0 || step.wait > 3600
      is = "wait_in_seconds must be 0 to 3600"
    },
    {
      if = path != "capacity.update.rolling.rollback" && anytrue([for type in local.instance_types : startswith(type, "ml.inf1.")])
      is = "SageMaker changes ml.inf1 instances all at once; leave capacity.update out"
    },
    {
      if = path != "capacity.update.rolling.rollback" && local.marketplace
      is = "SageMaker changes packages of AWS Marketplace all at once; leave capacity.update out"
    },
  ] : "${path}: ${fault.is}" if fault.if]])

  # What an update waits for by plan: a linear one once for each step but the last.
  planned_wait = sum([
    try(local.blue_green.bake_in_seconds, 0),
    try(local.blue_green.canary.wait_in_seconds, 0),
    try(local.blue_green.linear.wait_in_seconds * (ceil(local.blue_green.linear.percent != null ? 100 / local.blue_green.linear.percent : local.fewest_instances / local.blue_green.linear.instances) - 1), 0),
    try(local.rolling.wait_in_seconds * ceil(local.rolling.percent != null ? 100 / local.rolling.percent : local.fewest_instances / local.rolling.instances), 0),
  ])
  update_timeout = try(coalesce(var.capacity.update.rolling.timeout_in_seconds), coalesce(var.capacity.update.blue_green.timeout_in_seconds), null)
  update_faults = local.mode == "existing" ? [] : concat(local.step_faults, [for fault in [
    {
      if = var.capacity.update.blue_green != null && var.capacity.update.rolling != null
      is = "capacity.update: write blue_green or rolling, not both"
    },
    {
      if = try(var.capacity.update.blue_green.canary, null) != null && try(var.capacity.update.blue_green.linear, null) != null
      is = "capacity.update.blue_green: write canary or linear, not both; without either all requests move at once"
    },
    {
      if = try(var.capacity.update.blue_green.bake_in_seconds < 0 || var.capacity.update.blue_green.bake_in_seconds > 3600, false)
      is = "capacity.update.blue_green.bake_in_seconds: write 0 to 3600"
    },
    {
      if = try(local.update_timeout < 600 || local.update_timeout > 14400, false)
      is = "capacity.update: timeout_in_seconds must be 600 to 14400"
    },
    {
      if = try(local.update_timeout <= local.planned_wait, false)
      is = "capacity.update: the update waits ${local.planned_wait} seconds by plan, and timeout_in_seconds ${try(coalesce(local.update_timeout, 0), 0)} ends it before; raise it"
    },
    {
      if = var.capacity.update.rolling != null && local.mode == "serverless"
      is = "capacity.update.rolling: a serverless endpoint is not updated by parts; write blue_green"
    },
    {
      if = var.capacity.update.rolling != null && length(local.variants) > 1
      is = "capacity.update.rolling: SageMaker rolls one variant, and this endpoint has ${length(local.variants)}; write blue_green"
    },
  ] : fault.is if fault.if])

  monitoring_faults = [for fault in [
    {
      if = !can(regex(local.prefix_pattern, try(var.monitoring.capture.s3_uri, "s3://bucket"))) || try(length(var.monitoring.capture.s3_uri) > 512, false)
      is = "monitoring.capture.s3_uri: write the S3 URI of a prefix, at most 512 characters: s3://bucket/prefix"
    },
    {
      if = try(var.monitoring.capture.sampling_percent < 0 || var.monitoring.capture.sampling_percent > 100 || var.monitoring.capture.sampling_percent != floor(var.monitoring.capture.sampling_percent), false)
      is = "monitoring.capture.sampling_percent: write a whole number from 0 to 100"
    },
    {
      if = try(!var.monitoring.capture.input && !var.monitoring.capture.output, false)
      is = "monitoring.capture: neither input nor output would be captured; keep one, or remove capture"
    },
    {
      if = anytrue([for percent in [var.monitoring.rollback.server_error_percent, var.monitoring.rollback.client_error_percent] : percent < 0 || percent > 100])
      is = "monitoring.rollback: error percentages must be 0 to 100; above 100 percent of requests nothing fails, so 100 disarms the alarm"
    },
    {
      if = try(var.monitoring.rollback.latency_in_milliseconds <= 0, false)
      is = "monitoring.rollback.latency_in_milliseconds: write a number above 0"
    },
    {
      if = length(var.monitoring.rollback.alarm_names) > 7
      is = "monitoring.rollback.alarm_names: SageMaker watches 10 alarms, of which the module makes 3; list at most 7"
    },
    {
      if = anytrue([for name in var.monitoring.rollback.alarm_names : !can(regex("^[^:]{1,255}$", name))])
      is = "monitoring.rollback.alarm_names: write names of alarms, 1 to 255 characters, not ARNs"
    },
    {
      if = anytrue([for arn in var.monitoring.alarm_action_arns : !can(regex("^arn:[a-z-]+:[a-z0-9-]+:.+$", arn))])
      is = "monitoring.alarm_action_arns: write ARNs, like that of an SNS topic"
    },
    {
      if = try(length(var.vpc.subnet_ids) < 1 || length(var.vpc.subnet_ids) > 16 || length(var.vpc.security_group_ids) < 1 || length(var.vpc.security_group_ids) > 5, false)
      is = "network.endpoint: write 1 to 16 subnets and 1 to 5 security groups; two subnets in two zones survive the loss of one"
    },
  ] : fault.is if fault.if]

  faults = concat(
    local.way_faults, local.model_faults, local.served_faults, local.instances_faults, local.fleet_faults, local.serverless_faults, local.async_faults,
    local.scaling_faults, local.update_faults, local.monitoring_faults,
  )
}

output "faults" {
  description = "Contradictions in model, capacity and monitoring, each with its place and what to write instead. Empty for what can be served."
  value       = local.faults
}

output "serving" {
  description = "How the endpoint is served, for the function that calls it."
  value = {
    mode          = local.mode
    enabled       = var.capacity.enabled
    endpoint_name = local.endpoint_name
    variants      = local.mode == "existing" ? [] : sort(keys(local.variants))
    multi_model   = local.model.multi_model != null
    async         = local.async
  }

  precondition {
    condition     = length(local.faults) == 0
    error_message = "What is to be served contradicts itself:\n${join("\n", [for fault in local.faults : "- ${fault}"])}"
  }
}
