# API keys, and a usage plan for each client. A key identifies and meters a client; it is not an authentication method.

locals {
  clients = try(var.api.auth.key.clients, {})

  # Two keys of a client are valid at the same time, so that it can move from one to the other.
  keys = merge([
    for client, settings in local.clients : { for key in settings.keys : "${client}/${key}" => { client = client, name = key } }
  ]...)
}

resource "aws_api_gateway_api_key" "this" {
  for_each = local.keys

  name        = "${var.name}-${each.value.client}-${each.value.name}"
  description = "Key ${each.value.name} of the client ${each.value.client} of the API ${var.name}"
  tags        = var.tags
}

# The limits of a plan are those of each of its keys.
resource "aws_api_gateway_usage_plan" "this" {
  for_each = local.clients

  name        = "${var.name}-${each.key}"
  description = "Limits of the client ${each.key} of the API ${var.name}"
  tags        = var.tags

  api_stages {
    api_id = aws_api_gateway_rest_api.this.id
    stage  = aws_api_gateway_stage.this.stage_name
  }

  dynamic "api_stages" {
    for_each = keys(var.api.further_stages)

    content {
      api_id = aws_api_gateway_rest_api.this.id
      stage  = aws_api_gateway_stage.further[api_stages.value].stage_name
    }
  }

  throttle_settings {
    rate_limit  = each.value.rate_per_second
    burst_limit = each.value.burst
  }

  quota_settings {
    limit  = each.value.quota.requests
    period = each.value.quota.period
  }

  lifecycle {
    # A plan must not refer to a stage that is being replaced.
    replace_triggered_by = [aws_api_gateway_stage.this.arn]
  }
}

resource "aws_api_gateway_usage_plan_key" "this" {
  for_each = local.keys

  key_id        = aws_api_gateway_api_key.this[each.key].id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.this[each.value.client].id
}

# The only key of earlier versions.
moved {
  from = aws_api_gateway_api_key.this[0]
  to   = aws_api_gateway_api_key.this["default/1"]
}

moved {
  from = aws_api_gateway_usage_plan.this[0]
  to   = aws_api_gateway_usage_plan.this["default"]
}

moved {
  from = aws_api_gateway_usage_plan_key.this[0]
  to   = aws_api_gateway_usage_plan_key.this["default/1"]
}
