# A WAF web ACL in front of the stage: an existing one, or one with the rules below, in the order of their cost.

locals {
  firewall      = var.api.firewall
  firewall_name = "${var.name}-api"

  # The group blocks bodies above 8 KB, which a batch of instances exceeds: the API has its own limits (AWS WAF Developer Guide, "Core rule
  # set").
  counted_rules = { AWSManagedRulesCommonRuleSet = ["SizeRestrictions_BODY"] }

  blocked = { for family, blocks in {
    IPV4 = [for block in try(local.firewall.blocked_cidr_blocks, []) : block if !strcontains(block, ":")]
    IPV6 = [for block in try(local.firewall.blocked_cidr_blocks, []) : block if strcontains(block, ":")]
  } : family => blocks if length(blocks) > 0 }
}

resource "aws_wafv2_ip_set" "blocked" {
  for_each = local.blocked

  name               = "${local.firewall_name}-${lower(each.key)}"
  description        = "Addresses that may not call the API ${var.name}"
  scope              = "REGIONAL"
  ip_address_version = each.key
  addresses          = each.value
  tags               = var.tags
}

resource "aws_wafv2_web_acl" "this" {
  count = local.firewall == null ? 0 : 1

  name        = local.firewall_name
  description = "Requests to the API ${var.name}"
  scope       = "REGIONAL"
  tags        = var.tags

  default_action {
    allow {}
  }

  association_config {
    request_body {
      api_gateway {
        default_size_inspection_limit = "KB_${local.firewall.inspected_body_in_kilobytes}"
      }
    }
  }

  dynamic "rule" {
    for_each = keys(local.blocked)

    content {
      name     = "blocked-addresses-${lower(rule.value)}"
      priority = rule.value == "IPV4" ? 0 : 1

      action {
        block {}
      }

      statement {
        ip_set_reference_statement {
          arn = aws_wafv2_ip_set.blocked[rule.value].arn
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "blocked-addresses-${lower(rule.value)}"
        sampled_requests_enabled   = true
      }
    }
  }

  rule {
    name     = "rate"
    priority = 2

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = local.firewall.requests_per_five_minutes
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate"
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = local.firewall.body_limit_in_bytes[*]

    content {
      name     = "body-limit"
      priority = 3

      action {
        block {}
      }

      statement {
        size_constraint_statement {
          comparison_operator = "GT"
          size                = rule.value

          field_to_match {
            body {
              # A body that continues after the inspected part is larger than the limit, which is at most that part.
              oversize_handling = "MATCH"
            }
          }

          text_transformation {
            priority = 0
            type     = "NONE"
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "body-limit"
        sampled_requests_enabled   = true
      }
    }
  }

  dynamic "rule" {
    for_each = local.firewall.managed_rule_groups

    content {
      name     = rule.value
      priority = 10 + rule.key

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value

          dynamic "rule_action_override" {
            for_each = lookup(local.counted_rules, rule.value, [])

            content {
              name = rule_action_override.value

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.value
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.firewall_name
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.api.web_acl == null && local.firewall == null ? 0 : 1

  resource_arn = aws_api_gateway_stage.this.arn
  web_acl_arn  = local.firewall == null ? var.api.web_acl.arn : aws_wafv2_web_acl.this[0].arn
}

# WAF writes to log groups whose names begin with this prefix (AWS WAF Developer Guide, "Amazon CloudWatch Logs log group").
resource "aws_cloudwatch_log_group" "firewall" {
  count = local.firewall == null ? 0 : 1

  name              = "aws-waf-logs-${local.firewall_name}"
  retention_in_days = var.api.log_retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count = local.firewall == null ? 0 : 1

  resource_arn            = aws_wafv2_web_acl.this[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall[0].arn]

  # Credentials do not belong in a log.
  dynamic "redacted_fields" {
    for_each = ["authorization", "x-api-key"]

    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }
}
