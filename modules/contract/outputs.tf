output "problems" {
  description = "Problems of the contract, one sentence each; empty for a contract that can be used."
  value       = local.problems
}

output "settings" {
  description = "The compiled contract that the function reads."
  value       = local.settings
}

output "environment" {
  description = "The settings as text for the function's environment: base64 of gzip of JSON."
  value       = base64gzip(jsonencode(local.settings))
}

output "interface" {
  description = <<-EOT
    The interface that the function and the model must share: the columns in their order, the features that they read, the payload's
    formats, and the output, including what the image is set to return.
  EOT
  value       = local.interface
}

output "drift" {
  description = <<-EOT
    The subjects of drift that the contract describes: names of the features with a summary, and of the output, null without one.
  EOT
  value       = local.drift
}

output "openapi" {
  description = "Schemas and examples of the OpenAPI document."
  value       = local.openapi
}

output "page" {
  description = "The contract as the API's page reads it: name, unit and classes of the output, and the features in their order."
  value       = local.page
}

output "sample_request" {
  description = "A request that the API accepts, created from the features' examples."
  value       = local.sample_request
}
