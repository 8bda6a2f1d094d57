# Stages beside the first one, which serve the same deployment.

resource "aws_api_gateway_stage" "further" {
  for_each = var.api.further_stages

  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = each.key
  description          = "The predictions of ${var.name}"
  xray_tracing_enabled = true
  tags                 = var.tags

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = local.access_log_format
  }

  depends_on = [aws_lambda_permission.route, aws_lambda_permission.authorizer]
}

resource "aws_api_gateway_method_settings" "further" {
  for_each = var.api.further_stages

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.further[each.key].stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = var.api.execution_log_level
    data_trace_enabled     = false
    throttling_rate_limit  = each.value.rate_per_second
    throttling_burst_limit = each.value.burst
  }
}
