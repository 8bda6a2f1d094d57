# Log groups and saved queries.

locals {
  log_group_names = concat(
    [for name in local.function_names : "/aws/lambda/${name}"],
    local.uses.endpoint ? ["/aws/sagemaker/Endpoints/${local.generation}"] : [],
    local.uses.rest_api ? ["/aws/api-gateway/${var.name}/access"] : [],
    local.uses.firewall ? ["aws-waf-logs-${var.name}-api"] : [],
  )
  log_group_arns = [for name in local.log_group_names : "${local.here["logs"]}log-group:${name}"]

  log_statements = [
    {
      when     = true
      read     = true
      Sid      = "DescribeLogGroups"
      Action   = concat(["logs:DescribeLogGroups"], local.uses.alarms ? ["logs:DescribeQueryDefinitions"] : [])
      Resource = "*" # these actions have no resource type
    },
    {
      when     = true
      read     = true
      Sid      = "ReadTagsOfTheLogGroups"
      Action   = "logs:ListTagsForResource"
      Resource = local.log_group_arns
    },
    {
      when = true
      read = false
      Sid  = "ManageTheLogGroups"
      Action = concat(
        ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"],
        length(var.kms_key_arns) > 0 ? ["logs:AssociateKmsKey"] : [],
      )
      # Tags of an existing group are on the group itself, everything else on the group with its streams.
      Resource = flatten([for arn in local.log_group_arns : [arn, "${arn}:*"]])
    },
    {
      when     = local.uses.alarms
      read     = false
      Sid      = "ManageTheQueries"
      Action   = ["logs:DeleteQueryDefinition", "logs:PutQueryDefinition"]
      Resource = "*" # these actions have no resource type
    },
    {
      # AWS WAF delivers with the caller's permissions (AWS WAF Developer Guide, "Amazon CloudWatch Logs log group": "Permissions
      # required").
      when     = local.uses.firewall
      read     = false
      Sid      = "DeliverLogsOfTheFirewall"
      Action   = ["logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"]
      Resource = "*" # these actions have no resource type
    },
  ]
}
