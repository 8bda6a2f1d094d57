output "problems" {
  description = <<-EOT
    Unknown keys, one sentence each, with the path of their object and the nearest known key; empty if Terraform drops nothing.
  EOT
  value       = local.problems
}
