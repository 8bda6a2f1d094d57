# The API key and its usage plan. A key identifies and meters clients; it is not an authentication method.

locals {
  key = var.api.iam == null ? var.api.key : null
}

resource "aws_api_gateway_api_key" "this" {
  count = local.key == null ? 0 : 1

  name        = var.name
  description = "Key of the API ${var.name}"
  tags        = var.tags
}

resource "aws_api_gateway_usage_plan" "this" {
  count = local.key == null ? 0 : 1

  name        = var.name
  description = "Limits of one key of the API ${var.name}"
  tags        = var.tags

  api_stages {
    api_id = aws_api_gateway_rest_api.this.id
    stage  = aws_api_gateway_stage.this.stage_name
  }

  throttle_settings {
    rate_limit  = local.key.rate_per_second
    burst_limit = local.key.burst
  }

  quota_settings {
    limit  = local.key.quota.requests
    period = local.key.quota.period
  }

  lifecycle {
    # A plan must not refer to a stage that is being replaced.
    replace_triggered_by = [aws_api_gateway_stage.this.arn]
  }
}

resource "aws_api_gateway_usage_plan_key" "this" {
  count = local.key == null ? 0 : 1

  key_id        = aws_api_gateway_api_key.this[0].id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.this[0].id
}
