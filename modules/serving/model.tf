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
    network_isolation = null
    kms_key_arns      = []
    execution_role    = null
  }

  # Isolated where the serving mode supports it, unless the caller decides.
  network_isolation = local.model.network_isolation != null ? local.model.network_isolation : contains(["instances", "async"], local.mode)

  # The accounts that own the model packages of AWS Marketplace, one per Region.
  marketplace_accounts = [
    "057799348421", "077584701553", "136758871317", "192199979996", "270155090741", "382657785993", "446921602837", "470592106596",
    "594846645681", "666831318237", "745090734665", "822005858737", "843114510376", "856760150666", "865070037744", "977537786026",
    "985815980388",
  ]
  marketplace = contains(local.marketplace_accounts, try(split(":", local.model.package.arn)[4], ""))

  environment_faulty = [for key in keys(local.model.environment) : key if !can(regex("^[A-Za-z_][A-Za-z0-9_]*$", key))]

  model_problems = [for problem in [
    {
      when    = local.model.package != null && (local.model.artifact != null || local.model.image_uri != null)
      message = "model.package: a model package contains its artifact and image. Remove model.artifact and model.image_uri, or move them into package, which lets the role read them."
    },
    {
      when    = local.model.package != null && local.model.multi_model != null
      message = "model.multi_model: not supported with model.package, which contains one model. Set artifact = \"s3://bucket/prefix/\" instead of package."
    },
    {
      when = (
        local.model.package != null
        && !can(regex("^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]{12}:model-package/.+$", try(local.model.package.arn, "")))
      )
      message = "model.package.arn: not the ARN of a model package. Set an ARN with a version, like arn:aws:sagemaker:eu-west-1:123456789012:model-package/name/1."
    },
    {
      when    = try(local.model.package.artifact, null) != null && !can(regex(local.object_pattern, local.model.package.artifact))
      message = "model.package.artifact: not the S3 URI of one object. Set a URI like s3://bucket/path/model.tar.gz."
    },
    {
      when    = try(local.model.package.image_uri, null) != null && !can(regex(local.image_pattern, local.model.package.image_uri))
      message = "model.package.image_uri: not an image in ECR. Set a URI with a tag or a digest, like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag."
    },
    {
      when    = local.model.artifact != null && local.model.multi_model == null && !can(regex(local.object_pattern, local.model.artifact))
      message = "model.artifact: \"${coalesce(local.model.artifact, "-")}\" is not the S3 URI of one object. Set a URI like s3://bucket/path/model.tar.gz."
    },
    {
      when    = local.model.multi_model != null && local.model.package == null && !can(regex(local.models_pattern, local.model.artifact))
      message = "model.artifact: with multi_model, set the S3 prefix that contains the models, with a trailing slash: s3://bucket/models/"
    },
    {
      when    = length(local.environment_faulty) > 0
      message = "model.environment: ${join(", ", [for key in local.environment_faulty : "\"${key}\""])} cannot be the name of a variable. Use letters, digits and underscores, and do not start with a digit."
    },
    {
      when = (
        length(local.model.environment) > 100
        || anytrue([for key, value in local.model.environment : length(key) > 1024 || length(value) > 1024])
      )
      message = "model.environment: too many or too long variables. SageMaker accepts at most 100 variables of at most 1024 characters each. Remove or shorten some, or move them into the artifact."
    },
    {
      when    = sum(concat([0], [for key, value in local.model.environment : length(key) + length(value)])) > 32 * 1024
      message = "model.environment: larger than 32 KB in total. Move large values into the artifact."
    },
    {
      when    = anytrue([for arn in local.model.kms_key_arns : !can(regex(local.key_pattern, arn))])
      message = "model.kms_key_arns: not the ARN of a key. Set ARNs like arn:aws:kms:eu-west-1:123456789012:key/..., not aliases or key IDs."
    },
    {
      when    = local.model.execution_role != null && length(local.model.kms_key_arns) > 0
      message = "model.kms_key_arns: not supported with model.execution_role, whose policies are not the module's. Allow that role to use the keys, and remove kms_key_arns."
    },
    {
      when    = local.model.execution_role != null && !can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", local.model.execution_role.arn))
      message = "model.execution_role.arn: not the ARN of an IAM role. Set an ARN like arn:aws:iam::123456789012:role/name."
    },
  ] : problem.message if problem.when]
}
