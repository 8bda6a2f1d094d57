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
  openapi            = "{\"schemas\":{\"Instance\":{}},\"targets\":[\"model\",\"variant\"],\"examples\":{\"named\":1,\"positional\":2,\"csv\":\"x\",\"lines\":\"{}\",\"answer\":3,\"csv_answer\":\"y\",\"problem\":{\"code\":\"type\",\"pointer\":\"/instances/0/x\",\"detail\":\"must be a number\"}}}"
  api = {
    stage_name            = "v1"
    log_retention_in_days = 365
    execution_log_level   = "OFF"
    throttle              = { rate_per_second = 100, burst = 200 }
    key                   = { rate_per_second = 50, burst = 100, quota = { requests = 1000, period = "DAY" } }
    iam                   = null
  }
}

run "keyed_api" {
  module {
    source = "./modules/api"
  }

  assert {
    condition     = alltrue(flatten([for path in values(local.body.paths) : [for operation in values(path) : operation.security == [{ key = [] }]]]))
    error_message = "Every operation needs the key: API Gateway ignores security at the root of the document."
  }

  assert {
    condition     = local.body.paths["/predictions"].post["x-amazon-apigateway-integration"].uri == "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:bikes:live/invocations"
    error_message = "POST /predictions calls the alias."
  }

  assert {
    condition     = local.body.paths["/predictions"].post["x-amazon-apigateway-integration"].timeoutInMillis == 29000
    error_message = "The gateway waits as long as it may."
  }

  assert {
    condition     = jsonencode(local.body.components.schemas) == jsonencode({ PredictionRequest = { type = "object", required = ["instances"], properties = { instances = { type = "array" } } } })
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
    condition     = aws_lambda_permission.this.source_arn == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/POST/predictions" && aws_lambda_permission.this.qualifier == "live"
    error_message = "One method of one stage of one API may call the alias."
  }

  assert {
    condition     = aws_api_gateway_deployment.this.triggers["body"] == sha256(aws_api_gateway_rest_api.this.body)
    error_message = "Another body is another deployment."
  }

  assert {
    condition     = aws_api_gateway_stage.this.xray_tracing_enabled && one(aws_api_gateway_stage.this.access_log_settings).destination_arn == aws_cloudwatch_log_group.access.arn
    error_message = "The stage is traced and writes an access log."
  }

  assert {
    condition     = aws_cloudwatch_log_group.access.retention_in_days == 365
    error_message = "The access log has retention."
  }

  assert {
    condition     = one(aws_api_gateway_method_settings.this.settings).throttling_rate_limit == 100 && one(aws_api_gateway_method_settings.this.settings).throttling_burst_limit == 200
    error_message = "The stage is throttled."
  }

  assert {
    condition = (
      one(aws_api_gateway_usage_plan.this[0].throttle_settings).rate_limit == 50 && one(aws_api_gateway_usage_plan.this[0].throttle_settings).burst_limit == 100
      && one(aws_api_gateway_usage_plan.this[0].quota_settings).limit == 1000 && one(aws_api_gateway_usage_plan.this[0].quota_settings).period == "DAY"
    )
    error_message = "The key has its own rate, burst and quota."
  }

  assert {
    condition     = output.api_key == "a-key-of-at-least-twenty-characters"
    error_message = "The key is an output."
  }
}

run "documentation_survives_the_template_language" {
  command = plan

  module {
    source = "./modules/api"
  }

  assert {
    condition     = !strcontains(local.openapi_template, "$") && !strcontains(local.openapi_template, "#") && jsondecode(local.openapi_template) == jsondecode(output.openapi)
    error_message = "GET /openapi.json must be the document, without signs that its template would replace."
  }

  assert {
    condition     = jsondecode(output.openapi).paths["/predictions"].post.responses["400"].content["application/problem+json"].examples.instances_invalid.value.errors[0].pointer == "/instances/0/x"
    error_message = "The example of a problem response names a feature of this contract."
  }

  assert {
    condition     = alltrue([for problem in local.handler_problems : can(jsondecode(output.openapi).paths["/predictions"].post.responses[tostring(problem.status)].content["application/problem+json"].examples[problem.code]) if !contains(["prediction_unknown", "prediction_failed", "storage_failed"], problem.code)])
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
    condition     = alltrue([for response in values(local.gateway_responses) : response.responseParameters["gatewayresponse.header.x-request-id"] == "context.requestId"])
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
    condition     = toset(keys(local.body.paths)) == toset(["/predictions", "/openapi.json"]) && length(aws_lambda_permission.result) == 0
    error_message = join(", ", keys(local.body.paths))
  }

  assert {
    condition     = toset(keys(jsondecode(output.openapi).paths)) == toset(["/predictions", "/openapi.json"]) && !can(jsondecode(output.openapi).paths["/predictions"].post.responses["202"])
    error_message = "Nothing is documented that is not there."
  }

  assert {
    condition     = !strcontains(output.openapi, "prediction_unknown") && !strcontains(output.openapi, "storage_failed")
    error_message = "No problem of an asynchronous request is documented."
  }

  assert {
    condition = [for parameter in jsondecode(output.openapi).paths["/predictions"].post.parameters : "${parameter.in} ${parameter.name} ${parameter.required}"] == [
      "header x-amzn-sagemaker-inference-id false", "header x-amzn-sagemaker-target-model true", "header x-amzn-sagemaker-target-variant false"
    ]
    error_message = jsonencode(jsondecode(output.openapi).paths["/predictions"].post.parameters)
  }
}

run "page" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    openapi = jsonencode({ schemas = { Instance = {} }, targets = ["model"], examples = { named = 1, csv = "x", lines = "{}", answer = 3, csv_answer = "y", problem = { code = "type", pointer = "/instances/0/x", detail = "must be a number" } } })
    page    = { contract = jsonencode({ output = { name = "count" }, features = [{ name = "x", description = "</script>$in.path('$') #if(true)" }] }), rows_per_request = 500 }
  }

  assert {
    condition     = !can(local.body.paths["/"].get.security) && local.body.paths["/"].get["x-amazon-apigateway-integration"].type == "mock"
    error_message = "A browser that opens the page has no key; the gateway serves it without a function."
  }

  assert {
    condition     = alltrue(flatten([for path, item in local.body.paths : [for method, operation in item : try(operation.security == [{ key = [] }], false) if "${method} ${path}" != "get /"]]))
    error_message = "Every other operation needs the key."
  }

  assert {
    condition     = !strcontains(local.page_template, "$") && !strcontains(local.page_template, "#") && !strcontains(local.page_template, "{{")
    error_message = "The page has no sign that the template language interprets."
  }

  assert {
    condition = jsondecode(regex("id=\"contract\">([^<]*)</script>", local.page_template)[0]) == {
      auth       = "key", name = "bikes", region = "eu-west-1", rows_per_request = 500
      features   = [{ name = "x", description = "</script>$in.path('$') #if(true)" }], output = { name = "count" }
      parameters = [{ name = "x-amzn-sagemaker-target-model", required = true, description = local.target_parameters.model.description }]
    }
    error_message = "The page holds the contract, and no text of it ends the element or is interpreted."
  }

  assert {
    condition     = one([for name, value in local.body.paths["/"].get["x-amazon-apigateway-integration"].responses.default.responseParameters : value if endswith(name, ".X-Frame-Options")]) == "'DENY'"
    error_message = "No other site frames the page."
  }
}

run "reference" {
  module {
    source = "./modules/api"
  }

  variables {
    reference = { function_name = "bikes-docs", function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:bikes-docs" }
  }

  assert {
    condition     = toset([for path, item in local.body.paths : path if !can(item.get.security[0])]) == toset(["/predictions", "/docs", "/docs/{file}", "/openapi.json"])
    error_message = "The reference, its files and the document that it shows need no credential."
  }

  assert {
    condition     = jsonencode(jsondecode(output.openapi).paths["/openapi.json"].get.security) == "[]" && jsondecode(output.openapi).security == [{ key = [] }]
    error_message = "Clients read that the document needs no credential, and everything else does."
  }

  assert {
    condition     = local.body.paths["/predictions"].post.security == [{ key = [] }]
    error_message = "Predictions need the key."
  }

  assert {
    condition     = local.body.paths["/docs/{file}"].get["x-amazon-apigateway-integration"].uri == "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:bikes-docs/invocations"
    error_message = "Files come from the reference's function, not from the handler."
  }

  assert {
    condition     = aws_lambda_permission.reference[0].source_arn == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/GET/docs/*" && aws_lambda_permission.reference[0].function_name == "bikes-docs"
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
    condition     = local.body.paths["/predictions/{id}"].get["x-amazon-apigateway-integration"] == local.body.paths["/predictions"].post["x-amazon-apigateway-integration"]
    error_message = "Results come from the function that takes requests."
  }

  assert {
    condition     = alltrue(flatten([for path in values(local.body.paths) : [for operation in values(path) : operation.security == [{ key = [] }]]]))
    error_message = "Every operation needs the key."
  }

  assert {
    condition     = local.body.paths["/predictions/{id}"]["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"].responses.default.responseParameters["method.response.header.Allow"] == "'GET'"
    error_message = "Another method is rejected with the allowed methods."
  }

  assert {
    condition     = aws_lambda_permission.result[0].source_arn == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/GET/predictions/*" && aws_lambda_permission.result[0].qualifier == "live"
    error_message = "One more method of one stage of one API may call the alias."
  }

  assert {
    condition     = can(jsondecode(output.openapi).paths["/predictions"].post.responses["202"]) && !can(jsondecode(output.openapi).paths["/predictions"].post.responses["200"])
    error_message = "A request is accepted, not answered."
  }

  assert {
    condition     = toset(keys(jsondecode(output.openapi).paths["/predictions/{id}"].get.responses["404"].content["application/problem+json"].examples)) == toset(["prediction_unknown", "route_unknown"])
    error_message = jsonencode(keys(jsondecode(output.openapi).paths["/predictions/{id}"].get.responses["404"].content["application/problem+json"].examples))
  }

  assert {
    condition     = !strcontains(jsonencode(jsondecode(output.openapi).paths["/predictions"]), "\"code\":\"model_") && !strcontains(jsonencode(jsondecode(output.openapi).paths["/predictions"]), "\"code\":\"answer_")
    error_message = "What the model makes of a request is known with the result."
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
      throttle              = { rate_per_second = 100, burst = 200 }
      key                   = null
      iam                   = {}
    }
  }

  assert {
    condition     = alltrue(flatten([for path in values(local.body.paths) : [for operation in values(path) : operation.security == [{ iam = [] }]]]))
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

run "documentation_larger_than_a_template_of_the_gateway_is_rejected" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    openapi = jsonencode({ schemas = { Instance = { description = format("%0307200d", 0) } }, targets = [], examples = { named = 1, csv = "x", lines = "{}", answer = 3, csv_answer = "y", problem = { pointer = "/", detail = "" } } })
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}
