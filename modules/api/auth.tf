# How callers authenticate, as security schemes: for API Gateway with its extensions, for readers without.

locals {
  auth = one([for mode, settings in var.api.auth : mode if settings != null])

  # API Gateway invokes an authorizer like an integration.
  authorizer_arn = var.authorizer_function_arn != null ? var.authorizer_function_arn : try(var.api.auth.lambda.function_arn, null)
  authorizer_uri = (
    local.authorizer_arn == null
    ? null
    : "arn:${var.account.partition}:apigateway:${var.account.region}:lambda:path/2015-03-31/functions/${local.authorizer_arn}/invocations"
  )
  token_header = try(trimprefix(var.api.auth.lambda.identity_sources[0], "method.request.header."), "Authorization")

  # Attributes: API Gateway Developer Guide, x-amazon-apigateway-authorizer.
  authorizers = {
    cognito = local.auth == "cognito" ? {
      type                         = "cognito_user_pools"
      providerARNs                 = sort(var.api.auth.cognito.user_pool_arns)
      authorizerResultTtlInSeconds = var.api.auth.cognito.cache_ttl_in_seconds
    } : null
    jwt = local.auth == "jwt" ? {
      type                         = "token"
      authorizerUri                = local.authorizer_uri
      authorizerResultTtlInSeconds = var.api.auth.jwt.cache_ttl_in_seconds
      # Anything else is rejected without a call of the function.
      identityValidationExpression = "^[Bb]earer [A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$"
    } : null
    # An ARN that is not known yet must not hide which attributes there are.
    lambda = local.auth == "lambda" ? merge(
      {
        type                         = var.api.auth.lambda.token_pattern == null ? "request" : "token"
        authorizerUri                = local.authorizer_uri
        authorizerResultTtlInSeconds = var.api.auth.lambda.cache_ttl_in_seconds
      },
      var.api.auth.lambda.token_pattern == null ? {} : { identityValidationExpression = var.api.auth.lambda.token_pattern },
      var.api.auth.lambda.token_pattern != null || length(var.api.auth.lambda.identity_sources) == 0 ? {} : {
        identitySource = join(", ", var.api.auth.lambda.identity_sources)
      },
    ) : null
  }

  # The name of the scheme is that of the authorizer, of which an API has one name each.
  security_scheme = {
    key = { key = { type = "apiKey", name = "x-api-key", in = "header" } }
    iam = { iam = { type = "apiKey", name = "Authorization", in = "header", x-amazon-apigateway-authtype = "awsSigv4" } }
    cognito = { cognito = {
      type                           = "apiKey"
      name                           = "Authorization"
      in                             = "header"
      x-amazon-apigateway-authtype   = "cognito_user_pools"
      x-amazon-apigateway-authorizer = local.authorizers.cognito
    } }
    jwt = { jwt = {
      type                           = "apiKey"
      name                           = "Authorization"
      in                             = "header"
      x-amazon-apigateway-authtype   = "custom"
      x-amazon-apigateway-authorizer = local.authorizers.jwt
    } }
    lambda = { lambda = {
      type                           = "apiKey"
      name                           = local.auth == "lambda" ? local.token_header : ""
      in                             = "header"
      x-amazon-apigateway-authtype   = "custom"
      x-amazon-apigateway-authorizer = local.authorizers.lambda
    } }
  }[local.auth]

  # API Gateway ignores security at the root of the document.
  security = [{ (local.auth) = local.cognito_scopes }]

  # Without scopes, API Gateway accepts identity tokens only; with scopes, access tokens only.
  cognito_scopes = local.auth == "cognito" ? sort(var.api.auth.cognito.scopes) : []
  cognito_token  = "An ${length(local.cognito_scopes) == 0 ? "identity token" : "access token"} of the Amazon Cognito user pool${length(local.cognito_scopes) == 0 ? "" : ", with the scope ${join(" or ", local.cognito_scopes)}"}"

  documented_security = {
    key     = { key = { type = "apiKey", name = "x-api-key", in = "header" } }
    iam     = { iam = { type = "apiKey", name = "Authorization", in = "header", description = "AWS Signature Version 4" } }
    cognito = { cognito = { type = "http", scheme = "bearer", bearerFormat = "JWT", description = local.cognito_token } }
    jwt     = { jwt = { type = "http", scheme = "bearer", bearerFormat = "JWT" } }
    lambda  = { lambda = { type = "apiKey", name = local.token_header, in = "header", description = "Decided by a Lambda authorizer" } }
  }[local.auth]
}
