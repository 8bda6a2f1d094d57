# The REST API, its stage and its permission to call the function.

resource "aws_api_gateway_rest_api" "this" {
  name        = var.name
  description = "Predictions of ${var.name}"
  body        = jsonencode(local.body)
  tags        = var.tags

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    precondition {
      condition     = length(local.openapi_template) <= 300 * 1024
      error_message = "The API's documentation is ${length(local.openapi_template)} bytes, and API Gateway serves 307200. Shorten descriptions, or list fewer values or features."
    }

    precondition {
      condition     = length(local.page_template) <= 300 * 1024
      error_message = "The API's page is ${length(local.page_template)} bytes, and API Gateway serves 307200. Shorten descriptions, list fewer values or features, or set api.page to false."
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

resource "aws_api_gateway_stage" "this" {
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.api.stage_name
  description          = "The predictions of ${var.name}"
  xray_tracing_enabled = true
  tags                 = var.tags

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
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
      sourceIp          = "$context.identity.sourceIp"
      xrayTraceId       = "$context.xrayTraceId"
    })
  }

  # A new body is served once the function supports it: docs/decisions/0016-order-of-an-update.md.
  depends_on = [aws_lambda_permission.this, aws_lambda_permission.result, aws_lambda_permission.reference]
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

resource "aws_lambda_permission" "this" {
  statement_id  = "PredictionsOfTheApi"
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = var.function.name
  qualifier     = var.function.alias_name
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/${var.api.stage_name}/POST/predictions"
}

resource "aws_lambda_permission" "result" {
  count = var.asynchronous ? 1 : 0

  statement_id  = "ResultsOfTheApi"
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = var.function.name
  qualifier     = var.function.alias_name
  # The star stands for the ID of a request.
  source_arn = "${aws_api_gateway_rest_api.this.execution_arn}/${var.api.stage_name}/GET/predictions/*"
}
