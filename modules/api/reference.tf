# The API reference, GET /docs: reference.html, and Swagger UI's files from a function (docs/decisions/0025-swagger-ui.md).

locals {
  reference_paths = { for path, item in {
    "/docs" = {
      get                            = merge(local.page_operation, { x-amazon-apigateway-integration = local.page_integrations.reference })
      x-amazon-apigateway-any-method = local.other_methods["GET"]
    }
    # Without a credential, as the page that loads them. The function has no permission but to write its log.
    "/docs/{file}" = {
      get = {
        parameters = [{ name = "file", in = "path", required = true, schema = { type = "string" } }]
        responses  = { "200" = { description = "A file of Swagger UI" } }
        x-amazon-apigateway-integration = merge(local.function_integration, local.cached_by["/docs/{file}"], {
          uri = "arn:${var.account.partition}:apigateway:${var.account.region}:lambda:path/2015-03-31/functions/${var.reference_function_arn == null ? "" : var.reference_function_arn}/invocations"
        })
      }
      x-amazon-apigateway-any-method = local.other_methods["GET"]
    }
  } : path => item if var.reference_function_arn != null }
}

resource "aws_lambda_permission" "reference" {
  count = var.reference_function_arn == null ? 0 : 1

  statement_id  = "FilesOfTheReference"
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = var.reference_function_name
  # The star stands for the name of a file.
  source_arn = "${aws_api_gateway_rest_api.this.execution_arn}/${var.api.stage_name}/GET/docs/*"
}
