# A WAF web ACL in front of the stage.

locals {
  firewall_problems = concat([for problem in [
    {
      when = (
        var.api.web_acl != null
        && !can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[^/]+/[^/]+$", var.api.web_acl.arn))
      )
      message = "api.web_acl.arn: not the ARN of a regional web ACL. Set an ARN like arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/name/id."
    },
    {
      when    = var.api.web_acl != null && var.api.firewall != null
      message = "api: set web_acl for an existing web ACL or firewall to create one, not both."
    },
    ] : problem.message if problem.when], flatten([for firewall in var.api.firewall[*] : [for problem in [
      {
        when = (
          firewall.requests_per_five_minutes < 10
          || firewall.requests_per_five_minutes > 2000000000
          || firewall.requests_per_five_minutes != floor(firewall.requests_per_five_minutes)
        )
        message = "requests_per_five_minutes: ${firewall.requests_per_five_minutes} is out of range. Set a whole number from 10 to 2000000000."
      },
      {
        when    = !contains([16, 32, 48, 64], firewall.inspected_body_in_kilobytes)
        message = "inspected_body_in_kilobytes: ${firewall.inspected_body_in_kilobytes} is not supported by WAF. Set 16, 32, 48 or 64."
      },
      {
        when = try(
          firewall.body_limit_in_bytes < 1
          || firewall.body_limit_in_bytes > firewall.inspected_body_in_kilobytes * 1024
          || firewall.body_limit_in_bytes != floor(firewall.body_limit_in_bytes),
          false,
        )
        message = "body_limit_in_bytes: ${firewall.body_limit_in_bytes != null ? firewall.body_limit_in_bytes : 0} is out of range. Set a whole number from 1 to ${firewall.inspected_body_in_kilobytes * 1024}, the part of a body that WAF inspects, or raise inspected_body_in_kilobytes. API Gateway itself rejects bodies above 10 MB."
      },
      {
        when = (
          anytrue([for group in firewall.managed_rule_groups : !can(regex("^AWSManagedRules[A-Za-z0-9]+$", group))])
          || length(distinct(firewall.managed_rule_groups)) < length(firewall.managed_rule_groups)
        )
        message = "managed_rule_groups: set names of AWS's own groups, like AWSManagedRulesCommonRuleSet, each once."
      },
      {
        when = anytrue([
          for block in firewall.blocked_cidr_blocks :
          !can(regex(local.cidr_pattern, block)) || !can(cidrsubnets(block)) || endswith(block, "/0")
        ])
        message = "blocked_cidr_blocks: set blocks like 203.0.113.0/24 or 2001:db8::/32. WAF does not support /0."
      },
  ] : "api.firewall.${problem.message}" if problem.when]]))
}
