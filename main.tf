module "contract" {
  source = "./modules/contract"

  contract = var.contract
  adapter  = var.handler.adapter != null
  serving = {
    variants    = var.capacity.serverless == null && var.capacity.async == null
    multi_model = var.capacity.existing == null ? try(var.model.multi_model, null) != null : null
  }
}

module "endpoint" {
  source = "./modules/endpoint"

  name                         = var.name
  tags                         = var.tags
  kms_key_arn                  = var.kms_key_arn
  permissions_boundary_arn     = var.permissions_boundary_arn
  log_retention_in_days        = var.handler.log_retention_in_days
  call_timeout_in_milliseconds = var.handler.limits.timeout_in_milliseconds
  model                        = var.model
  capacity                     = var.capacity
  monitoring                   = var.monitoring
  vpc                          = var.network.endpoint
}

module "handler" {
  source = "./modules/handler"

  name                     = var.name
  tags                     = var.tags
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  endpoint = {
    name    = module.endpoint.serving.endpoint_name
    arn     = module.endpoint.arn
    enabled = module.endpoint.serving.enabled
    async   = module.endpoint.serving.async
  }
  after    = module.endpoint.serving_config_name
  contract = module.contract.environment
  handler  = local.handler
  vpc      = var.network.handler
}

module "api" {
  source = "./modules/api"

  name        = var.name
  tags        = var.tags
  kms_key_arn = var.kms_key_arn
  function    = { name = module.handler.function_name, alias_name = module.handler.alias_name }
  contract    = { request_schema = jsonencode(module.contract.request_schema), openapi = jsonencode(module.contract.openapi) }
  api         = local.api

  function_alias_arn = module.handler.alias_arn

  # Predictions of an asynchronous endpoint are fetched.
  asynchronous = var.capacity.async != null
}

locals {
  # Defaults that depend on another input.
  handler = merge(var.handler, {
    metrics_namespace = coalesce(var.handler.metrics_namespace, "SageMakerApi/${var.name}")
    limits = merge(var.handler.limits, {
      call_bytes = coalesce(var.handler.limits.call_bytes, var.capacity.serverless == null ? 5000000 : 4000000)
    })
  })
  api         = merge(var.api, { key = var.api.iam == null ? coalesce(var.api.key, local.default_key) : null })
  default_key = { rate_per_second = 50, burst = 100, quota = { requests = 1000000, period = "MONTH" } }
}
