# modules/api: the body that is imported, the stage, the key.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  account     = { id = "123456789012", partition = "aws", region = "eu-west-1" }
  name        = "bikes"
  tags        = {}
  kms_key_arn = null
  function    = { name = "bikes", alias_name = "live" }

  function_alias_arn = "arn:aws:lambda:eu-west-1:123456789012:function:bikes:live"
  openapi            = "{\"schemas\":{\"Instance\":{}},\"targets\":[\"model\",\"variant\"],\"examples\":{\"named\":1,\"positional\":2,\"csv\":\"x\",\"lines\":\"{}\",\"answer\":3,\"csv_answer\":\"ß\",\"problem\":{\"code\":\"type\",\"pointer\":\"/instances/0/x\",\"detail\":\"must be a number\"}}}"
  api = {
    stage_name            = "v1"
    log_retention_in_days = 365
    execution_log_level   = "OFF"
    timeout_in_seconds    = 29
    further_stages        = {}
    canary                = null
    cors                  = null
    access                = { cidr_blocks = [], account_ids = [], organization_ids = [] }
    private               = null
    domain                = null
    web_acl               = null
    firewall              = null

    minimum_compression_size_in_bytes = null

    throttle = { rate_per_second = 100, burst = 200 }
    auth = {
      key = {
        clients = {
          shop = { keys = ["2026-11", "2027-01"], rate_per_second = 50, burst = 100, quota = { requests = 1000, period = "DAY" } }
        }
      }
      iam     = null
      cognito = null
      jwt     = null
      lambda  = null
    }
  }
}

run "keyed_api" {
  module {
    source = "./modules/api"
  }

  assert {
    condition = alltrue(flatten([
      for path in values(local.body.paths) : [for operation in values(path) : operation.security == [{ key = [] }]]
    ]))
    error_message = "Every operation needs the key: API Gateway ignores security at the root of the document."
  }

  assert {
    condition = (
      local.body.paths["/predictions"].post["x-amazon-apigateway-integration"].uri
      == "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${var.function_alias_arn}/invocations"
    )
    error_message = "POST /predictions calls the alias."
  }

  assert {
    condition     = local.body.paths["/predictions"].post["x-amazon-apigateway-integration"].timeoutInMillis == 29000
    error_message = "The gateway waits as long as it may."
  }

  assert {
    condition = jsonencode(local.body.components.schemas) == jsonencode({
      PredictionRequest = { type = "object", required = ["instances"], properties = { instances = { type = "array" } } }
    })
    error_message = "The gateway imports a model that no import can misread."
  }

  assert {
    condition     = !strcontains(aws_api_gateway_rest_api.this.body, "x-amazon-apigateway-request-validator")
    error_message = "The function validates bodies, since a response of the gateway has the same code for malformed JSON and for missing instances."
  }

  assert {
    condition     = one(aws_api_gateway_rest_api.this.endpoint_configuration).types == tolist(["REGIONAL"])
    error_message = "The default type would be EDGE."
  }

  assert {
    condition = (
      aws_lambda_permission.route["PredictionsOfTheApi"].source_arn
      == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/POST/predictions"
      && aws_lambda_permission.route["PredictionsOfTheApi"].qualifier == "live"
    )
    error_message = "One method of one stage of one API may call the alias."
  }

  assert {
    condition     = aws_api_gateway_deployment.this.triggers["body"] == sha256(aws_api_gateway_rest_api.this.body)
    error_message = "Another body is another deployment."
  }

  assert {
    condition = (
      aws_api_gateway_stage.this.xray_tracing_enabled
      && one(aws_api_gateway_stage.this.access_log_settings).destination_arn == aws_cloudwatch_log_group.access.arn
    )
    error_message = "The stage is traced and writes an access log."
  }

  assert {
    condition     = aws_cloudwatch_log_group.access.retention_in_days == 365
    error_message = "The access log has retention."
  }

  assert {
    condition = (
      one(aws_api_gateway_method_settings.this.settings).throttling_rate_limit == 100
      && one(aws_api_gateway_method_settings.this.settings).throttling_burst_limit == 200
    )
    error_message = "The stage is throttled."
  }

  assert {
    condition = (
      one(aws_api_gateway_usage_plan.this["shop"].throttle_settings).rate_limit == 50
      && one(aws_api_gateway_usage_plan.this["shop"].throttle_settings).burst_limit == 100
      && one(aws_api_gateway_usage_plan.this["shop"].quota_settings).limit == 1000
      && one(aws_api_gateway_usage_plan.this["shop"].quota_settings).period == "DAY"
    )
    error_message = "The key has its own rate, burst and quota."
  }

  assert {
    condition = (
      jsonencode(output.api_keys) == jsonencode({
        shop = { "2026-11" = "a-key-of-at-least-twenty-characters", "2027-01" = "a-key-of-at-least-twenty-characters" }
      })
      && output.api_key == output.api_keys.shop["2027-01"]
    )
    error_message = "Both keys of a client are an output, and the newest one of a single client by itself."
  }

  assert {
    condition = alltrue([
      for name, key in aws_api_gateway_usage_plan_key.this :
      key.usage_plan_id == aws_api_gateway_usage_plan.this["shop"].id && key.key_id == aws_api_gateway_api_key.this[name].id
    ])
    error_message = "Both keys of a client belong to its plan."
  }
}

run "documentation_survives_the_template_language" {
  command = plan

  module {
    source = "./modules/api"
  }

  assert {
    condition = (
      !strcontains(local.openapi_template, "$")
      && !strcontains(local.openapi_template, "#")
      && jsondecode(local.openapi_template) == jsondecode(output.openapi)
    )
    error_message = "GET /openapi.json must be the document, without signs that its template would replace."
  }

  assert {
    condition = (
      strcontains(local.served_openapi_template, "ß")
      && local.template_bytes.openapi
      == length(local.served_openapi_template) + length(regexall("ß", local.served_openapi_template))
    )
    error_message = "API Gateway's quota is in bytes, of which ß has two."
  }

  assert {
    condition = jsondecode(local.addressed_openapi_template) == merge(jsondecode(output.openapi), {
      servers = [{ url = "https://$context.domainName$base" }]
    })
    error_message = "The served document names the address at which it is requested, and is otherwise the output."
  }

  assert {
    condition = (
      jsondecode(output.openapi)
      .paths["/predictions"].post.responses["400"].content["application/problem+json"].examples
      .instances_invalid.value.errors[0].pointer
      == "/instances/0/x"
    )
    error_message = "The example of a problem response names a feature of this contract."
  }

  assert {
    condition = alltrue([
      for problem in local.handler_problems :
      can(
        jsondecode(output.openapi)
        .paths["/predictions"].post.responses[tostring(problem.status)].content["application/problem+json"].examples[problem.code]
      )
      if !contains(
        concat(local.token_codes, ["prediction_unknown", "prediction_failed", "storage_failed", "endpoint_not_in_service"]),
        problem.code,
      )
    ])
    error_message = "Every code of the function is documented under its status."
  }
}

run "rejections_are_problem_documents" {
  command = plan

  module {
    source = "./modules/api"
  }

  assert {
    condition = jsondecode(local.gateway_responses["INVALID_API_KEY"].responseTemplates["application/json"]) == {
      type       = "about:blank"
      title      = "Forbidden"
      status     = 403
      code       = "api_key_invalid"
      detail     = "The header x-api-key is missing or is not a key of this API."
      retryable  = false
      request_id = "$context.requestId"
    }
    error_message = local.gateway_responses["INVALID_API_KEY"].responseTemplates["application/json"]
  }

  assert {
    condition     = local.gateway_responses["THROTTLED"].responseParameters["gatewayresponse.header.Retry-After"] == "'1'"
    error_message = "A throttled client learns when to come back."
  }

  assert {
    condition = alltrue([
      for response in values(local.gateway_responses) :
      response.responseParameters["gatewayresponse.header.x-request-id"] == "context.requestId"
    ])
    error_message = "Every response of the gateway itself has the header x-request-id."
  }

  assert {
    condition     = !can(local.gateway_responses["DEFAULT_4XX"].statusCode)
    error_message = "A status of DEFAULT_4XX would replace that of every type that has no answer of its own."
  }
}

run "an_endpoint_that_answers_at_once_has_no_route_for_results" {
  command = plan

  module {
    source = "./modules/api"
  }

  assert {
    condition = (
      toset(keys(local.body.paths)) == toset(["/predictions", "/openapi.json", "/health"])
      && !contains(keys(aws_lambda_permission.route), "ResultsOfTheApi")
    )
    error_message = join(", ", keys(local.body.paths))
  }

  assert {
    condition = (
      toset(keys(jsondecode(output.openapi).paths)) == toset(["/predictions", "/openapi.json", "/health"])
      && !can(jsondecode(output.openapi).paths["/predictions"].post.responses["202"])
    )
    error_message = "Nothing is documented that is not there."
  }

  assert {
    condition     = !strcontains(output.openapi, "prediction_unknown") && !strcontains(output.openapi, "storage_failed")
    error_message = "No problem of an asynchronous request is documented."
  }

  assert {
    condition = (
      [
        for parameter in jsondecode(output.openapi).paths["/predictions"].post.parameters :
        "${parameter.in} ${parameter.name} ${parameter.required}"
      ]
      == [
        "header x-amzn-sagemaker-inference-id false",
        "header x-amzn-sagemaker-target-model true",
        "header x-amzn-sagemaker-target-variant false",
      ]
    )
    error_message = jsonencode(jsondecode(output.openapi).paths["/predictions"].post.parameters)
  }
}

run "page" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    openapi = jsonencode({
      schemas = { Instance = {} }
      targets = ["model"]
      examples = {
        named      = 1
        csv        = "x"
        lines      = "{}"
        answer     = 3
        csv_answer = "y"
        problem    = { code = "type", pointer = "/instances/0/x", detail = "must be a number" }
      }
    })
    page = {
      contract = jsonencode({
        output   = { name = "count" }
        features = [{ name = "x", description = "</script>$in.path('$') #if(true)" }]
      })
      rows_per_request = 500
    }
  }

  assert {
    condition     = !can(local.body.paths["/"].get.security) && local.body.paths["/"].get["x-amazon-apigateway-integration"].type == "mock"
    error_message = "A browser that opens the page has no key; the gateway serves it without a function."
  }

  assert {
    condition = alltrue(flatten([
      for path, item in local.body.paths : [
        for method, operation in item : try(operation.security == [{ key = [] }], false) if "${method} ${path}" != "get /"
      ]
    ]))
    error_message = "Every other operation needs the key."
  }

  assert {
    condition = (
      !strcontains(local.page_template, "$")
      && !strcontains(local.page_template, "#")
      && !strcontains(local.page_template, "{{")
    )
    error_message = "The page has no sign that the template language interprets."
  }

  assert {
    condition = jsondecode(regex("id=\"contract\">([^<]*)</script>", local.page_template)[0]) == {
      auth       = "key", header = null, issuer = null, name = "bikes", region = "eu-west-1", rows_per_request = 500
      features   = [{ name = "x", description = "</script>$in.path('$') #if(true)" }], output = { name = "count" }
      parameters = [{ name = "x-amzn-sagemaker-target-model", required = true, description = local.target_parameters.model.description }]
    }
    error_message = "The page holds the contract, and no text of it ends the element or is interpreted."
  }

  assert {
    condition = one([
      for name, value in local.body.paths["/"].get["x-amazon-apigateway-integration"].responses.default.responseParameters : value
      if endswith(name, ".X-Frame-Options")
    ]) == "'DENY'"
    error_message = "No other site frames the page."
  }
}

run "page_for_tokens" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    page = { contract = jsonencode({ output = { name = "count" }, features = [] }), rows_per_request = 500 }
    api = merge(var.api, { auth = merge(var.api.auth, {
      key = null
      jwt = { issuer = "https://login.example.com", audiences = ["bikes"], scopes = [], jwks_uri = null, cache_ttl_in_seconds = 60 }
    }) })
    authorizer_function_arn  = "arn:aws:lambda:eu-west-1:123456789012:function:bikes-authorizer"
    authorizer_function_name = "bikes-authorizer"
  }

  assert {
    condition = (
      [for name in ["auth", "header", "issuer"] : jsondecode(local.page_contract)[name]] == ["jwt", null, "https://login.example.com"]
    )
    error_message = "The page asks for a token of the issuer."
  }

  assert {
    condition     = local.gateway_responses.UNAUTHORIZED.responseParameters["gatewayresponse.header.WWW-Authenticate"] == "'Bearer'"
    error_message = "A 401 names the scheme."
  }
}

run "reference" {
  module {
    source = "./modules/api"
  }

  variables {
    reference_function_arn  = "arn:aws:lambda:eu-west-1:123456789012:function:bikes-docs"
    reference_function_name = "bikes-docs"
  }

  assert {
    condition = (
      toset([for path, item in local.body.paths : path if !can(item.get.security[0])]) == toset([
        "/predictions",
        "/docs",
        "/docs/{file}",
        "/openapi.json",
      ])
    )
    error_message = "The reference, its files and the document that it shows need no credential."
  }

  assert {
    condition = (
      jsonencode(jsondecode(output.openapi).paths["/openapi.json"].get.security) == "[]"
      && jsondecode(output.openapi).security == [{ key = [] }]
    )
    error_message = "Clients read that the document needs no credential, and everything else does."
  }

  assert {
    condition     = local.body.paths["/predictions"].post.security == [{ key = [] }]
    error_message = "Predictions need the key."
  }

  assert {
    condition = (
      local.body.paths["/docs/{file}"].get["x-amazon-apigateway-integration"].uri
      == "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${var.reference_function_arn}/invocations"
    )
    error_message = "Files come from the reference's function, not from the handler."
  }

  assert {
    condition = (
      aws_lambda_permission.reference[0].source_arn == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/GET/docs/*"
      && aws_lambda_permission.reference[0].function_name == "bikes-docs"
    )
    error_message = "Only this route of this stage may call the function."
  }
}

run "a_page_larger_than_a_template_of_the_gateway_is_rejected" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    page = { contract = jsonencode({ output = { description = format("%0307200d", 0) }, features = [] }), rows_per_request = 1 }
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "asynchronous_api" {
  module {
    source = "./modules/api"
  }

  variables {
    asynchronous = true
  }

  assert {
    condition = (
      local.body.paths["/predictions/{id}"].get["x-amazon-apigateway-integration"]
      == local.body.paths["/predictions"].post["x-amazon-apigateway-integration"]
    )
    error_message = "Results come from the function that takes requests."
  }

  assert {
    condition = alltrue(flatten([
      for path in values(local.body.paths) : [for operation in values(path) : operation.security == [{ key = [] }]]
    ]))
    error_message = "Every operation needs the key."
  }

  assert {
    condition = (
      local.body.paths["/predictions/{id}"]["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]
      .responses.default.responseParameters["method.response.header.Allow"]
      == "'GET'"
    )
    error_message = "Another method is rejected with the allowed methods."
  }

  assert {
    condition = (
      aws_lambda_permission.route["ResultsOfTheApi"].source_arn
      == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/GET/predictions/*"
      && aws_lambda_permission.route["ResultsOfTheApi"].qualifier == "live"
    )
    error_message = "One more method of one stage of one API may call the alias."
  }

  assert {
    condition = (
      can(jsondecode(output.openapi).paths["/predictions"].post.responses["202"])
      && !can(jsondecode(output.openapi).paths["/predictions"].post.responses["200"])
    )
    error_message = "A request is accepted, not answered."
  }

  assert {
    condition = (
      toset(keys(jsondecode(output.openapi).paths["/predictions/{id}"].get.responses["404"].content["application/problem+json"].examples))
      == toset(["prediction_unknown", "route_unknown"])
    )
    error_message = jsonencode(keys(
      jsondecode(output.openapi).paths["/predictions/{id}"].get.responses["404"].content["application/problem+json"].examples
    ))
  }

  assert {
    condition = (
      !strcontains(jsonencode(jsondecode(output.openapi).paths["/predictions"]), "\"code\":\"model_")
      && !strcontains(jsonencode(jsondecode(output.openapi).paths["/predictions"]), "\"code\":\"answer_")
    )
    error_message = "The model's errors come with the result, and not with the 202."
  }
}

run "signed_api" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "ERROR"
      timeout_in_seconds    = 29
      further_stages        = {}
      canary                = null
      cors                  = null
      access                = { cidr_blocks = [], account_ids = [], organization_ids = [] }
      private               = null
      domain                = null
      web_acl               = null
      firewall              = null

      minimum_compression_size_in_bytes = null

      throttle = { rate_per_second = 100, burst = 200 }
      auth     = { key = null, iam = {}, cognito = null, jwt = null, lambda = null }
    }
  }

  assert {
    condition = alltrue(flatten([
      for path in values(local.body.paths) : [for operation in values(path) : operation.security == [{ iam = [] }]]
    ]))
    error_message = "Every operation needs a signature."
  }

  assert {
    condition     = local.body.components.securitySchemes.iam["x-amazon-apigateway-authtype"] == "awsSigv4"
    error_message = "The signature is AWS's version 4."
  }

  assert {
    condition     = length(aws_api_gateway_api_key.this) == 0 && length(aws_api_gateway_usage_plan.this) == 0 && output.api_key == null
    error_message = "There is no key where callers sign."
  }

  assert {
    condition     = one(aws_api_gateway_method_settings.this.settings).logging_level == "ERROR"
    error_message = "Execution logs are written when asked for."
  }
}

run "cognito_api" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "OFF"
      timeout_in_seconds    = 29
      further_stages        = {}
      canary                = null
      cors                  = null
      access                = { cidr_blocks = [], account_ids = [], organization_ids = [] }
      private               = null
      domain                = null
      web_acl               = null
      firewall              = null

      minimum_compression_size_in_bytes = null

      throttle = { rate_per_second = 100, burst = 200 }
      auth = {
        key = null
        iam = null
        cognito = {
          user_pool_arns       = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"]
          scopes               = ["predictions/read"]
          cache_ttl_in_seconds = 60
        }
        jwt    = null
        lambda = null
      }
    }
  }

  assert {
    condition = alltrue(flatten([
      for path in values(local.body.paths) : [
        for operation in values(path) : jsonencode(operation.security) == jsonencode([{ cognito = ["predictions/read"] }])
      ]
    ]))
    error_message = "Every operation needs a token with the scope."
  }

  assert {
    condition = jsonencode(local.body.components.securitySchemes.cognito) == jsonencode({
      type                         = "apiKey"
      name                         = "Authorization"
      in                           = "header"
      x-amazon-apigateway-authtype = "cognito_user_pools"
      x-amazon-apigateway-authorizer = {
        type                         = "cognito_user_pools"
        providerARNs                 = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"]
        authorizerResultTtlInSeconds = 60
      }
    })
    error_message = jsonencode(local.body.components.securitySchemes)
  }

  assert {
    condition = (
      jsondecode(output.openapi).components.securitySchemes.cognito.scheme == "bearer"
      && output.api_key == null
      && length(output.api_keys) == 0
    )
    error_message = "Readers learn that a token is needed, and there is no key."
  }

  assert {
    condition = (
      jsondecode(output.openapi).components.securitySchemes.cognito.description
      == "An access token of the Amazon Cognito user pool, with the scope predictions/read"
    )
    error_message = jsondecode(output.openapi).components.securitySchemes.cognito.description
  }
}

run "api_with_an_existing_authorizer" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "OFF"
      timeout_in_seconds    = 29
      further_stages        = {}
      canary                = null
      cors                  = null
      access                = { cidr_blocks = [], account_ids = [], organization_ids = [] }
      private               = null
      domain                = null
      web_acl               = null
      firewall              = null

      minimum_compression_size_in_bytes = null

      throttle = { rate_per_second = 100, burst = 200 }
      auth = {
        key     = null
        iam     = null
        cognito = null
        jwt     = null
        lambda = {
          function_arn         = "arn:aws:lambda:eu-west-1:123456789012:function:decide:live"
          identity_sources     = ["method.request.header.X-Token", "method.request.querystring.user"]
          token_pattern        = null
          cache_ttl_in_seconds = 30
        }
      }
    }
  }

  assert {
    condition = jsonencode(local.body.components.securitySchemes.lambda.x-amazon-apigateway-authorizer) == jsonencode({
      type                         = "request"
      authorizerUri                = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:decide:live/invocations"
      authorizerResultTtlInSeconds = 30
      identitySource               = "method.request.header.X-Token, method.request.querystring.user"
    })
    error_message = jsonencode(local.body.components.securitySchemes)
  }

  assert {
    condition = (
      aws_lambda_permission.authorizer[0].function_name == "arn:aws:lambda:eu-west-1:123456789012:function:decide"
      && aws_lambda_permission.authorizer[0].qualifier == "live"
    )
    error_message = "API Gateway may call the alias that it is told to call."
  }
}

run "documentation_larger_than_a_template_of_the_gateway_is_rejected" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    openapi = jsonencode({
      schemas  = { Instance = { description = format("%0307200d", 0) } }
      targets  = []
      examples = { named = 1, csv = "x", lines = "{}", answer = 3, csv_answer = "y", problem = { pointer = "/", detail = "" } }
    })
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "pages_of_two_origins" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "OFF"
      timeout_in_seconds    = 29
      further_stages        = {}
      canary                = null
      throttle              = { rate_per_second = 100, burst = 200 }
      web_acl               = null
      access                = { cidr_blocks = [], account_ids = [], organization_ids = [] }
      auth                  = { key = { clients = {} }, iam = null, cognito = null, jwt = null, lambda = null }
      cors                  = { origins = ["https://shop.example.com", "http://localhost:8000"] }
      private               = null
      domain                = null
      firewall              = null

      minimum_compression_size_in_bytes = 1024
    }
  }

  assert {
    condition     = alltrue([for path in values(local.body.paths) : length(path.options.security) == 0])
    error_message = "A browser sends a preflight request without credentials, to every path."
  }

  assert {
    condition = (
      local.body.paths["/predictions"].options["x-amazon-apigateway-integration"]
      .responses.default.responseParameters["method.response.header.Access-Control-Allow-Methods"]
      == "'POST'"
    )
    error_message = "A preflight response lists the methods of its path."
  }

  assert {
    condition = strcontains(
      local.body.paths["/predictions"].options["x-amazon-apigateway-integration"].responses.default.responseTemplates["application/json"],
      "#if($origin == \"http://localhost:8000\" || $origin == \"https://shop.example.com\")",
    )
    error_message = "The template returns the origin if it is one of the list."
  }

  assert {
    condition = alltrue([
      for response in values(local.gateway_responses) :
      response.responseParameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
    ])
    error_message = "A page can read every response of the gateway itself."
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.minimum_compression_size == "1024"
    error_message = "Large responses are compressed."
  }
}

run "pages_of_no_other_origin" {
  command = plan

  module {
    source = "./modules/api"
  }

  assert {
    condition     = !strcontains(aws_api_gateway_rest_api.this.body, "Access-Control") && !can(local.body.paths["/predictions"].options)
    error_message = "Without api.cors, nothing is said to browsers."
  }
}

run "api_in_front_of_which_are_a_domain_and_a_firewall" {
  module {
    source = "./modules/api"
  }

  variables {
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "OFF"
      timeout_in_seconds    = 60
      further_stages        = {}
      canary                = null
      throttle              = { rate_per_second = 100, burst = 200 }
      web_acl               = null
      access                = { cidr_blocks = [], account_ids = [], organization_ids = [] }
      auth                  = { key = { clients = {} }, iam = null, cognito = null, jwt = null, lambda = null }
      cors                  = null
      private               = null
      domain = {
        name                     = "predictions.example.com"
        certificate_arn          = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b"
        base_path                = "bikes"
        security_policy          = "TLS_1_2"
        disable_default_endpoint = true
        mutual_tls               = { truststore_uri = "s3://cas/truststore.pem", truststore_version = null }
      }
      firewall = {
        managed_rule_groups         = ["AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet"]
        requests_per_five_minutes   = 500
        body_limit_in_bytes         = 8192
        inspected_body_in_kilobytes = 16
        blocked_cidr_blocks         = ["203.0.113.0/24", "2001:db8::/32"]
      }

      minimum_compression_size_in_bytes = null
    }
  }

  assert {
    condition = (
      output.url == "https://predictions.example.com/bikes"
      && output.domain.alias_target == aws_api_gateway_domain_name.this[0].regional_domain_name
    )
    error_message = output.url
  }

  assert {
    condition = (
      aws_api_gateway_rest_api.this.disable_execute_api_endpoint
      && one(aws_api_gateway_domain_name.this[0].mutual_tls_authentication).truststore_uri == "s3://cas/truststore.pem"
    )
    error_message = "Nobody gets around the domain that asks for a client certificate."
  }

  assert {
    condition     = local.body.paths["/predictions"].post["x-amazon-apigateway-integration"].timeoutInMillis == 60000
    error_message = "The gateway waits as long as it is told to."
  }

  assert {
    condition = (
      toset([for rule in aws_wafv2_web_acl.this[0].rule : rule.name if rule.priority < 10]) == toset([
        "blocked-addresses-ipv4",
        "blocked-addresses-ipv6",
        "body-limit",
        "rate",
      ])
      && length(aws_wafv2_web_acl.this[0].rule) == 6
    )
    error_message = jsonencode([for rule in aws_wafv2_web_acl.this[0].rule : rule.name])
  }

  assert {
    condition = (
      jsonencode(flatten([
        for rule in aws_wafv2_web_acl.this[0].rule : [
          for override in one(one(rule.statement).managed_rule_group_statement).rule_action_override : override.name
        ] if rule.name == "AWSManagedRulesCommonRuleSet"
      ]))
      == jsonencode(["SizeRestrictions_BODY"])
    )
    error_message = "A batch of instances may be larger than 8 KB."
  }

  assert {
    condition = (
      toset(flatten([
        for field in aws_wafv2_web_acl_logging_configuration.this[0].redacted_fields : [for header in field.single_header : header.name]
      ]))
      == toset(["authorization", "x-api-key"])
    )
    error_message = "The log has no credentials."
  }
}

run "private_api_with_iam" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "OFF"
      timeout_in_seconds    = 29
      further_stages        = {}
      canary                = null
      throttle              = { rate_per_second = 100, burst = 200 }
      web_acl               = null
      access                = { cidr_blocks = ["10.0.0.0/8"], account_ids = ["210987654321"], organization_ids = ["o-a1b2c3d4e5"] }
      auth                  = { key = null, iam = {}, cognito = null, jwt = null, lambda = null }
      cors                  = { origins = ["https://shop.example.com"] }
      private               = { vpc_endpoint_ids = ["vpce-0a1b2c3d4e5f60718"] }
      domain                = null
      firewall              = null

      minimum_compression_size_in_bytes = null
    }
  }

  assert {
    condition = (
      one(aws_api_gateway_rest_api.this.endpoint_configuration).types == tolist(["PRIVATE"])
      && one(aws_api_gateway_rest_api.this.endpoint_configuration).vpc_endpoint_ids == toset(["vpce-0a1b2c3d4e5f60718"])
    )
    error_message = "The API is reached through the VPC endpoint."
  }

  assert {
    condition = jsonencode(local.body["x-amazon-apigateway-policy"].Statement[*].Sid) == jsonencode([
      "AllowTheAccounts",
      "AllowTheOrganizations",
      "AllowPreflightRequests",
      "DenyOtherAddresses",
      "DenyOtherVpcEndpoints",
    ])
    error_message = jsonencode(local.body["x-amazon-apigateway-policy"])
  }

  assert {
    condition = (
      jsonencode(local.body["x-amazon-apigateway-policy"].Statement[0].Principal.AWS) == jsonencode([
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::210987654321:root",
      ])
    )
    error_message = "Callers of both accounts need their own permission as well: no statement allows everyone who signs."
  }

  assert {
    condition = jsonencode(local.body["x-amazon-apigateway-policy"].Statement[3].Condition) == jsonencode({
      NotIpAddress = { "aws:VpcSourceIp" = ["10.0.0.0/8"] }
    })
    error_message = jsonencode(local.body["x-amazon-apigateway-policy"].Statement[3])
  }
}

run "keyed_api_for_some_addresses" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "OFF"
      timeout_in_seconds    = 29
      further_stages        = {}
      canary                = null
      throttle              = { rate_per_second = 100, burst = 200 }
      web_acl               = null
      access                = { cidr_blocks = ["203.0.113.0/24"], account_ids = [], organization_ids = [] }
      auth                  = { key = { clients = {} }, iam = null, cognito = null, jwt = null, lambda = null }
      cors                  = null
      private               = null
      domain                = null
      firewall              = null

      minimum_compression_size_in_bytes = null
    }
  }

  assert {
    condition = (
      jsonencode(local.body["x-amazon-apigateway-policy"].Statement[*].Sid) == jsonencode(["AllowRequests", "DenyOtherAddresses"])
      && jsonencode(local.body["x-amazon-apigateway-policy"].Statement[1].Condition) == jsonencode({
        NotIpAddress = { "aws:SourceIp" = ["203.0.113.0/24"] }
      })
    )
    error_message = jsonencode(local.body["x-amazon-apigateway-policy"])
  }
}

run "two_stages_of_one_contract" {
  module {
    source = "./modules/api"
  }

  variables {
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "OFF"
      timeout_in_seconds    = 29
      further_stages        = { trial = { rate_per_second = 5, burst = 10 } }
      canary                = { percent_of_requests = 10 }
      throttle              = { rate_per_second = 100, burst = 200 }
      web_acl               = null
      access                = { cidr_blocks = [], account_ids = [], organization_ids = [] }
      auth = {
        key     = { clients = { shop = { keys = ["1"], rate_per_second = 50, burst = 100, quota = { requests = 1000, period = "DAY" } } } }
        iam     = null
        cognito = null
        jwt     = null
        lambda  = null
      }
      cors     = null
      private  = null
      domain   = null
      firewall = null

      minimum_compression_size_in_bytes = null
    }
  }

  assert {
    condition = (
      one(aws_api_gateway_method_settings.further["trial"].settings).throttling_rate_limit == 5
      && length(aws_api_gateway_usage_plan.this["shop"].api_stages) == 2
    )
    error_message = "The further stage has a throttle of its own, and the same keys."
  }

  assert {
    condition = toset(keys(aws_lambda_permission.route)) == toset([
      "HealthOfTheApi",
      "HealthOfTheApi-trial",
      "PredictionsOfTheApi",
      "PredictionsOfTheApi-trial",
    ])
    error_message = join(", ", keys(aws_lambda_permission.route))
  }

  assert {
    condition = (
      one(aws_api_gateway_stage.this.canary_settings).percent_traffic == 10
      && length(aws_api_gateway_stage.further["trial"].canary_settings) == 0
    )
    error_message = "The canary is one of the first stage."
  }
}

run "cached_api_with_a_client_certificate" {
  module {
    source = "./modules/api"
  }

  variables {
    reference_function_arn  = "arn:aws:lambda:eu-west-1:123456789012:function:bikes-reference"
    reference_function_name = "bikes-reference"
    api = {
      stage_name            = "v1"
      log_retention_in_days = 365
      execution_log_level   = "ERROR"
      timeout_in_seconds    = 29
      further_stages        = {}
      canary                = null
      throttle              = { rate_per_second = 100, burst = 200 }
      web_acl               = null
      client_certificate    = true
      cache                 = { size_in_gb = 0.5, ttl_in_seconds = 60 }
      access                = { cidr_blocks = [], account_ids = [], organization_ids = [] }
      auth                  = { key = { clients = {} }, iam = null, cognito = null, jwt = null, lambda = null }
      cors                  = { origins = ["https://shop.example.com", "http://localhost:8000"] }
      private               = null
      domain                = null
      firewall              = null

      minimum_compression_size_in_bytes = null
    }
  }

  assert {
    condition     = aws_api_gateway_stage.this.cache_cluster_enabled && aws_api_gateway_stage.this.cache_cluster_size == "0.5"
    error_message = "The stage has a cache."
  }

  assert {
    condition     = aws_api_gateway_stage.this.client_certificate_id == aws_api_gateway_client_certificate.this[0].id
    error_message = "The stage has a certificate."
  }

  assert {
    condition = (
      {
        for path, settings in { all = aws_api_gateway_method_settings.this, health = aws_api_gateway_method_settings.health[0] } : path => [
          for each in settings.settings : [
            settings.method_path,
            each.caching_enabled,
            each.cache_ttl_in_seconds,
            each.cache_data_encrypted,
            each.require_authorization_for_cache_control,
            each.throttling_rate_limit,
            each.throttling_burst_limit,
            each.logging_level,
          ]
        ]
      }
      == { all = [["*/*", true, 60, true, true, 100, 200, "ERROR"]], health = [["health/GET", true, 5, true, true, 100, 200, "ERROR"]] }
    )
    error_message = "Responses are encrypted, and the endpoint's health is kept for as long as a function keeps it."
  }

  assert {
    condition = {
      for path, item in local.body.paths : path => [
        item.get["x-amazon-apigateway-integration"].cacheKeyParameters,
        [for parameter in item.get.parameters : "${parameter.in} ${parameter.name}"],
      ]
      if can(item.get["x-amazon-apigateway-integration"].cacheKeyParameters)
      } == {
      "/openapi.json" = [["method.request.header.Host", "method.request.header.Origin"], ["header Host", "header Origin"]]
      "/health"       = [["method.request.header.Origin"], ["header Origin"]]
      "/docs/{file}"  = [["method.request.path.file"], ["path file"]]
    }
    error_message = jsonencode({
      for path, item in local.body.paths : path => item.get["x-amazon-apigateway-integration"] if can(item.get)
    })
  }
}

run "api_without_a_cache" {
  command = plan

  module {
    source = "./modules/api"
  }

  assert {
    condition = (
      !aws_api_gateway_stage.this.cache_cluster_enabled
      && length(aws_api_gateway_method_settings.health) == 0
      && !strcontains(aws_api_gateway_rest_api.this.body, "cacheKeyParameters")
    )
    error_message = "Nothing is cached, and nothing is the key of a cache."
  }
}
