# The part in front of the function: a REST API, the function's own URL, or nothing.

locals {
  # Attributes of api that only the REST API has.
  rest_only = {
    domain                            = var.api.domain != null
    canary                            = var.api.canary != null
    further_stages                    = length(var.api.further_stages) > 0
    private                           = var.api.private != null
    web_acl                           = var.api.web_acl != null
    firewall                          = var.api.firewall != null
    client_certificate                = var.api.client_certificate
    cache                             = var.api.cache != null
    minimum_compression_size_in_bytes = var.api.minimum_compression_size_in_bytes != null
    access                            = length(setunion(values(var.api.access)...)) > 0
  }

  # A function may run for 15 minutes, and a caller of its URL waits for it.
  longest_timeout_in_seconds = var.api.kind == "rest" ? var.api.timeout_in_seconds - 1 : 900

  kind_problems = concat([for problem in [
    {
      when    = !contains(["rest", "function_url", "none"], var.api.kind)
      message = "api.kind: \"${var.api.kind}\" is not known. Set rest, function_url or none."
    },
    {
      when    = var.api.kind == "function_url" && var.api.auth.iam == null && var.api.auth.jwt == null
      message = "api.auth: callers of a function URL sign their requests or send a token. Set api.auth to { iam = {} } or { jwt = {...} }, or api.kind to rest."
    },
    {
      when    = var.api.kind == "none" && length(local.auth_given) > 0
      message = "api.auth: there is no API to authenticate at; callers of the function need lambda:InvokeFunction. Remove api.auth, or set api.kind to rest."
    },
    {
      when    = var.api.kind == "none" && var.api.cors != null
      message = "api.cors: there is no API for pages to call. Remove it, or set api.kind to rest."
    },
    ] : problem.message if problem.when], [
    for name, given in local.rest_only : "api.${name}: only a REST API has it. Remove it, or set api.kind to rest."
    if given && contains(["function_url", "none"], var.api.kind)
  ])
}
