output "predictions_url" {
  description = "URL for signed POST requests."
  value       = module.service.predictions_url
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = module.service.dashboard_name
}
