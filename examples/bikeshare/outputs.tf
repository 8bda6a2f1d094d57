# Everything that the module gives, under the same names (the clients in examples/clients read some of it), and where
# the model is.

output "endpoint_name" {
  description = "Name of the SageMaker endpoint."
  value       = module.bikeshare.endpoint_name
}

output "endpoint_arn" {
  description = "ARN of the SageMaker endpoint."
  value       = module.bikeshare.endpoint_arn
}

output "endpoint_config_name" {
  description = "Name of the endpoint configuration in use; it changes with its content."
  value       = module.bikeshare.endpoint_config_name
}

output "model_name" {
  description = "Name of the SageMaker model in use; it changes with its content."
  value       = module.bikeshare.model_name
}

output "execution_role_arn" {
  description = "ARN of the role that SageMaker runs the container's host with."
  value       = module.bikeshare.execution_role_arn
}

output "function_name" {
  description = "Name of the Lambda function."
  value       = module.bikeshare.function_name
}

output "function_arn" {
  description = "ARN of the Lambda function, without version or alias."
  value       = module.bikeshare.function_arn
}

output "function_alias_arn" {
  description = "ARN of the function's alias that the API calls; direct callers best use it too."
  value       = module.bikeshare.function_alias_arn
}

output "function_role_arn" {
  description = "ARN of the function's role."
  value       = module.bikeshare.function_role_arn
}

output "rest_api_id" {
  description = "Id of the REST API."
  value       = module.bikeshare.rest_api_id
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = module.bikeshare.stage_name
}

output "stage_arn" {
  description = "ARN of the API's stage, for example to associate a web ACL with."
  value       = module.bikeshare.stage_arn
}

output "invoke_url" {
  description = "URL of the API's stage."
  value       = module.bikeshare.invoke_url
}

output "predictions_url" {
  description = "URL to POST requests for predictions to."
  value       = module.bikeshare.predictions_url
}

output "api_key" {
  description = "Value of the API key, for the header x-api-key; null where callers sign by IAM."
  value       = module.bikeshare.api_key
  sensitive   = true
}

output "usage_plan_id" {
  description = "Id of the usage plan, to add further keys to; null where callers sign by IAM."
  value       = module.bikeshare.usage_plan_id
}

output "log_group_names" {
  description = "Log groups of the endpoint's container, the function and the API's accesses."
  value       = module.bikeshare.log_group_names
}

output "sample_request" {
  description = "A request that the API accepts, as JSON, made from the features' examples."
  value       = module.bikeshare.sample_request
}

output "openapi" {
  description = "The API's documentation, OpenAPI 3.0, as JSON."
  value       = module.bikeshare.openapi
}

output "settings" {
  description = "The compiled contract that the function works by, as JSON."
  value       = module.bikeshare.settings
}

output "artifact" {
  description = "S3 URI of the model that is served."
  value       = module.artifact.uri
}
