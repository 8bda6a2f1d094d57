# The cache of the stage (docs/decisions/0036-cache-of-the-stage.md). API Gateway caches GET methods alone (API Gateway Developer Guide,
# "Cache settings for REST APIs"), and no response to one depends on the caller: predictions are POST, and an asynchronous API has no cache
# (modules/inputs).

locals {
  # As long as a function keeps the endpoint's status: lambda/src/prediction_api/health.py.
  health_ttl_in_seconds = 5

  # Parameters of a method that its response depends on. Without them in the key, the first response would serve every request.
  varies_by_origin = local.cors && !local.any_origin ? ["Origin"] : []
  cache_keys = { for path, keys in {
    "/openapi.json" = concat(["Host"], local.varies_by_origin) # the document names its address
    "/health"       = local.varies_by_origin
    "/docs/{file}"  = ["file"]
  } : path => var.api.cache == null ? [] : keys }

  # To be merged into a GET method, and into its integration.
  cached_parameters = { for path, keys in local.cache_keys : path => {
    for kept in length(keys) == 0 ? [] : ["parameters"] : kept => [for key in keys : {
      name     = key
      in       = key == "file" ? "path" : "header"
      required = key == "file"
      schema   = { type = "string" }
    }]
  } }
  cached_by = { for path, keys in local.cache_keys : path => {
    for kept in length(keys) == 0 ? [] : ["cacheKeyParameters"] : kept => [
      for key in keys : "method.request.${key == "file" ? "path" : "header"}.${key}"
    ]
  } }
}

# The health of an endpoint must be news.
resource "aws_api_gateway_method_settings" "health" {
  count = var.api.cache == null ? 0 : 1

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "health/GET"

  # A method with settings of its own inherits none.
  settings {
    metrics_enabled        = true
    logging_level          = var.api.execution_log_level
    data_trace_enabled     = false
    throttling_rate_limit  = var.api.throttle.rate_per_second
    throttling_burst_limit = var.api.throttle.burst
    caching_enabled        = true
    cache_ttl_in_seconds   = min(local.health_ttl_in_seconds, var.api.cache.ttl_in_seconds)
    cache_data_encrypted   = true

    require_authorization_for_cache_control = true
  }

  lifecycle {
    # AWS deletes them with the stage.
    replace_triggered_by = [aws_api_gateway_stage.this.arn]
  }

  # API Gateway rejects changes of one stage at the same time.
  depends_on = [aws_api_gateway_method_settings.this]
}
