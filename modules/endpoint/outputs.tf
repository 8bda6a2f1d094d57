output "name" {
  description = "Name of the endpoint; null while it is disabled."
  value       = local.endpoint_name
}

output "arn" {
  description = "ARN of the endpoint, built from its name so that it can be read in a plan; null while it is disabled."
  value       = one([for name in local.endpoint_name[*] : "${local.endpoint_arns}${lower(name)}"])
}

output "serving_name" {
  description = <<-EOT
    Name of the endpoint, known once it is in service: after an apply in which it failed to start, still that of the endpoint that serves.
    Null while it is disabled.
  EOT
  value = (
    var.serving.deployed
    ? (aws_sagemaker_endpoint.this[0].arn == "" ? null : aws_sagemaker_endpoint.this[0].name)
    : local.endpoint_name
  )
}

output "arn_pattern" {
  description = <<-EOT
    ARN that a policy names this deployment's endpoints by, the past and the next one included: each question mark stands for a character.
    Exact for an existing endpoint.
  EOT
  value       = "${local.endpoint_arns}${var.serving.existing_name == null ? "${var.name}-????????" : lower(var.serving.existing_name)}"
}

output "model_name" {
  description = "Name of the SageMaker model that the first variant serves; null for an existing endpoint."
  value       = var.serving.created ? aws_sagemaker_model.this[keys(var.serving.variants)[0]].name : null
}

output "model_names" {
  description = "Names of the SageMaker models by variant, including the shadow."
  value       = { for name, model in aws_sagemaker_model.this : name => model.name }
}

output "config_name" {
  description = "Name of the endpoint configuration in use; null while the endpoint is disabled and for an existing endpoint."
  value       = var.serving.deployed ? aws_sagemaker_endpoint_configuration.this[0].name : null
}

output "serving_config_name" {
  description = <<-EOT
    Name of the endpoint configuration in use, read from the endpoint: known once it serves that configuration, and never after a failed
    update.
  EOT
  value       = one(aws_sagemaker_endpoint.this[*].endpoint_config_name)
}

output "image_uri" {
  description = "Container image that serves the first variant; null for a model package and for an existing endpoint."
  value       = try(local.models[keys(var.serving.variants)[0]].image, null)
}

output "execution_role_arn" {
  description = "ARN of the role that SageMaker assumes for the endpoint; null for an existing endpoint."
  value       = local.execution_role_arn
}

output "log_group_name" {
  description = "Log group of the containers."
  value       = var.serving.created ? aws_cloudwatch_log_group.this[0].name : "${local.log_group_prefix}${var.serving.existing_name}"
}

output "rollback_alarm_names" {
  description = "Alarms that roll an update back."
  value       = var.serving.deployed ? sort(values(local.watched_alarm_names)) : []
}
