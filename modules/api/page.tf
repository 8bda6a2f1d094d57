# The page for people, GET /: page.html with the contract in it, which `make page` builds (docs/decisions/0024-page-in-the-gateway.md).

locals {
  page_contract = jsonencode(merge(try(jsondecode(var.page.contract), {}), {
    name             = var.name
    auth             = local.auth
    header           = local.auth == "lambda" ? local.token_header : null
    issuer           = try(var.api.auth.jwt.issuer, null)
    region           = var.account.region
    rows_per_request = try(var.page.rows_per_request, 0)
    # The function creates an inference ID for every request.
    parameters = [for target, parameter in local.target_parameters : {
      name = parameter.name, description = parameter.description, required = parameter.required
    } if contains(local.contract.targets, target)]
  }))

  # The template language would interpret both signs. jsonencode has written <, > and & as escapes, so nothing ends the script element.
  page_template = replace(
    file("${path.module}/page.html"),
    "{{contract}}",
    replace(replace(local.page_contract, "$", "\\u0024"), "#", "\\u0023"),
  )

  page_headers = {
    Cache-Control          = "'no-cache'"
    Content-Type           = "'text/html; charset=utf-8'"
    Referrer-Policy        = "'no-referrer'"
    X-Content-Type-Options = "'nosniff'"
    X-Frame-Options        = "'DENY'"
    x-request-id           = "context.requestId"
  }

  # Without a credential: a browser that opens a page sends none. The page holds the contract, and its requests carry the visitor's own key.
  page_operation = {
    responses = { "200" = {
      description = "A page for people"
      headers     = { for name in keys(local.page_headers) : name => { schema = { type = "string" } } }
    } }
  }

  page_integrations = { for name, template in { page = local.page_template, reference = file("${path.module}/reference.html") } : name => {
    type                = "mock"
    passthroughBehavior = "never"
    requestTemplates    = { "application/json" = jsonencode({ statusCode = 200 }) }
    responses = { default = {
      statusCode         = "200"
      responseTemplates  = { "text/html" = template }
      responseParameters = { for name, value in local.page_headers : "method.response.header.${name}" => value }
    } }
  } }

  page_paths = { for path in var.page == null ? [] : ["/"] : path => {
    get                            = merge(local.page_operation, { x-amazon-apigateway-integration = local.page_integrations.page })
    x-amazon-apigateway-any-method = local.other_methods["GET"]
  } }
}
