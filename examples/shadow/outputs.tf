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

output "api_key" {
  description = "Value of the API key for the x-api-key header."
  value       = module.bikeshare.api_key
  sensitive   = true
}

output "sample_request" {
  description = "A valid request as JSON, built from the features' examples."
  value       = module.bikeshare.sample_request
}

output "serving" {
  description = "Serving mode and variants of the endpoint."
  value       = module.bikeshare.serving
}

output "captured_uri" {
  description = "S3 URI of the captured requests and predictions of both models."
  value       = "s3://${module.captured.name}/bikeshare"
}
