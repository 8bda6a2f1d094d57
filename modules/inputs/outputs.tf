output "problems" {
  description = <<-EOT
    Problems of name, kms_key_arn, permissions_boundary_arn, handler, api and network.handler, one sentence each; empty for valid inputs.
  EOT
  value       = local.problems
}

output "handler" {
  description = "The input handler, with the defaults that depend on other inputs."
  value       = local.handler
}

output "adapter" {
  description = <<-EOT
    The adapter's module, and the layers or the package that contain it; null without an adapter. Other content may encode other rows.
  EOT
  value       = local.adapter
}

output "authorizer" {
  description = "The authorizer function to create: the caller's, or the module's for JSON Web Tokens; null if there is none."
  value       = local.authorizer
}

output "api" {
  description = "The input api, with one client named default unless another way to authenticate is set."
  value       = local.api
}

output "network" {
  description = "The input network. That of the endpoint is checked with the rest of the endpoint, in modules/serving."
  value       = var.network
}
