output "function_arn" {
  description = <<-EOT
    ARN of the function, built from names: a deployment is created before the old one is destroyed, and so would be everything that it
    depends on.
  EOT
  value       = local.function_arn
}

output "function_name" {
  description = "Name of the function, known once it exists."
  value       = aws_lambda_function.this.function_name
}

output "log_group_name" {
  description = "Log group of the function."
  value       = aws_cloudwatch_log_group.this.name
}
