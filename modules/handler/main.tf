locals {
  alias        = "live"
  function_arn = "arn:${var.account.partition}:lambda:${var.account.region}:${var.account.id}:function:${var.name}"

  # The zip is part of the module, so that it needs no build step and has the same hash everywhere.
  own_package  = "${path.module}/../../lambda/dist/handler.zip"
  package_path = var.handler.package.s3 != null ? null : coalesce(var.handler.package.path, local.own_package)

  # Settings for an asynchronous endpoint.
  async = one([for async in var.endpoint.async[*] : { for key, value in {
    input_s3_uri       = async.input_s3_uri
    timeout_in_seconds = var.handler.limits.async_timeout_in_seconds
    kms_key_arn        = var.kms_key_arn
  } : key => value if value != null }])

  smoke_retry = "To try again without a change, apply with -replace and the address of this resource."

  fixed_environment = merge(
    {
      ENDPOINT_NAME     = coalesce(var.endpoint.name, var.name)
      METRICS_NAMESPACE = var.handler.metrics_namespace
      LIMITS = jsonencode({
        rows_per_request                = var.handler.limits.rows_per_request
        rows_per_call                   = var.handler.limits.rows_per_call
        bytes_per_call                  = var.handler.limits.bytes_per_call
        concurrent_calls                = var.handler.limits.concurrent_calls
        attempt_timeout_in_milliseconds = var.handler.limits.attempt_timeout_in_milliseconds
        attempts_per_call               = var.handler.limits.attempts_per_call
      })
    },
    var.handler.adapter == null ? {} : { ADAPTER = var.handler.adapter },
    var.handler.http_seconds == 28 ? {} : { HTTP_SECONDS = tostring(var.handler.http_seconds) },
    length(var.handler.cors_origins) == 0 ? {} : { CORS_ORIGINS = join(" ", var.handler.cors_origins) },
    var.endpoint.enabled ? {} : { ENDPOINT_OFF = "true" },
    var.drift == null ? {} : { DRIFT = jsonencode(var.drift) },
    var.endpoint.async == null ? {} : { ASYNC = jsonencode(local.async) },
    var.handler.tokens == null ? {} : { JWT = var.handler.tokens.settings },
  )
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = "Converts requests to calls to the endpoint of ${var.name}, and its responses to predictions"
  role                           = aws_iam_role.this.arn
  runtime                        = "python3.13"
  handler                        = "prediction_api.handler.handler"
  architectures                  = [var.handler.architecture]
  memory_size                    = var.handler.memory_size_in_mb
  timeout                        = var.handler.timeout_in_seconds
  reserved_concurrent_executions = var.handler.reserved_concurrent_executions
  layers                         = concat(aws_lambda_layer_version.tokens[*].arn, var.handler.layers)
  kms_key_arn                    = var.kms_key_arn
  code_signing_config_arn        = var.handler.code_signing_config_arn
  publish                        = true
  tags                           = var.tags

  filename          = local.package_path
  s3_bucket         = one(var.handler.package.s3[*].bucket)
  s3_key            = one(var.handler.package.s3[*].key)
  s3_object_version = one(var.handler.package.s3[*].object_version)
  source_code_hash  = local.package_path == null ? one(var.handler.package.s3[*].source_code_hash) : filebase64sha256(local.package_path)

  environment {
    variables = merge(local.fixed_environment, { CONTRACT = local.contract_text })
  }

  tracing_config {
    mode = "Active"
  }

  dynamic "dead_letter_config" {
    for_each = var.handler.dead_letter_target_arn[*]

    content {
      target_arn = dead_letter_config.value
    }
  }

  logging_config {
    # The handler writes JSON lines itself. Lambda's own JSON format would filter them by level, and with them the metrics.
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  dynamic "vpc_config" {
    for_each = var.vpc[*]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  # The first request may arrive as soon as the function exists.
  depends_on = [aws_iam_role_policy.this, aws_s3_object.contract, var.after]
}

# A prediction by the new version, before the alias moves to it.
resource "aws_lambda_invocation" "smoke" {
  count = var.handler.smoke_prediction == null || var.sample_request == null ? 0 : 1

  function_name = aws_lambda_function.this.function_name
  qualifier     = aws_lambda_function.this.version
  input         = var.sample_request

  triggers = {
    expected = jsonencode(var.handler.smoke_prediction)
    after    = var.after == null ? "" : var.after
  }

  lifecycle {
    postcondition {
      condition     = can(jsondecode(self.result).predictions)
      error_message = "Version ${self.qualifier} of the function did not predict the contract's sample request, and the API was not moved to it: ${self.result} ${local.smoke_retry}"
    }

    postcondition {
      condition = var.handler.smoke_prediction.expected == null || try(
        abs(try(
          jsondecode(self.result).predictions[0].probability,
          jsondecode(self.result).predictions[0],
        ) - var.handler.smoke_prediction.expected)
        <= var.handler.smoke_prediction.tolerance,
        false,
      )
      error_message = "Version ${self.qualifier} of the function did not predict ${jsonencode(var.handler.smoke_prediction.expected)} for the contract's sample request, and the API was not moved to it: ${self.result} Either the model does not belong to the contract, or handler.smoke_prediction.expected to the model. ${local.smoke_retry}"
    }
  }
}

resource "aws_lambda_alias" "this" {
  name             = local.alias
  description      = "The version that the API calls"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  lifecycle {
    # AWS deletes it with the function.
    replace_triggered_by = [aws_lambda_function.this.arn]
  }

  depends_on = [aws_lambda_invocation.smoke]
}

# Everyone may invoke this one (modules/function_url). The function verifies the token of each event that it gets by this alias:
# lambda/src/prediction_api/authorization.py.
resource "aws_lambda_alias" "public" {
  count = var.handler.tokens == null ? 0 : 1

  name             = "public"
  description      = "The version that the public URL calls"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_alias.this.function_version

  lifecycle {
    # AWS deletes it with the function.
    replace_triggered_by = [aws_lambda_function.this.arn]
  }
}

# PyJWT and cryptography, compiled for both architectures (docs/decisions/0027-json-web-tokens.md).
resource "aws_lambda_layer_version" "tokens" {
  count = var.handler.tokens == null ? 0 : 1

  layer_name               = "${var.name}-tokens"
  description              = "Libraries by which ${var.name} verifies tokens"
  filename                 = var.handler.tokens.libraries
  source_code_hash         = filebase64sha256(var.handler.tokens.libraries)
  compatible_architectures = ["arm64", "x86_64"]
  compatible_runtimes      = ["python3.13"]
}

# Requests that began before the alias moved, and those that Lambda still routes to the old version for a moment, use the old endpoint. It
# is deleted after this. Nothing waits while a single execution is reserved: the wait would take it.
resource "aws_lambda_invocation" "drain" {
  count = var.endpoint.managed && try(var.handler.reserved_concurrent_executions != 1, true) ? 1 : 0

  function_name = aws_lambda_alias.this.function_name
  qualifier     = aws_lambda_alias.this.name
  input         = jsonencode({ drain = true })

  triggers = {
    endpoint = coalesce(var.endpoint.name, "off")
  }

  depends_on = [aws_lambda_alias.public]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group_name
  retention_in_days = var.handler.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
