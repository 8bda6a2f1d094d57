output "rest_api_id" {
  description = "ID of the REST API."
  value       = aws_api_gateway_rest_api.this.id
}

output "stage_name" {
  description = "Name of the stage."
  value       = aws_api_gateway_stage.this.stage_name
}

output "stage_arn" {
  description = "ARN of the stage, to associate a web ACL with."
  value       = aws_api_gateway_stage.this.arn
}

output "invoke_url" {
  description = "URL of the stage."
  value       = aws_api_gateway_stage.this.invoke_url
}

output "api_key" {
  description = "Value of the API key; null if callers sign their requests."
  value       = one(aws_api_gateway_api_key.this[*].value)
  sensitive   = true
}

output "usage_plan_id" {
  description = "ID of the usage plan, to add further keys to; null if callers sign their requests."
  value       = one(aws_api_gateway_usage_plan.this[*].id)
}

output "access_log_group_name" {
  description = "Log group of the access log."
  value       = aws_cloudwatch_log_group.access.name
}

output "openapi" {
  description = "OpenAPI 3.0 document of the API, as JSON."
  value       = jsonencode(local.openapi)
}
