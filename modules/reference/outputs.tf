output "function_name" {
  description = "Name of the function. Unknown while the function is replaced: AWS deletes its permissions with it."
  value       = reverse(split(":", aws_lambda_function.this.arn))[0]
}

output "function_arn" {
  description = "ARN of the function, built from names so that the API's body can be read in a plan."
  value       = local.function_arn
}
