# The gateway's own responses, when it does not call the function: problem documents (RFC 9457) like the function's.

locals {
  problems = {
    BAD_REQUEST_BODY             = { status = 400, code = "request_invalid", detail = "The body does not match the request schema. See GET /openapi.json." }
    BAD_REQUEST_PARAMETERS       = { status = 400, code = "request_invalid", detail = "The parameters do not match the request schema." }
    UNAUTHORIZED                 = { status = 401, code = "unauthorized", detail = "The request has no valid credentials." }
    ACCESS_DENIED                = { status = 403, code = "access_denied", detail = "The caller may not use this API." }
    EXPIRED_TOKEN                = { status = 403, code = "access_denied", detail = "The credentials have expired." }
    INVALID_API_KEY              = { status = 403, code = "api_key_invalid", detail = "The header x-api-key is missing or is not a key of this API." }
    INVALID_SIGNATURE            = { status = 403, code = "access_denied", detail = "The signature is not valid." }
    MISSING_AUTHENTICATION_TOKEN = local.unknown_route
    WAF_FILTERED                 = { status = 403, code = "access_denied", detail = "The request was blocked by a firewall rule." }
    RESOURCE_NOT_FOUND           = { status = 404, code = "route_unknown", detail = "No such route exists." }
    UNSUPPORTED_MEDIA_TYPE       = { status = 415, code = "content_type_unsupported", detail = "The content type is not supported." }
    THROTTLED                    = { status = 429, code = "throttled", detail = "Too many requests.", retry_after = 1 }
    QUOTA_EXCEEDED               = { status = 429, code = "quota_exceeded", detail = "The API key's quota is exhausted." }
    API_CONFIGURATION_ERROR      = { status = 500, code = "gateway_failed", detail = "The API is misconfigured." }
    INTEGRATION_FAILURE          = { status = 502, code = "gateway_failed", detail = "The function did not respond." }
    INTEGRATION_TIMEOUT          = { status = 504, code = "timeout", detail = "The function did not respond in time." }
    # Defaults for every type that is not listed above. They have no status, so that each type keeps its own.
    DEFAULT_4XX = { code = "request_invalid", detail = "The request was rejected." }
    DEFAULT_5XX = { code = "gateway_failed", detail = "The gateway failed." }
  }

  # API Gateway's response to an unknown path, and to a missing signature where callers sign.
  unknown_route = (
    var.api.iam == null
    ? { status = 404, code = "route_unknown", detail = "No such route exists." }
    : { status = 403, code = "access_denied", detail = "No such route exists, or the request is not signed." }
  )
  wrong_method = { status = 405, code = "method_not_allowed", detail = "This route does not support the method. The header Allow lists the supported ones." }

  # The function's own, as lambda/src/prediction_api/problems.py has them, written by `make problems`; a unit test compares the two.
  handler_problems = jsondecode(file("${path.module}/handler_problems.json"))

  titles = {
    400 = "Bad Request", 401 = "Unauthorized", 403 = "Forbidden", 404 = "Not Found", 405 = "Method Not Allowed", 406 = "Not Acceptable",
    413 = "Content Too Large", 415 = "Unsupported Media Type", 429 = "Too Many Requests", 500 = "Internal Server Error", 502 = "Bad Gateway",
    503 = "Service Unavailable", 504 = "Gateway Timeout"
  }
  retryable = [429, 502, 504]

  documents = { for type, problem in merge(local.problems, { METHOD_NOT_ALLOWED = local.wrong_method }) : type => {
    for key, value in {
      type       = "about:blank"
      title      = try(local.titles[problem.status], null)
      status     = try(problem.status, null)
      code       = problem.code
      detail     = problem.detail
      retryable  = try(contains(local.retryable, problem.status), null)
      request_id = "$context.requestId"
    } : key => value if value != null
  } }

  gateway_responses = { for type, problem in local.problems : type => merge(
    {
      responseParameters = merge(
        { "gatewayresponse.header.Content-Type" = "'application/problem+json'" },
        can(problem.retry_after) ? { "gatewayresponse.header.Retry-After" = "'${problem.retry_after}'" } : {},
      )
      responseTemplates = { "application/json" = jsonencode(local.documents[type]) }
    },
    can(problem.status) ? { statusCode = tostring(problem.status) } : {},
  ) }
}
