output "predictions_url" {
  description = "URL for signed POST requests."
  value       = module.service.predictions_url
}

output "rest_api_id" {
  description = "ID of the REST API."
  value       = module.service.rest_api_id
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = module.service.stage_name
}

output "function_name" {
  description = "Name of the function."
  value       = module.service.function_name
}

output "caller_policies" {
  description = "Policies for callers, as JSON."
  value       = module.service.caller_policies
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = module.service.dashboard_name
}
