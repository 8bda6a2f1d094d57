# All outputs of the module under the same names (the programs in examples/clients read some of them), and the model's URI.

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
  description = "ARN of the endpoint's execution role."
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
  description = "ARN of the function's alias. The API invokes it, and so should direct callers."
  value       = module.bikeshare.function_alias_arn
}

output "function_role_arn" {
  description = "ARN of the function's role."
  value       = module.bikeshare.function_role_arn
}

output "rest_api_id" {
  description = "ID of the REST API."
  value       = module.bikeshare.rest_api_id
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = module.bikeshare.stage_name
}

output "stage_arn" {
  description = "ARN of the API's stage, for example for a web ACL."
  value       = module.bikeshare.stage_arn
}

output "invoke_url" {
  description = "URL of the API's stage."
  value       = module.bikeshare.invoke_url
}

output "predictions_url" {
  description = "URL for POST requests."
  value       = module.bikeshare.predictions_url
}

output "api_key" {
  description = "Value of the API key for the x-api-key header. Null with several clients or without keys."
  value       = module.bikeshare.api_key
  sensitive   = true
}

output "log_group_names" {
  description = "Log groups of the endpoint's container, the function and the API's access log."
  value       = module.bikeshare.log_group_names
}

output "sample_request" {
  description = "A valid request as JSON, built from the features' examples."
  value       = module.bikeshare.sample_request
}

output "openapi" {
  description = "OpenAPI 3.0 document of the API, as JSON."
  value       = module.bikeshare.openapi
}

output "settings" {
  description = "The compiled contract of the function, as JSON."
  value       = module.bikeshare.settings
}

output "artifact" {
  description = "S3 URI of the served model."
  value       = module.artifact.uri
}
