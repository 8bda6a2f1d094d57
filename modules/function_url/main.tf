# The function's own URL, of the alias. Callers sign their requests; docs/decisions/0028-kinds-of-api.md has the reasons.

resource "aws_lambda_function_url" "this" {
  function_name      = var.function.name
  qualifier          = var.function.alias_name
  authorization_type = "AWS_IAM"

  # Lambda answers preflight requests itself, without a call of the function.
  dynamic "cors" {
    for_each = length(var.origins) == 0 ? [] : [var.origins]

    content {
      allow_origins  = cors.value
      allow_methods  = ["GET", "POST"]
      allow_headers  = ["authorization", "content-type", "x-amz-date", "x-amz-security-token"]
      expose_headers = ["retry-after", "x-amzn-sagemaker-inference-id", "x-request-id"]
      max_age        = 600
    }
  }
}
