# What the gateway itself answers when the function is not asked, as problem documents (RFC 9457) like the function's own.

locals {
  problems = {
    BAD_REQUEST_BODY             = { status = 400, code = "request_invalid", title = "The body does not match the request schema" }
    BAD_REQUEST_PARAMETERS       = { status = 400, code = "request_invalid", title = "The parameters do not match the request schema" }
    UNAUTHORIZED                 = { status = 401, code = "unauthorized", title = "The request carries no valid credentials" }
    ACCESS_DENIED                = { status = 403, code = "access_denied", title = "The caller may not use this API" }
    EXPIRED_TOKEN                = { status = 403, code = "access_denied", title = "The credentials have expired" }
    INVALID_API_KEY              = { status = 403, code = "api_key_invalid", title = "The header x-api-key is missing or holds no valid key" }
    INVALID_SIGNATURE            = { status = 403, code = "access_denied", title = "The signature is not valid" }
    MISSING_AUTHENTICATION_TOKEN = { status = 403, code = "route_unknown", title = "There is no such route, or the request is not signed" }
    WAF_FILTERED                 = { status = 403, code = "access_denied", title = "The request was filtered" }
    RESOURCE_NOT_FOUND           = { status = 404, code = "route_unknown", title = "There is no such route" }
    UNSUPPORTED_MEDIA_TYPE       = { status = 415, code = "media_type_unsupported", title = "The content type is not supported" }
    THROTTLED                    = { status = 429, code = "throttled", title = "Too many requests at once; try again later", retry_after = 1 }
    QUOTA_EXCEEDED               = { status = 429, code = "quota_exceeded", title = "The key's quota is used up" }
    API_CONFIGURATION_ERROR      = { status = 500, code = "gateway_error", title = "The API is misconfigured" }
    INTEGRATION_FAILURE          = { status = 502, code = "gateway_error", title = "The function did not answer" }
    INTEGRATION_TIMEOUT          = { status = 504, code = "timeout", title = "The function did not answer in time" }
    # These stand for every type that is not named above, whose own status must stay.
    DEFAULT_4XX = { code = "request_invalid", title = "The request was refused" }
    DEFAULT_5XX = { code = "gateway_error", title = "The gateway failed" }
  }

  gateway_responses = { for type, problem in local.problems : type => merge(
    {
      responseParameters = merge(
        { "gatewayresponse.header.Content-Type" = "'application/problem+json'" },
        can(problem.retry_after) ? { "gatewayresponse.header.Retry-After" = "'${problem.retry_after}'" } : {},
      )
      responseTemplates = {
        "application/json" = jsonencode(merge(
          { type = "about:blank", title = problem.title, code = problem.code, request_id = "$context.requestId" },
          can(problem.status) ? { status = problem.status } : {},
        ))
      }
    },
    can(problem.status) ? { statusCode = tostring(problem.status) } : {},
  ) }
}
