# The whole API as one OpenAPI document. API Gateway's management calls are few per second for an account, and one import
# needs one.

locals {
  security_scheme = var.api.iam == null ? {
    key = { type = "apiKey", name = "x-api-key", in = "header" }
    } : {
    iam = { type = "apiKey", name = "Authorization", in = "header", x-amazon-apigateway-authtype = "awsSigv4" }
  }

  body = {
    openapi = "3.0.1"
    info    = { title = var.name, version = "1" }

    x-amazon-apigateway-api-key-source     = "HEADER"
    x-amazon-apigateway-request-validators = { body = { validateRequestBody = true, validateRequestParameters = false } }
    x-amazon-apigateway-gateway-responses  = local.gateway_responses

    components = {
      securitySchemes = local.security_scheme
      schemas = {
        PredictionRequest = jsondecode(var.request_schema_json)
        Problem           = { type = "object" }
      }
    }

    paths = {
      "/predictions" = {
        post = {
          # API Gateway ignores security at the root of the document.
          security                              = [{ for name, _ in local.security_scheme : name => [] }]
          x-amazon-apigateway-request-validator = "body"
          requestBody = {
            required = true
            content  = { "application/json" = { schema = { "$ref" = "#/components/schemas/PredictionRequest" } } }
          }
          responses = {
            "200" = { description = "Predictions" }
          }
          x-amazon-apigateway-integration = {
            type                = "aws_proxy"
            httpMethod          = "POST"
            uri                 = "arn:${local.partition}:apigateway:${local.region}:lambda:path/2015-03-31/functions/${var.function.alias_arn}/invocations"
            passthroughBehavior = "when_no_match"
            timeoutInMillis     = 29000
          }
        }
      }
    }
  }
}
