output "delivery" {
  description = "All outputs of the module."
  value       = module.delivery
  sensitive   = true # includes the API key
}
