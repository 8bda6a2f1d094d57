output "name" {
  description = "Name of the endpoint."
  value       = aws_sagemaker_endpoint.this.name
}

output "arn" {
  description = "ARN of the endpoint, built from its name so that policies can be read in a plan."
  value       = local.endpoint_arn
}

output "model_name" {
  description = "Name of the SageMaker model that the endpoint serves."
  value       = aws_sagemaker_model.this.name
}

output "config_name" {
  description = "Name of the endpoint configuration in use."
  value       = aws_sagemaker_endpoint_configuration.this.name
}

output "image_uri" {
  description = "Container image that serves the model."
  value       = local.image_uri
}

output "execution_role_arn" {
  description = "ARN of the role that SageMaker runs the container's host with."
  value       = local.execution_role_arn
}

output "log_group_name" {
  description = "Log group of the container."
  value       = aws_cloudwatch_log_group.this.name
}
