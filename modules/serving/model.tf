# The model: an artifact, a package or a prefix of many models, and what its container runs with.

locals {
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

  # Accounts that own the model packages of AWS Marketplace, one for each Region.
  marketplace_accounts = [
    "057799348421", "077584701553", "136758871317", "192199979996", "270155090741", "382657785993", "446921602837", "470592106596", "594846645681",
    "666831318237", "745090734665", "822005858737", "843114510376", "856760150666", "865070037744", "977537786026", "985815980388",
  ]
  marketplace = contains(local.marketplace_accounts, try(split(":", local.model.package.arn)[4], ""))

  environment_faulty = [for key in keys(local.model.environment) : key if !can(regex("^[A-Za-z_][A-Za-z0-9_]*$", key))]

  model_problems = var.model == null ? [] : [for problem in [
    {
      when    = local.model.package != null && (local.model.artifact != null || local.model.image_uri != null)
      message = "model.package: a package brings artifact and image; remove model.artifact and model.image_uri, or write them into package, for the role to read"
    },
    {
      when    = local.model.package != null && local.model.multi_model != null
      message = "model.multi_model: a package holds one model; write artifact = \"s3://bucket/prefix/\" instead of package"
    },
    {
      when    = local.model.package != null && !can(regex("^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]{12}:model-package/.+$", try(local.model.package.arn, "")))
      message = "model.package.arn: write the ARN of a model package with its version: arn:aws:sagemaker:eu-west-1:123456789012:model-package/name/1"
    },
    {
      when    = try(local.model.package.artifact, null) != null && !can(regex(local.object_pattern, local.model.package.artifact))
      message = "model.package.artifact: write the S3 URI of one object: s3://bucket/path/model.tar.gz"
    },
    {
      when    = try(local.model.package.image_uri, null) != null && !can(regex(local.image_pattern, local.model.package.image_uri))
      message = "model.package.image_uri: write an image in ECR with a tag or a digest: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag"
    },
    {
      when    = local.model.artifact != null && local.model.multi_model == null && !can(regex(local.object_pattern, local.model.artifact))
      message = "model.artifact: \"${coalesce(local.model.artifact, "-")}\" is not the S3 URI of one object; write s3://bucket/path/model.tar.gz"
    },
    {
      when    = local.model.multi_model != null && local.model.package == null && !can(regex(local.models_pattern, local.model.artifact))
      message = "model.artifact: with multi_model it is the prefix that the models lie below, with a slash at its end: s3://bucket/models/"
    },
    {
      when    = length(local.environment_faulty) > 0
      message = "model.environment: ${join(", ", [for key in local.environment_faulty : "\"${key}\""])} cannot be a variable's name; use letters, digits and underscores, and no digit first"
    },
    {
      when    = length(local.model.environment) > 100 || anytrue([for key, value in local.model.environment : length(key) > 1024 || length(value) > 1024])
      message = "model.environment: it holds at most 100 variables of at most 1024 characters each"
    },
    {
      when    = sum(concat([0], [for key, value in local.model.environment : length(key) + length(value)])) > 32 * 1024
      message = "model.environment: it is larger than 32 KB in all; put what is large into the artifact"
    },
    {
      when    = local.model.execution_role != null && !can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", local.model.execution_role.arn))
      message = "model.execution_role.arn: write the ARN of an IAM role: arn:aws:iam::123456789012:role/name"
    },
  ] : problem.message if problem.when]
}
