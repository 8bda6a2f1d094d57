# The permissions that an apply, an update and a destroy of one deployment need: docs/decisions/0035-deployer.md says how they were derived.

module "account" {
  source = "../account"
}

locals {
  default_uses = {
    endpoint           = true
    autoscaling        = false
    rest_api           = true
    api_keys           = true
    page               = true
    authorizer         = false
    libraries          = false
    resource_policy    = false
    firewall           = false
    function_url       = false
    contract_bucket    = false
    vpc                = false
    alarms             = false
    code_signing       = false
    client_certificate = false
    smoke_prediction   = false
  }
  known_uses = sort(keys(local.default_uses))

  uses = merge(local.default_uses, var.uses, {
    # Parts of a REST API, which none has without one.
    for part in ["api_keys", "page", "authorizer", "resource_policy", "firewall", "client_certificate"] :
    part => lookup(merge(local.default_uses, var.uses), part, false) && lookup(merge(local.default_uses, var.uses), "rest_api", false)
  })

  account = module.account.account
  # Beginnings of ARNs in this account and Region.
  here = {
    for service in ["application-autoscaling", "cloudwatch", "lambda", "logs", "sagemaker", "wafv2"] :
    service => "arn:${local.account.partition}:${service}:${local.account.region}:${local.account.id}:"
  }
  # Each question mark stands for a character of a digest.
  generation = "${var.name}-????????"

  # By subject: the policy that it is part of. `read` marks what a plan needs.
  statements = concat(
    [for statement in local.model_statements : merge(statement, { subject = "model" })],
    [for statement in local.function_statements : merge(statement, { subject = "function" })],
    [for statement in local.api_statements : merge(statement, { subject = "api" })],
    [for statement in local.log_statements : merge(statement, { subject = "logs" })],
    [for statement in local.storage_statements : merge(statement, { subject = "storage" })],
    [for statement in local.store_statements : merge(statement, { subject = "store-plans" })],
  )
  granted = [for statement in local.statements : {
    policy = !statement.read ? statement.subject : statement.subject == "storage" ? "read-storage" : "read"
    content = merge(
      { Effect = "Allow" },
      { for element, value in statement : element => value if !contains(["when", "read", "subject"], element) },
    )
  } if statement.when]

  documents = { for policy in distinct(local.granted[*].policy) : policy => jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.granted : statement.content if statement.policy == policy]
  }) }
  # The policies of the role that only plans: they read, and they store what is planned.
  plan_policies = ["read", "read-storage", "store-plans"]
}
