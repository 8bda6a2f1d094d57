# The API's documentation: the same document as output and at GET /openapi.json.

locals {
  contract = jsondecode(var.openapi)

  # The handler's problems by operation. Problems of the model's response can only occur when an asynchronous result is fetched.
  any_codes    = ["accept_unsupported", "body_malformed", "target_invalid", "internal", "adapter_failed", "storage_failed", "timeout"]
  result_codes = ["prediction_unknown", "prediction_failed"]
  health_codes = ["endpoint_not_in_service"]
  token_codes  = ["unauthorized", "access_denied", "issuer_failed"] # of a public function URL
  answer_codes = [for problem in local.handler_problems : problem.code if startswith(problem.code, "answer_")]
  model_codes  = [for problem in local.handler_problems : problem.code if startswith(problem.code, "model_")]
  operation_problems = {
    predict = [
      for problem in local.handler_problems : problem
      if !contains(
        concat(
          local.result_codes,
          local.health_codes,
          local.token_codes,
          var.asynchronous ? concat(local.answer_codes, local.model_codes) : ["storage_failed"],
        ),
        problem.code,
      )
    ]
    health = [
      for problem in local.handler_problems : problem
      if contains(concat(local.health_codes, ["internal", "timeout"]), problem.code)
      || (startswith(problem.code, "endpoint_") && problem.code != "endpoint_not_found")
    ]
    result = [
      for problem in local.handler_problems : problem
      if contains(concat(local.any_codes, local.result_codes, local.answer_codes), problem.code)
    ]
  }

  # Every problem of an operation, by status and then by code.
  documented_problems = { for operation, problems in local.operation_problems : operation => concat(
    [for problem in problems : { status = problem.status, code = problem.code, detail = problem.detail, retryable = problem.retryable }],
    [for type, problem in local.problems : {
      status = problem.status, code = problem.code, detail = problem.detail, retryable = problem.retryable
    } if can(problem.status)],
  ) }

  problem_responses = { for operation, all in local.documented_problems : operation => {
    for status in toset([for problem in all : tostring(problem.status)]) : status => {
      description = local.titles[status]
      headers = contains(["429", "503"], status) ? {
        Retry-After = { schema = { type = "integer" }, description = "Seconds, where they are known" }
      } : {}
      content = {
        "application/problem+json" = {
          schema = { "$ref" = "#/components/schemas/Problem" }
          examples = {
            for code, problems in { for problem in all : problem.code => problem... if tostring(problem.status) == status } :
            code => {
              value = merge(
                {
                  type       = "about:blank"
                  title      = local.titles[status]
                  status     = tonumber(status)
                  code       = code
                  detail     = problems[0].detail
                  retryable  = problems[0].retryable
                  request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
                },
                try(local.problem_members[code], {}),
              )
            }
          }
        }
      }
  } } }

  # Further members of the problem documents of a code.
  problem_members = {
    instances_invalid = {
      detail      = "${local.contract.examples.problem.pointer}: ${local.contract.examples.problem.detail}"
      errors      = [local.contract.examples.problem]
      error_count = 1
    }
  }

  problem_schema = {
    type        = "object"
    description = "RFC 9457. Clients should act on code."
    required    = ["type", "code", "detail", "request_id"]
    properties = {
      type        = { type = "string", enum = ["about:blank"] }
      title       = { type = "string" }
      status      = { type = "integer" }
      code        = { type = "string" }
      detail      = { type = "string" }
      retryable   = { type = "boolean", description = "Whether the same request may succeed later" }
      request_id  = { type = "string", description = "ID of the request in the logs" }
      error_count = { type = "integer", description = "Number of invalid values; errors lists the first of them" }
      errors = {
        type = "array"
        items = {
          type     = "object"
          required = ["code", "pointer", "detail"]
          properties = {
            code    = { type = "string" }
            pointer = { type = "string", description = "JSON pointer to the value in the request" }
            detail  = { type = "string" }
          }
        }
      }
    }
  }

  # OpenAPI has schemas for JSON only: listed as content types, these two would claim that any text is accepted.
  other_bodies = <<-EOT
    The same instances may be sent as `text/csv`, with a header in any order or without one in the order of positional instances:

    ```
    ${trimspace(local.contract.examples.csv)}
    ```

    and as `application/jsonlines`, one instance per line:

    ```
    ${trimspace(local.contract.examples.lines)}
    ```
  EOT

  # Parameters of a request besides its body.
  target_parameters = {
    model = {
      name        = "x-amzn-sagemaker-target-model"
      required    = true
      description = "The model to use: its archive under the prefix of the models"
      schema      = { type = "string", minLength = 1, maxLength = 1024 }
    }
    variant = {
      name        = "x-amzn-sagemaker-target-variant"
      required    = false
      description = "The variant to use, regardless of the weights"
      schema      = { type = "string", pattern = "^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$" }
    }
  }
  inference_id = { schema = { type = "string" }, description = "ID under which SageMaker captures the request and its response" }
  parameters = [for parameter in concat(
    [{
      name        = "x-amzn-sagemaker-inference-id"
      required    = false
      description = "${local.inference_id.description}; x-request-id unless it is 1 to 64 printable characters"
      schema      = { type = "string" }
    }],
    [for target, parameter in local.target_parameters : parameter if contains(local.contract.targets, target)],
  ) : merge(parameter, { in = "header" })]

  answered = {
    description = "The predictions, in the order of the instances"
    headers     = { x-request-id = { schema = { type = "string" } }, x-amzn-sagemaker-inference-id = local.inference_id }
    content = { for type, answer in {
      "application/json" = { schema = { "$ref" = "#/components/schemas/PredictionResponse" }, example = local.contract.examples.answer }
      "text/csv"         = { schema = { type = "string" }, example = local.contract.examples.csv_answer }
    } : type => { for key, value in answer : key => value if value != null } }
  }

  # Responses of an asynchronous endpoint.
  receipt = { id = "6f1d3a0c5b9e4f27a8d0c4e1b2f39a75", location = "/predictions/6f1d3a0c5b9e4f27a8d0c4e1b2f39a75" }
  receipt_schema = {
    type                 = "object"
    required             = ["id", "location"]
    additionalProperties = false
    properties = {
      id       = { type = "string", pattern = "^[0-9a-f]{32}$" }
      location = { type = "string", description = "Location of the predictions, relative to the server's URL" }
    }
  }
  accepted = {
    description = "The request was accepted. GET the location for the predictions"
    headers = {
      Location                      = { schema = { type = "string" }, description = "The location, relative to this URL" }
      Retry-After                   = { schema = { type = "integer" }, description = "Seconds" }
      x-request-id                  = { schema = { type = "string" } }
      x-amzn-sagemaker-inference-id = local.inference_id
    }
    content = { "application/json" = { schema = { "$ref" = "#/components/schemas/Receipt" }, example = local.receipt } }
  }
  documented_result = { for path in var.asynchronous ? ["/predictions/{id}"] : [] : path => {
    get = {
      operationId = "fetch"
      summary     = "Fetch the predictions of an earlier request"
      parameters  = [{ name = "id", in = "path", required = true, schema = { type = "string" }, example = local.receipt.id }]
      responses = merge(local.problem_responses.result, {
        "200" = local.answered
        "202" = merge(local.accepted, {
          description = "No predictions yet; try again"
          headers     = { for name, header in local.accepted.headers : name => header if name != "Location" }
        })
      })
    }
  } }

  openapi = {
    openapi = "3.0.3"
    info = {
      title       = var.name
      description = "Predictions by the model behind the SageMaker endpoint ${var.name}"
      version     = substr(sha256(jsonencode([var.openapi, var.asynchronous])), 0, 8)
    }
    servers  = [{ url = "/${var.api.stage_name}" }]
    security = [for name, scheme in local.documented_security : { (name) = [] }]
    components = {
      securitySchemes = local.documented_security
      schemas = merge(
        local.contract.schemas,
        { Problem = local.problem_schema },
        var.asynchronous ? { Receipt = local.receipt_schema } : {},
      )
    }
    paths = merge(local.documented_result, {
      "/predictions" = {
        post = {
          operationId = "predict"
          summary     = "Predict one value per instance"
          parameters  = local.parameters
          requestBody = {
            required    = true
            description = local.other_bodies
            content = {
              "application/json" = {
                schema   = { "$ref" = "#/components/schemas/PredictionRequest" }
                examples = { named = { value = local.contract.examples.named } }
              }
            }
          }
          responses = merge(local.problem_responses.predict, {
            for status, response in { "200" = local.answered, "202" = local.accepted } : status => response
            if var.asynchronous == (status == "202")
          })
        }
      }
      "/health" = {
        get = {
          operationId = "health"
          summary     = "Check the endpoint, without a call to the model"
          responses = merge(local.problem_responses.health, {
            "200" = {
              description = "The endpoint serves"
              headers     = { x-request-id = { schema = { type = "string" } } }
              content = { "application/json" = {
                schema  = { type = "object", required = ["endpoint_status"], properties = { endpoint_status = { type = "string" } } }
                example = { endpoint_status = "InService" }
              } }
            }
          })
        }
      }
      "/openapi.json" = {
        get = merge(var.reference_function_arn == null ? {} : { security = [] }, {
          operationId = "describe"
          summary     = "This document"
          responses = merge(
            { for status in ["403", "415", "429"] : status => local.problem_responses.predict[status] },
            { "200" = { description = "This document", content = { "application/json" = { schema = { type = "object" } } } } },
          )
        })
      }
    })
  }
}
