output "endpoint_name" {
  description = <<-EOT
    Name of the SageMaker endpoint. A contract with other columns or another output gets another endpoint. Null while the endpoint is
    disabled.
  EOT
  value       = module.endpoint.serving_name
}

output "endpoint_arn" {
  description = "ARN of the SageMaker endpoint; null while the endpoint is disabled."
  value       = module.endpoint.serving_name == null ? null : module.endpoint.arn
}

output "endpoint_config_name" {
  description = <<-EOT
    Name of the endpoint configuration in use; it changes with the configuration. Null while the endpoint is disabled and for an existing
    endpoint.
  EOT
  value       = module.endpoint.config_name
}

output "serving" {
  description = <<-EOT
    How the endpoint serves: its mode, its variants, whether it holds several models, and where asynchronous requests and results are
    stored.
  EOT
  value = {
    mode          = module.serving.serving.mode
    enabled       = module.serving.serving.enabled
    endpoint_name = module.endpoint.serving_name
    variants      = module.serving.serving.mode == "existing" ? [] : sort(keys(module.serving.serving.variants))
    multi_model   = module.serving.serving.model.multi_model != null
    async = one([
      for async in module.serving.serving.async[*] : { for key, value in async : key => value if endswith(key, "_s3_uri") }
    ])
  }
}

output "model_name" {
  description = <<-EOT
    Name of the SageMaker model in use, of the first variant if there are several; it changes with the model. Null for an existing endpoint.
  EOT
  value       = module.endpoint.model_name
}

output "model_names" {
  description = "Names of the SageMaker models in use, by variant, including the shadow."
  value       = module.endpoint.model_names
}

output "rollback_alarm_names" {
  description = "Alarms that roll an update of the endpoint back."
  value       = module.endpoint.rollback_alarm_names
}

output "alarm_names" {
  description = <<-EOT
    Names of the alarms of monitoring.alarms, by their key in the runbook; alarms of a variant end with its name. Empty unless it is set.
  EOT
  value       = try(module.monitoring[0].alarm_names, {})
}

output "composite_alarm_arns" {
  description = "ARNs of the composite alarms of monitoring.alarms by severity, critical and warning. Empty unless it is set."
  value       = try(module.monitoring[0].composite_alarm_arns, {})
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard; null unless monitoring.alarms is set."
  value       = one(module.monitoring[*].dashboard_name)
}

output "execution_role_arn" {
  description = "ARN of the role that SageMaker assumes for the endpoint; null for an existing endpoint."
  value       = module.endpoint.execution_role_arn
}

output "function_name" {
  description = "Name of the Lambda function."
  value       = module.handler.function_name
}

output "function_arn" {
  description = "ARN of the Lambda function, without version or alias."
  value       = module.handler.function_arn
}

output "function_alias_arn" {
  description = "ARN of the function's alias that the API calls; direct callers should use it as well."
  value       = module.handler.alias_arn
}

output "function_role_arn" {
  description = "ARN of the function's role."
  value       = module.handler.role_arn
}

output "rest_api_id" {
  description = "ID of the REST API."
  value       = one(module.api[*].rest_api_id)
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = one(module.api[*].stage_name)
}

output "stage_arn" {
  description = "ARN of the API's stage, for example to associate a web ACL with."
  value       = one(module.api[*].stage_arn)
}

output "invoke_url" {
  description = "URL of the API's stage."
  value       = one(module.api[*].invoke_url)
}

output "predictions_url" {
  description = "URL to POST requests for predictions to."
  value       = one([for url in concat(module.api[*].url, module.function_url[*].url) : "${url}/predictions"])
}

output "domain" {
  description = "The API's domain name, and the target and hosted zone of an alias record (Route 53) for it; null without a domain name."
  value       = one(module.api[*].domain)
}

output "web_acl_arn" {
  description = "ARN of the WAF web ACL in front of the API; null without one."
  value       = one(module.api[*].web_acl_arn)
}

output "api_key" {
  description = <<-EOT
    Value of the API key for the header x-api-key, the newest by name, if the API has one client; null with several clients or without keys.
  EOT
  value       = one(module.api[*].api_key)
  sensitive   = true
}

output "api_keys" {
  description = "Values of the API keys for the header x-api-key, by client and name; empty without keys."
  value       = try(module.api[0].api_keys, {})
  sensitive   = true
}

output "usage_plan_ids" {
  description = "IDs of the usage plans, by client; empty without keys."
  value       = try(module.api[0].usage_plan_ids, {})
}

output "caller_policies" {
  description = <<-EOT
    IAM policies, as JSON, with what callers need: of the API if they sign their requests (otherwise null), of the function, and of the
    endpoint.
  EOT
  value = merge(module.handler.caller_policies, {
    api = one(concat(module.api[*].caller_policy, module.function_url[*].caller_policy))
  })
}

output "log_group_names" {
  description = "Log groups of the endpoint's container, the function and the API's access log."
  value = {
    endpoint = module.endpoint.log_group_name
    handler  = module.handler.log_group_name
    api      = one(module.api[*].access_log_group_name)
  }
}

output "openapi" {
  description = "OpenAPI 3.0 document of the API, as JSON; the same as GET /openapi.json, which also contains the API's address."
  value       = one(module.api[*].openapi)
}

output "sample_request" {
  description = "A request that the API accepts, as JSON, created from the features' examples."
  value       = jsonencode(module.contract.sample_request)
}

output "settings" {
  description = "The compiled contract that the function reads, as JSON."
  value       = jsonencode(module.contract.settings)
}
