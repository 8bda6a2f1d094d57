# The API as one OpenAPI document with API Gateway's extensions. API Gateway allows an account few management calls per second, and an
# import is one.

locals {
  # Only what no import can misread. Nothing validates bodies by it: a response of the gateway has one text for every cause
  # (docs/decisions/0008-two-openapi-documents.md).
  request_model = { type = "object", required = ["instances"], properties = { instances = { type = "array" } } }

  body = merge({
    openapi = "3.0.1"
    info    = { title = var.name, version = local.openapi.info.version }

    x-amazon-apigateway-api-key-source    = "HEADER"
    x-amazon-apigateway-gateway-responses = local.gateway_responses

    components = {
      securitySchemes = local.security_scheme
      schemas         = { PredictionRequest = local.request_model }
    }

    paths = { for path, item in local.paths : path => merge(item, { for preflight in local.preflights : "options" => preflight[path] }) }
  }, { for policy in local.policy : "x-amazon-apigateway-policy" => policy })

  paths = merge(local.result_path, local.page_paths, local.reference_paths, {
    "/predictions" = {
      post = {
        security = local.security
        requestBody = {
          required = true
          content  = { "application/json" = { schema = { "$ref" = "#/components/schemas/PredictionRequest" } } }
        }
        responses                       = { "200" = { description = "Predictions" } }
        x-amazon-apigateway-integration = local.function_integration
      }
      x-amazon-apigateway-any-method = local.other_methods["POST"]
    }
    "/openapi.json" = {
      # The reference reads it in a browser, and the page shows the same contract.
      get = merge(local.cached_parameters["/openapi.json"], {
        security = [for scheme in local.security : scheme if var.reference_function_arn == null]
        responses = { "200" = {
          description = "The API's documentation"
          headers     = { for header in concat(["x-request-id"], local.cors_header_names) : header => { schema = { type = "string" } } }
        } }
        x-amazon-apigateway-integration = merge(local.cached_by["/openapi.json"], {
          type                = "mock"
          passthroughBehavior = "never"
          requestTemplates    = { "application/json" = jsonencode({ statusCode = 200 }) }
          responses = { default = {
            statusCode         = "200"
            responseTemplates  = { "application/json" = local.served_openapi_template }
            responseParameters = merge({ "method.response.header.x-request-id" = "context.requestId" }, local.cors_parameters)
          } }
        })
      })
      x-amazon-apigateway-any-method = local.other_methods["GET"]
    }
    "/health" = {
      get = merge(local.cached_parameters["/health"], {
        security                        = local.security
        responses                       = { "200" = { description = "The endpoint serves" } }
        x-amazon-apigateway-integration = merge(local.function_integration, local.cached_by["/health"])
      })
      x-amazon-apigateway-any-method = local.other_methods["GET"]
    }
  })

  function_integration = {
    type                = "aws_proxy"
    httpMethod          = "POST"
    uri                 = "arn:${var.account.partition}:apigateway:${var.account.region}:lambda:path/2015-03-31/functions/${var.function_alias_arn}/invocations"
    passthroughBehavior = "when_no_match"
    timeoutInMillis     = var.api.timeout_in_seconds * 1000
  }

  result_path = { for path in var.asynchronous ? ["/predictions/{id}"] : [] : path => {
    get = {
      security                        = local.security
      parameters                      = [{ name = "id", in = "path", required = true, schema = { type = "string" } }]
      responses                       = { "200" = { description = "Predictions" } }
      x-amazon-apigateway-integration = local.function_integration
    }
    x-amazon-apigateway-any-method = local.other_methods["GET"]
  } }

  # The template language would interpret "$ref" and "#/components", so both characters are written as JSON escapes.
  openapi_template = replace(replace(jsonencode(local.openapi), "$", "\\u0024"), "#", "\\u0023")

  # The served document names the address at which it was requested, so that it can be saved anywhere: $context.domainName is the Host
  # header, and $context.path has the stage or a domain's base path (API Gateway Developer Guide, "Context variables for data
  # transformations").
  address_template = "#set($base = $context.path.replace(\"/openapi.json\", \"\"))"
  addressed_openapi_template = replace(
    local.openapi_template,
    "\"servers\":[{\"url\":\"/${var.api.stage_name}\"}]",
    "\"servers\":[{\"url\":\"https://$context.domainName$base\"}]",
  )
  served_openapi_template = "${local.cors_template}${local.address_template}${local.addressed_openapi_template}"

  # API Gateway's quota for a mapping template. Terraform's length counts characters, and base64 has four for three bytes.
  template_bytes_maximum = 300 * 1024
  template_bytes = {
    for name, template in { openapi = local.served_openapi_template, page = local.page_template } :
    name => floor(length(trim(base64encode(template), "=")) * 3 / 4)
  }

  # Without this, API Gateway would respond to a wrong method as to an unknown path.
  other_methods = { for allowed in ["POST", "GET"] : allowed => {
    security = local.security
    responses = {
      "405" = {
        description = "Another method"
        headers = {
          for header in concat(["Allow", "Content-Type", "x-request-id"], local.cors_header_names) : header => {
            schema = { type = "string" }
          }
        }
      }
    }
    x-amazon-apigateway-integration = {
      type                = "mock"
      passthroughBehavior = "never"
      requestTemplates    = { "application/json" = jsonencode({ statusCode = 405 }) }
      responses = {
        default = {
          statusCode        = "405"
          responseTemplates = { "application/json" = "${local.cors_template}${jsonencode(local.documents["METHOD_NOT_ALLOWED"])}" }
          responseParameters = merge(local.cors_parameters, {
            "method.response.header.Allow"        = "'${allowed}'"
            "method.response.header.Content-Type" = "'application/problem+json'"
            "method.response.header.x-request-id" = "context.requestId"
          })
        }
      }
    }
  } }
}
