# API Gateway, whose actions are HTTP methods and whose resources are paths, and AWS WAF.

locals {
  gateway = "arn:${local.account.partition}:apigateway:${local.account.region}::"
  api_arns = (
    var.rest_api_id == null
    ? ["${local.gateway}/restapis/*"]
    : ["${local.gateway}/restapis/${var.rest_api_id}", "${local.gateway}/restapis/${var.rest_api_id}/*"]
  )
  # API Gateway chooses the IDs of keys and plans.
  key_arns    = ["${local.gateway}/apikeys/*", "${local.gateway}/usageplans/*"]
  domain_arns = [for name in var.domain_name[*] : "${local.gateway}/domainnames/${name}"]

  # The ARN of what has the tags is a part of the path, encoded.
  tag_path = "${local.gateway}/tags/${replace(urlencode("${local.gateway}/"), "+", "%20")}"
  tagged = concat(
    ["restapis"],
    local.uses.api_keys ? ["apikeys", "usageplans"] : [],
    [for name in var.domain_name[*] : "domainnames"],
    local.uses.client_certificate ? ["clientcertificates"] : [],
  )
  stage_arns = [
    for arn in slice(local.api_arns, length(local.api_arns) - 1, length(local.api_arns)) :
    "${trimsuffix(arn, "*")}${var.rest_api_id == null ? "*/" : ""}stages/*"
  ]

  set_arns      = ["${local.here["wafv2"]}regional/ipset/${var.name}-api-*/*"]
  acl_arns      = ["${local.here["wafv2"]}regional/webacl/${var.name}-api/*"]
  attached_acls = concat(local.uses.firewall ? local.acl_arns : [], var.web_acl_arn[*])

  # API Gateway chooses the ID of a client certificate as well.
  certificate_arns = ["${local.gateway}/clientcertificates", "${local.gateway}/clientcertificates/*"]
  # Of any stage.
  routes = "arn:${local.account.partition}:execute-api:${local.account.region}:${local.account.id}:${coalesce(var.rest_api_id, "*")}/*/"

  api_statements = [
    {
      when     = local.uses.rest_api
      read     = true
      Sid      = "ReadTheApi"
      Action   = "apigateway:GET"
      Resource = concat(local.api_arns, local.uses.api_keys ? local.key_arns : [])
    },
    {
      when      = local.uses.rest_api
      read      = false
      Sid       = "CreateTheApi"
      Action    = "apigateway:POST"
      Resource  = "${local.gateway}/restapis"
      Condition = { StringEquals = { "apigateway:Request/ApiName" = var.name } }
    },
    {
      when     = local.uses.rest_api
      read     = false
      Sid      = "ManageTheApi"
      Action   = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"]
      Resource = local.api_arns
    },
    {
      when     = local.uses.api_keys
      read     = false
      Sid      = "ManageTheKeys"
      Action   = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST"]
      Resource = concat(["${local.gateway}/apikeys", "${local.gateway}/usageplans"], local.key_arns)
    },
    {
      # Also for the tags of what is created (https://github.com/mattclay/aws-terminator/pull/284).
      when     = local.uses.rest_api
      read     = false
      Sid      = "TagTheApi"
      Action   = ["apigateway:DELETE", "apigateway:PUT"]
      Resource = [for kind in local.tagged : "${local.tag_path}${kind}%2F*"]
    },
    {
      when     = local.uses.resource_policy
      read     = false
      Sid      = "SetTheResourcePolicy"
      Action   = "apigateway:UpdateRestApiPolicy"
      Resource = ["${local.gateway}/restapis", local.api_arns[0]]
    },
    {
      when     = var.domain_name != null
      read     = true
      Sid      = "ReadTheDomainName"
      Action   = "apigateway:GET"
      Resource = flatten([for arn in local.domain_arns : [arn, "${arn}/*"]])
    },
    {
      when     = var.domain_name != null
      read     = false
      Sid      = "ManageTheDomainName"
      Action   = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST"]
      Resource = flatten([for arn in local.domain_arns : ["${local.gateway}/domainnames", arn, "${arn}/*"]])
    },
    {
      when     = local.uses.client_certificate
      read     = true
      Sid      = "ReadTheClientCertificate"
      Action   = "apigateway:GET"
      Resource = local.certificate_arns[1]
    },
    {
      when     = local.uses.client_certificate
      read     = false
      Sid      = "ManageTheClientCertificate"
      Action   = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST"]
      Resource = local.certificate_arns
    },
    {
      # sagemaker-api pipeline smoke, and the result of an asynchronous API.
      when     = local.uses.smoke_prediction && local.uses.rest_api
      read     = false
      Sid      = "RequestAPrediction"
      Action   = "execute-api:Invoke"
      Resource = ["${local.routes}POST/predictions", "${local.routes}GET/predictions/*"]
    },
    {
      when     = local.uses.firewall
      read     = true
      Sid      = "ReadTheFirewall"
      Action   = ["wafv2:GetIPSet", "wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", "wafv2:ListTagsForResource"]
      Resource = concat(local.acl_arns, local.set_arns)
    },
    {
      when     = length(local.attached_acls) > 0
      read     = true
      Sid      = "ReadTheFirewallOfTheStage"
      Action   = ["wafv2:GetWebACL", "wafv2:GetWebACLForResource"]
      Resource = concat(local.attached_acls, local.stage_arns)
    },
    {
      when = local.uses.firewall
      read = false
      Sid  = "ManageTheFirewall"
      Action = [
        "wafv2:CreateIPSet",
        "wafv2:CreateWebACL",
        "wafv2:DeleteIPSet",
        "wafv2:DeleteLoggingConfiguration",
        "wafv2:DeleteWebACL",
        "wafv2:PutLoggingConfiguration",
        "wafv2:TagResource",
        "wafv2:UntagResource",
        "wafv2:UpdateIPSet",
        "wafv2:UpdateWebACL",
      ]
      # The last is for the rule groups of AWS that a web ACL refers to.
      Resource = concat(local.acl_arns, local.set_arns, ["${local.here["wafv2"]}regional/managedruleset/*/*"])
    },
    {
      when     = length(local.attached_acls) > 0
      read     = false
      Sid      = "ProtectTheStage"
      Action   = ["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"]
      Resource = concat(local.attached_acls, local.stage_arns)
    },
    {
      when     = length(local.attached_acls) > 0
      read     = false
      Sid      = "SetTheWebAclOfTheStage"
      Action   = "apigateway:SetWebACL"
      Resource = local.stage_arns
    },
  ]
}
