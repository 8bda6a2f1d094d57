# The gateway's own responses, when it does not call the function: problem documents (RFC 9457) like the function's.

locals {
  # By type of gateway response. DEFAULT_4XX and DEFAULT_5XX are for the types that are not listed; they have no status, so that each type
  # keeps its own. API Gateway responds alike to an unknown path and to a missing signature: that row depends on how callers authenticate.
  problems = {
    for problem in jsondecode(file("${path.module}/gateway_problems.json")) : problem.type => problem
    if try(problem.access, local.access) == local.access
  }
  access = local.auth == "iam" ? "iam" : "key"

  wrong_method = {
    status    = 405
    code      = "method_not_allowed"
    retryable = false
    detail    = "The path does not support the method. The Allow header lists those that it supports."
  }

  # The function's own, as lambda/src/prediction_api/problems.py has them, written by `make problems`; a unit test compares the two.
  handler_problems = jsondecode(file("${path.module}/handler_problems.json"))

  titles = {
    400 = "Bad Request"
    401 = "Unauthorized"
    403 = "Forbidden"
    404 = "Not Found"
    405 = "Method Not Allowed"
    406 = "Not Acceptable"
    413 = "Content Too Large"
    415 = "Unsupported Media Type"
    429 = "Too Many Requests"
    500 = "Internal Server Error"
    502 = "Bad Gateway"
    503 = "Service Unavailable"
    504 = "Gateway Timeout"
  }

  documents = { for type, problem in merge(local.problems, { METHOD_NOT_ALLOWED = local.wrong_method }) : type => {
    for key, value in {
      type       = "about:blank"
      title      = try(local.titles[problem.status], null)
      status     = try(problem.status, null)
      code       = problem.code
      detail     = problem.detail
      retryable  = try(problem.retryable, null)
      request_id = "$context.requestId"
    } : key => value if value != null
  } }

  gateway_responses = { for type, problem in local.problems : type => merge(
    {
      responseParameters = merge(
        {
          "gatewayresponse.header.Content-Type" = "'application/problem+json'"
          "gatewayresponse.header.x-request-id" = "context.requestId"
        },
        local.gateway_cors_parameters,
        # RFC 9110, section 15.5.2. The scheme that a function of the caller's own expects is unknown.
        type == "UNAUTHORIZED" && contains(["cognito", "jwt"], local.auth) ? {
          "gatewayresponse.header.WWW-Authenticate" = "'Bearer'"
        } : {},
        can(problem.retry_after) ? { "gatewayresponse.header.Retry-After" = "'${problem.retry_after}'" } : {},
      )
      responseTemplates = { "application/json" = jsonencode(local.documents[type]) }
    },
    can(problem.status) ? { statusCode = tostring(problem.status) } : {},
  ) }
}
