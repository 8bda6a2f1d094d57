# What the gateway itself answers when the function is not asked: problem documents (RFC 9457) like the function's own.

locals {
  problems = {
    BAD_REQUEST_BODY             = { status = 400, code = "request_invalid", detail = "The body does not fit the request schema; GET /openapi.json shows it." }
    BAD_REQUEST_PARAMETERS       = { status = 400, code = "request_invalid", detail = "The parameters do not fit the request schema." }
    UNAUTHORIZED                 = { status = 401, code = "unauthorized", detail = "The request carries no valid credentials." }
    ACCESS_DENIED                = { status = 403, code = "access_denied", detail = "The caller may not use this API." }
    EXPIRED_TOKEN                = { status = 403, code = "access_denied", detail = "The credentials have expired." }
    INVALID_API_KEY              = { status = 403, code = "api_key_invalid", detail = "The header x-api-key is missing, or holds no key of this API." }
    INVALID_SIGNATURE            = { status = 403, code = "access_denied", detail = "The signature is not valid." }
    MISSING_AUTHENTICATION_TOKEN = local.unknown_route
    WAF_FILTERED                 = { status = 403, code = "access_denied", detail = "The request was filtered." }
    RESOURCE_NOT_FOUND           = { status = 404, code = "route_unknown", detail = "There is no such route." }
    UNSUPPORTED_MEDIA_TYPE       = { status = 415, code = "content_type_unsupported", detail = "The content type is not supported." }
    THROTTLED                    = { status = 429, code = "throttled", detail = "Too many requests at once.", retry_after = 1 }
    QUOTA_EXCEEDED               = { status = 429, code = "quota_exceeded", detail = "The key's quota is used up." }
    API_CONFIGURATION_ERROR      = { status = 500, code = "gateway_failed", detail = "The API is misconfigured." }
    INTEGRATION_FAILURE          = { status = 502, code = "gateway_failed", detail = "The function did not answer." }
    INTEGRATION_TIMEOUT          = { status = 504, code = "timeout", detail = "The function did not answer in time." }
    # These stand for every type that is not named above, whose own status must stay.
    DEFAULT_4XX = { code = "request_invalid", detail = "The request was refused." }
    DEFAULT_5XX = { code = "gateway_failed", detail = "The gateway failed." }
  }

  # API Gateway's answer to a path that it does not know, and to a missing signature where callers sign.
  unknown_route = (
    var.api.iam == null
    ? { status = 404, code = "route_unknown", detail = "There is no such route." }
    : { status = 403, code = "access_denied", detail = "There is no such route, or the request is not signed." }
  )
  wrong_method = { status = 405, code = "method_not_allowed", detail = "The header Allow names the method of this route." }

  # The function's own, as lambda/src/prediction_api/problem.py has them; a unit test compares the two.
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
