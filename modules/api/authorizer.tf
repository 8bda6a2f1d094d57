# The permission to call the authorizer: the created one, or an existing one of this account or another.

locals {
  authorizer = try(
    regex("^(?P<function>arn:[^:]+:lambda:[^:]+:[^:]+:function:[^:]+)(?::(?P<qualifier>[^:]+))?$", local.authorizer_arn),
    { function = null, qualifier = null },
  )
}

resource "aws_lambda_permission" "authorizer" {
  count = contains(["jwt", "lambda"], local.auth) ? 1 : 0

  statement_id  = "Authorizer${title(var.name)}"
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = var.authorizer_function_name != null ? var.authorizer_function_name : local.authorizer.function
  qualifier     = local.authorizer.qualifier
  # The star stands for the ID of the authorizer, which the import chooses.
  source_arn = "${aws_api_gateway_rest_api.this.execution_arn}/authorizers/*"
}
