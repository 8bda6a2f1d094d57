# Cross-origin requests. The function sets the headers of its own responses; the gateway answers preflight requests without credentials,
# which browsers never send with them (Fetch standard, CORS-preflight fetch), and sets the headers of the responses that it makes itself.

locals {
  origins    = sort(try(var.api.cors.origins, []))
  any_origin = local.origins == tolist(["*"])
  cors       = length(local.origins) > 0

  # The function lists the same ones: lambda/src/prediction_api/cors.py.
  exposed_headers = "allow, location, retry-after, x-amzn-sagemaker-inference-id, x-request-id"
  allowed_headers = "accept, authorization, content-type, x-amz-date, x-amz-security-token, x-amzn-sagemaker-inference-id, x-amzn-sagemaker-target-model, x-amzn-sagemaker-target-variant, x-api-key"
  seconds_cached  = 600

  # Of every response that a mock integration makes. A response parameter cannot choose among origins, but a template can, by an override
  # (API Gateway Developer Guide, "Use overrides to change an API's request and response parameters and status codes"). Header names keep
  # their case in it.
  cors_headers = !local.cors ? {} : merge(
    { Vary = "'Origin'", Access-Control-Expose-Headers = "'${local.exposed_headers}'" },
    local.any_origin ? { Access-Control-Allow-Origin = "'*'" } : {},
  )
  # No source says whether a header that only an override sets must be declared, so it is.
  cors_header_names = local.cors ? distinct(concat(keys(local.cors_headers), ["Access-Control-Allow-Origin"])) : []
  cors_parameters   = { for header, value in local.cors_headers : "method.response.header.${header}" => value }
  cors_template = !local.cors || local.any_origin ? "" : join("", [
    "#set($origin = $input.params(\"origin\"))#if($origin == \"\")#set($origin = $input.params(\"Origin\"))#end",
    "#if(${join(" || ", [for origin in local.origins : "$origin == \"${origin}\""])})#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end",
  ])

  # A gateway response cannot choose among origins. Its problem document is the same for everyone who reads it, so every page may.
  gateway_cors_parameters = !local.cors ? {} : {
    "gatewayresponse.header.Access-Control-Allow-Origin"   = length(local.origins) == 1 ? "'${local.origins[0]}'" : "'*'"
    "gatewayresponse.header.Access-Control-Expose-Headers" = "'${local.exposed_headers}'"
  }

  # By path, in a list of one unless there is no CORS.
  preflights = [for item in local.cors ? [local.paths] : [] : { for path, methods in item : path => {
    security = []
    responses = {
      "204" = {
        description = "A preflight request"
        headers = {
          for header in distinct(concat(local.cors_header_names, keys(local.preflight_headers[path]))) : header => {
            schema = { type = "string" }
          }
        }
      }
    }
    x-amazon-apigateway-integration = {
      type                = "mock"
      passthroughBehavior = "when_no_match"
      requestTemplates    = { "application/json" = jsonencode({ statusCode = 204 }) }
      responses = {
        default = {
          statusCode         = "204"
          responseTemplates  = { "application/json" = local.cors_template }
          responseParameters = { for header, value in local.preflight_headers[path] : "method.response.header.${header}" => value }
        }
      }
    }
  } }]

  preflight_headers = { for path, methods in local.paths : path => merge(local.cors_headers, {
    Access-Control-Allow-Methods = "'${join(", ", [for method in keys(methods) : upper(method) if !startswith(method, "x-")])}'"
    Access-Control-Allow-Headers = "'${local.allowed_headers}'"
    Access-Control-Max-Age       = "'${local.seconds_cached}'"
  }) }
}
