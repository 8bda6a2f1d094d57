output "role_arn" {
  description = "ARN of the role that applies; null without `github`, `gitlab` and `principal_arns`. Known once the policies are attached."
  value       = one([for name, role in aws_iam_role.this : role.arn if name == "apply"])

  depends_on = [aws_iam_role_policy_attachment.this]
}

output "plan_role_arn" {
  description = "ARN of the role that only plans; null without `github.branches`, `github.pull_requests` and `gitlab`."
  value       = one([for name, role in aws_iam_role.this : role.arn if name == "plan"])

  depends_on = [aws_iam_role_policy_attachment.this]
}

output "policies" {
  description = <<-EOT
    The permissions as IAM policies, as JSON, each within the limit of a managed policy: `read`, `read-storage` and `store-plans` for plans,
    and one for each subject that an apply changes. Attach all of them to a role that applies.
  EOT
  value       = local.documents

  precondition {
    condition     = alltrue([for document in values(local.documents) : length(document) <= 6144])
    error_message = "IAM's limit for a policy is 6,144 characters, which ${join(" and ", [for name, document in local.documents : "${name} (${length(document)})" if length(document) > 6144])} exceed. Name fewer buckets, keys and layers; wildcards in buckets.created stand for several."
  }
}

output "policy" {
  description = "All of `policies` in one document, as JSON, to review and to compare. It can be longer than a managed policy may be."
  value       = jsonencode({ Version = "2012-10-17", Statement = local.granted[*].content })
}
