# Pages of which origins may call the API from a browser.

locals {
  # Fetch standard: scheme, host and port, without a path; the scheme's own port is left out.
  origin_pattern = "^https?://([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:[0-9]{1,5})?$"

  cors_problems = flatten([for cors in var.api.cors[*] : [for problem in [
    {
      when    = length(cors.origins) == 0
      message = "name at least one origin, or omit cors."
    },
    {
      when    = contains(cors.origins, "*") && length(cors.origins) > 1
      message = "* stands for every origin. Remove it or the others."
    },
    {
      when    = anytrue([for origin in cors.origins : origin != "*" && !can(regex(local.origin_pattern, origin))])
      message = "an origin is a scheme, a host and perhaps a port, in lower case and without a path. Write each like https://shop.example.com or http://localhost:8000."
    },
  ] : "api.cors.origins: ${problem.message}" if problem.when]])
}
