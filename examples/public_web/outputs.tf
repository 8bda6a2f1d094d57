output "endpoint_name" {
  description = "Name of the SageMaker endpoint."
  value       = module.bikeshare.endpoint_name
}

output "function_name" {
  description = "Name of the Lambda function."
  value       = module.bikeshare.function_name
}

output "rest_api_id" {
  description = "ID of the REST API."
  value       = module.bikeshare.rest_api_id
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = module.bikeshare.stage_name
}

output "predictions_url" {
  description = "URL for POST requests."
  value       = module.bikeshare.predictions_url
}

output "domain" {
  description = "The domain name, and what an alias record for it points to."
  value       = module.bikeshare.domain
}

output "sample_request" {
  description = "A valid request as JSON, built from the features' examples."
  value       = module.bikeshare.sample_request
}
