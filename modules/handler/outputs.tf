output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function, without version or alias."
  value       = local.function_arn
}

output "alias_name" {
  description = "Alias of the published version in use. Unknown while the alias is replaced: AWS deletes its permissions with it."
  value       = reverse(split(":", aws_lambda_alias.this.arn))[0]
}

output "public_alias_name" {
  description = "Alias for a public URL, whose callers need a token; null without one. Unknown while the alias is replaced."
  value       = one([for alias in aws_lambda_alias.public : reverse(split(":", alias.arn))[0]])
}

output "alias_arn" {
  description = "ARN of the alias, built from names so that the API's body can be read in a plan."
  value       = "${local.function_arn}:${local.alias}"
}

output "role_arn" {
  description = "ARN of the function's role."
  value       = aws_iam_role.this.arn
}

output "log_group_name" {
  description = "Log group of the function."
  value       = aws_cloudwatch_log_group.this.name
}

output "caller_policies" {
  description = "IAM policies, as JSON, for callers of the function and, without the function, of the endpoint."
  value = {
    function = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid      = "InvokeTheFunction"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = "${local.function_arn}:${local.alias}"
      }]
    })
    endpoint = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid      = "InvokeTheEndpoint"
        Effect   = "Allow"
        Action   = local.asynchronous ? "sagemaker:InvokeEndpointAsync" : "sagemaker:InvokeEndpoint"
        Resource = var.endpoint.arn
      }]
    })
  }
}
