# The function's own URL, of an alias. Callers sign their requests, or the function verifies their tokens;
# docs/decisions/0028-kinds-of-api.md has the reasons.

resource "aws_lambda_function_url" "this" {
  function_name      = var.function.name
  qualifier          = var.function.alias_name
  authorization_type = var.public ? "NONE" : "AWS_IAM"

  # Lambda answers preflight requests itself, without a call of the function.
  dynamic "cors" {
    for_each = length(var.origins) == 0 ? [] : [var.origins]

    content {
      allow_origins  = cors.value
      allow_methods  = ["GET", "POST"]
      allow_headers  = concat(["authorization", "content-type"], var.public ? [] : ["x-amz-date", "x-amz-security-token"])
      expose_headers = ["allow", "location", "retry-after", "x-amzn-sagemaker-inference-id", "x-request-id"]
      max_age        = 600
    }
  }
}

# A public URL needs both (AWS Lambda Developer Guide, "Control access to Lambda function URLs"). The second should hold for calls by the
# URL alone, a condition that aws_lambda_permission has since version 6.29 of the provider; until then it lets everyone invoke the alias,
# which makes no difference: the function verifies the token of every event that comes by it.
#
# When the provider creates a public URL, it adds the first as FunctionURLAllowPublicAccess itself, not serialized with
# aws_lambda_permission. Requests in parallel can lose a statement, hence the order; and the first is repeated here so that the plan shows
# it and restores it.
resource "aws_lambda_permission" "public" {
  for_each = var.public ? { InvokeByTheUrl = "lambda:InvokeFunctionUrl", InvokeTheAlias = "lambda:InvokeFunction" } : {}

  statement_id           = each.key
  action                 = each.value
  principal              = "*"
  function_name          = var.function.name
  qualifier              = var.function.alias_name
  function_url_auth_type = each.value == "lambda:InvokeFunctionUrl" ? "NONE" : null

  depends_on = [aws_lambda_function_url.this]
}
