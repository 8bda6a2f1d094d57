# How callers authenticate: by exactly one of API keys, IAM, Cognito, JSON Web Tokens and a Lambda authorizer.

locals {
  # Only which objects are set decides what exists: values in them may be unknown before the first apply.
  auth_modes = {
    key     = var.api.auth.key != null
    iam     = var.api.auth.iam != null
    cognito = var.api.auth.cognito != null
    jwt     = var.api.auth.jwt != null
    lambda  = var.api.auth.lambda != null
  }
  auth_given = sort([for mode, given in local.auth_modes : mode if given])

  # The key and the limits of a client that is given none.
  default_client = {
    keys            = toset(["1"])
    rate_per_second = 50
    burst           = 100
    quota           = { requests = 1000000, period = "MONTH" }
  }

  # Callers use an API key unless another way is set.
  clients = var.api.auth.key == null ? { default = local.default_client } : {
    for name, client in var.api.auth.key.clients : name => {
      keys            = coalesce(client.keys, local.default_client.keys)
      rate_per_second = coalesce(client.rate_per_second, local.default_client.rate_per_second)
      burst           = coalesce(client.burst, local.default_client.burst)
      quota = {
        requests = coalesce(client.quota.requests, local.default_client.quota.requests)
        period   = coalesce(client.quota.period, local.default_client.quota.period)
      }
    }
  }

  auth = {
    key     = local.auth_modes.key || length(local.auth_given) == 0 ? { clients = local.clients } : null
    iam     = var.api.auth.iam
    cognito = var.api.auth.cognito
    jwt     = var.api.auth.jwt
    lambda  = var.api.auth.lambda
  }

  # The verification of tokens, in an authorizer or, for a function URL, in the handler. The code is in the handler's package, and its
  # libraries are a layer.
  jwt = one([for jwt in var.api.auth.jwt[*] : {
    libraries = "${path.module}/../../lambda/dist/jwt.zip"
    settings  = jsonencode({ issuer = jwt.issuer, audiences = sort(jwt.audiences), scopes = sort(jwt.scopes), jwks_uri = jwt.jwks_uri })
  }])

  # The function that the module creates, if there is one.
  authorizer = one(concat(
    [for package in var.api.auth.lambda[*].package : merge(package, { libraries = null }) if package != null],
    [for jwt in var.api.kind == "function_url" ? [] : local.jwt[*] : {
      path               = "${path.module}/../../lambda/dist/handler.zip"
      libraries          = jwt.libraries
      handler            = "jwt_authorizer.handler.handler"
      runtime            = "python3.13"
      architecture       = var.handler.architecture
      memory_size_in_mb  = 512
      timeout_in_seconds = 10
      environment        = { JWT = jwt.settings }
    }],
  ))

  # Plain HTTP only to this machine, where the sandbox runs.
  issuer_pattern = "^(https://[a-z0-9.-]+|http://(localhost|127\\.0\\.0\\.1))(:[0-9]{1,5})?(/[!-~]*)?$"

  name_pattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"

  auth_problems = concat(
    [
      for given in [local.auth_given] : "api.auth: set one of ${join(" and ", given)}. An API has one way to authenticate."
      if length(given) > 1
    ],
    [
      for client in local.auth_modes.key && length(local.clients) == 0 ? ["none"] : [] :
      "api.auth.key.clients: nobody could call the API. Name at least one client, or omit clients."
    ],
    flatten([for name, client in local.auth_modes.key ? local.clients : {} : [for problem in [
      {
        when    = !can(regex(local.name_pattern, name))
        message = "is not a valid name. Use 1 to 64 letters, digits, hyphens and underscores."
      },
      {
        when    = length(client.keys) < 1 || length(client.keys) > 2
        message = "has ${length(client.keys)} keys. Name one, or two while the client moves from one to the other."
      },
      {
        when    = anytrue([for key in client.keys : !can(regex(local.name_pattern, key))])
        message = "has a key whose name is not valid. Use 1 to 64 letters, digits, hyphens and underscores, such as 2026-11."
      },
      {
        when    = client.rate_per_second <= 0 || client.burst < 1 || client.burst != floor(client.burst)
        message = "could not send a request. Set rate_per_second above 0, and burst to a whole number of at least 1."
      },
      {
        when    = client.rate_per_second > var.api.throttle.rate_per_second || client.burst > var.api.throttle.burst
        message = "may send ${client.rate_per_second} requests per second with a burst of ${client.burst}, which exceed the stage's api.throttle (${var.api.throttle.rate_per_second}, ${var.api.throttle.burst}). Lower the client's limits or raise the stage's."
      },
      {
        when    = !contains(["DAY", "WEEK", "MONTH"], client.quota.period)
        message = "has a quota per \"${client.quota.period}\". Set quota.period to DAY, WEEK or MONTH."
      },
      {
        when    = client.quota.requests < 1 || client.quota.requests != floor(client.quota.requests)
        message = "has a quota of ${client.quota.requests} requests. Set quota.requests to a whole number of at least 1."
      },
    ] : "api.auth.key.clients: \"${name}\" ${problem.message}" if problem.when]]),
    flatten([for cognito in var.api.auth.cognito[*] : [for problem in [
      {
        when = (
          length(cognito.user_pool_arns) < 1
          || anytrue([
            for arn in cognito.user_pool_arns : !can(regex("^arn:[a-z-]+:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[A-Za-z0-9_-]+$", arn))
          ])
        )
        message = "user_pool_arns: set at least one ARN of a user pool, like arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc."
      },
      {
        when    = anytrue([for scope in cognito.scopes : !can(regex("^[!#-\\[\\]-~]+$", scope))])
        message = "scopes: a scope is printable ASCII without spaces, quotes and backslashes. Write each like predictions/read."
      },
      {
        when = (
          cognito.cache_ttl_in_seconds < 0
          || cognito.cache_ttl_in_seconds > 3600
          || cognito.cache_ttl_in_seconds != floor(cognito.cache_ttl_in_seconds)
        )
        message = "cache_ttl_in_seconds: ${cognito.cache_ttl_in_seconds} is out of range. Set a whole number from 0 to 3600."
      },
    ] : "api.auth.cognito.${problem.message}" if problem.when]]),
    flatten([for jwt in var.api.auth.jwt[*] : [for problem in [
      {
        when    = !can(regex(local.issuer_pattern, jwt.issuer))
        message = "issuer: \"${jwt.issuer}\" is not the URL of an issuer. Set one like https://login.example.com, exactly as in the claim iss of its tokens."
      },
      {
        when    = jwt.jwks_uri != null && !can(regex(local.issuer_pattern, jwt.jwks_uri))
        message = "jwks_uri: not a URL. Set one like https://login.example.com/keys, or omit it."
      },
      {
        when    = length(jwt.audiences) < 1 || anytrue([for audience in jwt.audiences : trimspace(audience) == ""])
        message = "audiences: without one, tokens for any other application of the issuer would be accepted. Set the value of your tokens' aud claim, or client_id."
      },
      {
        when    = anytrue([for scope in jwt.scopes : !can(regex("^[!#-\\[\\]-~]+$", scope))])
        message = "scopes: a scope is printable ASCII without spaces, quotes and backslashes. Write each like predictions/read."
      },
      {
        when = (
          jwt.cache_ttl_in_seconds < 0
          || jwt.cache_ttl_in_seconds > 3600
          || jwt.cache_ttl_in_seconds != floor(jwt.cache_ttl_in_seconds)
        )
        message = "cache_ttl_in_seconds: ${jwt.cache_ttl_in_seconds} is out of range. Set a whole number from 0 to 3600."
      },
    ] : "api.auth.jwt.${problem.message}" if problem.when]]),
    flatten([for authorizer in var.api.auth.lambda[*] : [for problem in [
      {
        when    = (authorizer.function_arn == null) == (authorizer.package == null)
        message = "api.auth.lambda: set function_arn for an existing function, or package to create one."
      },
      {
        when = (
          authorizer.function_arn != null
          && !can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_-]+)?$", authorizer.function_arn))
        )
        message = "api.auth.lambda.function_arn: not the ARN of a function. Set an ARN like arn:aws:lambda:eu-west-1:123456789012:function:name, with or without a version or alias."
      },
      {
        when = try(
          authorizer.package.timeout_in_seconds < 1
          || authorizer.package.timeout_in_seconds > 10
          || authorizer.package.timeout_in_seconds != floor(authorizer.package.timeout_in_seconds),
          false,
        )
        message = "api.auth.lambda.package.timeout_in_seconds: ${try(authorizer.package.timeout_in_seconds, 0)} is out of range. Set a whole number from 1 to 10, so that enough of a request's time is left for the prediction."
      },
      {
        when = try(
          authorizer.package.memory_size_in_mb < 128
          || authorizer.package.memory_size_in_mb > 10240
          || authorizer.package.memory_size_in_mb != floor(authorizer.package.memory_size_in_mb),
          false,
        )
        message = "api.auth.lambda.package.memory_size_in_mb: ${try(authorizer.package.memory_size_in_mb, 0)} is out of range. Set a whole number from 128 to 10240."
      },
      {
        when = (
          authorizer.package != null
          && !can(regex("^(dotnet|java|nodejs|provided|python|ruby)[0-9a-z.]+$", authorizer.package.runtime))
        )
        message = "api.auth.lambda.package.runtime: \"${try(authorizer.package.runtime, "")}\" is not a runtime of Lambda. Set one like python3.13 or nodejs22.x."
      },
      {
        when    = try(!contains(["arm64", "x86_64"], authorizer.package.architecture), false)
        message = "api.auth.lambda.package.architecture: \"${try(authorizer.package.architecture, "")}\" is not supported. Set arm64 or x86_64."
      },
      {
        when = anytrue([
          for source in authorizer.identity_sources :
          !can(regex("^(method\\.request\\.(header|querystring)|context|stageVariables)\\.[A-Za-z0-9._-]+$", source))
        ])
        message = "api.auth.lambda.identity_sources: use method.request.header.NAME, method.request.querystring.NAME, context.NAME or stageVariables.NAME."
      },
      {
        when    = length(authorizer.identity_sources) == 0 && authorizer.cache_ttl_in_seconds > 0
        message = "api.auth.lambda.identity_sources: without one, every caller would get the decision about the first. Name what it depends on, or set cache_ttl_in_seconds to 0."
      },
      {
        when = (
          authorizer.token_pattern != null
          && !(length(authorizer.identity_sources) == 1 && can(regex("^method\\.request\\.header\\.", authorizer.identity_sources[0])))
        )
        message = "api.auth.lambda.token_pattern: a token comes in one header. Set identity_sources to that header alone, or omit token_pattern."
      },
      {
        when = (
          authorizer.cache_ttl_in_seconds < 0
          || authorizer.cache_ttl_in_seconds > 3600
          || authorizer.cache_ttl_in_seconds != floor(authorizer.cache_ttl_in_seconds)
        )
        message = "api.auth.lambda.cache_ttl_in_seconds: ${authorizer.cache_ttl_in_seconds} is out of range. Set a whole number from 0 to 3600."
      },
    ] : problem.message if problem.when]]),
  )
}
