output "role_arn" {
  description = "ARN of the role with which API Gateway writes logs."
  value       = aws_api_gateway_account.this.cloudwatch_role_arn
}
