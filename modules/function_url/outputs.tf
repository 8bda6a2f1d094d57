output "url" {
  description = "The URL, without a trailing slash."
  value       = trimsuffix(aws_lambda_function_url.this.function_url, "/")
}

output "caller_policy" {
  description = "IAM policy, as JSON, for callers that sign their requests; null for a public URL."
  # Both actions: AWS Lambda Developer Guide, "Control access to Lambda function URLs".
  value = var.public ? null : jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "CallTheUrl", Effect = "Allow", Action = "lambda:InvokeFunctionUrl", Resource = var.function_alias_arn },
      {
        Sid       = "InvokeTheFunctionByItsUrl"
        Effect    = "Allow"
        Action    = "lambda:InvokeFunction"
        Resource  = var.function_alias_arn
        Condition = { Bool = { "lambda:InvokedViaFunctionUrl" = "true" } }
      },
    ]
  })
}
