# The Lambda function: its size, its package and its defaults that depend on other inputs.

locals {
  metrics_namespace = var.handler.metrics_namespace != null ? var.handler.metrics_namespace : "SageMakerApi/${var.name}"

  # The function responds before API Gateway times out.
  timeout_in_seconds = var.handler.timeout_in_seconds != null ? var.handler.timeout_in_seconds : var.api.timeout_in_seconds - 1
  http_seconds       = var.api.kind == "rest" ? var.api.timeout_in_seconds - 1 : local.timeout_in_seconds

  handler = merge(var.handler, {
    metrics_namespace  = local.metrics_namespace
    limits             = local.limits
    timeout_in_seconds = local.timeout_in_seconds
    http_seconds       = local.http_seconds
    # A function URL sets the headers itself.
    cors_origins = var.api.kind == "rest" ? sort(try(var.api.cors.origins, [])) : []
    # Nothing in front of a function URL verifies tokens.
    tokens = var.api.kind == "function_url" ? local.jwt : null
  })

  adapter = one([for module in var.handler.adapter[*] : {
    module  = module
    layers  = var.handler.layers
    archive = try(filesha256(var.handler.package.path), null)
    object  = var.handler.package.s3
  }])

  layer_pattern = "^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$"

  handler_problems = [for problem in [
    {
      when    = !contains(["arm64", "x86_64"], var.handler.architecture)
      message = "handler.architecture: \"${var.handler.architecture}\" is not supported. Set arm64 or x86_64."
    },
    {
      when = (
        var.handler.memory_size_in_mb < 128
        || var.handler.memory_size_in_mb > 10240
        || var.handler.memory_size_in_mb != floor(var.handler.memory_size_in_mb)
      )
      message = "handler.memory_size_in_mb: ${var.handler.memory_size_in_mb} is out of range. Set a whole number from 128 to 10240."
    },
    {
      when = (
        local.timeout_in_seconds < 3
        || local.timeout_in_seconds > local.longest_timeout_in_seconds
        || try(var.handler.timeout_in_seconds != floor(var.handler.timeout_in_seconds), false)
      )
      message = "handler.timeout_in_seconds: ${local.timeout_in_seconds} is out of range. Set a whole number from 3 to ${local.longest_timeout_in_seconds}${var.api.kind == "rest" ? ": API Gateway times out after ${var.api.timeout_in_seconds} seconds, and the function must respond before that" : ""}."
    },
    {
      when = try(
        var.handler.reserved_concurrent_executions < 1
        || var.handler.reserved_concurrent_executions != floor(var.handler.reserved_concurrent_executions),
        false,
      )
      message = "handler.reserved_concurrent_executions: must be a whole number of at least 1, because 0 disables the function. Omit it to reserve none."
    },
    {
      when    = try(var.handler.smoke_prediction.tolerance < 0, false)
      message = "handler.smoke_prediction.tolerance: must not be negative. Set how far the prediction may be from the expected one."
    },
    {
      when    = !contains(local.log_retention_periods_in_days, var.handler.log_retention_in_days)
      message = "handler.log_retention_in_days: ${var.handler.log_retention_in_days} is not supported by CloudWatch Logs. Set one of ${local.log_retention_text}."
    },
    {
      when = (
        var.handler.metrics_namespace != null
        && (!can(regex("^[A-Za-z0-9._/#-]{1,255}$", local.metrics_namespace)) || startswith(local.metrics_namespace, "AWS/"))
      )
      message = "handler.metrics_namespace: \"${local.metrics_namespace}\" is not a valid namespace. Use 1 to 255 letters, digits and . - _ / #, and do not start with AWS/."
    },
    {
      when = !can(regex(
        "^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17}$",
        coalesce(var.handler.code_signing_config_arn, "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-00000000000000000"),
      ))
      message = "handler.code_signing_config_arn: not the ARN of a code signing configuration. Set one like arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0."
    },
    {
      # A FIFO queue or topic, whose name ends in .fifo, is not supported: Lambda Developer Guide, invocation-async-retain-records.
      when = (
        var.handler.dead_letter_target_arn != null
        && !can(regex("^arn:[a-z-]+:(sqs|sns):[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.handler.dead_letter_target_arn))
      )
      message = "handler.dead_letter_target_arn: not the ARN of a standard queue or topic. Set one like arn:aws:sqs:us-east-1:123456789012:failed or arn:aws:sns:us-east-1:123456789012:failed."
    },
    {
      # The package of this module has no signature.
      when    = var.handler.package.s3 == null && var.handler.code_signing_config_arn != null
      message = "handler.code_signing_config_arn: only a signed package passes, and the built-in one is not signed. Sign it with AWS Signer, and set handler.package.s3 to the result."
    },
    {
      when    = var.handler.code_signing_config_arn != null && var.api.kind == "function_url" && var.api.auth.jwt != null
      message = "handler.code_signing_config_arn: the layer that verifies the tokens of a function URL is not signed. Remove it, or set api.kind to rest."
    },
    {
      when    = length(var.handler.layers) > 4 && var.api.kind == "function_url" && var.api.auth.jwt != null
      message = "handler.layers: a function has at most five layers, and one of them verifies the tokens of the function URL. Set at most four."
    },
    {
      when    = length(var.handler.layers) > 5 || anytrue([for arn in var.handler.layers : !can(regex(local.layer_pattern, arn))])
      message = "handler.layers: set at most five ARNs of layer versions, like arn:aws:lambda:eu-west-1:123456789012:layer:name:1."
    },
    {
      when    = var.handler.adapter != null && !can(regex("^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$", var.handler.adapter))
      message = "handler.adapter: not the name of a Python module. Set a name like adapter or team.adapter, without a path or .py."
    },
    {
      when = (
        var.handler.adapter != null
        && length(var.handler.layers) == 0
        && var.handler.package.path == null
        && var.handler.package.s3 == null
      )
      message = "handler.adapter: the built-in package does not contain this Python module. Add it in handler.layers or handler.package."
    },
    {
      when    = var.handler.contract_bucket != null && !can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.handler.contract_bucket))
      message = "handler.contract_bucket: not the name of an S3 bucket. Set the name, not a URI or an ARN."
    },
    {
      when    = anytrue([for arn in var.handler.kms_key_arns : !can(regex(local.key_pattern, arn))])
      message = "handler.kms_key_arns: not the ARN of a key. Set ARNs like arn:aws:kms:eu-west-1:123456789012:key/..., not aliases or key IDs."
    },
    {
      when    = var.handler.package.path != null && var.handler.package.s3 != null
      message = "handler.package: set path or s3, not both. Without either, the built-in package is used."
    },
  ] : problem.message if problem.when]
}
