# The resource policy: what the API's callers must be besides authenticated. It is part of the body, so a change of it is deployed.
# Evaluation: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow". Without a policy,
# authentication decides.

locals {
  every_method     = "execute-api:/*"
  own_principal    = "arn:${var.account.partition}:iam::${var.account.id}:root"
  vpc_endpoint_ids = sort(try(var.api.private.vpc_endpoint_ids, []))
  restricted       = length(var.api.access.cidr_blocks) + length(var.api.access.account_ids) + length(var.api.access.organization_ids) > 0
  has_policy       = var.api.private != null || local.restricted

  # A private API sees the address in the VPC.
  source_key = var.api.private == null ? "aws:SourceIp" : "aws:VpcSourceIp"

  policy_statements = [for statement in [
    {
      when      = local.auth != "iam"
      Sid       = "AllowRequests"
      Effect    = "Allow"
      Principal = "*"
      Resource  = local.every_method
    },
    # An account as principal delegates to its administrators (IAM User Guide, "AWS account principals"): callers need their own Allow as
    # well. Everyone as principal would let in anyone who signs.
    {
      when   = local.auth == "iam"
      Sid    = "AllowTheAccounts"
      Effect = "Allow"
      Principal = {
        AWS = concat(
          [local.own_principal],
          [for id in sort(var.api.access.account_ids) : "arn:${var.account.partition}:iam::${id}:root"],
        )
      }
      Resource = local.every_method
    },
    # Callers of another account need their own Allow; in this account, the policy alone would be enough.
    {
      when      = local.auth == "iam" && length(var.api.access.organization_ids) > 0
      Sid       = "AllowTheOrganizations"
      Effect    = "Allow"
      Principal = "*"
      Resource  = local.every_method
      Condition = {
        StringEquals    = { "aws:PrincipalOrgID" = sort(var.api.access.organization_ids) }
        StringNotEquals = { "aws:PrincipalAccount" = var.account.id }
      }
    },
    {
      when      = local.auth == "iam" && local.cors
      Sid       = "AllowPreflightRequests"
      Effect    = "Allow"
      Principal = "*"
      Resource  = "execute-api:/*/OPTIONS/*"
    },
    {
      when      = length(var.api.access.cidr_blocks) > 0
      Sid       = "DenyOtherAddresses"
      Effect    = "Deny"
      Principal = "*"
      Resource  = local.every_method
      Condition = { NotIpAddress = { (local.source_key) = sort(var.api.access.cidr_blocks) } }
    },
    {
      when      = var.api.private != null
      Sid       = "DenyOtherVpcEndpoints"
      Effect    = "Deny"
      Principal = "*"
      Resource  = local.every_method
      Condition = { StringNotEquals = { "aws:SourceVpce" = local.vpc_endpoint_ids } }
    },
    ] :
    merge({ for element, value in statement : element => value if element != "when" }, { Action = "execute-api:Invoke" })
    if statement.when
  ]

  policy = [for policy in local.has_policy ? ["policy"] : [] : { Version = "2012-10-17", Statement = local.policy_statements }]
}
