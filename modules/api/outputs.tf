output "rest_api_id" {
  description = "ID of the REST API."
  value       = aws_api_gateway_rest_api.this.id
}

output "rest_api_name" {
  description = "Name of the REST API, a dimension of its metrics."
  value       = aws_api_gateway_rest_api.this.name
}

output "stage_name" {
  description = "Name of the stage."
  value       = aws_api_gateway_stage.this.stage_name
}

output "stage_arn" {
  description = "ARN of the stage, to associate a web ACL with."
  value       = aws_api_gateway_stage.this.arn
}

output "invoke_url" {
  description = "URL of the stage."
  value       = aws_api_gateway_stage.this.invoke_url
}

output "url" {
  description = "URL of the stage for callers: that of the domain name, if there is one."
  value = (
    var.api.domain == null ? aws_api_gateway_stage.this.invoke_url
    : join("/", compact(["https://${var.api.domain.name}", aws_api_gateway_base_path_mapping.this[0].base_path]))
  )
}

output "domain" {
  description = "The domain name, and the target and hosted zone of an alias record (Route 53) for it; null without a domain name."
  value = one([for domain in aws_api_gateway_domain_name.this : {
    name           = domain.domain_name
    alias_target   = domain.regional_domain_name
    hosted_zone_id = domain.regional_zone_id
  }])
}

output "web_acl_arn" {
  description = "ARN of the WAF web ACL in front of the stage; null without one."
  value       = one(aws_wafv2_web_acl_association.this[*].web_acl_arn)
}

output "api_key" {
  description = "Value of the API key, the newest by name, if the API has one client; null with several clients or without keys."
  value       = length(local.clients) != 1 ? null : aws_api_gateway_api_key.this[reverse(sort(keys(local.keys)))[0]].value
  sensitive   = true
}

output "api_keys" {
  description = "Values of the API keys, by client and name; empty without keys."
  value = {
    for client, settings in local.clients : client => {
      for key in settings.keys : key => aws_api_gateway_api_key.this["${client}/${key}"].value
    }
  }
  sensitive = true
}

output "usage_plan_ids" {
  description = "IDs of the usage plans, by client; empty without keys."
  value       = { for client, plan in aws_api_gateway_usage_plan.this : client => plan.id }
}

output "access_log_group_name" {
  description = "Log group of the access log."
  value       = aws_cloudwatch_log_group.access.name
}

output "openapi" {
  description = "OpenAPI 3.0 document of the API, as JSON. Its server is relative; only the served document contains the API's address."
  value       = jsonencode(local.openapi)
}

output "caller_policy" {
  description = "IAM policy, as JSON, for callers that sign their requests; null if callers authenticate in another way."
  value = local.auth != "iam" ? null : jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "CallTheApi"
      Effect = "Allow"
      Action = "execute-api:Invoke"
      Resource = [
        for route in concat(values(local.function_routes), ["GET/openapi.json"]) :
        "${aws_api_gateway_rest_api.this.execution_arn}/${var.api.stage_name}/${route}"
      ]
    }]
  })
}
