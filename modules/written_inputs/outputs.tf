output "problems" {
  description = "Unknown keys, one sentence each, with the path of their object and the nearest known key; empty if Terraform drops nothing."
  value       = [for i, unknown in local.unknown : "${unknown.path}: \"${unknown.key}\" is unknown. ${local.advice[i]}"]
}
