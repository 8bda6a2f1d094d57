# The REST API, its stage and its permission to call the function.

resource "aws_api_gateway_rest_api" "this" {
  name        = var.name
  description = "Predictions of ${var.name}"
  body        = jsonencode(local.body)
  tags        = var.tags

  minimum_compression_size = (
    var.api.minimum_compression_size_in_bytes == null
    ? null
    : tostring(var.api.minimum_compression_size_in_bytes)
  )
  disable_execute_api_endpoint = try(var.api.domain.disable_default_endpoint, false)

  endpoint_configuration {
    types            = [var.api.private == null ? "REGIONAL" : "PRIVATE"]
    vpc_endpoint_ids = var.api.private == null ? null : local.vpc_endpoint_ids
  }

  lifecycle {
    precondition {
      condition     = local.template_bytes.openapi <= local.template_bytes_maximum
      error_message = "contract: the OpenAPI document has ${local.template_bytes.openapi} bytes, and API Gateway serves at most ${local.template_bytes_maximum}. Shorten descriptions, or list fewer values or features."
    }

    precondition {
      condition     = local.template_bytes.page <= local.template_bytes_maximum
      error_message = "api.page: the page has ${local.template_bytes.page} bytes, and API Gateway serves at most ${local.template_bytes_maximum}. Shorten descriptions in the contract, list fewer values or features, or set api.page to false."
    }
  }
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  description = "Body ${substr(sha256(jsonencode(local.body)), 0, 8)}"

  # A deployment is a copy: a new body is only served by a new deployment.
  triggers = {
    body = sha256(jsonencode(local.body))
  }

  lifecycle {
    # The stage must point at the new deployment before the old one is destroyed.
    create_before_destroy = true
  }
}

# The stage serves this besides the canary: the API as it was when this was created. API Gateway copies it, so nothing here changes with the
# body.
resource "aws_api_gateway_deployment" "stable" {
  count = var.api.canary == null ? 0 : 1

  rest_api_id = aws_api_gateway_rest_api.this.id
  description = "Serves the requests that do not go to the canary"

  lifecycle {
    # The stage must leave it before it is destroyed.
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = var.api.canary == null ? aws_api_gateway_deployment.this.id : aws_api_gateway_deployment.stable[0].id
  stage_name           = var.api.stage_name
  description          = "The predictions of ${var.name}"
  xray_tracing_enabled = true
  tags                 = var.tags

  client_certificate_id = one(aws_api_gateway_client_certificate.this[*].id)
  cache_cluster_enabled = var.api.cache != null
  cache_cluster_size    = var.api.cache == null ? null : tostring(var.api.cache.size_in_gb)

  dynamic "canary_settings" {
    for_each = var.api.canary[*]

    content {
      deployment_id   = aws_api_gateway_deployment.this.id
      percent_traffic = canary_settings.value.percent_of_requests
      use_stage_cache = false
    }
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = local.access_log_format
  }

  # A new body is served once the function supports it: docs/decisions/0016-order-of-an-update.md.
  depends_on = [aws_lambda_permission.route, aws_lambda_permission.authorizer, aws_lambda_permission.reference]
}

locals {
  access_log_format = jsonencode({
    requestId         = "$context.requestId"
    extendedRequestId = "$context.extendedRequestId"
    requestTime       = "$context.requestTime"
    httpMethod        = "$context.httpMethod"
    path              = "$context.path"
    status            = "$context.status"
    responseType      = "$context.error.responseType"
    responseLength    = "$context.responseLength"
    responseLatency   = "$context.responseLatency"
    integrationStatus = "$context.integration.status"
    apiKeyId          = "$context.identity.apiKeyId"
    caller            = "$context.identity.caller"
    principalId       = "$context.authorizer.principalId"
    sourceIp          = "$context.identity.sourceIp"
    xrayTraceId       = "$context.xrayTraceId"
  })
}

resource "aws_api_gateway_method_settings" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = var.api.execution_log_level
    data_trace_enabled     = false
    throttling_rate_limit  = var.api.throttle.rate_per_second
    throttling_burst_limit = var.api.throttle.burst

    # Of GET methods alone: cache.tf.
    caching_enabled      = var.api.cache != null
    cache_ttl_in_seconds = try(var.api.cache.ttl_in_seconds, null)
    cache_data_encrypted = var.api.cache == null ? null : true

    # A caller needs execute-api:InvalidateCache for Cache-Control: max-age=0.
    require_authorization_for_cache_control = var.api.cache == null ? null : true
  }

  lifecycle {
    # AWS deletes them with the stage.
    replace_triggered_by = [aws_api_gateway_stage.this.arn]
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/api-gateway/${var.name}/access"
  retention_in_days = var.api.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
