output "endpoint_name" {
  description = "Name of the SageMaker endpoint."
  value       = module.bikeshare.endpoint_name
}

output "function_name" {
  description = "Name of the Lambda function."
  value       = module.bikeshare.function_name
}

output "rest_api_id" {
  description = "Id of the REST API."
  value       = module.bikeshare.rest_api_id
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = module.bikeshare.stage_name
}

output "predictions_url" {
  description = "URL to POST requests for predictions to."
  value       = module.bikeshare.predictions_url
}

output "api_key" {
  description = "Value of the API key, for the header x-api-key."
  value       = module.bikeshare.api_key
  sensitive   = true
}

output "sample_request" {
  description = "A request that the API accepts, as JSON, made from the features' examples."
  value       = module.bikeshare.sample_request
}

output "serving" {
  description = "How the endpoint serves."
  value       = module.bikeshare.serving
}

output "captured_uri" {
  description = "Where requests and both models' answers are kept."
  value       = "s3://${aws_s3_bucket.captured.bucket}/bikeshare"
}
