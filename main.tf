# Pure modules check and normalize the inputs; module.checks fails the plan if they found a problem; the others create resources.

module "inputs" {
  source = "./modules/inputs"

  name                     = var.name
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  handler                  = var.handler
  api                      = var.api
  network                  = var.network
  serverless               = module.serving.mode == "serverless"
  asynchronous             = module.serving.mode == "async"
}

module "written_inputs" {
  source = "./modules/written_inputs"

  api        = var.api
  capacity   = var.capacity
  handler    = var.handler
  model      = var.model
  monitoring = var.monitoring
  network    = var.network
}

module "written_contract" {
  source = "./modules/written_contract"

  contract = var.contract
}

module "contract" {
  source = "./modules/contract"

  contract = module.written_contract.contract
  adapter  = module.inputs.handler.adapter != null
  drift    = module.serving.drift != null
  serving = {
    variants    = !contains(["serverless", "async"], module.serving.mode)
    multi_model = module.serving.mode != "existing" ? module.serving.serving.model.multi_model != null : null
    algorithm   = module.serving.payload_algorithm
    outputs     = module.serving.selected_outputs
  }
}

module "serving" {
  source = "./modules/serving"

  kms_key_arn                     = var.kms_key_arn
  model                           = var.model
  capacity                        = var.capacity
  monitoring                      = var.monitoring
  vpc                             = module.inputs.network.endpoint
  attempt_timeout_in_milliseconds = module.inputs.handler.limits.attempt_timeout_in_milliseconds
}

module "checks" {
  source = "./modules/checks"

  name = var.name
  problems = {
    inputs   = concat(module.written_inputs.problems, module.inputs.problems)
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
  log_retention_in_days    = module.inputs.handler.log_retention_in_days
  serving                  = module.serving.serving
  interface                = jsonencode([module.contract.interface, module.inputs.adapter])
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
    arn     = module.endpoint.arn_pattern
    enabled = module.serving.serving.enabled
    managed = module.serving.serving.created
    async   = module.serving.serving.async
  }
  after = module.endpoint.serving_config_name
  sample_request = (
    module.serving.serving.enabled && module.serving.mode != "async" && module.serving.serving.model.multi_model == null
    ? jsonencode(module.contract.sample_request) : null
  )
  contract = module.contract.environment
  handler  = module.inputs.handler
  drift    = module.serving.drift
  vpc      = module.inputs.network.handler
}

module "reference" {
  source = "./modules/reference"
  count  = module.inputs.api.page ? 1 : 0

  name                     = module.checks.name
  tags                     = var.tags
  account                  = module.account.account
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  log_retention_in_days    = module.inputs.handler.log_retention_in_days
  architecture             = module.inputs.handler.architecture
}

module "authorizer" {
  source = "./modules/authorizer"
  count  = module.inputs.authorizer == null ? 0 : 1

  name                     = module.checks.name
  tags                     = var.tags
  account                  = module.account.account
  kms_key_arn              = var.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  log_retention_in_days    = module.inputs.api.log_retention_in_days
  package                  = module.inputs.authorizer
}

module "api" {
  source = "./modules/api"
  count  = module.inputs.api.kind == "rest" ? 1 : 0

  name        = module.checks.name
  tags        = var.tags
  account     = module.account.account
  kms_key_arn = var.kms_key_arn
  function    = { name = module.handler.function_name, alias_name = module.handler.alias_name }
  openapi     = jsonencode(module.contract.openapi)
  page = module.inputs.api.page ? {
    contract         = jsonencode(module.contract.page)
    rows_per_request = module.inputs.handler.limits.rows_per_request
  } : null
  api = module.inputs.api

  function_alias_arn = module.handler.alias_arn

  # By index: a splat would make the deployment depend on the functions themselves (docs/decisions/0011-endpoint-generations.md).
  reference_function_arn   = module.inputs.api.page ? module.reference[0].function_arn : null
  reference_function_name  = module.inputs.api.page ? module.reference[0].function_name : null
  authorizer_function_arn  = module.inputs.authorizer == null ? null : module.authorizer[0].function_arn
  authorizer_function_name = module.inputs.authorizer == null ? null : module.authorizer[0].function_name

  # The predictions of an asynchronous endpoint are fetched with GET.
  asynchronous = module.serving.mode == "async"
}

module "function_url" {
  source = "./modules/function_url"
  count  = module.inputs.api.kind == "function_url" ? 1 : 0

  function = {
    name       = module.handler.function_name
    alias_name = module.inputs.handler.tokens == null ? module.handler.alias_name : module.handler.public_alias_name
  }
  public             = module.inputs.handler.tokens != null
  function_alias_arn = module.handler.alias_arn
  origins            = sort(try(module.inputs.api.cors.origins, []))
}

module "monitoring" {
  source = "./modules/monitoring"
  count  = module.serving.alarms == null ? 0 : 1

  name              = module.checks.name
  tags              = var.tags
  region            = module.account.account.region
  alarms            = module.serving.alarms
  alarm_action_arns = module.serving.serving.alarm_action_arns

  api = one([for api in module.api : {
    name           = api.rest_api_name
    stage_name     = api.stage_name
    log_group_name = api.access_log_group_name
  }])
  drift = module.serving.drift == null ? null : module.contract.drift
  function = {
    name                           = module.handler.function_name
    timeout_in_seconds             = module.inputs.handler.timeout_in_seconds
    reserved_concurrent_executions = module.inputs.handler.reserved_concurrent_executions
    log_group_name                 = module.handler.log_group_name
    metrics_namespace              = module.inputs.handler.metrics_namespace
  }
  endpoint = {
    enabled  = module.serving.serving.enabled
    name     = module.endpoint.name
    mode     = module.serving.serving.mode
    variants = { for name, variant in module.serving.serving.variants : name => variant.instance_type if module.serving.serving.deployed }
  }
}
