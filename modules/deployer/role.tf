# The role that applies, for jobs that pass a gate, and the one that only plans, for jobs of branches and pull requests.

locals {
  github_host = "token.actions.githubusercontent.com"
  providers   = "arn:${local.account.partition}:iam::${local.account.id}:oidc-provider/"

  # GitHub: "OpenID Connect reference", a job's subject is either its environment, or its branch or pull request; GitLab: "OpenID Connect
  # (OIDC) Authentication Using ID Tokens", the environment is a claim of its own, which STS does not compare.
  trusted = concat(
    [for github in var.github[*] : {
      sid      = "GitHub"
      host     = local.github_host
      provider = coalesce(github.provider_arn, "${local.providers}${local.github_host}")
      audience = "sts.amazonaws.com"
      applies  = [for name in sort(github.environments) : "repo:${github.repository}:environment:${name}"]
      plans = concat(
        [for name in sort(github.branches) : "repo:${github.repository}:ref:refs/heads/${name}"],
        github.pull_requests ? ["repo:${github.repository}:pull_request"] : [],
      )
    }],
    [for gitlab in var.gitlab[*] : {
      sid      = "GitLab"
      host     = gitlab.host
      provider = coalesce(gitlab.provider_arn, "${local.providers}${gitlab.host}")
      audience = coalesce(gitlab.audience, "https://${gitlab.host}")
      applies  = [for name in sort(gitlab.branches) : "project_path:${gitlab.project}:ref_type:branch:ref:${name}"]
      plans = [
        for name in gitlab.merge_requests ? ["*"] : sort(gitlab.branches) : "project_path:${gitlab.project}:ref_type:branch:ref:${name}"
      ]
    }],
  )

  trust = {
    apply = concat(
      [for each in local.trusted : {
        Sid       = "${each.sid}AssumesTheRole"
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = each.provider }
        Condition = { StringEquals = { "${each.host}:aud" = each.audience, "${each.host}:sub" = each.applies } }
      }],
      [for arns in length(var.principal_arns) > 0 ? [sort(var.principal_arns)] : [] : {
        Sid       = "PrincipalsAssumeTheRole"
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = arns }
      }],
    )
    plan = [for each in local.trusted : {
      Sid       = "${each.sid}AssumesTheRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = each.provider }
      Condition = { StringEquals = { "${each.host}:aud" = each.audience }, StringLike = { "${each.host}:sub" = each.plans } }
    } if length(each.plans) > 0]
  }

  # Whether there is a role depends on inputs whose parts may be unknown, but not on these parts.
  roles_created = { for role, text in {
    apply = "Applies the deployment ${var.name}"
    plan  = "Plans the deployment ${var.name}"
  } : role => text if length(local.trust[role]) > 0 }

  attachments = merge([for role in keys(local.roles_created) : {
    for policy in keys(local.documents) : "${role}/${policy}" => { role = role, policy = policy }
    if role == "apply" || contains(local.plan_policies, policy)
  }]...)
}

resource "aws_iam_role" "this" {
  for_each = local.roles_created

  # Not a name that the policies let the pipeline change.
  name = (
    each.key == "apply"
    ? "deployer-${var.name}-${local.account.region}"
    : "deployer-${var.name}-${local.account.region}-plan"
  )
  description          = each.value
  max_session_duration = var.session_duration_in_seconds
  tags                 = var.tags

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = local.trust[each.key] })
}

resource "aws_iam_policy" "this" {
  for_each = length(local.roles_created) == 0 ? {} : local.documents

  name = "deployer-${var.name}-${local.account.region}-${each.key}"
  description = (
    contains(local.plan_policies, each.key)
    ? "Permissions of plans of ${var.name}: ${each.key}"
    : "Permissions of applies of ${var.name}: ${each.key}"
  )
  policy = each.value
  tags   = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.attachments

  role       = aws_iam_role.this[each.value.role].name
  policy_arn = aws_iam_policy.this[each.value.policy].arn
}
