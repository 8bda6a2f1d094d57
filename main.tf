# Pure modules check and normalise the inputs; module.checks fails the plan if they found a problem; the others create resources.

module "inputs" {
  source = "./modules/inputs"

  name                     = var.name
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  handler                  = var.handler
  api                      = var.api
  network                  = var.network
  serverless               = var.capacity.serverless != null
}

module "written_contract" {
  source = "./modules/written_contract"

  contract = var.contract
}

module "contract" {
  source = "./modules/contract"

  contract = module.written_contract.contract
  adapter  = var.handler.adapter != null
  serving = {
    variants    = var.capacity.serverless == null && var.capacity.async == null
    multi_model = var.capacity.existing == null ? try(var.model.multi_model, null) != null : null
    algorithm   = module.serving.payload_algorithm
    outputs     = module.serving.selected_outputs
  }
}

module "serving" {
  source = "./modules/serving"

  name                            = var.name
  kms_key_arn                     = var.kms_key_arn
  model                           = var.model
  capacity                        = var.capacity
  monitoring                      = var.monitoring
  vpc                             = var.network.endpoint
  attempt_timeout_in_milliseconds = var.handler.limits.attempt_timeout_in_milliseconds
}

module "checks" {
  source = "./modules/checks"

  name = var.name
  problems = {
    inputs   = module.inputs.problems
    contract = length(module.written_contract.problems) > 0 ? tolist(module.written_contract.problems) : tolist(module.contract.problems)
    serving  = module.serving.problems
  }
}

module "account" {
  source = "./modules/account"
}

module "endpoint" {
  source = "./modules/endpoint"

  name                     = module.checks.name
  tags                     = var.tags
  account                  = module.account.account
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  log_retention_in_days    = var.handler.log_retention_in_days
  serving                  = module.serving.serving
}

module "handler" {
  source = "./modules/handler"

  name                     = module.checks.name
  tags                     = var.tags
  account                  = module.account.account
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  endpoint = {
    name    = module.endpoint.name
    arn     = module.endpoint.arn
    enabled = module.serving.serving.enabled
    managed = module.serving.serving.created
    async   = module.serving.serving.async
  }
  after = module.endpoint.serving_config_name
  sample_request = (
    module.serving.serving.enabled && var.capacity.async == null && module.serving.serving.model.multi_model == null
    ? jsonencode(module.contract.sample_request) : null
  )
  contract = module.contract.environment
  handler  = module.inputs.handler
  vpc      = var.network.handler
}

module "api" {
  source = "./modules/api"

  name        = module.checks.name
  tags        = var.tags
  account     = module.account.account
  kms_key_arn = var.kms_key_arn
  function    = { name = module.handler.function_name, alias_name = module.handler.alias_name }
  openapi     = jsonencode(module.contract.openapi)
  api         = module.inputs.api

  function_alias_arn = module.handler.alias_arn

  # The predictions of an asynchronous endpoint are fetched with GET.
  asynchronous = var.capacity.async != null
}
