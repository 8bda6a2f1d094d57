# The API's documentation: the same document as output and at GET /openapi.json.

locals {
  contract = jsondecode(var.contract.openapi)

  # Every problem that a client can meet, by status and then by code.
  documented_problems = concat(
    [for problem in local.handler_problems : { status = problem.status, code = problem.code, detail = problem.detail, retryable = problem.retryable }],
    [for type, problem in local.problems : {
      status = problem.status, code = problem.code, detail = problem.detail, retryable = contains(local.retryable, problem.status)
    } if can(problem.status)],
  )
  statuses = toset([for problem in local.documented_problems : tostring(problem.status)])

  problem_responses = { for status in local.statuses : status => {
    description = local.titles[status]
    headers     = contains(["429", "503"], status) ? { Retry-After = { schema = { type = "integer" }, description = "Seconds, where they are known" } } : {}
    content = {
      "application/problem+json" = {
        schema = { "$ref" = "#/components/schemas/Problem" }
        examples = { for code, problems in { for problem in local.documented_problems : problem.code => problem... if tostring(problem.status) == status } : code => {
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
        } }
      }
    }
  } }

  # What an answer of this code says beyond its kind.
  problem_members = {
    instances_invalid = {
      detail      = "${local.contract.examples.fault.pointer}: ${local.contract.examples.fault.detail}"
      errors      = [local.contract.examples.fault]
      error_count = 1
    }
  }

  problem_schema = {
    type        = "object"
    description = "RFC 9457. What to act on is code."
    required    = ["type", "code", "detail", "request_id"]
    properties = {
      type        = { type = "string", enum = ["about:blank"] }
      title       = { type = "string" }
      status      = { type = "integer" }
      code        = { type = "string" }
      detail      = { type = "string" }
      retryable   = { type = "boolean", description = "Whether the same request may succeed later" }
      request_id  = { type = "string", description = "Of the log lines" }
      error_count = { type = "integer", description = "How many values do not fit; errors lists the first of them" }
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

  # OpenAPI has schemas for JSON only: as content of their own, these two would promise that any text is taken.
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

  documented_security = var.api.iam == null ? {
    key = { type = "apiKey", name = "x-api-key", in = "header" }
    } : {
    iam = { type = "apiKey", name = "Authorization", in = "header", description = "AWS Signature Version 4" }
  }

  openapi = {
    openapi = "3.0.3"
    info = {
      title       = var.name
      description = "Predictions by the model behind the SageMaker endpoint ${var.name}"
      version     = substr(sha256(var.contract.openapi), 0, 8)
    }
    servers  = [{ url = "/${var.api.stage_name}" }]
    security = [for name, scheme in local.documented_security : { (name) = [] }]
    components = {
      securitySchemes = local.documented_security
      schemas         = merge(local.contract.schemas, { Problem = local.problem_schema })
    }
    paths = {
      "/predictions" = {
        post = {
          operationId = "predict"
          summary     = "Predict one value per instance"
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
          responses = merge(local.problem_responses, {
            "200" = {
              description = "The predictions, in the order of the instances"
              headers     = { x-request-id = { schema = { type = "string" } } }
              content = { for type, answer in {
                "application/json" = { schema = { "$ref" = "#/components/schemas/PredictionResponse" }, example = local.contract.examples.answer }
                "text/csv"         = { schema = { type = "string" }, example = local.contract.examples.csv_answer }
              } : type => { for key, value in answer : key => value if value != null } }
            }
          })
        }
      }
      "/openapi.json" = {
        get = {
          operationId = "describe"
          summary     = "This document"
          responses = merge(
            { for status in ["403", "415", "429"] : status => local.problem_responses[status] },
            { "200" = { description = "This document", content = { "application/json" = { schema = { type = "object" } } } } },
          )
        }
      }
    }
  }
}
