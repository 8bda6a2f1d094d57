# Access to the API by source address, VPC endpoint, account and organization.

locals {
  # Of the characters alone: cidrsubnets checks the rest.
  cidr_pattern = "^[0-9a-f.:]+/[0-9]+$"

  access_problems = concat([for problem in [
    {
      when    = anytrue([for block in var.api.access.cidr_blocks : !can(regex(local.cidr_pattern, block)) || !can(cidrsubnets(block))])
      message = "api.access.cidr_blocks: set blocks like 203.0.113.0/24 or 2001:db8::/32."
    },
    {
      when    = anytrue([for id in var.api.access.account_ids : !can(regex("^[0-9]{12}$", id))])
      message = "api.access.account_ids: an account ID has twelve digits. Write each like \"123456789012\"."
    },
    {
      when    = anytrue([for id in var.api.access.organization_ids : !can(regex("^o-[a-z0-9]{10,32}$", id))])
      message = "api.access.organization_ids: set IDs of organizations, like o-a1b2c3d4e5."
    },
    {
      when    = length(setunion(var.api.access.account_ids, var.api.access.organization_ids)) > 0 && var.api.auth.iam == null
      message = "api.access: only callers that sign belong to an account or an organization. Set api.auth to { iam = {} }, or remove account_ids and organization_ids."
    },
    {
      when = try(
        length(var.api.private.vpc_endpoint_ids) < 1
        || anytrue([for id in var.api.private.vpc_endpoint_ids : !can(regex("^vpce-[0-9a-f]{8,17}$", id))]),
        false,
      )
      message = "api.private.vpc_endpoint_ids: set at least one ID of an interface endpoint for execute-api, like vpce-0a1b2c3d4e5f60718."
    },
  ] : problem.message if problem.when])
}
