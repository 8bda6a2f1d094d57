# The functions, their layers and roles, and which of the roles may be passed to which service.

locals {
  further_functions = concat(local.uses.page ? ["docs"] : [], local.uses.authorizer ? ["authorizer"] : [])

  function_names = concat([var.name], [for function in local.further_functions : "${var.name}-${function}"])
  function_arns = flatten([
    for name in local.function_names : ["${local.here["lambda"]}function:${name}", "${local.here["lambda"]}function:${name}:*"]
  ])
  own_function_arn = "${local.here["lambda"]}function:${var.name}:*"

  layer_arns = flatten([
    for layer in local.uses.authorizer ? ["authorizer"] : local.uses.libraries ? ["tokens"] : [] :
    "${local.here["lambda"]}layer:${var.name}-${layer}"
  ])
  layer_version_arns = [for arn in local.layer_arns : "${arn}:*"]

  roles             = "arn:${local.account.partition}:iam::${local.account.id}:role/${var.name}-${local.account.region}-"
  function_roles    = concat(["${local.roles}handler"], [for function in local.further_functions : "${local.roles}${function}"])
  own_endpoint_role = local.uses.endpoint && var.execution_role_arn == null
  endpoint_roles    = local.own_endpoint_role ? ["${local.roles}??????-endpoint"] : []
  created_roles     = concat(local.function_roles, local.endpoint_roles)
  boundary = var.permissions_boundary_arn == null ? {} : {
    Condition = { StringEquals = { "iam:PermissionsBoundary" = var.permissions_boundary_arn } }
  }

  function_statements = [
    {
      when = true
      read = true
      Sid  = "ReadTheFunctions"
      Action = [
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetPolicy",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ]
      Resource = local.function_arns
    },
    {
      when = true
      read = false
      Sid  = "ManageTheFunctions"
      Action = [
        "lambda:AddPermission",
        "lambda:CreateAlias",
        "lambda:CreateFunction",
        "lambda:DeleteAlias",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionConcurrency",
        "lambda:GetFunctionConfiguration",
        "lambda:PublishVersion",
        "lambda:PutFunctionConcurrency",
        "lambda:RemovePermission",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateAlias",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ]
      Resource = local.function_arns
    },
    {
      # The smoke prediction by a version, and the wait for the requests to the old endpoint.
      when     = true
      read     = false
      Sid      = "InvokeTheFunction"
      Action   = "lambda:InvokeFunction"
      Resource = local.own_function_arn
    },
    {
      # With lambda:InvokeFunction, as AWS Lambda Developer Guide, "Control access to Lambda function URLs", requires.
      when     = local.uses.smoke_prediction && local.uses.function_url
      read     = false
      Sid      = "RequestAPredictionByTheUrl"
      Action   = "lambda:InvokeFunctionUrl"
      Resource = "${local.here["lambda"]}function:${var.name}:live"
    },
    {
      when     = local.uses.code_signing
      read     = false
      Sid      = "ManageTheCodeSigning"
      Action   = ["lambda:DeleteFunctionCodeSigningConfig", "lambda:PutFunctionCodeSigningConfig"]
      Resource = concat(local.function_arns, ["${local.here["lambda"]}code-signing-config:*"])
    },
    {
      when     = local.uses.function_url
      read     = true
      Sid      = "ReadTheUrl"
      Action   = "lambda:GetFunctionUrlConfig"
      Resource = local.function_arns
    },
    {
      when     = local.uses.function_url
      read     = false
      Sid      = "ManageTheUrl"
      Action   = ["lambda:CreateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"]
      Resource = local.function_arns
    },
    {
      when     = length(local.layer_arns) > 0 || length(var.layer_arns) > 0
      read     = true
      Sid      = "ReadTheLayers"
      Action   = "lambda:GetLayerVersion"
      Resource = concat(local.layer_version_arns, sort(var.layer_arns))
    },
    {
      when     = length(local.layer_arns) > 0
      read     = false
      Sid      = "PublishTheLayers"
      Action   = "lambda:PublishLayerVersion"
      Resource = local.layer_arns
    },
    {
      when     = length(local.layer_arns) > 0
      read     = false
      Sid      = "DeleteTheLayers"
      Action   = "lambda:DeleteLayerVersion"
      Resource = local.layer_version_arns
    },
    {
      when     = true
      read     = true
      Sid      = "ReadTheRoles"
      Action   = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"]
      Resource = local.created_roles
    },
    # The boundary, if there is one, keeps what the pipeline grants below what it bounds.
    merge({
      when = true
      read = false
      Sid  = "GrantToTheRoles"
      Action = concat(
        ["iam:CreateRole", "iam:PutRolePolicy"],
        var.permissions_boundary_arn == null ? [] : ["iam:PutRolePermissionsBoundary"],
      )
      Resource = local.created_roles
    }, local.boundary),
    {
      when     = true
      read     = false
      Sid      = "ManageTheRoles"
      Action   = ["iam:DeleteRole", "iam:DeleteRolePolicy", "iam:ListInstanceProfilesForRole", "iam:TagRole", "iam:UntagRole"]
      Resource = local.created_roles
    },
    {
      when      = true
      read      = false
      Sid       = "PassTheRolesOfTheFunctions"
      Action    = "iam:PassRole"
      Resource  = local.function_roles
      Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } }
    },
    {
      when      = local.uses.endpoint
      read      = false
      Sid       = "PassTheRoleOfTheEndpoint"
      Action    = "iam:PassRole"
      Resource  = concat(local.endpoint_roles, var.execution_role_arn[*])
      Condition = { StringEquals = { "iam:PassedToService" = "sagemaker.amazonaws.com" } }
    },
    {
      # Lambda and SageMaker look the network up with the caller's permissions (AWS Lambda Developer Guide, "Giving Lambda functions access
      # to resources in an Amazon VPC").
      when      = local.uses.vpc
      read      = false
      Sid       = "DescribeTheNetwork"
      Action    = ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"]
      Resource  = "*" # these actions have no resource type
      Condition = { StringEquals = { "ec2:Region" = local.account.region } }
    },
  ]
}
